import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { messageOf } from '../../../base/errors';
import type { Logger } from '../../../base/logger';
import type { ChangeLedger, RestoreRecord, TurnRecord } from '../../../conversation/review/changeLedger';
import { modifiedAt, readLineFile, removeLeftovers, setAside, writeLineFile } from './lineFile';

type LedgerRecord = TurnRecord | RestoreRecord;

const EXTENSION = '.jsonl';
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const snapshot = z.union([
  z.enum(['missing', 'unknown']),
  z.object({ text: hash.nullable(), bytes: hash.nullable(), mode: z.number().nullable() }),
]);
const step = z.object({ path: z.string(), before: snapshot, after: snapshot, movedFrom: z.string().nullable() });
const turnFile = step.extend({ by: z.enum(['patch', 'command']), steps: z.array(step).exactOptional() });
const recordHead = z.union([
  z.object({ threadId: z.string(), turnId: z.string(), atMs: z.number(), undone: z.boolean() }),
  z.object({ threadId: z.string(), turnIds: z.array(z.string()), atMs: z.number() }),
]);

interface KnownFile {
  readonly record: LedgerRecord;
  readonly mtimeMs: number;
}

/**
 * The change ledger on the disk: a file per turn, and one per thread for its last restore, in `<folder>/turns`. A save
 * writes only what changed, so that a long history costs nothing, and windows that share the folder write only the turns
 * that they saw.
 */
export class LedgerFiles {
  private readonly folder: string;
  /** What is on the disk, by file name. */
  private readonly known = new Map<string, KnownFile>();

  constructor(
    folder: string,
    private readonly ledger: ChangeLedger,
    private readonly logger: Logger,
  ) {
    this.folder = path.join(folder, 'turns');
  }

  /** Adds to the ledger what this window has not read yet. Gives the damaged files, which are set aside. Never rejects. */
  async read(): Promise<readonly string[]> {
    await removeLeftovers(this.folder);
    const names = await readdir(this.folder).catch(() => []);
    const found = new Map<string, KnownFile>();
    const damaged: string[] = [];
    const current = this.current();
    for (const name of names.filter((other) => other.endsWith(EXTENSION))) {
      // What changed in this window as well is not replaced: ours is written next.
      if (current.get(name) !== this.known.get(name)?.record) continue;
      try {
        const file = await this.readNew(name);
        if (file === 'damaged') damaged.push(path.join(this.folder, name));
        else if (file) found.set(name, file);
      } catch (error) {
        this.logger.warn(`What Codex changed in one turn cannot be read: ${messageOf(error)}`);
      }
    }
    this.adopt(found);
    return damaged;
  }

  /** Writes what changed and deletes what the ledger has forgotten. Rejects when the disk does not take it. */
  async write(): Promise<void> {
    const current = this.current();
    for (const [name, record] of current) {
      if (this.known.get(name)?.record === record) continue;
      const { files, ...head } = record;
      this.known.set(name, { record, mtimeMs: await writeLineFile(path.join(this.folder, name), head, files) });
    }
    for (const name of [...this.known.keys()].filter((other) => !current.has(other))) {
      await rm(path.join(this.folder, name), { force: true });
      this.known.delete(name);
    }
  }

  private async readNew(name: string): Promise<KnownFile | 'damaged' | undefined> {
    const file = path.join(this.folder, name);
    const known = this.known.get(name);
    if (known && known.mtimeMs === (await modifiedAt(file))) return undefined;
    const read = await readLineFile(file, recordHead, turnFile);
    if (!read) return undefined;
    if (read.isWhole && read.head) return { record: { ...read.head, files: read.items }, mtimeMs: read.mtimeMs };
    await setAside(file);
    return 'damaged';
  }

  private adopt(found: ReadonlyMap<string, KnownFile>): void {
    const before = this.current();
    const fresh = [...found].filter(([name]) => before.get(name) === this.known.get(name)?.record);
    if (fresh.length === 0) return;
    const records = fresh.map(([, { record }]) => record);
    this.ledger.restore({ turns: records.filter(isTurn), restores: records.filter(isRestore) });
    const current = this.current();
    for (const [name, { mtimeMs }] of fresh) {
      const record = current.get(name);
      if (record) this.known.set(name, { record, mtimeMs });
    }
  }

  private current(): Map<string, LedgerRecord> {
    const { turns, restores } = this.ledger.snapshot();
    return new Map([...turns, ...restores].map((record) => [nameOf(record), record]));
  }
}

function isTurn(record: LedgerRecord): record is TurnRecord {
  return 'turnId' in record;
}

function isRestore(record: LedgerRecord): record is RestoreRecord {
  return !isTurn(record);
}

function nameOf(record: LedgerRecord): string {
  const { threadId } = record;
  const key = JSON.stringify(isTurn(record) ? ['turn', threadId, record.turnId] : ['restore', threadId]);
  return createHash('sha256').update(key).digest('hex').slice(0, 32) + EXTENSION;
}
