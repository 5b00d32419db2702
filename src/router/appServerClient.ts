import type { CancelSignal } from '../base/cancelSignal';
import { type Disposable, DisposableStore } from '../base/disposable';
import { RpcError, SwitchyardError, messageOf } from '../base/errors';
import type { Event } from '../base/event';
import type { Logger } from '../base/logger';
import type { Timer } from '../base/timer';
import type { ClientRequests } from '../protocol/generated/methods';
import { SERVER_REQUEST_ROUTES } from '../protocol/generated/routing';
import type { AppServer, IncomingRequest, SendRequest, ServerState } from '../transport/appServer';
import { CompletionWatchdog } from './completionWatchdog';
import { GoalOperation } from './goalOperation';
import { type InteractiveLogin, LoginHandle, type StartedLogin } from './loginHandle';
import { type NotificationListener, MessageRouter, type TurnReservation } from './messageRouter';
import { fallbackIds, type MessageIds } from './notification';
import { requireVersion, runtimeVersion } from './runtimeVersion';
import { ThreadTree } from './threadTree';
import { TurnHandle } from './turnHandle';
import { TurnStarts } from './turnStarts';

/** A request of the server, with the ids it names. */
export interface RoutedRequest extends IncomingRequest, MessageIds {}

/** Answers one request of the server; rejecting answers with an error. */
export type RequestListener = (request: RoutedRequest) => Promise<unknown>;

const METHOD_NOT_FOUND = -32601;

/** The app-server as its users see it: typed requests, routed notifications, turns as handles. */
export class AppServerClient implements Disposable {
  readonly router: MessageRouter;
  /** Which thread is a sub-agent of which. */
  readonly threads = new ThreadTree();
  private readonly store = new DisposableStore();
  private readonly starts = new TurnStarts();
  private readonly logins = new Set<LoginHandle>();
  private readonly goals = new Map<string, GoalOperation>();
  private readonly watchdog: CompletionWatchdog | undefined;
  private requestListener: RequestListener | undefined;

  /** Without a `timer` nobody looks for turns whose end was lost. */
  constructor(
    private readonly server: AppServer,
    private readonly logger: Logger,
    timer?: Timer,
  ) {
    this.router = new MessageRouter(logger);
    this.store.add(this.router.onAny((notification) => this.threads.observe(notification)));
    if (timer) {
      const { router, request } = this;
      this.watchdog = this.store.add(new CompletionWatchdog({ router, request, timer, logger }));
    }
    this.store.add(
      server.onNotification(({ method, params }) => {
        this.router.route(method, params);
      }),
    );
    this.store.add(
      server.onDidChangeState((state) => {
        if (state.kind === 'ready') this.watchdog?.serverReady();
        if (state.kind === 'ready' || state.kind === 'starting') return;
        this.failAll('error' in state ? state.error : new SwitchyardError('connectionLost', 'Codex was stopped.'));
      }),
    );
    server.setRequestHandler((request) => this.answer(request));
  }

  get state(): ServerState {
    return this.server.state;
  }

  get onStateChange(): Event<ServerState> {
    return this.server.onDidChangeState;
  }

  /** The version of the codex that runs, such as `0.169.0`; `undefined` while none does, or it does not tell. */
  get version(): string | undefined {
    return runtimeVersion(this.server.state);
  }

  /** Call before sending what only newer servers know. @throws SwitchyardError `codexTooOld`; nothing was sent then. */
  requireVersion(feature: string, minimum: string): void {
    requireVersion(this.server.state, feature, minimum);
  }

  /** Starts the server unless it runs. @throws SwitchyardError */
  start(): Promise<void> {
    return this.server.start();
  }

  /** Sends a request; the server is started when it does not run. @throws RpcError, SwitchyardError */
  get request(): SendRequest {
    return this.server.request;
  }

  /** Hears every notification, whatever thread it belongs to. */
  onNotification(listener: NotificationListener): Disposable {
    return this.router.onAny(listener);
  }

  /** The one listener that answers the server's requests. Without one, and for unknown methods, an error is answered. */
  onRequest(listener: RequestListener): Disposable {
    this.requestListener = listener;
    return {
      dispose: () => {
        if (this.requestListener === listener) this.requestListener = undefined;
      },
    };
  }

  startThread(params: ClientRequests['thread/start']['params']): Promise<ClientRequests['thread/start']['result']> {
    return this.request('thread/start', params);
  }

