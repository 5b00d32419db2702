import type { SendRequest } from '../transport/appServer';
import type { Attachment } from '../shared/composer';
import { withoutNotes } from './agentNotes';
import { attachmentsOf } from './attachments';
import { textOf } from './items';

/** The message that began a turn comes first in it; notes of the editor may stand beside it. */
const FIRST_ITEMS = 5;

/** A message as it was sent: what the person wrote, and what they attached to it. */
export interface SentMessage {
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

/**
 * The message that began a turn, or (`itemId`) another of it, as the server keeps it. `undefined`: the turn has none.
 *
 * @throws RpcError, SwitchyardError
 */
export async function readSentMessage(
  request: SendRequest,
  { itemId, ...turn }: { readonly threadId: string; readonly turnId: string; readonly itemId?: string },
  createId: () => string,
): Promise<SentMessage | undefined> {
  const { data } =
    itemId === undefined
      ? await request('thread/items/list', { ...turn, limit: FIRST_ITEMS })
      : await request('thread/items/read', { ...turn, itemIds: [itemId] });
  for (const { item } of data) {
    const content = item.type === 'userMessage' ? withoutNotes(item.content) : [];
    if (content.length > 0) return { text: textOf(content), attachments: attachmentsOf(content, createId) };
  }
  return undefined;
}
