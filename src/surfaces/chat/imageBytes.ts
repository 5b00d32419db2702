import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { MAX_IMAGE_BYTES } from '../../shared/composer';
import type { ImageResult } from '../../shared/images';
import { isInside } from '../edits/isInside';
import { imageType } from './composer/imageType';

const MIME: Readonly<Record<string, string>> = { png: 'png', jpg: 'jpeg', gif: 'gif', webp: 'webp' };

/** Bytes of an image as a `data:` URL of what they really are, whatever a name or a server says. */
export function imageUrl(bytes: Uint8Array): ImageResult {
  if (bytes.length > MAX_IMAGE_BYTES) return { problem: 'tooLarge' };
  const type = MIME[imageType(bytes) ?? ''];
  if (type === undefined) return { problem: 'noImage' };
  return { url: `data:image/${type};base64,${Buffer.from(bytes).toString('base64')}` };
}

/** The bytes of a `data:` URL in Base64; `undefined`: it is none. */
export function bytesOfUrl(url: string): Uint8Array | undefined {
  const data = /^data:image\/[\w.+-]+;base64,([\w+/=\s]*)$/.exec(url)?.[1];
  return data === undefined ? undefined : Buffer.from(data, 'base64');
}

/** Reads an image from the disk, by its absolute path. */
export async function readImage(file: string): Promise<ImageResult> {
  try {
    const { size } = await fileStat(file);
    return size > MAX_IMAGE_BYTES ? { problem: 'tooLarge' } : imageUrl(await readFile(file));
  } catch {
    return { problem: 'missing' };
  }
}

/**
 * The file that a text names, absolute: relative paths are those of the first folder. `undefined`: it lies in none of
 * the folders, also by way of a link, or is not there.
 */
export async function fileInFolders(name: string, folders: readonly string[]): Promise<string | undefined> {
  const [first] = folders;
  if (first === undefined || isShare(name)) return undefined;
  try {
    const file = await realpath(path.resolve(first, name));
    const roots = await Promise.all(folders.map((folder) => realpath(folder).catch(() => folder)));
    return roots.some((root) => isInside(file, root)) ? file : undefined;
  } catch {
    return undefined;
  }
}

/** A name on another machine: asking for it tells who asks. */
function isShare(name: string): boolean {
  return /^[\\/]{2}/.test(name);
}

/** Of a regular file only: reading a device or a pipe may never end. */
async function fileStat(file: string): Promise<{ readonly size: number }> {
  if (!path.isAbsolute(file) || isShare(file)) throw new Error(`${file} is no absolute path.`);
  const found = await stat(file);
  if (!found.isFile()) throw new Error(`${file} is no file.`);
  return found;
}
