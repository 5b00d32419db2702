import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nullLogger } from '../../../../src/base/logger';
import type { RestoreStep } from '../../../../src/conversation/review/restorePlan';
import {
  isComplete,
  reversed,
  type RestoreProgress,
  type RestoreResult,
  RestoreRun,
} from '../../../../src/surfaces/restore/restoreRun';

let folder: string;
let applied: string[];
let refusals: Record<string, string>;
let run: RestoreRun;

const at = (name: string) => path.join(folder, name);
const isGone = (file: string) => file.startsWith(folder) && !existsSync(file);
const quiet: RestoreProgress = { isCancelled: false, report: () => undefined };

function step(path: string, status: RestoreStep['status'], rest: Partial<RestoreStep> = {}): RestoreStep {
  const base = { path, status, text: 'before', bytes: null, mode: null, expected: 'after', movedFrom: null };
  return { ...base, action: 'write', ...rest };
}

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'restore-'));
  [applied, refusals] = [[], {}];
  run = new RestoreRun({
    restorer: {
      apply: async ({ path: file, action, movedFrom }) => {
        applied.push(file);
        const reason = refusals[file];
        if (reason !== undefined) return { kind: 'refused', reason };
        if (action === 'delete' || movedFrom !== null) await rm(file, { force: true });
        return { kind: 'done' };
      },
      currentText: () => Promise.resolve('after'),
      bytesHash: () => Promise.resolve(null),
    },
    blobText: (hash) => Promise.resolve(hash),
    snapshot: (file) => Promise.resolve(isGone(file) ? 'missing' : { text: applied.join(), bytes: null, mode: null }),
    settled: () => Promise.resolve(),
    roots: () => [folder],
    logger: nullLogger,
  });
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test('a conflict is left alone unless the person chose to overwrite it', async () => {
  const steps = [
    step('/clean', 'clean'),
    step('/merged', 'merged'),
    step('/conflict', 'conflict'),
    step('/gone', 'unknown'),
  ];
  const careful = await run.apply(steps, { overwrite: false, foldersSinceMs: null }, quiet);
  expect(applied).toEqual(['/clean', '/merged']);
  expect(careful).toMatchObject({ kept: ['/conflict'], unknown: ['/gone'], merged: ['/merged'] });
  applied = [];
  const bold = await run.apply(steps, { overwrite: true, foldersSinceMs: null }, quiet);
  expect(applied).toEqual(['/clean', '/merged', '/conflict']);
  expect(bold.kept).toEqual([]);
});

test('each changed file is recorded as it was and as it is, to redo it', async () => {
  const { files } = await run.apply(
    [step('/new', 'clean', { movedFrom: '/old' })],
    { overwrite: false, foldersSinceMs: null },
    quiet,
  );
  expect(files).toEqual([
    {
      path: '/old',
      before: { text: '', bytes: null, mode: null },
      after: { text: '/new', bytes: null, mode: null },
      movedFrom: '/new',
      by: 'patch',
    },
  ]);
});

test('a file that is refused, or fails, does not keep the others from it, and is named with the reason', async () => {
  refusals = { '/b': 'b is read-only' };
  const steps = [step('/a', 'clean'), step('/b', 'clean'), step('/c', 'clean')];
  const result = await run.apply(steps, { overwrite: false, foldersSinceMs: null }, quiet);
  expect(result.refused).toEqual([{ path: '/b', reason: 'b is read-only' }]);
  expect(result.files.map((file) => file.path)).toEqual(['/a', '/c']);
  expect(isComplete(result)).toBe(false);
});

test('removals come first and moves second, so that every file finds its place free', async () => {
  const steps = [
    step('/write', 'clean'),
    step('/last', 'clean', { movedFrom: '/moved' }),
    step('/moved', 'clean', { movedFrom: '/made' }),
    step('/made', 'clean', { action: 'delete' }),
  ];
  await run.apply(steps, { overwrite: false, foldersSinceMs: null }, quiet);
  expect(applied).toEqual(['/made', '/moved', '/last', '/write']);
});

test('cancelling names the files that were not reached, and the rest can be redone', async () => {
  const steps = Array.from({ length: 100 }, (_, i) => step(`/${i}`, 'clean'));
  const progress = { isCancelled: false, report: (done: number) => void (progress.isCancelled = done >= 20) };
  const result: RestoreResult = await run.apply(steps, { overwrite: false, foldersSinceMs: null }, progress);
  expect(result.files.length + result.left.length).toBe(100);
  expect(result.files.length).toBeGreaterThanOrEqual(20);
  expect(result.left.length).toBeGreaterThan(0);
  expect(isComplete(result)).toBe(false);
});

test('only folders that are empty and were made since are removed', async () => {
  await mkdir(at('new/deep'), { recursive: true });
  await mkdir(at('full'));
  await writeFile(at('new/deep/file'), '');
  await writeFile(at('full/file'), '');
  await writeFile(at('full/other'), '');
  const steps = [at('new/deep/file'), at('full/file')].map((file) => step(file, 'clean', { action: 'delete' }));
  await run.apply(steps, { overwrite: false, foldersSinceMs: Date.now() - 60_000 }, quiet);
  expect([existsSync(at('new')), existsSync(at('full/other')), existsSync(folder)]).toEqual([false, true, true]);
});

test('a folder that is older, or of unknown age, stays', async () => {
  for (const foldersSinceMs of [Date.now() + 60_000, null]) {
    await mkdir(at('old'), { recursive: true });
    await writeFile(at('old/file'), '');
    await run.apply([step(at('old/file'), 'clean', { action: 'delete' })], { overwrite: false, foldersSinceMs }, quiet);
    expect([existsSync(at('old/file')), existsSync(at('old'))]).toEqual([false, true]);
  }
});

test('a change the other way round moves the file where it was moved to', () => {
  const [before, after] = [
    { text: 'a', bytes: null, mode: null },
    { text: 'b', bytes: null, mode: null },
  ];
  expect(reversed([{ path: '/new', before, after, movedFrom: '/old', by: 'patch' }])).toEqual([
    { path: '/old', before: after, after: before, movedFrom: '/new', by: 'patch' },
  ]);
});
