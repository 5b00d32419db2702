import type { SwitchyardError } from '../../src/base/errors';
import { Emitter } from '../../src/base/event';
import { nullLogger } from '../../src/base/logger';
import { Conversation } from '../../src/conversation/conversation';
import { AppServerClient } from '../../src/router/appServerClient';
import type { TypedNotification } from '../../src/router/notification';
import type { AppServer, IncomingRequest, Notification, SendRequest, ServerState } from '../../src/transport/appServer';
import type { Connection } from '../../src/transport/connection';
import { connectTo, FakeAppServer } from './fakeAppServer';
import { fakeClient } from './fakeClient';
import { replayStart, type TranscriptLine } from './replay';

/** What became of something that was promised. */
export type Outcome = 'pending' | 'kept' | Error;

/** A server on a real connection over in-memory pipes. It stays down when the connection is lost. */
export class PipedServer implements AppServer {
  readonly fake = new FakeAppServer();
  state: ServerState = {
    kind: 'ready',
    generation: 1,
    info: { userAgent: '', codexHome: '', platformFamily: '', platformOs: '' },
  };

  private readonly states = new Emitter<ServerState>();
  private readonly notifications = new Emitter<Notification>();
  private readonly connection: Connection;
  private handler: (request: IncomingRequest) => Promise<unknown> = () => Promise.reject(new Error('no handler'));

  readonly onDidChangeState = this.states.event;
  readonly onNotification = this.notifications.event;

  constructor() {
    this.connection = connectTo(this.fake, {
      onNotification: (method, params) => this.notifications.fire({ method, params }),
      onRequest: (request) => this.handler(request),
    });
    this.connection.closeSignal.addEventListener('abort', () => {
      this.state = { kind: 'failed', error: this.connection.closeSignal.reason as SwitchyardError };
      this.states.fire(this.state);
    });
  }

  readonly request: SendRequest = async (method, params, options) =>
    await this.connection.request(method, params, options);

  setRequestHandler(handler: (request: IncomingRequest) => Promise<unknown>): void {
    this.handler = handler;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
  restart(): Promise<void> {
    return Promise.reject(new Error('A piped server does not restart'));
  }
}

/** Does what the client did in a transcript: sends its requests, reads its turns, answers what it was asked. */
export class TranscriptClient {
  readonly client: AppServerClient;
  readonly conversation: Conversation;
  /** Every request, stream and approval so far, by name. */
  readonly outcomes = new Map<string, Outcome>();
  /** What was heard, in order. */
  readonly heard: TypedNotification[] = [];

  private readonly changes = new Emitter<undefined>();
  private isGone = false;

  /** `decides`: answers approvals as the transcript's client did; otherwise they stay open. */
  constructor(
    server: AppServer,
    private readonly options: { readonly decides: boolean } = { decides: true },
  ) {
    this.client = new AppServerClient(server, nullLogger);
    this.conversation = new Conversation(replayStart(), { ...fakeClient().context, client: this.client });
    this.client.onNotification((notification) => {
      this.heard.push(notification);
      this.changes.fire(undefined);
    });
    this.client.onStateChange(({ kind }) => {
      this.isGone = kind !== 'ready' && kind !== 'starting';
      this.changes.fire(undefined);
    });
    this.client.onRequest((request) => {
      const answer = this.conversation.approvals.ask(request);
      this.watch(`approval ${request.id}`, answer);
      this.changes.fire(undefined);
      return answer;
    });
  }

  /** Resolves when all has been sent and heard, or when the server is gone. */
  async play(transcript: readonly TranscriptLine[]): Promise<void> {
    let expected = 0;
    for (const line of transcript) {
      if (line.dir === 'in') {
        if (isNotification(line)) expected += 1;
        continue;
      }
      const wanted = expected;
      await this.until(() => this.heard.length >= wanted);
      if (this.isGone) return;
      if (line.message.method === undefined) await this.decide(line);
      else this.send(line);
    }
    await this.until(() => this.heard.length >= expected);
  }

