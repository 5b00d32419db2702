import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import pLimit from 'p-limit';
import {
  createMessageConnection,
  ErrorCodes,
  type MessageConnection,
  type RequestMessage,
  ResponseError,
} from 'vscode-jsonrpc/node';
import type { CancelSignal } from '../base/cancelSignal';
import { RpcError, SwitchyardError, messageOf } from '../base/errors';
import { type Logger, redact, truncate } from '../base/logger';
import type { IncomingRequest, RequestOptions } from './appServer';
import { firstOf, onAbort, onTimeout, type StopReason } from './firstOf';
import { JsonLineReader, JsonLineWriter } from './jsonLines';

/** More pending requests than this and the server starts to refuse, and then to lose them (codex-cli 0.169.0). */
const MAX_IN_FLIGHT = 64;
const DEFAULT_DEADLINE_MS = 60_000;
const OVERLOADED = -32001;
const MALFORMED_ANSWER = -32000;
const OVERLOAD_RETRY_MS = [250, 750, 2_000];

/** Deadlines of acknowledgements. A turn itself never has one. `null`: none. */
const DEADLINES_MS: Readonly<Record<string, number | null>> = {
  initialize: 30_000,
  // Sent before everybody's first request: a server that does not know it must not hold the start up.
  'environment/add': 5_000,
  'turn/start': 30_000,
  'turn/interrupt': 10_000,
  'turn/steer': 10_000,
  'thread/unsubscribe': 5_000,
  'command/exec': null,
};

/** Who hears of what the server sends. */
export interface ConnectionHandlers {
  onNotification(method: string, params: unknown): void;
  /** Resolves with the result; rejects to answer with an error. */
  onRequest(request: IncomingRequest): Promise<unknown>;
  /** Hears of every message that has a method, both ways. */
  readonly trace?: ((direction: '→' | '←', method: string, params: unknown) => void) | undefined;
}

/**
 * JSON-RPC with one app-server process. It does not own the process; it ends with it: every request that is still
 * pending is then rejected with `connectionLost`.
 */
export class Connection {
  private readonly rpc: MessageConnection;
  private readonly limit = pLimit(MAX_IN_FLIGHT);
  private readonly closed = new AbortController();
  /** The ids of the server's requests that are not answered yet. */
  private readonly open = new Set<string>();

  constructor(
    child: ChildProcessWithoutNullStreams,
    private readonly handlers: ConnectionHandlers,
    private readonly logger: Logger,
  ) {
    // One listener per pending request, by design.
    setMaxListeners(0, this.closed.signal);
    const reader = new JsonLineReader(child.stdout, {
      onNotification: (method, params) => {
        this.receive(method, params);
      },
      onBadLine: (line, reason) => {
        logger.warn(`Skipped a line from codex that is not a message (${reason}): ${redact(truncate(line, 200))}`);
      },
    });
    this.rpc = createMessageConnection(
      reader,
      new JsonLineWriter(child.stdin),
      {
        error: (message) => {
          logger.error(message);
        },
        warn: (message) => {
          logger.warn(message);
        },
        info: (message) => {
          logger.info(message);
        },
        log: (message) => {
          logger.debug(message);
        },
      },
      {
        messageStrategy: {
          handleMessage: (message, next) =>
            this.isFirst(message) ? next(withErrorCode(withRequestId(message))) : undefined,
        },
      },
    );
    this.rpc.onError(([error]) => {
      this.close(`the stream broke: ${error.message}`);
    });
    this.rpc.onClose(() => {
      this.close('it closed its output');
    });
    this.rpc.onRequest((method, params) => this.answer(method, params as WrappedParams));
    this.rpc.listen();
  }

  /**
   * Sends a request and resolves with its result. Refusals for overload are repeated with growing pauses: a refused
   * request was never accepted, so that is safe for every method.
   *
   * @throws RpcError, or SwitchyardError `deadline`, `cancelled`, `connectionLost`.
   */
  async request(method: string, params: unknown, options: RequestOptions = {}): Promise<unknown> {
    for (const pause of [...OVERLOAD_RETRY_MS, undefined]) {
      try {
        return await this.inSlot(method, options.signal, () => this.requestOnce(method, params, options));
      } catch (error) {
        if (pause === undefined || !(error instanceof RpcError) || error.code !== OVERLOADED) throw error;
        this.logger.info(`codex is busy; ${method} is sent again in about ${pause} ms`);
        await this.pause(pause * (0.75 + Math.random() / 2), options.signal);
      }
    }
    throw new SwitchyardError('overloaded', `${method}: the server stayed busy.`);
  }

  /** Sends a notification. Failures end the connection and are reported there. */
  notify(method: string, params?: unknown): void {
    const sent = params === undefined ? this.rpc.sendNotification(method) : this.rpc.sendNotification(method, params);
    sent.catch((error: unknown) => {
      this.logger.warn(`${method} was not sent: ${messageOf(error)}`);
    });
  }

  /** Aborted, with the reason, when the connection has ended. */
  get closeSignal(): AbortSignal {
    return this.closed.signal;
  }

