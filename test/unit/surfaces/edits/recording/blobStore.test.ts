import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nullLogger } from '../../../../../src/base/logger';
import { BlobStore } from '../../../../../src/surfaces/edits/recording/blobStore';

const DAY_MS = 24 * 60 * 60_000;
let folder: string;
let store: BlobStore;
let warnings: string[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'blobs-'));
  warnings = [];
  store = new BlobStore(folder, { ...nullLogger, warn: (message) => warnings.push(message) });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const fileOf = (hash: string) => path.join(folder, 'blobs', hash.slice(0, 2), hash.slice(2));
const age = async (hash: string, ms: number) => {
  const then = new Date(Date.now() - ms);
  await utimes(fileOf(hash), then, then);
};
const allFiles = async () =>
  (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());

describe('what is put into the store', () => {
  it('comes back exactly: texts of any kind, bytes that are no text, and nothing at all', async () => {
    for (const text of ['', 'a\r\nb', '\ufeffmark', 'naïve 😀', 'x'.repeat(300_000)]) {
      const hash = await store.put(text);
      expect(hash).toBe(store.hashOf(text));
      expect(await store.text(hash)).toBe(text);
    }
    const bytes = Uint8Array.from([0, 255, 254, 128]);
    expect(new Uint8Array((await store.bytes(await store.put(bytes)))!)).toEqual(bytes);
    expect(await store.put(Buffer.from('same'))).toBe(await store.put('same'));
  });

  it('is kept once, however many windows put it at the same time, and only its owner may read it', async () => {
    const other = new BlobStore(folder, nullLogger);
    const puts = Array.from({ length: 20 }, (_, index) => (index % 2 ? store : other).put('shared text'));
    const hashes = new Set(await Promise.all(puts));
    expect([hashes.size, (await allFiles()).length]).toEqual([1, 1]);
    if (process.platform !== 'win32') expect((await stat(fileOf([...hashes][0]!))).mode & 0o777).toBe(0o600);
    expect(store.bytesWritten + other.bytesWritten).toBeLessThanOrEqual(22);
  });

  it('may be put again after the disk had refused it, and leaves nothing half-written', async () => {
    await writeFile(path.join(folder, 'blobs'), 'in the way');
    await expect(store.put('text')).rejects.toThrow();
    await rm(path.join(folder, 'blobs'));
    expect(await store.text(await store.put('text'))).toBe('text');
    await mkdir(fileOf(store.hashOf('blocked')), { recursive: true });
    await expect(store.put('blocked')).rejects.toThrow();
    expect(await allFiles()).toHaveLength(1);
  });
});

describe('what is missing or damaged', () => {
  it('is not given, and can be stored again', async () => {
    const hash = await store.put('good text');
    await writeFile(fileOf(hash), 'bad! text');
    expect(await store.text(hash)).toBeUndefined();
    expect(warnings).toHaveLength(1);
    await store.put('good text');
    expect(await store.text(hash)).toBe('good text');
    await writeFile(fileOf(hash), 'cut');
    await store.put('good text');
    expect(await readFile(fileOf(hash), 'utf8')).toBe('good text');
    expect(await store.text(store.hashOf('never stored'))).toBeUndefined();
  });

  it('is never looked for outside of the store', async () => {
    await writeFile(path.join(folder, 'secret'), 'secret');
    expect(await store.text('../secret')).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it('does not put the content into the log', async () => {
    const hash = await store.put('password');
    await writeFile(fileOf(hash), 'passwort');
    await store.text(hash);
    expect(warnings.join()).toContain(hash);
    expect(warnings.join()).not.toContain('passwor');
  });
});

describe('clean-up', () => {
  it('removes what nobody keeps after a day, half-written files too, and never what is kept', async () => {
    const [old, kept, young] = await Promise.all(['old', 'kept', 'young'].map((text) => store.put(text)));
    const leftover = `${fileOf(kept!)}.half-written`;
    await writeFile(leftover, 'x');
    const then = new Date(Date.now() - 2 * DAY_MS);
    await utimes(leftover, then, then);
    await age(old!, 2 * DAY_MS);
    await age(kept!, 2 * DAY_MS);
    await age(young!, DAY_MS / 2);
    await store.collect(new Set([kept!]), 1000);
    expect([...(await store.sizes())].sort()).toEqual(
      [
        [kept, 4],
        [young, 5],
      ].sort(),
    );
    expect(await allFiles()).toHaveLength(2);
  });

  it('beyond the limit removes the oldest that nobody keeps until it fits, but nothing of the last minutes', async () => {
    const [first, second, fresh, kept] = await Promise.all(
      ['aaaa', 'bbbb', 'cccc', 'dddd'].map((text) => store.put(text)),
    );
    for (const [hash, minutes] of [[first, 40] as const, [second, 30] as const, [kept, 50] as const]) {
      await age(hash!, minutes * 60_000);
    }
    await store.collect(new Set([kept!]), 12);
    expect(new Set((await store.sizes()).keys())).toEqual(new Set([second, fresh, kept]));
    await store.collect(new Set([kept!]), 0);
    expect(new Set((await store.sizes()).keys())).toEqual(new Set([fresh, kept]));
  });

  it('spares what was put again meanwhile', async () => {
    const hash = await store.put('text');
    await age(hash, 2 * DAY_MS);
    await store.put('text');
    await store.collect(new Set(), 0);
    expect(await store.text(hash)).toBe('text');
  });

  it('does nothing without a store, or with one that cannot be changed', async () => {
    await store.collect(new Set(), 0);
    const hash = await store.put('text');
    await age(hash, 2 * DAY_MS);
    await chmod(path.dirname(fileOf(hash)), 0o500);
    await expect(store.collect(new Set(), 0)).resolves.toBeUndefined();
    await chmod(path.dirname(fileOf(hash)), 0o700);
  });
});