  /** Resolves when a question of the server is open. */
  asked(): Promise<void> {
    return this.until(() => this.conversation.view.approvals.length > 0);
  }

  /** Resolves when the server has gone. */
  gone(): Promise<void> {
    return this.until(() => false);
  }

  dispose(): void {
    this.conversation.dispose();
    this.client.dispose();
  }

  private send({ message: { id, method, params } }: TranscriptLine): void {
    const name = `${method} ${id}`;
    if (method !== 'turn/start') {
      this.watch(name, this.client.request(method as 'thread/start', params as never));
      return;
    }
    const started = this.client.startTurn(params as never);
    this.watch(name, started);
    void started.then(
      (turn) => {
        this.watch(`stream ${turn.id} of ${id}`, drain(turn.stream()));
        this.watch(`run ${turn.id} of ${id}`, turn.run());
      },
      () => undefined,
    );
  }

  /** Decides the one open approval as the transcript's client did. */
  private async decide({ message: { result } }: TranscriptLine): Promise<void> {
    await this.until(() => this.options.decides && this.conversation.view.approvals.length > 0);
    const approval = this.conversation.view.approvals[0];
    if (approval) await this.conversation.approvals.decide(approval.id, (result as { decision: string }).decision);
  }

  private until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!this.isGone && !isSo()) return;
        listening.dispose();
        resolve();
      };
      const listening = this.changes.event(look);
      look();
    });
  }

  private watch(name: string, promise: Promise<unknown>): void {
    this.outcomes.set(name, 'pending');
    promise.then(
      () => this.outcomes.set(name, 'kept'),
      (error: unknown) => this.outcomes.set(name, error as Error),
    );
  }
}

async function drain(stream: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for (const events = stream[Symbol.asyncIterator](); !(await events.next()).done;) count += 1;
  return count;
}

export function isNotification({ dir, message }: TranscriptLine): boolean {
  return dir === 'in' && message.method !== undefined && message.id === undefined;
}

export function isResponse({ dir, message }: TranscriptLine): boolean {
  return dir === 'in' && message.method === undefined;
}

/** What the server says after each message of the client: one entry per `out` line, in order. */
export function serverBatches(transcript: readonly TranscriptLine[]): TranscriptLine[][] {
  const batches: TranscriptLine[][] = [];
  for (const line of transcript) {
    if (line.dir === 'out') batches.push([]);
    else batches.at(-1)?.push(line);
  }
  return batches;
}

/** Lines that arrive whole, and the beginning of the one in which the server's bytes end. */
export interface Cut {
  readonly whole: readonly TranscriptLine[];
  readonly rest: Buffer;
  readonly isCut: boolean;
}

/** Leaves the first `bytes` of what the server says, batch by batch; the batches after the cut are empty. */
export function cutBatches(batches: readonly (readonly TranscriptLine[])[], bytes: number): Cut[] {
  let left = bytes;
  return batches.map((batch) => {
    if (left < 0) return { whole: [], rest: Buffer.alloc(0), isCut: true };
    const whole: TranscriptLine[] = [];
    for (const line of batch) {
      const encoded = encode(line);
      if (encoded.length > left) {
        const rest = encoded.subarray(0, left);
        left = -1;
        return { whole, rest, isCut: true };
      }
      left -= encoded.length;
      whole.push(line);
    }
    return { whole, rest: Buffer.alloc(0), isCut: false };
  });
}

/** How many bytes the server says in all. */
export function serverBytes(transcript: readonly TranscriptLine[]): number {
  return transcript.reduce((sum, line) => (line.dir === 'in' ? sum + encode(line).length : sum), 0);
}

function encode({ message }: TranscriptLine): Buffer {
  return Buffer.from(`${JSON.stringify(message)}\n`);
}

/** A generator of numbers in [0, 1) that a seed decides (mulberry32). */
export function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
