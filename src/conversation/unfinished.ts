import type { ConversationView, Delta, MessageDraft, OutgoingMessage, TurnView } from '../shared/conversation';
import { INTERRUPTED_BY_WINDOW_END, NOT_TAKEN, UNANSWERED_BY_WINDOW_END } from './problems';
import { closeOpenItems } from './reduce';
import { headOf } from './viewStore';

/**
 * What only this window knows of a conversation. The server dies with the window: it keeps what was finished of a turn,
 * and neither what was still being said and done, nor the messages that it was not given (codex app-server 0.169.0).
 */
export interface Unfinished {
  readonly queue: readonly MessageDraft[];
  /** Messages that did not get to the server. */
  readonly outbox: readonly OutgoingMessage[];
  /** The newest turn, unless it is completed. */
  readonly turn: TurnView | null;
  /** Whether the turn waited for the person. */
  readonly waiting: boolean;
}

/** Keeps what is unfinished from one window to the next. */
export interface UnfinishedMemory {
  /** What was unfinished of a conversation when the window before this one ended. `id`: of its thread, else its key. */
  recall(id: string): Unfinished | undefined;
  /** The threads that came to an end while nobody looked, or were cut off with the window. */
  readonly unread: readonly string[];
  /** Keys of the conversations in which something was written and nothing was sent. */
  readonly unsent: readonly string[];
}

/** What would be lost of a conversation if the window ended now; `undefined`: nothing. */
export function unfinishedOf({ turns, queue, outbox, status }: Readonly<ConversationView>): Unfinished | undefined {
  const last = turns.at(-1);
  const turn = last && last.status !== 'completed' ? last : null;
  // One without words stands for a conversation that could not be read.
  const unsent = outbox.filter(({ text, attachments = [] }) => text !== '' || attachments.length > 0);
  if (!turn && queue.length === 0 && unsent.length === 0) return undefined;
  return {
    queue,
    outbox: unsent.map((message) => ({ ...message, problem: message.problem ?? NOT_TAKEN })),
    turn,
    waiting: status === 'waiting',
  };
}

/** The deltas that put back, once the stored turns are shown, what the server does not know of the newest one. */
export function restoredTurn(view: Readonly<ConversationView>, { turn, waiting }: Unfinished): Delta[] {
  if (!turn) return [];
  const newest = view.turns.at(-1);
  const stored = newest?.id === turn.id ? newest : undefined;
  // It went on elsewhere, or was taken back.
  const isOver = stored ? stored.status === 'completed' : newest && !isLater(turn, newest);
  if (isOver) return [];
  const wasCutOff = turn.status === 'working';
  const problem = waiting ? UNANSWERED_BY_WINDOW_END : INTERRUPTED_BY_WINDOW_END;
  const head = stored ? headOf(stored) : headOf(turn);
  const known = new Set(stored?.items.map(({ id }) => id));
  const missing = turn.items.filter(({ id }) => !known.has(id));
  return [
    { type: 'turn', turn: { ...head, ...(wasCutOff ? { status: 'failed', problem } : { problem: turn.problem }) } },
    ...missing.map((item): Delta => ({ type: 'item', turnId: turn.id, item: { ...item } })),
    ...closeOpenItems({ ...turn, items: missing }),
    ...(wasCutOff ? [{ type: 'set', fields: { status: 'failed' } } as const] : []),
  ];
}

function isLater(turn: TurnView, newest: TurnView): boolean {
  return (turn.startedAtMs ?? 0) > (newest.startedAtMs ?? 0);
}
