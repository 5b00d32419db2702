import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

const DAY_MS = 24 * 60 * 60_000;

/** In a folder that windows share, a file that is younger may be of use to a window that we know nothing of. */
export const SHARED_GRACE_MS = 30 * DAY_MS;

/**
 * Removes the oldest files of a folder while it holds more than `maxBytes`, except those to `keep` (absolute) and those
 * that are younger than `graceMs`. Never rejects: what cannot be removed now is removed another time.
 */
export async function trimFolder(
  folder: string,
  { maxBytes, keep, graceMs }: { maxBytes: number; keep: ReadonlySet<string>; graceMs: number },
): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(names.map((name) => look(path.join(folder, name))));
  const files = found.filter((file) => file !== undefined);
  let total = files.reduce((sum, { size }) => sum + size, 0);
  const before = Date.now() - graceMs;
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
