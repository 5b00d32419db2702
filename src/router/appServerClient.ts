import type { CancelSignal } from '../base/cancelSignal';
import { type Disposable, DisposableStore } from '../base/disposable';
import { RpcError, SwitchyardError } from '../base/errors';
import type { Event } from '../base/event';
import type { Logger } from '../base/logger';
import type { ClientRequests } from '../protocol/generated/methods';
import { SERVER_REQUEST_ROUTES } from '../protocol/generated/routing';
import type { AppServer, IncomingRequest, SendRequest, ServerState } from '../transport/appServer';
import { type NotificationListener, MessageRouter } from './messageRouter';
import { fallbackIds, type MessageIds } from './notification';
import { TurnHandle } from './turnHandle';

/** A request of the server, with the ids it names. */
export interface RoutedRequest extends IncomingRequest, MessageIds {}

/** Answers one request of the server; rejecting answers with an error. */
export type RequestListener = (request: RoutedRequest) => Promise<unknown>;

const METHOD_NOT_FOUND = -32601;

/** The app-server as its users see it: typed requests, routed notifications, turns as handles. */
export class AppServerClient implements Disposable {
  readonly router: MessageRouter;
  private readonly store = new DisposableStore();
  private requestListener: RequestListener | undefined;

  constructor(
    private readonly server: AppServer,
    logger: Logger,
  ) {
    this.router = new MessageRouter(logger);
    this.store.add(
      server.onNotification(({ method, params }) => {
        this.router.route(method, params);
      }),
    );
    this.store.add(
      server.onDidChangeState((state) => {
        if (state.kind === 'ready' || state.kind === 'starting') return;
        this.router.failAll(
          'error' in state ? state.error : new SwitchyardError('connectionLost', 'Codex was stopped.'),
        );
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

  /** Starts a turn. Its events are kept from the moment the request is sent. @throws RpcError, SwitchyardError */
  async startTurn(params: ClientRequests['turn/start']['params'], signal?: CancelSignal): Promise<TurnHandle> {
    const reservation = this.router.reserveTurn(params.threadId);
    try {
      const { turn } = await this.request('turn/start', params, { signal });
      return new TurnHandle(params.threadId, turn.id, reservation.claim(turn.id), this.request);
    } finally {
      reservation.dispose();
    }
  }

  dispose(): void {
    this.router.failAll(new SwitchyardError('connectionLost', 'Switchyard is shutting down.'));
    this.store.dispose();
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
