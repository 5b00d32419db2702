import type { CancelSignal } from '../base/cancelSignal';
import { SwitchyardError } from '../base/errors';

/** Lets the starts of one thread through one after the other, so that a later one meets the turn of an earlier one. */
export class TurnStarts {
  private readonly tails = new Map<string, Promise<void>>();

  /**
   * Runs `start` when every earlier one of this thread has settled. `start` has settled when the server has answered,
   * whether or not somebody still waits for it.
   *
   * @throws SwitchyardError `cancelled` at once when `signal` is aborted; a `start` that still waits is then never run.
   */
  async run<T>(threadId: string, signal: CancelSignal | undefined, start: () => Promise<T>): Promise<T> {
    if (signal?.aborted) throw cancelledStart();
    const startUnlessAborted = (): Promise<T> => (signal?.aborted ? Promise.reject(cancelledStart()) : start());
    const before = this.tails.get(threadId);
    const started = before ? before.then(startUnlessAborted) : start();
    const tail = started.then(
      () => undefined,
      () => undefined,
    );
    this.tails.set(threadId, tail);
    void tail.then(() => {
      if (this.tails.get(threadId) === tail) this.tails.delete(threadId);
    });
    return await unlessAborted(started, signal);
  }

  /** Number of threads with a start under way. */
  get size(): number {
    return this.tails.size;
  }
}

async function unlessAborted<T>(result: Promise<T>, signal: CancelSignal | undefined): Promise<T> {
  if (!signal) return await result;
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(cancelledStart());
    signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([result, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
    // The loser of the race may still reject; nobody waits for it any more.
    result.catch(() => undefined);
  }
}

function cancelledStart(): SwitchyardError {
  return new SwitchyardError('cancelled', 'The start of the turn was cancelled.');
}
