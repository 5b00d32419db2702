import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { messageOf, RpcError, SwitchyardError } from '../../src/base/errors';
import { nativeCodexPath } from './codexHome';

/** A notification of the server, as on the wire. */
export interface Notification {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A request of the server, which waits for an answer. */
export interface ServerRequest extends Notification {
  readonly id: number | string;
}

/** Gives the result of a server request; what it throws is sent as an error. */
export type ServerRequestHandler = (request: ServerRequest) => unknown;

export interface StdioDriverOptions {
  readonly codexHome: string;
  readonly cwd: string;
  readonly codexPath?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** File that gets every message as one JSON line `{ dir: 'in' | 'out', at, message }`; `at` is ms since the start. */
  readonly transcript?: string;
}

interface Pending {
  readonly method: string;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

interface Waiter {
  matches(notification: Notification): boolean;
  resolve(notification: Notification): void;
  reject(error: Error): void;
}

interface WireMessage {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** A bare client of the real `codex app-server`: the shortest way to run turns or record a transcript in a test. */
export class StdioDriver {
  /** All notifications so far, in order of arrival. */
  readonly notifications: Notification[] = [];
  /** What the server wrote to stderr so far. */
  stderr = '';

  private readonly pending = new Map<number | string, Pending>();
  private readonly waiters = new Set<Waiter>();
  private readonly exited: Promise<void>;
  private readonly startedAt = Date.now();
  private readonly recorder: WriteStream | undefined;
  private answer: ServerRequestHandler = ({ method }) => {
    throw new Error(`nobody answers ${method}`);
  };
  private nextId = 1;
  private ended: SwitchyardError | undefined;

  private constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    transcript: string | undefined,
  ) {
    this.recorder = transcript === undefined ? undefined : createWriteStream(transcript);
    this.exited = new Promise((resolve) => {
      child.once('error', (error) => this.fail(messageOf(error), resolve));
      child.once('close', (code, signal) => this.fail(`codex ended (${signal ?? code})`, resolve));
    });
    // Writing to a child that has just ended; 'close' tells it.
    child.stdin.on('error', () => undefined);
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    createInterface({ input: child.stdout }).on('line', (line) => this.receive(line));
  }

  /** Starts `codex app-server` and completes the handshake, with the experimental methods on. */
  static async start(options: StdioDriverOptions): Promise<StdioDriver> {
    const { codexHome, cwd, codexPath = nativeCodexPath(), args = [], env, transcript } = options;
    const child = spawn(codexPath, ['app-server', ...args], {
      cwd,
      env: { ...process.env, ...env, CODEX_HOME: codexHome },
    });
    const driver = new StdioDriver(child, transcript);
    try {
      await driver.request('initialize', {
        clientInfo: { name: 'switchyard_test', title: 'Switchyard test driver', version: '0.0.0' },
        capabilities: { experimentalApi: true, requestAttestation: false },
      });
    } catch (error) {
      await driver.close();
      throw error;
    }
    driver.notify('initialized');
    return driver;
  }

  /** Sends a request. Rejects with {@link RpcError}, or `connectionLost` when the server ends first. */
  request<T = unknown>(method: string, params?: object): Promise<T> {
    if (this.ended) return Promise.reject(this.ended);
    const id = this.nextId++;
    return new Promise<T>((resolve, reject) => {
      this.pending.set(id, { method, resolve: (result) => resolve(result as T), reject });
      this.send({ id, method, params });
    });
  }

  notify(method: string, params?: object): void {
    this.send({ method, params });
  }

  /** Replaces the answer to the server's requests (approvals, questions). Without one they get an error. */
  onServerRequest(handler: ServerRequestHandler): void {
    this.answer = handler;
  }

  /**
   * The first notification that `matches`, among those that have arrived or the next to come. Rejects with `deadline`
   * after `timeoutMs`, and with `connectionLost` when the server ends.
   */
  waitFor(matches: (notification: Notification) => boolean, timeoutMs = 45_000): Promise<Notification> {
    const past = this.notifications.find(matches);
    if (past) return Promise.resolve(past);
    if (this.ended) return Promise.reject(this.ended);
    return new Promise<Notification>((resolve, reject) => {
      const settle = (then: () => void): void => {
        clearTimeout(timer);
        this.waiters.delete(waiter);
        then();
      };
      const waiter: Waiter = {
        matches,
        resolve: (notification) => settle(() => resolve(notification)),
        reject: (error) => settle(() => reject(error)),
      };
      const timer = setTimeout(() => {
        const seen = this.notifications.map(({ method }) => method).join(', ');
        waiter.reject(new SwitchyardError('deadline', `Not seen in ${timeoutMs} ms. Seen: ${seen}\n${this.stderr}`));
      }, timeoutMs);
      this.waiters.add(waiter);
    });
  }

  /** Runs a turn to its end and gives `turn/completed`. */
  async runTurn(threadId: string, text: string, extra: object = {}, timeoutMs?: number): Promise<Notification> {
    const input = [{ type: 'text', text, text_elements: [] }];
    const { turn } = await this.request<{ turn: { id: string } }>('turn/start', { threadId, input, ...extra });
    const isEnd = ({ method, params }: Notification): boolean =>
      method === 'turn/completed' && (params.turn as { id: string }).id === turn.id;
    return this.waitFor(isEnd, timeoutMs);
  }

  /** Ends the server: politely by closing its input, by force when it has not gone after `graceMs`. */
  async close(graceMs = 4_000): Promise<void> {
    this.child.stdin.end();
    const force = setTimeout(() => this.child.kill('SIGKILL'), graceMs);
    await this.exited;
    clearTimeout(force);
    const { recorder } = this;
    if (recorder) await new Promise<void>((resolve) => recorder.end(resolve));
  }

  private send(message: WireMessage | { readonly params?: object }): void {
    this.record('out', message);
    this.child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  private receive(line: string): void {
    const message = JSON.parse(line) as WireMessage;
    this.record('in', message);
    const { id, method, params = {} } = message;
    if (method !== undefined && id !== undefined) void this.reply({ id, method, params });
    else if (method !== undefined) this.accept({ method, params });
    else if (id !== undefined) this.settle(id, message);
  }

  private accept(notification: Notification): void {
    this.notifications.push(notification);
    for (const waiter of [...this.waiters]) if (waiter.matches(notification)) waiter.resolve(notification);
  }

  private settle(id: number | string, { result, error }: WireMessage): void {
    const pending = this.pending.get(id);
    this.pending.delete(id);
    if (error) pending?.reject(new RpcError(pending.method, error.code, error.message, error.data));
    else pending?.resolve(result);
  }

  private async reply(request: ServerRequest): Promise<void> {
    try {
      this.send({ id: request.id, result: await this.answer(request) });
    } catch (error) {
      this.send({ id: request.id, error: { code: -32603, message: messageOf(error) } });
    }
  }

  private fail(reason: string, then: () => void): void {
    const error = new SwitchyardError('connectionLost', `${reason}\n${this.stderr}`);
    this.ended = error;
    for (const pending of this.pending.values()) pending.reject(error);
    for (const waiter of [...this.waiters]) waiter.reject(error);
    this.pending.clear();
    then();
  }

  private record(dir: 'in' | 'out', message: object): void {
    this.recorder?.write(`${JSON.stringify({ dir, at: Date.now() - this.startedAt, message })}\n`);
  }
}
