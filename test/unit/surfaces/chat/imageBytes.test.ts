import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { MAX_IMAGE_BYTES } from '../../../../src/shared/composer';
import { bytesOfUrl, fileInFolders, imageUrl, readImage } from '../../../../src/surfaces/chat/imageBytes';

const PNG = Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1');
const base = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'switchyard-images-')));
const folder = path.join(base, 'folder');
const inFolder = (name: string): string => path.join(folder, name);
mkdirSync(folder);
writeFileSync(inFolder('a.png'), PNG);
writeFileSync(inFolder('words.png'), 'no image');
writeFileSync(inFolder('..a.png'), PNG);
writeFileSync(path.join(base, 'outside.png'), PNG);
symlinkSync(path.join(base, 'outside.png'), inFolder('link.png'));

afterAll(() => rmSync(base, { recursive: true }));

describe('imageUrl', () => {
  it('says what the bytes are, whatever they were called', () => {
    expect(imageUrl(PNG)).toEqual({ url: `data:image/png;base64,${PNG.toString('base64')}` });
    expect(imageUrl(Buffer.from('\u00ff\u00d8\u00ff', 'latin1'))).toMatchObject({
      url: expect.stringMatching(/^data:image\/jpeg;/) as string,
    });
  });

  it.each(['<svg onload="alert(1)"/>', '', 'GIF'])('refuses %j', (text) => {
    expect(imageUrl(Buffer.from(text))).toEqual({ problem: 'noImage' });
  });

  it('refuses what is too large', () => {
    expect(imageUrl(Buffer.alloc(MAX_IMAGE_BYTES + 1))).toEqual({ problem: 'tooLarge' });
  });
});

describe('bytesOfUrl', () => {
  it('reads Base64 of images only', () => {
    expect(bytesOfUrl('data:image/png;base64,AAEC')).toEqual(Buffer.from([0, 1, 2]));
    for (const url of ['data:image/svg+xml,<svg/>', 'data:text/html;base64,AAEC', 'https://example.com/a.png', '']) {
      expect(bytesOfUrl(url)).toBeUndefined();
    }
  });
});

describe('readImage', () => {
  it('reads an image', async () => {
    expect(await readImage(inFolder('a.png'))).toMatchObject({ url: expect.stringContaining('image/png') as string });
  });

  it.each([
    ['gone.png', 'missing'],
    ['words.png', 'noImage'],
    ['.', 'missing'],
  ])('says what is wrong with %s', async (name, problem) => {
    expect(await readImage(inFolder(name))).toEqual({ problem });
  });

  it.each(['a.png', '//host/share/a.png', '\\\\host\\share\\a.png'])('does not read %s', async (file) => {
    expect(await readImage(file)).toEqual({ problem: 'missing' });
  });
});

describe('fileInFolders', () => {
  it('finds what lies in a folder, by its name from there or the whole', async () => {
    expect(await fileInFolders('./a.png', [folder])).toBe(inFolder('a.png'));
    expect(await fileInFolders(inFolder('a.png'), ['/nowhere', folder])).toBe(inFolder('a.png'));
    expect(await fileInFolders('..a.png', [folder])).toBe(inFolder('..a.png'));
  });

  it.each(['../outside.png', 'link.png', 'gone.png', '.', '/etc/passwd', '//host/a.png'])(
    'finds nothing for %s',
    async (name) => {
      expect(await fileInFolders(name, [folder])).toBeUndefined();
    },
  );

  it('finds nothing without a folder', async () => {
    expect(await fileInFolders(inFolder('a.png'), [])).toBeUndefined();
  });
});
