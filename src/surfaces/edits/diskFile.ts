import { access, constants, readFile, stat } from 'node:fs/promises';

/**
 * A file as it lies on the disk. `text`: valid UTF-8, its byte order mark apart. `encoded`: text in another encoding,
 * perhaps. `unfit`: a folder, binary, too large or unreadable: nothing for a text document.
 */
export type DiskFile =
  | { readonly kind: 'missing' | 'unfit' }
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly byteOrderMark: string;
      readonly hasMixedLineEndings: boolean;
    }
  | { readonly kind: 'encoded'; readonly bytes: Buffer };

/** The editor does not hand larger documents to extensions. */
const MAX_DOCUMENT_BYTES = 50 * 1024 * 1024;
const BINARY_PROBE_BYTES = 8192;
const BYTE_ORDER_MARK = '\ufeff';

/** Reads `file`. Never rejects. */
export async function readDiskFile(file: string): Promise<DiskFile> {
  try {
    const stats = await stat(file);
    if (!stats.isFile() || stats.size > MAX_DOCUMENT_BYTES) return { kind: 'unfit' };
    return classify(await readFile(file));
  } catch (error) {
    return { kind: isNotFound(error) ? 'missing' : 'unfit' };
  }
}

/** What `bytes` are as a {@link DiskFile}. */
export function classify(bytes: Buffer): DiskFile {
  const decoded = decodeUtf8(bytes);
  if (decoded === undefined) return { kind: looksBinary(bytes) ? 'unfit' : 'encoded', bytes };
  if (decoded.includes('\0')) return { kind: 'unfit' };
  const byteOrderMark = decoded.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : '';
  const text = decoded.slice(byteOrderMark.length);
  return { kind: 'text', text, byteOrderMark, hasMixedLineEndings: hasMixedLineEndings(text) };
}

/** Whether the folder or file exists. */
export async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** Whether nothing in the permissions of `file`, if there is one, keeps us from writing it. */
export async function isWritable(file: string): Promise<boolean> {
  return access(file, constants.W_OK).then(() => true, isNotFound);
}

function decodeUtf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** NULs are binary, except in UTF-16, which the editor knows by its byte order mark. */
function looksBinary(bytes: Buffer): boolean {
  const mark = bytes.subarray(0, 2).toString('hex');
  return mark !== 'fffe' && mark !== 'feff' && bytes.subarray(0, BINARY_PROBE_BYTES).includes(0);
}

/** Whether a text document, which knows one line ending, would change other lines when it is saved. */
export function hasMixedLineEndings(text: string): boolean {
  const hasLoneCarriageReturn = /\r(?!\n)/.test(text);
  return hasLoneCarriageReturn || (text.includes('\r\n') && /(?:^|[^\r])\n/.test(text));
}

/** Whether an error of the file system says that there is nothing at the path. */
export function isNotFound(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
