import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBytes, isTemporaryFile, writeBytes } from '../../../../src/surfaces/edits/writeBytes';
import { eventually } from '../../../support/eventually';

type Promises = typeof import('node:fs/promises');

/** What the disk does instead, for one test. */
const fault = vi.hoisted(() => ({ open: '', filling: '', rename: '', writing: '' }));

vi.mock('node:fs/promises', async (original) => {
  const real = await original<Promises>();
  const failure = (code: string) => Object.assign(new Error(`${code}: as told`), { code });
  const open: Promises['open'] = async (...args) => {
    if (fault.open) throw failure(fault.open);
    const handle = await real.open(...args);
    if (fault.filling) {
      handle.writeFile = async () => {
        await handle.write('half');
        throw failure(fault.filling);
      };
    }
    return handle;
  };
  const rename: Promises['rename'] = async (...args) => {
    if (fault.rename) throw failure(fault.rename);
    await real.rename(...args);
  };
  const writeFile: Promises['writeFile'] = async (file, data, options) => {
    if (!fault.writing) return real.writeFile(file, data, options);
    const code = fault.writing;
    fault.writing = '';
    await real.writeFile(file, 'half');
    throw failure(code);
  };
  return { ...real, open, rename, writeFile };
});

let folder: string;
const at = (name: string) => path.join(folder, name);
const content = (name = 'a.txt') => fs.readFileSync(at(name), 'utf8');
const write = (name = 'a.txt') => writeBytes(at(name), Buffer.from('new\r\n\0é'));

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'switchyard-bytes-'));
  fs.writeFileSync(at('a.txt'), 'old\n');
});

afterEach(() => {
  Object.assign(fault, { open: '', filling: '', rename: '', writing: '' });
  fs.rmSync(folder, { recursive: true });
});

describe('writeBytes', () => {
  it('replaces the whole content and leaves nothing else behind', async () => {
    await write();
    expect([content(), fs.readdirSync(folder)]).toEqual(['new\r\n\0é', ['a.txt']]);
  });

  it.skipIf(process.platform === 'win32')('keeps the permissions', async () => {
    fs.chmodSync(at('a.txt'), 0o751);
    await write();
    expect(fs.statSync(at('a.txt')).mode & 0o777).toBe(0o751);
  });

  it.skipIf(process.platform === 'win32')('keeps a link a link, and one file under two names one file', async () => {
    fs.symlinkSync(at('a.txt'), at('link.txt'));
    await write('link.txt');
    expect([fs.lstatSync(at('link.txt')).isSymbolicLink(), content()]).toEqual([true, 'new\r\n\0é']);
    fs.writeFileSync(at('b.txt'), 'old\n');
    fs.linkSync(at('b.txt'), at('c.txt'));
    await write('b.txt');
    expect(content('c.txt')).toBe('new\r\n\0é');
  });

  it('leaves the file as it is when the disk is full', async () => {
    fault.filling = 'ENOSPC';
    await expect(write()).rejects.toThrow('ENOSPC');
    expect([content(), fs.readdirSync(folder)]).toEqual(['old\n', ['a.txt']]);
  });

  it('writes in place where the file cannot be replaced', async () => {
    for (const where of ['open', 'rename'] as const) {
      fs.writeFileSync(at('a.txt'), 'old\n');
      fault[where] = 'EACCES';
      await write();
      expect([content(), fs.readdirSync(folder)]).toEqual(['new\r\n\0é', ['a.txt']]);
      fault[where] = '';
    }
  });

  it('brings the old content back when writing in place fails', async () => {
    Object.assign(fault, { open: 'EACCES', writing: 'ENOSPC' });
    await expect(write()).rejects.toThrow('ENOSPC');
    expect(content()).toBe('old\n');
  });

  it('makes a new file as a whole or not at all, and never over another', async () => {
    await createBytes(at('b.txt'), Buffer.from('made'));
    expect(content('b.txt')).toBe('made');
    await expect(createBytes(at('a.txt'), Buffer.from('other'))).rejects.toThrow('EEXIST');
    fault.filling = 'ENOSPC';
    await expect(createBytes(at('c.txt'), Buffer.from('made'))).rejects.toThrow('ENOSPC');
    expect([content(), fs.readdirSync(folder).sort()]).toEqual(['old\n', ['a.txt', 'b.txt']]);
  });

  it('makes no file where there is none', async () => {
    await expect(write('none.txt')).rejects.toThrow('ENOENT');
    expect(fs.readdirSync(folder)).toEqual(['a.txt']);
  });

  it('names its temporary files so that they can be told', async () => {
    fault.rename = 'EIO';
    const seen: string[] = [];
    const watcher = fs.watch(folder, (_event, name) => seen.push(name ?? ''));
    await expect(write()).rejects.toThrow('EIO');
    await eventually(() => expect(seen.some(isTemporaryFile)).toBe(true));
    watcher.close();
    expect(isTemporaryFile(at('a.txt'))).toBe(false);
  });
});
