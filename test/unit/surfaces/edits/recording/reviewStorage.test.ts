import { appendFile, mkdir, mkdtemp, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nullLogger } from '../../../../../src/base/logger';
import { ChangeLedger, type TurnFile } from '../../../../../src/conversation/review/changeLedger';
import { Review } from '../../../../../src/conversation/review/review';
import type { Snapshot } from '../../../../../src/conversation/review/snapshot';
import { BlobStore } from '../../../../../src/surfaces/edits/recording/blobStore';
import { ReviewStorage } from '../../../../../src/surfaces/edits/recording/reviewStorage';
import { ManualTimer } from '../../../../support/manualServer';

const MINUTE_MS = 60_000;
let folder: string;
let windows: Window[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'review-'));
  windows = [];
});
afterEach(async () => {
  for (const window of windows) await window.close();
  await rm(folder, { recursive: true, force: true });
});

/** An editor window that uses the folder. */
class Window {
  readonly log: string[] = [];
  readonly clock = new ManualTimer();
  private readonly logger = {
    ...nullLogger,
    info: (message: string) => void this.log.push(message),
    warn: (message: string) => void this.log.push(message),
    error: (message: string | Error) => void this.log.push(String(message)),
  };
  readonly review = new Review(this.logger);
  readonly ledger = new ChangeLedger(this.logger);
  readonly blobs = new BlobStore(folder, this.logger);
  readonly storage: ReviewStorage;

  constructor(maxBytes?: number) {
    const { review, ledger, blobs, logger } = this;
    const options = { folder, review, ledger, blobs, logger, timer: this.clock.timer };
    this.storage = new ReviewStorage(maxBytes === undefined ? options : { ...options, maxBytes });
    windows.push(this);
  }

  change(file: string, before: string | null, after: string | null): void {
    this.review.codexChanged({ path: file, before, after, threadId: 't' });
  }

  /** A turn that replaced one stored text by another. */
  async turn(turnId: string, file: string, before: string, after: string, atMs = 1): Promise<void> {
    const [from, to] = [await this.snapshot(before), await this.snapshot(after)];
    this.ledger.record({ threadId: 't', turnId }, turnFile(file, from, to), atMs);
  }

  async cleanUp(): Promise<void> {
    this.clock.elapse();
    await this.storage.flush();
  }

  async close(): Promise<void> {
    this.storage.dispose();
    await this.storage.flush();
  }

  private async snapshot(text: string): Promise<Snapshot> {
    return { text: await this.blobs.put(text), bytes: null, mode: 0o755 };
  }
}

const turnFile = (file: string, before: Snapshot, after: Snapshot): TurnFile => ({
  path: file,
  before,
  after,
  movedFrom: null,
  by: 'patch',
});

async function openWindow(maxBytes?: number): Promise<Window> {
  const window = new Window(maxBytes);
  await window.storage.load();
  return window;
}

const blobFile = (hash: string) => path.join(folder, 'blobs', hash.slice(0, 2), hash.slice(2));
const reviewFile = () => path.join(folder, 'review.jsonl');
const turnFiles = async () =>
  (await readdir(path.join(folder, 'turns'))).map((name) => path.join(folder, 'turns', name));
const turnIds = (window: Window) => window.ledger.turns('t').map(({ turnId }) => turnId);
const makeOld = async (hashes: Iterable<string>, minutes: number) => {
  const then = new Date(Date.now() - minutes * MINUTE_MS);
  for (const hash of hashes) await utimes(blobFile(hash), then, then);
};

