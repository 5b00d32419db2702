import type { Disposable } from '../base/disposable';
import type { ContentionView } from '../shared/conversation';
import { pathLabel } from './commandText';
import type { Conversations } from './conversations';
import type { Contention, FileLeases } from './fileLeases';

/** Shows in every open conversation which of its files another one is about to write as well. */
export function showContention(leases: FileLeases, conversations: Conversations): Disposable {
  return leases.onDidChange(() => {
    for (const conversation of conversations.all) {
      const { threadId, folder } = conversation.view;
      const found = threadId === null ? [] : leases.contentionOf(threadId);
      conversation.setContention(found.map((contention) => toView(contention, folder, conversations)));
    }
  });
}

function toView(
  { path, role, otherThreadId }: Contention,
  folder: string,
  conversations: Conversations,
): ContentionView {
  const other = conversations.ofThread(otherThreadId);
  return {
    path,
    role,
    label: pathLabel(path, folder),
    otherKey: other?.key ?? otherThreadId,
    otherTitle: other?.view.title || 'Another conversation',
  };
}
