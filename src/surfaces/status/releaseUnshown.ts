import { type Disposable, toDisposable } from '../../base/disposable';
import type { Timer } from '../../base/timer';
import type { Conversation } from '../../conversation/conversation';
import type { Conversations } from '../../conversation/conversations';

const SWEEP_MS = 60_000;
/** A conversation is let go when so many sweeps in a row have found it at rest, and in no panel. */
const SWEEPS = 5;

interface ReleaseContext {
  readonly conversations: Pick<Conversations, 'all' | 'release'>;
  readonly timer: Timer;
  /** Whether a panel holds it, in front or not. */
  readonly isHeld: (conversation: Conversation) => boolean;
}

/**
 * Lets conversations go that no panel holds, about five minutes after their last turn: a thread that is followed cannot
 * be taken by another window, and costs memory here and in the server.
 */
export function releaseUnshown({ conversations, timer, isHeld }: ReleaseContext): Disposable {
  /** For how many sweeps it has been so. */
  const unheld = new WeakMap<Conversation, number>();
  const sweep = (): void => {
    for (const conversation of conversations.all) {
      const sweeps = isHeld(conversation) || conversation.isBusy ? 0 : (unheld.get(conversation) ?? 0) + 1;
      unheld.set(conversation, sweeps);
      if (sweeps >= SWEEPS) conversations.release(conversation);
    }
    next = timer(SWEEP_MS, sweep);
  };
  let next = timer(SWEEP_MS, sweep);
  return toDisposable(() => next.dispose());
}
