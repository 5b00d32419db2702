import { toDisposable } from '../base/disposable';
import type { Timer } from '../base/timer';

/** The real clock. A timer that is still running does not keep the process alive. */
export const systemTimer: Timer = (ms, run) => {
  const timeout = setTimeout(run, ms);
  timeout.unref();
  return toDisposable(() => clearTimeout(timeout));
};
