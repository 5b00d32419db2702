import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { type FileHandle, open, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** How the names of our temporary files end. */
const TEMPORARY_SUFFIX = '.switchyard-tmp';
const TEMPORARY_ID_BYTES = 6;
/** Why a file cannot be replaced by another although it can be written. */
const CANNOT_REPLACE = new Set(['EACCES', 'EPERM', 'EROFS', 'EXDEV', 'EBUSY', 'ETXTBSY']);

/** Whether `file` is one that {@link writeBytes} makes for a moment. */
export function isTemporaryFile(file: string): boolean {
  return file.endsWith(TEMPORARY_SUFFIX);
}

/**
 * Gives an existing file new content: all of it or, when that fails, none of it. The file keeps its permissions; a link
 * stays a link. Rejects with the error of the file system, and the file is what it was.
 */
export async function writeBytes(file: string, bytes: Uint8Array): Promise<void> {
  const target = await realpath(file);
  const stats = await stat(target);
  // Replacing one name of a file would part it from its other names.
  if (stats.nlink > 1) return writeInPlace(target, bytes);
  try {
    await replace(target, bytes, stats);
  } catch (error) {
    if (!CANNOT_REPLACE.has(codeOf(error))) throw error;
    await writeInPlace(target, bytes);
  }
}

/** Makes a file with this content; leaves nothing behind when it fails. Rejects when there is something at `file`. */
export async function createBytes(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(bytes).finally(() => handle.close());
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

async function replace(target: string, bytes: Uint8Array, stats: Stats): Promise<void> {
  const id = randomBytes(TEMPORARY_ID_BYTES).toString('hex');
  const temporary = path.join(path.dirname(target), `.${id}${TEMPORARY_SUFFIX}`);
  const handle = await open(temporary, 'wx', stats.mode);
  try {
    await fill(handle, bytes, stats).finally(() => handle.close());
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function fill(handle: FileHandle, bytes: Uint8Array, { uid, gid, mode }: Stats): Promise<void> {
  const own = await handle.stat();
  if (own.uid !== uid || own.gid !== gid) await handle.chown(uid, gid);
  await handle.chmod(mode);
  await handle.writeFile(bytes);
  await handle.sync();
}

async function writeInPlace(target: string, bytes: Uint8Array): Promise<void> {
  const before = await readFile(target);
  try {
    await writeFile(target, bytes, { flush: true });
  } catch (error) {
    await writeFile(target, before).catch(() => undefined);
    throw error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
