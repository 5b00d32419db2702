import { type Disposable, DisposableStore, toDisposable } from '../base/disposable';
import type { AppServerClient } from '../router/appServerClient';
import type { TypedNotification } from '../router/notification';

/** A file of a patch, with the path it is moved to, if it is. */
export interface PatchFile {
  readonly path: string;
  readonly moveTo?: string;
}

/**
 * Tells `announce` of every patch before its files are written, and disposes what it returned when the patch is done.
 * The calls that write files do not say which patch they belong to (codex app-server 0.169.0).
 */
export function announcePatches(
  client: AppServerClient,
  announce: (files: readonly PatchFile[]) => Disposable,
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
      if (notification.method === 'turn/completed') end((key) => key.startsWith(`${threadId} ${turnId} `));
      if (notification.method === 'item/completed') end((key) => key === `${threadId} ${turnId} ${itemId}`);
      if (notification.method !== 'item/started' || notification.params.item.type !== 'fileChange') return;
      const files = notification.params.item.changes.map(({ path, kind }) =>
        kind.type === 'update' && kind.move_path ? { path, moveTo: kind.move_path } : { path },
      );
      open.set(`${threadId} ${turnId} ${itemId}`, store.add(announce(files)));
    }),
  );
  return store;
}
