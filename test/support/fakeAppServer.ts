import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { type Logger, nullLogger } from '../../src/base/logger';
import type { LaunchOptions } from '../../src/transport/childProcess';
import { Connection, type ConnectionHandlers } from '../../src/transport/connection';

/** A message of either side, as on the wire. */
export interface WireMessage {
  readonly id?: number | string | null;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

/**
 * One thing the fake process does. In what it sends, the id `'$id'` stands for the id of the message it reacts to, and
 * the params `'$message'` for that whole message; in what it writes to stderr, `$pid` stands for its process id.
 */
export interface FakeStep {
  readonly stderr?: string;
  readonly raw?: string;
  /** Messages that leave in one write. */
  readonly send?: readonly WireMessage[];
  /** Answers with a string of so many `x`. */
  readonly longAnswer?: number;
  /** So many numbered notifications `flood`. */
  readonly flood?: number;
  /** Starts a process that keeps stdout and stderr open when this one is gone; the notification `holder` has its id. */
  readonly leaveHolder?: true;
  readonly closeStdout?: true;
  readonly signal?: NodeJS.Signals;
  readonly exit?: number;
}

/** What a fake process does: when it starts, and on each message of the client. Only `initialize` has a default. */
export interface FakeScript {
  readonly start?: readonly FakeStep[];
  /** By method; `answer` stands for every response of the client. */
  readonly on?: Readonly<Record<string, readonly FakeStep[]>>;
  readonly onStdinEnd?: readonly FakeStep[];
  readonly ignoredSignals?: readonly NodeJS.Signals[];
  /** Does not end when its stdin does. */
  readonly staysAlive?: boolean;
}

/** How to start a child process that follows `script`. Its `initialize` answer carries `userAgent: 'fake/<pid>'`. */
export function fakeLaunch(script: FakeScript = {}): LaunchOptions {
  const program = path.join(__dirname, 'fakeAppServerProcess.mjs');
  return { command: process.execPath, args: [program, JSON.stringify(script)], env: process.env };
}

/** Whether a process with this id runs (a zombie counts). */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The server's end of two in-memory pipes; `child` is what the client is given. */
export class FakeAppServer {
  readonly stdin = new PassThrough();
  readonly stdout = new PassThrough();
  /** Everything the client sent, in order. */
  readonly received: WireMessage[] = [];
  /** Called for each message of the client, after it was added to `received`. */
  onMessage: (message: WireMessage) => void = () => undefined;

  constructor() {
    let rest = '';
    this.stdin.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const message = JSON.parse(line) as WireMessage;
        this.received.push(message);
        this.onMessage(message);
      }
    });
  }

  /** The part of a child process that a connection uses. */
  get child(): ChildProcessWithoutNullStreams {
    return { stdin: this.stdin, stdout: this.stdout } as unknown as ChildProcessWithoutNullStreams;
  }

  /** Sends messages in one chunk. */
  send(...messages: readonly WireMessage[]): void {
    this.sendRaw(messages.map((message) => `${JSON.stringify(message)}\n`).join(''));
  }

  sendRaw(text: string): void {
    this.stdout.write(text);
  }

  /** What the client sent with this method. */
  requests(method: string): WireMessage[] {
    return this.received.filter((message) => message.method === method);
  }
}

export interface ConnectOptions extends Partial<ConnectionHandlers> {
  readonly logger?: Logger;
}

/** Joins a connection to the fake. Handlers that are left out hear and answer nothing of interest. */
export function connectTo(server: FakeAppServer, options: ConnectOptions = {}): Connection {
  const { onNotification = () => undefined, onRequest = () => Promise.resolve({}), logger = nullLogger } = options;
  return new Connection(server.child, { onNotification, onRequest }, logger);
}

/** Lets everything that is ready run: stream events, promises, and the queue of the JSON-RPC library. */
export async function settle(rounds = 10): Promise<void> {
  for (let round = 0; round < rounds; round += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** A logger that keeps its lines as `level: message`. */
export class LineLogger implements Logger {
  readonly lines: string[] = [];
  readonly trace = this.at('trace');
  readonly debug = this.at('debug');
  readonly info = this.at('info');
  readonly warn = this.at('warn');
  readonly error = this.at('error');

  private at(level: string): (message: string | Error) => void {
    return (message) => {
      this.lines.push(`${level}: ${message instanceof Error ? message.message : message}`);
    };
  }
}

/** The outcome of a request, once it has one. */
export function outcomeOf(promise: Promise<unknown>): { value?: unknown; error?: unknown } {
  const outcome: { value?: unknown; error?: unknown } = {};
  promise.then(
    (value) => (outcome.value = value),
    (error: unknown) => (outcome.error = error),
  );
  return outcome;
}
