import type { CancelSignal } from '../base/cancelSignal';

/** Something that ends a wait: `arm` starts to watch for it and returns what stops that. */
export interface StopReason {
  arm(fail: (error: Error) => void): () => void;
}

/** Stops waiting when `signal` is aborted. */
export function onAbort(signal: CancelSignal, error: () => Error): StopReason {
  return {
    arm: (fail) => {
      const listener = (): void => fail(error());
      signal.addEventListener('abort', listener);
      return () => signal.removeEventListener('abort', listener);
    },
  };
}

/** Stops waiting after `ms` milliseconds. */
export function onTimeout(ms: number, error: () => Error): StopReason {
  return {
    arm: (fail) => {
      const timer = setTimeout(() => fail(error()), ms);
      return () => clearTimeout(timer);
    },
  };
}

/** Waits for `answer` or the first reason to stop, whichever comes first; watches for nothing afterwards. */
export async function firstOf<T>(answer: Promise<T>, reasons: readonly StopReason[]): Promise<T> {
  const disarm: (() => void)[] = [];
  const stopped = new Promise<never>((_resolve, reject) => {
    for (const reason of reasons) disarm.push(reason.arm(reject));
  });
  try {
    return await Promise.race([answer, stopped]);
  } finally {
    for (const stop of disarm) stop();
    // Whoever lost the race may still reject; nobody waits for it any more.
    answer.catch(() => undefined);
  }
}
