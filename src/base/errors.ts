/** Why an expected failure happened. Switch on this, never on the message. */
export type FailureReason =
  | 'codexNotFound'
  | 'codexTooOld'
  | 'codexNotRunnable'
  | 'workspaceNotTrusted'
  | 'startFailed'
  | 'connectionLost'
  | 'overloaded'
  | 'deadline'
  | 'cancelled'
  | 'declined'
  | 'protocol'
  | 'rpc'
  | 'turnFailed'
  | 'notFound';

/** An expected failure: a message a person can read, and a reason a program can switch on. */
export class SwitchyardError extends Error {
  constructor(
    readonly reason: FailureReason,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'SwitchyardError';
  }
}

/** The server answered a request with an error (`code`, `message`, `data` as on the wire). */
export class RpcError extends SwitchyardError {
  constructor(
    readonly method: string,
    readonly code: number,
    readonly rpcMessage: string,
    readonly data?: unknown,
  ) {
    super(code === -32001 ? 'overloaded' : 'rpc', `${method}: ${rpcMessage} (${code})`);
    this.name = 'RpcError';
  }
}

/** True when `error` is a {@link SwitchyardError} with this reason. */
export function hasReason(error: unknown, reason: FailureReason): error is SwitchyardError {
  return error instanceof SwitchyardError && error.reason === reason;
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
