import type { CancelSignal } from '../base/cancelSignal';
import type { SwitchyardError } from '../base/errors';
import type { Event } from '../base/event';
import type { ClientRequests } from '../protocol/generated/methods';
import type { InitializeResponse } from '../protocol/generated/types/InitializeResponse';

/** What the app-server is doing. `generation` grows with every process; what an older one said no longer counts. */
export type ServerState =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'starting'; readonly attempt: number }
  | { readonly kind: 'ready'; readonly generation: number; readonly info: InitializeResponse }
  | { readonly kind: 'waiting'; readonly attempt: number; readonly retryInMs: number; readonly error: SwitchyardError }
  | { readonly kind: 'failed'; readonly error: SwitchyardError };

/** One notification as it came, `params` not yet checked. */
export interface Notification {
  readonly method: string;
  readonly params: unknown;
}

/** A request of the server, with the id that `serverRequest/resolved` names. */
export interface IncomingRequest {
  readonly id: string | number;
  readonly method: string;
  readonly params: unknown;
}

/** Options of one request. */
export interface RequestOptions {
  readonly signal?: CancelSignal | undefined;
  /** `true`: once the request was sent, `signal` no longer ends the wait, so that a late answer can be dealt with. */
  readonly cancelOnlyUnsent?: boolean;
  /** Overrides the method's deadline for the acknowledgement; `null`: none. */
  readonly deadlineMs?: number | null;
}

/** Sends typed requests: the method decides the types of parameters and result. */
export type SendRequest = <M extends keyof ClientRequests>(
  method: M,
  params: ClientRequests[M]['params'],
  options?: RequestOptions,
) => Promise<ClientRequests[M]['result']>;

/** The transport's face: all that the other stages know of the process and its wire. */
export interface AppServer {
  readonly state: ServerState;
  readonly onDidChangeState: Event<ServerState>;
  /** Every notification, in wire order, called synchronously while the line is read. */
  readonly onNotification: Event<Notification>;
  /** Sends a request; starts the server first when it does not run. @throws RpcError, SwitchyardError */
  readonly request: SendRequest;
  /** The one place that answers the server's requests. Its rejection becomes an error answer. */
  setRequestHandler(handler: (request: IncomingRequest) => Promise<unknown>): void;
  /** Starts the server unless it runs. @throws SwitchyardError with the reason and the last lines of stderr. */
  start(): Promise<void>;
  /** Ends the server, forgets earlier crashes, and starts it again. */
  restart(): Promise<void>;
  /** Ends the server and leaves it down until the next request. */
  stop(): Promise<void>;
}
