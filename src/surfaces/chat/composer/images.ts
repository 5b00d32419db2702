import { createHash } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { SwitchyardError } from '../../../base/errors';
import { type Attachment, MAX_IMAGE_BYTES } from '../../../shared/composer';
import { attachmentOf } from './providers';
import { imageType } from './imageType';
import { SHARED_GRACE_MS, trimFolder } from './trimFolder';

const EXTENSIONS = new Set(['.png', '.jpg', '.jpeg', '.gif', '.webp']);

/** Whether a file's name is that of an image Codex can look at. */
export function isImageFile(file: string): boolean {
  return EXTENSIONS.has(path.extname(file).toLowerCase());
}

/** As much as a few hundred screenshots. */
const MAX_BYTES = 256 * 1024 * 1024;
/** An image that is younger may be on its way into a message. */
const GRACE_MS = 10 * 60_000;

export interface ImagesOptions {
  readonly folder: string;
  /** Other windows keep images there too, of which `unsent` knows nothing. */
  readonly isShared: boolean;
  /** The files that messages name which are not sent yet. */
  readonly unsent: () => readonly string[];
}

/** Keeps images that were pasted, in a folder of ours: Codex reads an image from a file. The oldest are removed one day. */
export class Images {
  constructor(private readonly options: ImagesOptions) {}

  /** An image by its bytes. @throws SwitchyardError when it is none, or too large. */
  async keep(name: string, bytes: Uint8Array): Promise<Attachment> {
    const type = checkedType(name, bytes);
    const { folder, isShared, unsent } = this.options;
    const file = path.join(folder, `${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}.${type}`);
    await mkdir(folder, { recursive: true });
    await writeFile(file, bytes);
    const graceMs = isShared ? SHARED_GRACE_MS : GRACE_MS;
    await trimFolder(folder, { maxBytes: MAX_BYTES, keep: new Set(unsent()), graceMs });
    return imageAttachment(name === '' ? vscode.l10n.t('Pasted image') : name, file, bytes.length);
  }

  /** An image by its file, where it is. @throws SwitchyardError when it is none, or too large. */
  async ofFile(file: string): Promise<Attachment> {
    const { size } = await stat(file);
    const name = path.basename(file);
    if (size > MAX_IMAGE_BYTES) throw tooLarge(name);
    checkedType(name, await readFile(file));
    return imageAttachment(name, file, size);
  }
}

function imageAttachment(name: string, file: string, bytes: number): Attachment {
  const size = vscode.l10n.t('{0} KB', Math.max(1, Math.round(bytes / 1024)));
  return attachmentOf('image', name, `${file} · ${size}`, '', file);
}

function checkedType(name: string, bytes: Uint8Array): string {
  if (bytes.length > MAX_IMAGE_BYTES) throw tooLarge(name);
  const type = imageType(bytes);
  if (type !== undefined) return type;
  throw new SwitchyardError(
    'declined',
    vscode.l10n.t('{0} is no PNG, JPEG, GIF or WebP image, and was not attached.', name || vscode.l10n.t('It')),
  );
}

function tooLarge(name: string): SwitchyardError {
  const limit = MAX_IMAGE_BYTES / 1024 / 1024;
  return new SwitchyardError(
    'declined',
    vscode.l10n.t('{0} is larger than {1} MB, and was not attached. Make it smaller first.', name, limit),
  );
}
