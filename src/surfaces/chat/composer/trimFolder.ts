import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** A file that is younger may be on its way into a message. */
const GRACE_MS = 10 * 60_000;

/**
 * Removes the oldest files of a folder while it holds more than `maxBytes`, except those to `keep` (absolute) and those
 * of the last minutes. Never rejects: what cannot be removed now is removed another time.
 */
export async function trimFolder(folder: string, maxBytes: number, keep: ReadonlySet<string>): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(names.map((name) => look(path.join(folder, name))));
  const files = found.filter((file) => file !== undefined);
  let total = files.reduce((sum, { size }) => sum + size, 0);
  const before = Date.now() - GRACE_MS;
  const removable = files.filter(({ file, mtimeMs }) => mtimeMs < before && !keep.has(file));
  for (const { file, size } of removable.sort((one, other) => one.mtimeMs - other.mtimeMs)) {
    if (total <= maxBytes) return;
    await rm(file, { force: true }).catch(() => undefined);
    total -= size;
  }
}

async function look(file: string): Promise<{ file: string; size: number; mtimeMs: number } | undefined> {
  const stats = await stat(file).catch(() => undefined);
  return stats?.isFile() ? { file, size: stats.size, mtimeMs: stats.mtimeMs } : undefined;
}
