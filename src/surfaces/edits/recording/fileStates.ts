import { readFile, stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { messageOf } from '../../../base/errors';
import type { Logger } from '../../../base/logger';
import type { Snapshot } from '../../../conversation/review/snapshot';
import { classify, isNotFound } from '../diskFile';
import { findDocument } from '../openDocuments';
import type { FileContent, FileState } from './fileContent';

/** A file, or what stands in its place, as it was found. */
export interface SeenFile {
  readonly state: FileState;
  readonly isFolder: boolean;
  /** When its content, name or permissions last changed, and when it came into being; `null` without a file. */
  readonly changedAtMs: number | null;
  readonly createdAtMs: number | null;
}

/** Where contents are kept; `BlobStore` is one. */
export interface ContentStore {
  put(content: string | Uint8Array): Promise<string>;
}

/** Larger files are only noted: their content is neither read nor kept. */
export const MAX_CONTENT_BYTES = 10 * 1024 * 1024;
const PERMISSIONS = 0o7777;
const REPLACEMENT = '\ufffd';

/**
 * Looks at a file: the text as the editor has it where there is unsaved text, otherwise what lies on the disk. Never
 * rejects; what cannot be read is `unknown`.
 */
export async function seeFile(file: string): Promise<SeenFile> {
  try {
    const stats = await stat(file);
    const times = { changedAtMs: stats.ctimeMs, createdAtMs: stats.birthtimeMs };
    if (!stats.isFile()) return { state: 'missing', isFolder: stats.isDirectory(), ...times };
    const mode = stats.mode & PERMISSIONS;
    if (stats.size > MAX_CONTENT_BYTES) return { state: { text: null, bytes: null, mode }, isFolder: false, ...times };
    return { state: { ...(await contentOf(file)), mode }, isFolder: false, ...times };
  } catch (error) {
    const state = isNotFound(error) ? 'missing' : 'unknown';
    return { state, isFolder: false, changedAtMs: null, createdAtMs: null };
  }
}

/** Puts a state's contents into `blobs`. Never rejects: what cannot be stored, on a full disk, is `unknown` later. */
export async function store(state: FileState, blobs: ContentStore, logger: Logger): Promise<Snapshot> {
  if (typeof state === 'string') return state;
  try {
    const [text, bytes] = await Promise.all([
      state.text === null ? null : blobs.put(state.text),
      state.bytes === null ? null : blobs.put(state.bytes),
    ]);
    return { text, bytes, mode: state.mode };
  } catch (error) {
    logger.error(`What was in a file could not be kept, so it cannot be taken back: ${messageOf(error)}`);
    return 'unknown';
  }
}

/** The state with `text` as its text: with its exact bytes where they still stand for it, or can be encoded anew. */
export async function withText(file: string, state: FileState, text: string): Promise<FileContent> {
  const content = typeof state === 'string' ? { text: null, bytes: null, mode: null } : state;
  if (content.text === text) return content;
  const encoding = findDocument(vscode.Uri.file(file))?.encoding;
  return { text, bytes: encoding === undefined ? null : await encode(text, encoding), mode: content.mode };
}

async function contentOf(file: string): Promise<Omit<FileContent, 'mode'>> {
  const bytes = await readFile(file);
  const document = findDocument(vscode.Uri.file(file));
  const isMisread = document?.getText().includes(REPLACEMENT) && !bytes.includes(REPLACEMENT);
  if (document?.isDirty && !isMisread) {
    const text = document.getText();
    return { text, bytes: await encode(text, document.encoding) };
  }
  const text = await decode(file, bytes, isMisread ? undefined : document?.encoding);
  return { text, bytes: text !== null && bytes.equals(Buffer.from(text)) ? null : bytes };
}

/** The text of a file's bytes; `null` when it has none. */
async function decode(file: string, bytes: Buffer, encoding: string | undefined): Promise<string | null> {
  const found = classify(bytes);
  if (found.kind === 'unfit' || found.kind === 'missing') return null;
  const isUtf8 = encoding === undefined || encoding.startsWith('utf8');
  if (found.kind === 'text' && isUtf8) return found.text;
  try {
    const { workspace, Uri } = vscode;
    const text = await (encoding === undefined
      ? workspace.decode(bytes, { uri: Uri.file(file) })
      : workspace.decode(bytes, { encoding }));
    return text.includes(REPLACEMENT) || text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

/** The bytes of `text`, when they are not plain UTF-8. */
async function encode(text: string, encoding: string): Promise<Uint8Array | null> {
  if (encoding === 'utf8') return null;
  const bytes = await vscode.workspace.encode(text, { encoding });
  return Buffer.from(text).equals(bytes) ? null : bytes;
}
