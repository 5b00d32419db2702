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
 * The message that began a turn, as the server keeps it. `undefined`: the turn has none.
 *
 * @throws RpcError, SwitchyardError
 */
export async function readSentMessage(
  request: SendRequest,
  ids: { readonly threadId: string; readonly turnId: string },
  createId: () => string,
): Promise<SentMessage | undefined> {
  const { data } = await request('thread/items/list', { ...ids, limit: FIRST_ITEMS });
  for (const { item } of data) {
    const content = item.type === 'userMessage' ? withoutNotes(item.content) : [];
    if (content.length > 0) return { text: textOf(content), attachments: attachmentsOf(content, createId) };
  }
  return undefined;
}