  resumeThread(params: ClientRequests['thread/resume']['params']): Promise<ClientRequests['thread/resume']['result']> {
    return this.request('thread/resume', params);
  }

  /**
   * Starts a turn. Its events are kept from the moment the request is sent. Starts of one thread go one after the other.
   * Aborting `signal` rejects at once: a start that still waits is then never sent, and the turn of one that was sent is
   * interrupted as soon as the server tells its id.
   *
   * @throws RpcError, or SwitchyardError `cancelled`, `deadline`, `connectionLost`, `declined` while the thread pursues a
   * goal.
   */
  startTurn(params: ClientRequests['turn/start']['params'], signal?: CancelSignal): Promise<TurnHandle> {
    if (this.goals.has(params.threadId)) {
      return Promise.reject(new SwitchyardError('declined', 'This thread pursues a goal: steer that instead.'));
    }
    return this.starts.run(params.threadId, signal, async () => {
      const reservation = this.router.reserveTurn(params.threadId);
      try {
        return await this.sendTurn(params, reservation, signal);
      } finally {
        reservation.dispose();
      }
    });
  }

  /**
   * Sets a goal that the server pursues over as many turns as it takes. A thread has one at a time.
   *
   * @throws RpcError, or SwitchyardError `declined` while another goal of the thread is followed.
   */
  async startGoal(threadId: string, objective: string): Promise<GoalOperation> {
    if (this.goals.has(threadId)) throw new SwitchyardError('declined', 'This thread already pursues a goal.');
    const goal = new GoalOperation(threadId, this.router, this.request, (ended) => this.goals.delete(ended.threadId));
    this.goals.set(threadId, goal);
    try {
      await this.request('thread/goal/set', { threadId, objective, status: 'active' });
      return goal;
    } catch (error) {
      goal.dispose();
      throw error;
    }
  }

  /** Begins a sign-in that ends in a browser. @throws RpcError, SwitchyardError */
  async login(params: InteractiveLogin, signal?: CancelSignal): Promise<LoginHandle> {
    const started = await this.request('account/login/start', params, { signal });
    if (!('loginId' in started)) {
      throw new SwitchyardError('protocol', `codex answered a sign-in of type ${params.type} with ${started.type}.`);
    }
    const login = new LoginHandle(started satisfies StartedLogin, this.router, this.request, (ended) => {
      this.logins.delete(ended);
    });
    if (!login.hasEnded) this.logins.add(login);
    return login;
  }

  /** Ends every stream and login, then the server, and resolves when its process is gone. */
  async close(): Promise<void> {
    this.dispose();
    await this.server.stop();
  }

  /** Ends every stream and login; the server is whoever's who made it. */
  dispose(): void {
    this.failAll(new SwitchyardError('connectionLost', 'Switchyard is shutting down.'));
    this.store.dispose();
  }

  private async sendTurn(
    params: ClientRequests['turn/start']['params'],
    reservation: TurnReservation,
    signal: CancelSignal | undefined,
  ): Promise<TurnHandle> {
    const { turn } = await this.request('turn/start', params, { signal, cancelOnlyUnsent: true });
    const handle = new TurnHandle(params.threadId, turn.id, reservation.claim(turn.id), this.request);
    if (!signal?.aborted) {
      if (!handle.hasEnded) this.watchdog?.watch(params.threadId, turn.id);
      return handle;
    }
    handle.dispose();
    // Nobody waits for this turn any more. The next start of the thread waits until it is stopped, or it would join it.
    await handle.interrupt().catch((error: unknown) => {
      this.logger.info(`The turn of a cancelled start was not stopped: ${messageOf(error)}`);
    });
    throw new SwitchyardError('cancelled', 'The start of the turn was cancelled.');
  }

  private failAll(error: Error): void {
    this.router.failAll(error);
    this.watchdog?.serverLost();
    for (const login of [...this.logins]) login.fail(error);
    this.logins.clear();
    for (const goal of [...this.goals.values()]) goal.fail(error);
  }

  private answer(request: IncomingRequest): Promise<unknown> {
    const known = Object.hasOwn(SERVER_REQUEST_ROUTES, request.method);
    if (!known || !this.requestListener) {
      return Promise.reject(
        new RpcError(request.method, METHOD_NOT_FOUND, `Switchyard does not answer ${request.method}`),
      );
    }
    return this.requestListener({ ...request, ...fallbackIds(request.params) });
  }
}
