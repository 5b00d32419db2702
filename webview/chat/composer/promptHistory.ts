import { conversationKey, state } from '../state';

/** Walks through the messages that the person sent in this conversation. */
export interface PromptHistory {
  /**
   * The text to show instead of `current`; `undefined`: there is none in this direction. What was being written is the
   * newest entry. It comes back, and so does what was changed in the others, unless all of it was deleted.
   */
  move(direction: 'older' | 'newer', current: string): string | undefined;
  /** Whether this is a message that was walked to, as it was sent. */
  shows(text: string): boolean;
  /** What was being written was sent or put aside: walking begins anew. */
  reset(): void;
}

/** Call it once for a composer. */
export function createPromptHistory(): PromptHistory {
  let entries: string[] = [];
  let index = 0;
  /** The conversation that is walked through. */
  let walking: string | undefined;
  const isWalking = (): boolean => walking === conversationKey() && index < entries.length - 1;
  return {
    move: (direction, current) => {
      if (isWalking()) {
        if (current.trim() !== '') entries[index] = current;
      } else {
        if (direction === 'newer') return undefined;
        entries = [...sentTexts(), current];
        index = entries.length - 1;
      }
      const next = index + (direction === 'older' ? -1 : 1);
      const text = entries[next];
      if (text === undefined) return undefined;
      index = next;
      walking = conversationKey();
      return text;
    },
    shows: (text) => isWalking() && entries[index] === text,
    reset: () => (walking = undefined),
  };
}

/** Oldest first; the same text twice in a row counts once. */
function sentTexts(): string[] {
  const turns = state.conversation?.turns ?? [];
  const texts = turns.flatMap(({ items }) => items.flatMap((item) => (item.type === 'you' ? [item.text] : [])));
  return texts.filter((text, at) => text.trim() !== '' && text !== texts[at - 1]);
}
