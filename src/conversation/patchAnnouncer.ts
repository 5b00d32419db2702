import type { Disposable } from '../base/disposable';
import type { AppServerClient } from '../router/appServerClient';
import { announceItems, type ItemOrigin } from './itemAnnouncer';

/** A file of a patch, with the path it is moved to, if it is. Absolute. */
export interface PatchFile {
  readonly path: string;
  readonly moveTo?: string;
  readonly kind: 'add' | 'delete' | 'update';
}

/** A change of files that has begun: it waits for an approval, or its files are about to be written. */
export interface AnnouncedPatch extends ItemOrigin {
  readonly files: readonly PatchFile[];
}

/** All files of a patch, where they were and where they will be. */
export function pathsOf({ files }: AnnouncedPatch): Set<string> {
  return new Set(files.flatMap(({ path, moveTo }) => (moveTo === undefined ? [path] : [path, moveTo])));
}

/**
 * Tells `announce` of every patch before its files are written, and disposes what it returned when the patch is done.
 * The calls that write files do not say which patch they belong to (codex app-server 0.169.0).
 */
export function announcePatches(client: AppServerClient, announce: (patch: AnnouncedPatch) => Disposable): Disposable {
  return announceItems(client, (item, origin) => {
    if (item.type !== 'fileChange') return undefined;
    const files = item.changes.map(({ path, kind }): PatchFile => ({
      path,
      kind: kind.type,
      ...(kind.type === 'update' && kind.move_path && { moveTo: kind.move_path }),
    }));
    return announce({ ...origin, files });
  });
}
