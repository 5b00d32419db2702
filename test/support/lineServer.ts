import { PassThrough } from 'node:stream';
import { SwitchyardError } from '../../src/base/errors';
import { Emitter } from '../../src/base/event';
import type { AppServer, Notification, SendRequest, ServerState } from '../../src/transport/appServer';
import { JsonLineReader } from '../../src/transport/jsonLines';

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/**
 * A server whose bytes the test pushes through the real reader, in chunks of its own. Requests are known by the thread
 * they name: the ids of their responses are given beforehand, in order.
 */
export class LineServer implements AppServer {
  state: ServerState = {
    kind: 'ready',
    generation: 1,
    info: { userAgent: '', codexHome: '', platformFamily: '', platformOs: '' },
  };
  /** How many requests were sent. */
  sent = 0;
  readonly badLines: string[] = [];

  private readonly input = new PassThrough();
  private readonly states = new Emitter<ServerState>();
  private readonly notifications = new Emitter<Notification>();
  private readonly ids = new Map<string, string[]>();
  private readonly pending = new Map<string, Pending>();

  readonly onDidChangeState = this.states.event;
  readonly onNotification = this.notifications.event;

  constructor() {
    const reader = new JsonLineReader(this.input, {
      onNotification: (method, params) => this.notifications.fire({ method, params }),
      onBadLine: (line) => this.badLines.push(line),
    });
    reader.listen((message) => {
      const { id, result } = message as unknown as { id: string; result: unknown };
      this.pending.get(id)?.resolve(result);
      this.pending.delete(id);
    });
  }

  /** The next request that names this thread will be answered under this id. */
  expect(threadId: string, id: string): void {
    this.ids.set(threadId, [...(this.ids.get(threadId) ?? []), id]);
  }

  readonly request = ((_method: string, params: { readonly threadId: string }) =>
    new Promise((resolve, reject) => {
      this.sent += 1;
      this.pending.set(this.ids.get(params.threadId)?.shift() ?? '', { resolve, reject });
    })) as unknown as SendRequest;

  /** Takes a chunk of the server's output, at once. */
  push(chunk: Buffer): void {
    this.input.emit('data', chunk);
  }

  /** Ends as a lost connection does. */
  fail(error = new SwitchyardError('connectionLost', 'cut')): void {
    for (const waiting of this.pending.values()) waiting.reject(error);
    this.pending.clear();
    this.state = { kind: 'failed', error };
    this.states.fire(this.state);
  }

  setRequestHandler(): void {
    // It asks nothing.
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
  restart(): Promise<void> {
    return Promise.reject(new Error('It does not restart'));
  }
}
