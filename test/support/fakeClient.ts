import { RpcError, SwitchyardError } from '../../src/base/errors';
import { Emitter } from '../../src/base/event';
import { nullLogger } from '../../src/base/logger';
import type { ConversationContext, ConversationMemory } from '../../src/conversation/context';
import type { ClientRequests } from '../../src/protocol/generated/methods';
import { AppServerClient } from '../../src/router/appServerClient';
import type { AppServer, IncomingRequest, Notification, SendRequest, ServerState } from '../../src/transport/appServer';

type Method = keyof ClientRequests;

/** A request as the client sent it. */
export interface SentRequest {
  readonly method: string;
  readonly params: unknown;
  /** Its own deadline, where it has one. */
  readonly deadlineMs?: number | null | undefined;
}

export const THREAD = 'thread-1';

const INFO = { userAgent: 'codex/0.0.0', codexHome: '/codex-home', platformFamily: 'unix', platformOs: 'linux' };

/** A server in memory: it answers at once, and says what the test tells it to say. */
export class FakeServer implements AppServer {
  /** Every request so far, in order. */
  readonly sent: SentRequest[] = [];
  state: ServerState = { kind: 'stopped' };

  private readonly states = new Emitter<ServerState>();
  private readonly notifications = new Emitter<Notification>();
  private readonly answers = new Map<string, (params: unknown) => unknown>();
  private readonly pending = new Set<(error: Error) => void>();
  private handler: (request: IncomingRequest) => Promise<unknown> = () => Promise.reject(new Error('no handler'));
  private generation = 0;
  private nextRequest = 0;

  readonly onDidChangeState = this.states.event;
  readonly onNotification = this.notifications.event;

  constructor() {
    let turns = 0;
    const thread = { thread: { id: THREAD, name: null, preview: '' }, modelProvider: 'mock', model: 'gpt-5.5' };
    this.respond('thread/start', () => thread);
    this.respond('thread/resume', () => thread);
    this.respond('turn/start', () => ({ turn: { id: `turn-${++turns}` } }));
    this.respond('thread/turns/list', () => ({ data: [], nextCursor: null }));
    this.respond('thread/list', () => ({ data: [], nextCursor: null }));
  }

  readonly request: SendRequest = async (method, params, options) => {
    await this.start();
    this.sent.push({ method, params, deadlineMs: options?.deadlineMs });
    const answer = Promise.resolve().then(() => this.answers.get(method)?.(params) ?? {});
    return new Promise((resolve, reject) => {
      this.pending.add(reject);
      answer.then((result) => resolve(result as ClientRequests[typeof method]['result']), reject);
    });
  };

  start(): Promise<void> {
    if (this.state.kind !== 'ready') this.become({ kind: 'ready', generation: ++this.generation, info: INFO });
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
  restart(): Promise<void> {
    this.crash();
    return this.start();
  }

  setRequestHandler(handler: (request: IncomingRequest) => Promise<unknown>): void {
    this.handler = handler;
  }

  /** Decides the answers to a method from now on. What `answer` throws is the server's refusal. */
  respond(method: Method, answer: (params: unknown) => unknown): void {
    this.answers.set(method, answer);
  }

  /** Refuses a method from now on. */
  refuse(method: Method, message: string): void {
    this.respond(method, () => {
      throw new RpcError(method, -32600, message);
    });
  }

  /** Says something without being asked. */
  notify(method: string, params: object): void {
    this.notifications.fire({ method, params });
  }

  /** Asks the client something; resolves with its answer, rejects with its refusal. */
  ask(method: string, params: object, id: string | number = this.nextRequest++): Promise<unknown> {
    return this.handler({ id, method, params });
  }

  /** Ends as a crashed process does: what was asked is never answered. */
  crash(error = new SwitchyardError('connectionLost', 'codex ended (SIGKILL)')): void {
    for (const reject of this.pending) reject(error);
    this.pending.clear();
    this.become({ kind: 'waiting', attempt: 1, retryInMs: 1_000, error });
  }

  /** Changes its state without more ado. */
  become(state: ServerState): void {
    this.state = state;
    this.states.fire(state);
  }

  /** The parameters of every request of one method so far. */
  paramsOf<M extends Method>(method: M): ClientRequests[M]['params'][] {
    return this.sent
      .filter((request) => request.method === method)
      .map(({ params }) => params as ClientRequests[M]['params']);
  }
}

/** Remembers nothing of choices, and notes as long as the test runs. */
export function memoryOfThreads(): ConversationMemory {
  const notes = new Map<string, readonly string[]>();
  return {
    recall: () => ({}),
    keep: () => undefined,
    forget: () => undefined,
    recallNotes: (threadId) => notes.get(threadId) ?? [],
    keepNotes: (threadId, pending) => void notes.set(threadId, pending),
  };
}

/** The real client and router on a fake server, and a context of conversations that counts its ids. */
export function fakeClient(overrides: Partial<ConversationContext> = {}) {
  const server = new FakeServer();
  const client = new AppServerClient(server, nullLogger);
  let ids = 0;
  let clockMs = 1_000;
  const context: ConversationContext = {
    client,
    logger: nullLogger,
    now: () => (clockMs += 1_000),
    createId: () => `id-${++ids}`,
    environmentId: () => 'editor',
    extraFolders: () => [],
    workspaceFolders: () => ['/project'],
    beforeFilesAreWritten: () => Promise.resolve({ write: true }),
    leases: { waitingForApproval: () => undefined, accepted: () => undefined },
    mayStartTurn: () => Promise.resolve(true),
    memory: memoryOfThreads(),
    ...overrides,
  };
  return { server, client, context };
}

/** Waits until everything that was promised so far has been handled: nothing here takes real time. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
