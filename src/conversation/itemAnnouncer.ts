import { type Disposable, DisposableStore, toDisposable } from '../base/disposable';
import type { ThreadItem } from '../protocol/generated/types/v2/ThreadItem';
import type { AppServerClient } from '../router/appServerClient';
import type { TypedNotification } from '../router/notification';
import { onServerEnd } from './serverEnd';

/** Where an item stands. */
export interface ItemOrigin {
  readonly threadId: string;
  readonly turnId: string;
  readonly itemId: string;
}

/**
 * Tells `announce` of every item when it starts, and disposes what it returned when the item is complete, its turn has
 * ended (some items are never completed: codex app-server 0.169.0) or the server has. `undefined`: not of interest.
 */
export function announceItems(
  client: AppServerClient,
  announce: (item: ThreadItem, origin: ItemOrigin) => Disposable | undefined,
): Disposable {
  const store = new DisposableStore();
  const open = new Map<string, Disposable>();
  const end = (which: (key: string) => boolean): void => {
    for (const [key, announced] of [...open].filter(([entry]) => which(entry))) {
      open.delete(key);
      store.release(announced);
    }
  };
  store.add(toDisposable(() => open.clear()));
  store.add(
    client.onNotification((notification: TypedNotification) => {
      if (!notification.known) return;
      const { threadId, turnId, itemId } = notification;
      const key = `${threadId} ${turnId} ${itemId}`;
      if (notification.method === 'turn/completed') end((entry) => entry.startsWith(`${threadId} ${turnId} `));
      if (notification.method === 'item/completed') end((entry) => entry === key);
      if (notification.method !== 'item/started') return;
      const { params } = notification;
      const origin = { threadId: params.threadId, turnId: params.turnId, itemId: params.item.id };
      const announced = announce(params.item, origin);
      if (!announced) return;
      end((entry) => entry === key);
      open.set(key, store.add(announced));
    }),
  );
  store.add(onServerEnd(client, () => end(() => true)));
  return store;
}
