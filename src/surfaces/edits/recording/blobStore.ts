import { createHash, randomUUID, webcrypto } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../../../base/errors';
import type { Logger } from '../../../base/logger';

const HASH = /^[0-9a-f]{64}$/;
const SHARD = /^[0-9a-f]{2}$/;
/** Larger contents are hashed off the thread. */
const SMALL_BYTES = 128 * 1024;
const GRACE_MS = 24 * 60 * 60_000;
const PRESSED_GRACE_MS = 10 * 60_000;

/**
 * Contents by their SHA-256, one file each in `<folder>/blobs`. Several windows may use one folder. Nothing is synced to
 * the disk: contents are compared with their hash when they are read, and what a power failure spoiled is not given.
 */
export class BlobStore {
  private readonly folder: string;
  private readonly writing = new Map<string, Promise<void>>();
  private written = 0;

  constructor(
    folder: string,
    private readonly logger: Logger,
  ) {
    this.folder = path.join(folder, 'blobs');
  }

  /** How many bytes this store has written since it was made. */
  get bytesWritten(): number {
    return this.written;
  }

  /** Stores text as UTF-8, or bytes, and gives the hash. Rejects when the disk does not take them: a later call tries again. */
  async put(content: string | Uint8Array): Promise<string> {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    const hash = await digest(bytes);
    let writing = this.writing.get(hash);
    if (!writing) {
      writing = this.write(hash, bytes).finally(() => this.writing.delete(hash));
      this.writing.set(hash, writing);
    }
    await writing;
    return hash;
  }

  /** The hash that `put` would give. */
  hashOf(content: string | Uint8Array): string {
    return createHash('sha256').update(content).digest('hex');
  }

  /** `undefined`: it is not here, or not what was stored. */
  async text(hash: string): Promise<string | undefined> {
    return (await this.read(hash))?.toString('utf8');
  }

  /** `undefined`: it is not here, or not what was stored. */
  async bytes(hash: string): Promise<Uint8Array | undefined> {
    return this.read(hash);
  }

  /** The size of each blob in bytes. */
  async sizes(): Promise<ReadonlyMap<string, number>> {
    const sizes = new Map<string, number>();
    await this.eachFile(async (file, hash) => {
      const { size } = await stat(file);
      if (HASH.test(hash)) sizes.set(hash, size);
    });
    return sizes;
  }

  /**
   * Deletes what is not to be kept, when it was stored more than a day ago: it may yet be recorded, here or in another
   * window. Beyond `maxBytes` in all, ten minutes do, oldest first. Never rejects.
   */
  async collect(keep: ReadonlySet<string>, maxBytes: number): Promise<void> {
    const unused: { readonly file: string; readonly size: number; readonly ageMs: number }[] = [];
    let total = 0;
    await this.eachFile(async (file, hash) => {
      const { size, mtimeMs } = await stat(file);
      total += size;
      if (!keep.has(hash)) unused.push({ file, size, ageMs: Date.now() - mtimeMs });
    });
    for (const { file, size, ageMs } of unused.sort((a, b) => b.ageMs - a.ageMs)) {
      if (ageMs < (total > maxBytes ? PRESSED_GRACE_MS : GRACE_MS)) break;
      await this.remove(file);
      total -= size;
    }
  }

  private async write(hash: string, bytes: Uint8Array): Promise<void> {
    const file = this.fileOf(hash);
    if (await isStored(file, bytes.length)) return;
    const temporary = `${file}.${randomUUID()}`;
    try {
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      await writeFile(temporary, bytes, { flag: 'wx', mode: 0o600 });
      await rename(temporary, file);
      this.written += bytes.length;
    } catch (error) {
      await this.remove(temporary);
      // Another window was faster, and has the file open.
      if (!(await isStored(file, bytes.length))) throw error;
    }
  }

  private async read(hash: string): Promise<Buffer | undefined> {
    if (!HASH.test(hash)) return undefined;
    const file = this.fileOf(hash);
    try {
      const bytes = await readFile(file);
      if ((await digest(bytes)) === hash) return bytes;
      this.logger.warn(`The stored text ${hash} is damaged and was removed`);
      await this.remove(file);
    } catch (error) {
      this.logger.warn(`The stored text ${hash} cannot be read: ${messageOf(error)}`);
    }
    return undefined;
  }

  private fileOf(hash: string): string {
    return path.join(this.folder, hash.slice(0, 2), hash.slice(2));
  }

  private async remove(file: string): Promise<void> {
    await rm(file, { force: true }).catch((error: unknown) => {
      this.logger.debug(`A stored text was not removed: ${messageOf(error)}`);
    });
  }

  /** Visits the files, a shard at a time. What another window removes meanwhile is passed over. */
  private async eachFile(visit: (file: string, hash: string) => Promise<void>): Promise<void> {
    const shards = await readdir(this.folder).catch(() => []);
    for (const shard of shards.filter((name) => SHARD.test(name))) {
      const folder = path.join(this.folder, shard);
      const names = await readdir(folder).catch(() => []);
      await Promise.allSettled(names.map((name) => visit(path.join(folder, name), shard + name)));
    }
  }
}

/** Whether the whole content is there already. Makes it young again, so that no window collects it. */
async function isStored(file: string, size: number): Promise<boolean> {
  const stats = await stat(file).catch(() => undefined);
  if (stats?.size !== size) return false;
  const now = new Date();
  return utimes(file, now, now).then(
    () => true,
    () => false,
  );
}

async function digest(bytes: Uint8Array): Promise<string> {
  if (bytes.length <= SMALL_BYTES) return createHash('sha256').update(bytes).digest('hex');
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('hex');
}
