import { type Disposable, DisposableStore } from '../base/disposable';
import { messageOf } from '../base/errors';
import type { TypedNotification } from '../router/notification';
import type { ConversationContext } from './context';
import { onServerEnd } from './serverEnd';
import { isBusy } from './outbox';
import { type StoredThread, type ThreadIndex, toStatus } from './threadIndex';

/** The name of a sub-agent until the server has one. */
export const UNNAMED = 'Sub-agent';

interface ThreadsOfWindow {
  /** Of an open conversation's thread. */
  readonly folderOf: (threadId: string) => string | undefined;
  /** It was archived or deleted. */
  readonly putAway: (threadId: string) => void;
}

/** Keeps a list of stored threads true to what the server says of them. */
export function followThreads(
  index: ThreadIndex,
  { client, logger, now }: Pick<ConversationContext, 'client' | 'logger' | 'now'>,
  { folderOf, putAway }: ThreadsOfWindow,
): Disposable {
  const store = new DisposableStore();
  const receive = (notification: TypedNotification): void => {
    if (!notification.known) return;
    switch (notification.method) {
      case 'thread/deleted':
        putAway(notification.params.threadId);
        index.forget(notification.params.threadId);
        return;
      case 'thread/archived':
        putAway(notification.params.threadId);
        if (!index.query.archived) index.forget(notification.params.threadId);
        return;
      case 'thread/unarchived':
        if (index.query.archived) index.forget(notification.params.threadId);
        return;
      case 'thread/name/updated':
        index.update(notification.params.threadId, { title: notification.params.threadName ?? '' });
        return;
      case 'thread/status/changed':
        statusChanged(notification.params.threadId, toStatus(notification.params.status));
        return;
      default:
    }
  };
  /** Sub-agents are told of only so: the server sends no `thread/started` for them (codex app-server 0.169.0). */
  const statusChanged = (threadId: string, status: StoredThread['status']): void => {
    const known = index.get(threadId);
    const parentThreadId = client.threads.parentOf(threadId);
    if (known && known.status !== status) index.update(threadId, { status, updatedAtMs: now() });
    const folder = parentThreadId === undefined ? undefined : folderOf(parentThreadId);
    if (!known && parentThreadId !== undefined && folder !== undefined && index.isEveryday) {
      const entry = { threadId, title: UNNAMED, updatedAtMs: now(), folder, parentThreadId, archived: false, status };
      index.add(entry);
    }
    if (isBusy({ status }) || index.get(threadId)?.title !== UNNAMED) return;
    // Only now does the server have its name.
    index.refresh().catch((error: unknown) => {
      logger.info(`The list of conversations was not read: ${messageOf(error)}`);
    });
  };
  store.add(client.onNotification(receive));
  store.add(onServerEnd(client, () => index.serverEnded()));
  return store;
}