  /** Rejects everything that is pending, with `reason`. Safe to call again. */
  close(reason: string): void {
    if (this.closed.signal.aborted) return;
    this.closed.abort(new SwitchyardError('connectionLost', `The connection to codex was lost: ${reason}`));
    // Disposing rejects pending requests; closing alone would leave them waiting for ever.
    this.rpc.dispose();
  }

  /** Waits for a free slot, but not longer than `signal` lets it, and holds the slot until `send` has settled. */
  private async inSlot(
    method: string,
    signal: CancelSignal | undefined,
    send: () => Promise<unknown>,
  ): Promise<unknown> {
    if (signal?.aborted) throw cancelled(method);
    let admit = (): void => undefined;
    const admitted = new Promise<void>((resolve) => (admit = resolve));
    const answer = this.limit(() => {
      admit();
      return send();
    });
    answer.catch(() => undefined);
    await firstOf(admitted, signal ? [onAbort(signal, () => cancelled(method))] : []);
    return answer;
  }

  private async requestOnce(method: string, params: unknown, options: RequestOptions): Promise<unknown> {
    this.closed.signal.throwIfAborted();
    if (options.signal?.aborted) throw cancelled(method);
    this.handlers.trace?.('→', method, params);
    const answer = params === undefined ? this.rpc.sendRequest(method) : this.rpc.sendRequest(method, params);
    return firstOf(
      answer.catch((error: unknown) => {
        throw toError(method, error);
      }),
      this.reasonsToStopWaiting(method, options),
    );
  }

  private reasonsToStopWaiting(
    method: string,
    { signal, deadlineMs, cancelOnlyUnsent = false }: RequestOptions,
  ): StopReason[] {
    const deadline = deadlineMs === undefined ? deadlineOf(method) : deadlineMs;
    const late = (ms: number): Error =>
      new SwitchyardError('deadline', `codex did not answer ${method} within ${ms / 1000} s.`);
    return [
      onAbort(this.closed.signal, () => this.closed.signal.reason as Error),
      ...(signal && !cancelOnlyUnsent ? [onAbort(signal, () => cancelled(method))] : []),
      ...(deadline === null ? [] : [onTimeout(deadline, () => late(deadline))]),
    ];
  }

  private receive(method: string, params: unknown): void {
    // The reader goes on until the stream ends; what a closed connection says no longer counts.
    if (this.closed.signal.aborted) return;
    try {
      this.handlers.trace?.('←', method, params);
      this.handlers.onNotification(method, params);
    } catch (error) {
      this.logger.error(`Handling ${method} failed: ${messageOf(error)}`);
    }
  }

  /** Whether this is not a second copy of a request that is still open: a request is answered exactly once. */
  private isFirst(message: object): boolean {
    if (!('method' in message) || !('id' in message)) return true;
    const id = String(message.id);
    if (this.open.has(id)) {
      this.logger.warn(`codex repeated the open request ${id}; it is answered once.`);
      return false;
    }
    this.open.add(id);
    return true;
  }

  private async answer(method: string, { requestId, params }: WrappedParams): Promise<unknown> {
    try {
      this.handlers.trace?.('←', method, params);
      // `null` when there is nothing to say: vscode-jsonrpc would otherwise leave the result out.
      return (await this.handlers.onRequest({ id: requestId, method, params })) ?? null;
    } catch (error) {
      if (error instanceof RpcError) throw new ResponseError(error.code, error.rpcMessage);
      throw new ResponseError(ErrorCodes.InternalError, messageOf(error));
    } finally {
      this.open.delete(String(requestId));
    }
  }

  private async pause(ms: number, signal: CancelSignal | undefined): Promise<void> {
    const over = new Promise<void>((resolve) => setTimeout(resolve, ms));
    await firstOf(over, this.reasonsToStopWaiting('The request', { signal, deadlineMs: null }));
  }
}

function deadlineOf(method: string): number | null {
  const own = DEADLINES_MS[method];
  return own === undefined ? DEFAULT_DEADLINE_MS : own;
}

interface WrappedParams {
  readonly requestId: string | number;
  readonly params: unknown;
}

/** vscode-jsonrpc keeps the id of a request from its handler, but `serverRequest/resolved` names it: carry it along. */
function withRequestId<T extends object>(message: T): T {
  if (!('method' in message) || !('id' in message)) return message;
  const request = message as unknown as RequestMessage;
  const params: WrappedParams = { requestId: request.id ?? '', params: request.params };
  return { ...message, params };
}

/** An error without a code would become vscode-jsonrpc's "unknown", the very code with which codex says it is busy. */
function withErrorCode<T extends object>(message: T): T {
  if ('method' in message) return message;
  const { result, error } = message as { result?: unknown; error?: { code?: unknown } | null };
  if (error ? typeof error.code === 'number' : result !== undefined) return message;
  return { ...message, error: { code: MALFORMED_ANSWER, message: 'the answer is malformed', data: error } };
}

function cancelled(method: string): SwitchyardError {
  return new SwitchyardError('cancelled', `${method} was cancelled.`);
}

function toError(method: string, error: unknown): Error {
  if (error instanceof ResponseError && error.code !== ErrorCodes.MessageWriteError)
    return new RpcError(method, error.code, error.message, error.data as unknown);
  return new SwitchyardError('connectionLost', `${method} was not answered: ${messageOf(error)}`, { cause: error });
}
