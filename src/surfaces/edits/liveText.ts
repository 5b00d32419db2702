import * as vscode from 'vscode';
import { messageOf } from '../../base/errors';
import type { Logger } from '../../base/logger';
import { type DiskFile, hasMixedLineEndings, readDiskFile } from './diskFile';
import { nextChange } from './nextChange';
import { findDocument } from './openDocuments';
import type { ServedText } from './servedTexts';

/** The same in all encodings that get here. */
const ASCII = /^[\x01-\x7f]*$/;

/**
 * The text of a file as it is now, unsaved or not. `missing`: there is no such file. `pass`: it is nothing that a text
 * document holds without loss: a folder, binary, too large, or in an encoding that the editor does not know.
 */
export async function readLiveText(uri: vscode.Uri, logger: Logger): Promise<ServedText | 'missing' | 'pass'> {
  const look = await lookAt(uri, logger);
  if (!isStale(look)) return look;
  // Another program wrote the file; the editor takes a moment to see that.
  const reload = nextChange(uri);
  try {
    let again = await lookAt(uri, logger);
    if (!isStale(again)) return again;
    await reload.changed;
    again = await lookAt(uri, logger);
    return isStale(again) ? again.onlyOnDisk : again;
  } finally {
    reload.dispose();
  }
}

/** The document has no unsaved changes, and yet not the text on the disk. */
interface Stale {
  readonly onlyOnDisk: ServedText;
}

type Look = ServedText | 'missing' | 'pass' | Stale;

function isStale(look: Look): look is Stale {
  return typeof look === 'object' && 'onlyOnDisk' in look;
}

async function lookAt(uri: vscode.Uri, logger: Logger): Promise<Look> {
  const file = await readDiskFile(uri.fsPath);
  const document = findDocument(uri);
  if (document?.isDirty) return wasMisread(document, file) ? 'pass' : { text: document.getText() };
  if (file.kind === 'missing') return 'missing';
  if (file.kind === 'unfit') return 'pass';
  if (file.kind === 'text' && (file.hasMixedLineEndings || (!document && (await readsAsUtf8(uri, file.text))))) {
    return { text: file.text, onDisk: { isExact: file.hasMixedLineEndings } };
  }
  return readDocument(uri, file, logger);
}

async function readDocument(uri: vscode.Uri, file: DiskFile, logger: Logger): Promise<Look> {
  try {
    const document = findDocument(uri) ?? (await vscode.workspace.openTextDocument(uri));
    if (wasMisread(document, file)) return 'pass';
    if (document.isDirty) return { text: document.getText() };
    const { encoding } = document;
    const isReadOtherwise = file.kind === 'text' && !encoding.startsWith('utf8') && !ASCII.test(file.text);
    if (isReadOtherwise) return { text: document.getText() };
    const decoded = await decodeFile(file, encoding);
    const text = document.getText();
    if (decoded === undefined) return { text };
    const onDisk = { isExact: true, ...(file.kind === 'encoded' && { encoding }) };
    if (hasMixedLineEndings(decoded.text)) return { text: decoded.text, onDisk };
    return decoded.text === text ? { text } : { onlyOnDisk: { text: decoded.text, onDisk } };
  } catch (error) {
    logger.debug(`${uri.fsPath} is left to the file system: ${messageOf(error)}`);
    return 'pass';
  }
}

/** The text of a file, with a way to make bytes of another text for it: in its encoding, with its byte order mark. */
export interface TextOnDisk {
  readonly text: string;
  encode(text: string): Promise<Uint8Array>;
}

/** The text in the bytes of a file, by `encoding` where they are not UTF-8. `undefined`: there is none, or not any more. */
export async function decodeFile(file: DiskFile, encoding: string | undefined): Promise<TextOnDisk | undefined> {
  if (file.kind === 'text') {
    const { text, byteOrderMark } = file;
    return { text, encode: (other) => Promise.resolve(Buffer.from(byteOrderMark + other)) };
  }
  if (file.kind !== 'encoded' || encoding === undefined) return undefined;
  const text = await vscode.workspace.decode(file.bytes, { encoding });
  const encode = (other: string) => Promise.resolve(vscode.workspace.encode(other, { encoding }));
  return file.bytes.equals(await encode(text)) ? { text, encode } : undefined;
}

/** Whether the editor decodes the bytes of a closed file to this text too. */
async function readsAsUtf8(uri: vscode.Uri, text: string): Promise<boolean> {
  if (ASCII.test(text)) return true;
  if (vscode.workspace.getConfiguration('files', uri).get('autoGuessEncoding')) return false;
  return (await vscode.workspace.decode(Buffer.from(text), { uri })) === text;
}

/** Whether the document's encoding is wrong for the file: characters were lost, and saving would destroy them. */
function wasMisread(document: vscode.TextDocument, file: DiskFile): boolean {
  if (!document.getText().includes('\ufffd')) return false;
  return file.kind === 'text' ? !file.text.includes('\ufffd') : file.kind === 'encoded' && !isUtf16(file.bytes);
}

function isUtf16(bytes: Buffer): boolean {
  return ['fffe', 'feff'].includes(bytes.subarray(0, 2).toString('hex'));
}
