import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { trimFolder } from '../../../../../src/surfaces/chat/composer/trimFolder';

const HOUR_S = 3_600;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'switchyard-trim-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Puts ten bytes there that were written so long ago. */
function put(name: string, hours: number): string {
  const file = path.join(folder, name);
  writeFileSync(file, '0123456789');
  const seconds = Date.now() / 1_000 - hours * HOUR_S;
  utimesSync(file, seconds, seconds);
  return file;
}

/** Spares what was written in the last half hour. */
function trim(maxBytes: number, ...keep: string[]): Promise<void> {
  return trimFolder(folder, { maxBytes, keep: new Set(keep), graceMs: (HOUR_S / 2) * 1_000 });
}

it('removes the oldest until the rest fits, and nothing before it has to', async () => {
  for (const hours of [1, 4, 2, 3]) put(`${hours}.png`, hours);
  await trim(40);
  expect(readdirSync(folder)).toHaveLength(4);
  await trim(25);
  expect(readdirSync(folder).sort()).toEqual(['1.png', '2.png']);
});

it('never removes what is to be kept, nor what is younger than is said', async () => {
  const kept = put('kept.png', 9);
  put('old.png', 5);
  put('new.png', 0);
  await trim(0, kept);
  expect(readdirSync(folder).sort()).toEqual(['kept.png', 'new.png']);
});

it('leaves folders alone, and does nothing where there is no folder', async () => {
  mkdirSync(path.join(folder, 'inner'));
  await trim(0);
  expect(readdirSync(folder)).toEqual(['inner']);
  await trimFolder(path.join(folder, 'none'), { maxBytes: 0, keep: new Set(), graceMs: 0 });
});