describe('a window that is opened again', () => {
  it('has the unreviewed files, the turns and the last restore as they were', async () => {
    const first = await openWindow();
    first.change('/new', null, 'made\r\n');
    first.change('/b', '\ufeffone\n', 'two');
    first.review.codexChanged({ path: '/c', before: 'c', after: 'C', movedFrom: '/old', threadId: 'u' });
    first.review.changedWithoutBaseline('/gap', 'text', 't');
    await first.turn('1', '/b', '\ufeffone\n', 'two');
    first.ledger.record({ threadId: 't', turnId: '1' }, turnFile('/bin', 'unknown', 'missing'), 2);
    first.ledger.setUndone('t', ['1'], true);
    first.ledger.noteRestore({ threadId: 't', turnIds: ['1'], atMs: 3, files: [turnFile('/b', 'missing', 'unknown')] });
    await first.storage.flush();

    const second = await openWindow();
    expect(second.review.files).toEqual(first.review.files);
    expect(second.ledger.snapshot()).toEqual(first.ledger.snapshot());
    expect(second.log).toEqual([]);
  });

  it('does not have what was kept, undone or forgotten', async () => {
    const first = await openWindow();
    first.change('/a', 'a', 'A');
    first.change('/b', 'b', 'B');
    await first.turn('1', '/a', 'a', 'A');
    await first.storage.flush();
    first.review.keepFiles(['/a']);
    first.ledger.prune(() => false);
    await first.storage.flush();
    const second = await openWindow();
    expect(second.review.files.map((file) => file.path)).toEqual(['/b']);
    expect(turnIds(second)).toEqual([]);
  });

  it('has what was changed while another save was running, and what dispose found unsaved', async () => {
    const first = await openWindow();
    first.change('/a', 'a', 'A');
    const save = first.storage.flush();
    first.change('/b', 'b', 'B');
    await save;
    first.change('/c', 'c', 'C');
    first.storage.dispose();
    first.review.dispose();
    await first.storage.flush();
    expect((await openWindow()).review.files.map((file) => file.path)).toEqual(['/a', '/b', '/c']);
  });
});

