import { Emitter } from '../../src/base/event';
import type {
  AppServer,
  IncomingRequest,
  Notification,
  RequestOptions,
  SendRequest,
  ServerState,
} from '../../src/transport/appServer';

/** A request as the client sent it, for the test to answer. */
export interface SentRequest {
  readonly method: string;
  readonly params: unknown;
  readonly options: RequestOptions | undefined;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** A transport that is driven by hand. */
export class ManualServer implements AppServer {
  private readonly states = new Emitter<ServerState>();
  private readonly notifications = new Emitter<Notification>();
  readonly sent: SentRequest[] = [];
  state: ServerState = { kind: 'stopped' };
  starts = 0;
  stops = 0;
  handler: (request: IncomingRequest) => Promise<unknown> = () => Promise.reject(new Error('no handler'));
  readonly onDidChangeState = this.states.event;
  readonly onNotification = this.notifications.event;
  readonly request = ((method: string, params: unknown, options?: RequestOptions) =>
    new Promise((resolve, reject) => this.sent.push({ method, params, options, resolve, reject }))) as SendRequest;

  setRequestHandler(handler: (request: IncomingRequest) => Promise<unknown>): void {
    this.handler = handler;
  }
  start(): Promise<void> {
    this.starts += 1;
    return Promise.resolve();
  }
  stop(): Promise<void> {
    this.stops += 1;
    return Promise.resolve();
  }
  restart(): Promise<void> {
    return Promise.resolve();
  }
  /** Says something without being asked. */
  notify(method: string, params: unknown): void {
    this.notifications.fire({ method, params });
  }
  /** The only, or the latest, request of a method. */
  last(method: string): SentRequest {
    const request = this.sent.findLast((sent) => sent.method === method);
    if (!request) throw new Error(`${method} was not sent`);
    return request;
  }

  become(state: ServerState): void {
    this.state = state;
    this.states.fire(state);
  }
}

/** A timer that runs when the test says so. */
export class ManualTimer {
  private readonly waiting = new Set<{ readonly ms: number; readonly run: () => void }>();

  readonly timer = (ms: number, run: () => void) => {
    const entry = { ms, run };
    this.waiting.add(entry);
    return { dispose: () => void this.waiting.delete(entry) };
  };

  /** How long each timer that has not run waits. */
  get waits(): number[] {
    return [...this.waiting].map(({ ms }) => ms);
  }

  /** Lets the time of every timer be over. */
  elapse(): void {
    const due = [...this.waiting];
    this.waiting.clear();
    for (const { run } of due) run();
  }
}
