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

it('removes the oldest until the rest fits, and nothing before it has to', async () => {
  for (const hours of [1, 4, 2, 3]) put(`${hours}.png`, hours);
  await trimFolder(folder, 40, new Set());
  expect(readdirSync(folder)).toHaveLength(4);
  await trimFolder(folder, 25, new Set());
  expect(readdirSync(folder).sort()).toEqual(['1.png', '2.png']);
});

it('never removes what is to be kept, nor what was written just now', async () => {
  const kept = put('kept.png', 9);
  put('old.png', 5);
  put('new.png', 0);
  await trimFolder(folder, 0, new Set([kept]));
  expect(readdirSync(folder).sort()).toEqual(['kept.png', 'new.png']);
});

it('leaves folders alone, and does nothing where there is no folder', async () => {
  mkdirSync(path.join(folder, 'inner'));
  await trimFolder(folder, 0, new Set());
  expect(readdirSync(folder)).toEqual(['inner']);
  await trimFolder(path.join(folder, 'none'), 0, new Set());
});