describe('saving', () => {
  it('waits half a second after the last change, but a stream of changes does not put it off for ever', async () => {
    const window = await openWindow();
    for (let index = 0; index < 100; index++) window.change('/a', 'a', `A${index}`);
    expect(window.clock.waits.filter((ms) => ms <= 2000).sort((a, b) => a - b)).toEqual([500, 2000]);
    window.clock.elapse();
    await window.storage.flush();
    expect(await readFile(reviewFile(), 'utf8')).toContain('/a');
    expect(window.clock.waits.filter((ms) => ms <= 2000)).toEqual([]);
  });

  it('leaves the files of turns that did not change alone, and stores a text once', async () => {
    const window = await openWindow();
    await window.turn('1', '/a', 'a', 'A');
    window.change('/a', 'a', 'A');
    await window.storage.flush();
    const [first] = await turnFiles();
    await writeFile(first!, 'untouched');
    const written = window.blobs.bytesWritten;
    await window.turn('2', '/b', 'a', 'A');
    window.change('/b', 'a', 'A');
    await window.storage.flush();
    expect([await readFile(first!, 'utf8'), window.blobs.bytesWritten]).toEqual(['untouched', written]);
  });

  it('of 10,000 files lets other work go on, and all of them come back', async () => {
    const window = await openWindow();
    const hash = await window.blobs.put('text');
    for (let index = 0; index < 10_000; index++) {
      const file = turnFile(`/folder/file-${index}.ts`, { text: hash, bytes: null, mode: 0o644 }, 'missing');
      window.ledger.record({ threadId: 't', turnId: '1' }, file, 1);
      window.change(file.path, 'text', null);
    }
    let turnsOfTheLoop = 0;
    let isSaving = true;
    const count = (): void => {
      turnsOfTheLoop += 1;
      if (isSaving) setImmediate(count);
    };
    setImmediate(count);
    await window.storage.flush();
    isSaving = false;
    expect(turnsOfTheLoop).toBeGreaterThan(50);
    const again = await openWindow();
    expect([again.review.files.length, again.ledger.turn('t', '1')?.files.length]).toEqual([10_000, 10_000]);
  });

  it('does nothing before the saved state was read', async () => {
    const first = await openWindow();
    first.change('/a', 'a', 'A');
    await first.storage.flush();
    const early = new Window();
    early.change('/b', 'b', 'B');
    await early.storage.flush();
    expect((await openWindow()).review.files.map((file) => file.path)).toEqual(['/a']);
  });

  it('that fails is said once, loses nothing, and is tried again', async () => {
    const window = await openWindow();
    window.change('/a', 'a', 'A');
    await window.turn('1', '/a', 'a', 'A');
    await mkdir(reviewFile());
    await window.storage.flush();
    window.change('/b', 'b', 'B');
    await window.storage.flush();
    expect(window.log).toHaveLength(1);
    expect(window.log[0]).toMatch(/could not be saved and will be tried again/);
    await rm(reviewFile(), { recursive: true });
    expect(window.clock.waits).toContain(10_000);
    window.clock.elapse();
    await window.storage.flush();
    const again = await openWindow();
    expect([again.review.files.length, turnIds(again)]).toEqual([2, ['1']]);
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('damage', () => {
  async function saved(): Promise<Window> {
    const window = await openWindow();
    window.change('/a', 'baseline of a', 'A');
    window.change('/b', 'baseline of b', 'B');
    await window.turn('1', '/a', 'baseline of a', 'A');
    await window.turn('2', '/b', 'baseline of b', 'B', 2);
    await window.close();
    return window;
  }

  it('of the review costs the lines that cannot be read; the file is set aside and told once', async () => {
    await saved();
    const lines = (await readFile(reviewFile(), 'utf8')).split('\n');
    await writeFile(reviewFile(), [lines[0], '{"path":"/a","baseline":"../../x"}', lines[2]].join('\n'));
    const window = new Window();
    expect(await window.storage.load()).toEqual({ damaged: [reviewFile()] });
    expect(window.review.files.map((file) => file.path)).toEqual(['/b']);
    expect(await readFile(`${reviewFile()}.damaged`, 'utf8')).toContain('../../x');
    await window.storage.flush();
    const next = new Window();
    expect(await next.storage.load()).toEqual({ damaged: [] });
    expect(next.review.files.map((file) => file.path)).toEqual(['/b']);
  });

  it('of a whole file, or one of a later version, is no more than an empty review', async () => {
    await saved();
    for (const contents of ['', '\0\0\0\0', '{"version":2,"kind":"review","count":0}\n', '[]']) {
      await writeFile(reviewFile(), contents);
      const window = new Window();
      expect((await window.storage.load()).damaged, contents).toEqual([reviewFile()]);
      expect(window.review.files).toEqual([]);
    }
  });

  it('of a turn costs that turn: half of it is not taken for the whole', async () => {
    await saved();
    const [file] = await turnFiles();
    const lines = (await readFile(file!, 'utf8')).split('\n');
    await writeFile(file!, lines[0]!);
    const window = new Window();
    expect(await window.storage.load()).toEqual({ damaged: [file] });
    expect(turnIds(window)).toHaveLength(1);
    await writeFile(file!, '');
    await appendFile(path.join(folder, 'turns', 'other.txt'), 'not ours');
    expect(turnIds(await openWindow())).toHaveLength(1);
  });

  it('of a stored text turns its file into one that can be kept but not undone', async () => {
    const { blobs } = await saved();
    await rm(blobFile(blobs.hashOf('baseline of a')));
    await writeFile(blobFile(blobs.hashOf('baseline of b')), 'BASELINE OF B');
    const window = await openWindow();
    expect(window.review.files).toMatchObject([
      { path: '/a', gap: true, baseline: null },
      { path: '/b', gap: true, baseline: null },
    ]);
    expect(window.log.join('\n')).toMatch(/earlier text of \/a is lost/);
  });

  it('that cannot even be set aside stops the saving, and destroys nothing', async () => {
    await saved();
    const kept = `${reviewFile()}.kept`;
    await rename(reviewFile(), kept);
    await mkdir(reviewFile());
    const window = await openWindow();
    window.change('/c', 'c', 'C');
    await window.storage.flush();
    expect(window.log).toHaveLength(1);
    expect(window.log[0]).toMatch(/will not be remembered/);
    await rm(reviewFile(), { recursive: true });
    await rename(kept, reviewFile());
    expect((await openWindow()).review.files.map((file) => file.path)).toEqual(['/a', '/b']);
  });
});

describe('two windows with one folder', () => {
  it('keep each other’s unreviewed files and turns', async () => {
    const [one, two] = [await openWindow(), await openWindow()];
    one.change('/one', '1', 'I');
    await one.turn('1', '/one', '1', 'I', 1);
    await one.storage.flush();
    two.change('/two', '2', 'II');
    await two.turn('2', '/two', '2', 'II', 2);
    await two.storage.flush();
    one.change('/three', '3', 'III');
    await one.storage.flush();
    const later = await openWindow();
    expect(later.review.files.map((file) => file.path).sort()).toEqual(['/one', '/three', '/two']);
    expect(turnIds(later)).toEqual(['1', '2']);
  });

  it('do not bring back what either has reviewed', async () => {
    const one = await openWindow();
    one.change('/a', 'a', 'A');
    await one.storage.flush();
    const two = await openWindow();
    two.change('/b', 'b', 'B');
    await two.storage.flush();
    one.review.keepFiles(['/a']);
    await one.storage.flush();
    two.review.keepFiles(['/a', '/b']);
    await two.storage.flush();
    expect((await openWindow()).review.files).toEqual([]);
  });

  it('keep what only the other one needs when they clean up', async () => {
    const [one, two] = [await openWindow(), await openWindow()];
    one.change('/one', '1', 'I');
    await one.turn('1', '/one', 'before', 'after');
    await one.storage.flush();
    await makeOld((await one.blobs.sizes()).keys(), 48 * 60);
    await two.cleanUp();
    expect(turnIds(two)).toEqual(['1']);
    expect((await two.blobs.sizes()).size).toBe(4);
  });

  it('see how a turn of the other went on', async () => {
    const one = await openWindow();
    await one.turn('1', '/a', 'a', 'A');
    await one.storage.flush();
    const two = await openWindow();
    await one.turn('1', '/b', 'b', 'B');
    await one.storage.flush();
    await two.cleanUp();
    expect(two.ledger.turn('t', '1')?.files.map((file) => file.path)).toEqual(['/a', '/b']);
  });
});

describe('clean-up', () => {
  it('deletes what nothing refers to any more', async () => {
    const window = await openWindow();
    window.change('/a', 'a', 'A');
    await window.turn('1', '/a', 'a', 'A');
    await window.storage.flush();
    window.review.personChanged('/a', 'A and more');
    window.ledger.prune(() => false);
    await window.storage.flush();
    await window.blobs.put('orphan');
    await makeOld((await window.blobs.sizes()).keys(), 48 * 60);
    await window.cleanUp();
    const left = await Promise.all([...(await window.blobs.sizes()).keys()].map((hash) => window.blobs.text(hash)));
    expect(left.sort()).toEqual(window.review.files.flatMap(({ baseline, current }) => [baseline, current]).sort());
    expect(await turnFiles()).toEqual([]);
  });

  it('forgets the oldest turns beyond the size limit, never the newest, and never what is unreviewed', async () => {
    const window = await openWindow(2900);
    window.change('/a', 'a'.repeat(1000), 'A'.repeat(1000));
    for (const id of [1, 2, 3, 4]) {
      await window.turn(String(id), '/b', `${id}`.repeat(200), `${id + 4}`.repeat(200), id);
    }
    await window.storage.flush();
    await makeOld((await window.blobs.sizes()).keys(), 20);
    await window.cleanUp();
    expect(turnIds(window)).toEqual(['3', '4']);
    expect([...(await window.blobs.sizes()).values()].reduce((sum, size) => sum + size)).toBe(2800);
    window.change('/c', 'c'.repeat(2000), 'C'.repeat(2000));
    await window.storage.flush();
    await makeOld((await window.blobs.sizes()).keys(), 20);
    const next = await openWindow(2900);
    await next.cleanUp();
    expect(turnIds(next)).toEqual(['4']);
    expect(next.review.files).toHaveLength(2);
    expect((await openWindow()).review.files.filter(({ gap }) => gap)).toEqual([]);
  });

  it('keeps a turn that alone knows what an unreviewed file was', async () => {
    const window = await openWindow(10);
    for (const id of [1, 2, 3]) await window.turn(String(id), `/${id}`, `${id}`.repeat(200), 'x', id);
    window.review.changedWithoutBaseline('/1', 'x', 't');
    await window.cleanUp();
    expect(turnIds(window)).toEqual(['1', '3']);
  });

  it('comes by itself when much was written', async () => {
    const window = await openWindow(800);
    await window.turn('1', '/a', 'a'.repeat(900), 'b', 1);
    await window.turn('2', '/a', 'b', 'c', 2);
    await window.storage.flush();
    expect(turnIds(window)).toEqual(['2']);
  });

  it('clears away what a crash left half-written, but not what is being written', async () => {
    await (await openWindow()).close();
    const [old, fresh] = ['review.jsonl.1.tmp', 'review.jsonl.2.tmp'].map((name) => path.join(folder, name));
    await Promise.all([writeFile(old!, '{'), writeFile(fresh!, '{')]);
    const then = new Date(Date.now() - 20 * MINUTE_MS);
    await utimes(old!, then, then);
    await openWindow();
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([path.basename(fresh!)]);
  });
});
