import type { TurnView } from '../../shared/conversation';

/** What a restore takes back. */
export interface RestoreParts {
  readonly files: boolean;
  readonly conversation: boolean;
}

/** The choices there are: what has nothing to take back is no choice. */
export function partsOf(checkpoint: { readonly files: number; readonly messages: number }): readonly RestoreParts[] {
  const [files, conversation] = [checkpoint.files > 0, checkpoint.messages > 0];
  return [
    ...(files && conversation ? [{ files, conversation }] : []),
    ...(files ? [{ files, conversation: false }] : []),
    ...(conversation ? [{ files: false, conversation }] : []),
  ];
}

const MAX_CHARACTERS = 100;

/** The person's messages, oldest first: of all turns, or from one on. A turn counts once, with its first message. */
export function messagesFrom(
  turns: readonly Pick<TurnView, 'id' | 'items'>[],
  turnId?: string,
): readonly { readonly turnId: string; readonly text: string }[] {
  const start = turnId === undefined ? 0 : turns.findIndex(({ id }) => id === turnId);
  if (start < 0) return [];
  return turns.slice(start).flatMap(({ id, items }) => {
    const you = items.find((item) => item.type === 'you');
    if (you?.type !== 'you') return [];
    const text = you.text.replace(/\s+/g, ' ').trim();
    return { turnId: id, text: text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text };
  });
}
