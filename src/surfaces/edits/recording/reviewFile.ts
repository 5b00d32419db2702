import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import * as z from 'zod';
import type { Logger } from '../../../base/logger';
import type { TrackedFile } from '../../../conversation/review/review';
import type { BlobStore } from './blobStore';
import { modifiedAt, readLineFile, removeLeftovers, setAside, writeLineFile } from './lineFile';

const NAME = 'review.jsonl';
const BATCH_FILES = 16;
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const storedFile = z.object({
  path: z.string(),
  threads: z.array(z.string()),
  movedFrom: z.string().nullable(),
  gap: z.boolean(),
  round: z.number(),
  baseline: hash.nullable(),
  current: hash.nullable(),
});
const head = z.object({ kind: z.literal('review') });

type StoredFile = z.infer<typeof storedFile>;
interface StoredText {
  readonly text: string;
  readonly hash: string;
}

/**
 * The unreviewed files on the disk: `<folder>/review.jsonl`, a line per file, their texts as blobs. What another window
 * that shares the folder has under review is written along unchanged; this window does not show it before it is reloaded.
 */
export class ReviewFile {
  private readonly file: string;
  private mtimeMs: number | undefined;
  /** The lines of other windows. */
  private foreign: readonly StoredFile[] = [];
  private entries: readonly StoredFile[] = [];
  /** What this window had under review at any time: what others say of it is older. */
  private readonly owned = new Set<string>();
  private texts = new Map<string, StoredText>();

  constructor(
    private readonly folder: string,
    private readonly blobs: BlobStore,
    private readonly logger: Logger,
  ) {
    this.file = path.join(folder, NAME);
  }

  /**
   * The files as they were saved. One whose texts are gone is given as a gap. `damaged`: the file could not be read as a
   * whole and was set aside; what could be read is given. Rejects when it can neither be read nor set aside.
   */
  async read(): Promise<{ readonly files: readonly TrackedFile[]; readonly damaged: readonly string[] }> {
    await removeLeftovers(this.folder);
    const read = await readLineFile(this.file, head, storedFile);
    if (!read) return { files: [], damaged: [] };
    this.mtimeMs = read.mtimeMs;
    this.entries = read.items;
    for (const entry of read.items) this.owned.add(entry.path);
    if (!read.isWhole) await setAside(this.file);
    const files = await inBatches(read.items, (entry) => this.withTexts(entry));
    return { files, damaged: read.isWhole ? [] : [this.file] };
  }

  /** Stores the texts that are not stored yet, then the list. Rejects when the disk does not take them. */
  async write(files: readonly TrackedFile[]): Promise<void> {
    for (const { path: file } of files) this.owned.add(file);
    const texts = new Map<string, StoredText>();
    const entries = await inBatches(files, async (file): Promise<StoredFile> => {
      const baseline = await this.store(`baseline ${file.path}`, file.baseline, texts);
      const current = await this.store(`current ${file.path}`, file.current, texts);
      const { path: where, threads, movedFrom, gap, round } = file;
      return { path: where, threads: [...threads], movedFrom, gap, round, baseline, current };
    });
    await this.readForeign();
    this.mtimeMs = await writeLineFile(this.file, { kind: 'review' }, [...entries, ...this.foreign]);
    this.texts = texts;
    this.entries = entries;
  }

  /** Looks for what another window wrote since. Rejects when it cannot be read: then it must not be replaced either. */
  async readForeign(): Promise<void> {
    if ((await modifiedAt(this.file)) === this.mtimeMs) return;
    const read = await readLineFile(this.file, head, storedFile);
    this.foreign = (read?.items ?? []).filter((entry) => !this.owned.has(entry.path));
    this.mtimeMs = read?.mtimeMs;
  }

  /** The hashes that the file on the disk refers to, those of other windows too. */
  hashes(): readonly string[] {
    const entries = [...this.entries, ...this.foreign];
    return entries.flatMap(({ baseline, current }) => [baseline, current]).filter((value) => value !== null);
  }

  /** A text that is the same as at the last save is neither hashed nor written again. */
  private async store(key: string, text: string | null, texts: Map<string, StoredText>): Promise<string | null> {
    if (text === null) return null;
    const stored = this.texts.get(key);
    const entry = stored?.text === text ? stored : { text, hash: await this.blobs.put(text) };
    texts.set(key, entry);
    return entry.hash;
  }

  private async withTexts(entry: StoredFile): Promise<TrackedFile> {
    const baseline = await this.textOf(entry.baseline);
    const current = await this.textOf(entry.current);
    if (baseline !== undefined && current !== undefined) return { ...entry, baseline, current };
    this.logger.warn(`The earlier text of ${entry.path} is lost: what Codex changed there can be kept, but not undone`);
    return { ...entry, baseline: null, current: current ?? null, gap: true };
  }

  private async textOf(stored: string | null): Promise<string | null | undefined> {
    return stored === null ? null : this.blobs.text(stored);
  }
}

async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += BATCH_FILES) {
    results.push(...(await Promise.all(items.slice(start, start + BATCH_FILES).map(work))));
    // Where nothing was read or written, no other work had its turn.
    await setImmediate();
  }
  return results;
}
