import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import * as z from 'zod';

/** How much is made or read between two turns of the event loop. */
const BATCH_CHARACTERS = 64 * 1024;
const BATCH_LINES = 200;
const TEMPORARY = '.tmp';
const DAMAGED = '.damaged';
const TEMPORARY_LIVES_MS = 10 * 60_000;
const VERSION = 1;

/** A file of JSON lines as it was read: a head, then the items. `undefined` heads and lost items: it is damaged. */
export interface LineFile<H, T> {
  readonly head: H | undefined;
  readonly items: readonly T[];
  readonly isWhole: boolean;
  readonly mtimeMs: number;
}

/**
 * Replaces `file` by a head and items, a JSON line each. Written piece by piece, so that no other work waits; all or
 * nothing, also over a power failure. Gives the new time of modification.
 */
export async function writeLineFile(file: string, head: object, items: readonly unknown[]): Promise<number> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${randomUUID()}${TEMPORARY}`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      let batch = `${JSON.stringify({ version: VERSION, count: items.length, ...head })}\n`;
      for (const item of items) {
        batch += `${JSON.stringify(item)}\n`;
        if (batch.length < BATCH_CHARACTERS) continue;
        await handle.appendFile(batch);
        batch = '';
      }
      await handle.appendFile(batch);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  return (await stat(file)).mtimeMs;
}

/** Reads what `writeLineFile` wrote, checked line by line. `undefined`: there is no such file. Rejects when it cannot be read. */
export async function readLineFile<H, T>(
  file: string,
  head: z.ZodType<H>,
  item: z.ZodType<T>,
): Promise<LineFile<H, T> | undefined> {
  const mtimeMs = await modifiedAt(file);
  if (mtimeMs === undefined) return undefined;
  const [first, ...lines] = (await readFile(file, 'utf8')).trimEnd().split('\n');
  const start = parseLine(z.object({ version: z.literal(VERSION), count: z.number() }), first);
  const items: T[] = [];
  for (const [index, line] of lines.entries()) {
    if (index % BATCH_LINES === 0) await setImmediate();
    const value = parseLine(item, line);
    if (value !== undefined) items.push(value);
  }
  const parsedHead = start && parseLine(head, first);
  return { head: parsedHead, items, isWhole: parsedHead !== undefined && start?.count === items.length, mtimeMs };
}

/** When `file` was modified, in milliseconds since 1970; `undefined`: there is none. */
export async function modifiedAt(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).mtimeMs;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Puts a damaged file out of the way, for a person to look at. */
export async function setAside(file: string): Promise<void> {
  await rename(file, file + DAMAGED);
}

/** Deletes what a window that crashed left half-written in `folder`. Never rejects. */
export async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith(TEMPORARY)).map((name) => path.join(folder, name));
  await Promise.allSettled(
    files.map(async (file) => {
      if (Date.now() - (await stat(file)).mtimeMs > TEMPORARY_LIVES_MS) await rm(file, { force: true });
    }),
  );
}

function parseLine<T>(schema: z.ZodType<T>, line: string | undefined): T | undefined {
  try {
    return schema.parse(JSON.parse(line ?? ''));
  } catch {
    return undefined;
  }
}
