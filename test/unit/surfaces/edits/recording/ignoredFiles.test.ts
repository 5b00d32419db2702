import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileInventory } from '../../../../../src/surfaces/edits/recording/fileInventory';
import { IgnoredFiles } from '../../../../../src/surfaces/edits/recording/ignoredFiles';

let folder: string;
const at = (name: string) => path.join(folder, name);

async function put(name: string, text = ''): Promise<void> {
  await mkdir(path.dirname(at(name)), { recursive: true });
  await writeFile(at(name), text);
}

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ignored-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('Ignored files', () => {
  it('are those that the ignore files of their folders name, the nearest one deciding', async () => {
    await put('.gitignore', '*.log\n/dist/\n!keep.log\n');
    await put('src/.gitignore', '!debug.log\nlocal.txt\n');
    const ignored = new IgnoredFiles();
    const isIgnored = (name: string) => ignored.isIgnored(at(name), folder);
    expect(await isIgnored('a.log')).toBe(true);
    expect(await isIgnored('keep.log')).toBe(false);
    expect(await isIgnored('src/debug.log')).toBe(false);
    expect(await isIgnored('src/other.log')).toBe(true);
    expect(await isIgnored('src/local.txt')).toBe(true);
    expect(await isIgnored('local.txt')).toBe(false);
    expect(await isIgnored('dist/a.txt')).toBe(true);
    expect(await isIgnored('src/dist/a.txt')).toBe(false);
  });

  it('cannot be taken back inside an ignored folder', async () => {
    await put('.gitignore', 'out/\n');
    await put('out/.gitignore', '!a.txt\n');
    expect(await new IgnoredFiles().isIgnored(at('out/a.txt'), folder)).toBe(true);
  });

  it('are also those of the repository around the workspace folder', async () => {
    await put('.git/HEAD');
    await put('.gitignore', '/packages/a/dist\n');
    const ignored = new IgnoredFiles();
    expect(await ignored.isIgnored(at('packages/a/dist/x.js'), at('packages/a'))).toBe(true);
    expect(await ignored.isIgnored(at('packages/a/src/x.js'), at('packages/a'))).toBe(false);
  });

  it('are, without any ignore file, the data of version control and installed packages', async () => {
    const ignored = new IgnoredFiles();
    expect(await ignored.isIgnored(at('.git/index'), folder)).toBe(true);
    expect(await ignored.isIgnored(at('a/node_modules/b/c.js'), folder)).toBe(true);
    expect(await ignored.isIgnored(at('.github/a.yml'), folder)).toBe(false);
  });

  it('follow a change of an ignore file', async () => {
    const ignored = new IgnoredFiles();
    expect(await ignored.isIgnored(at('a.log'), folder)).toBe(false);
    await put('.gitignore', '*.log\n');
    ignored.forget(at('.gitignore'));
    expect(await ignored.isIgnored(at('a.log'), folder)).toBe(true);
  });
});

describe('The inventory of files', () => {
  const nothingIgnored = async () => false;

  it('knows a file as new only inside a folder that it has listed, and when it was not there', async () => {
    await put('a.txt');
    await put('deep/b.txt');
    const inventory = new FileInventory();
    expect(inventory.isNew(at('c.txt'))).toBe(false);
    await inventory.list(folder, nothingIgnored);
    expect(['a.txt', 'deep/b.txt', 'c.txt'].map((name) => inventory.isNew(at(name)))).toEqual([false, false, true]);
    expect(inventory.isNew('/elsewhere/c.txt')).toBe(false);
    inventory.add(at('c.txt'));
    inventory.delete(at('a.txt'));
    expect(['a.txt', 'c.txt'].map((name) => inventory.isNew(at(name)))).toEqual([true, false]);
    expect(inventory.filesIn(at('deep'))).toEqual([at('deep/b.txt')]);
  });

  it('does not look into ignored folders', async () => {
    await put('dist/a.js');
    const inventory = new FileInventory();
    await inventory.list(folder, async (file) => file === at('dist'));
    expect(inventory.filesIn(folder)).toEqual([]);
  });

  it('calls nothing new when there are too many files to know them all', async () => {
    for (const name of ['a', 'b', 'c']) await put(name);
    const inventory = new FileInventory(2);
    await inventory.list(folder, nothingIgnored);
    expect(['a', 'z'].map((name) => inventory.isNew(at(name)))).toEqual([false, false]);
  });
});
