import { readFile, rm, writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { nextChange } from './nextChange';

/** Removes a file that has only the beginning of what was to be written: the disk was full. Gives whether it did. */
export async function removePart(file: string, contents: Uint8Array): Promise<boolean> {
  const written = await readFile(file).catch(() => undefined);
  if (written === undefined || !isPart(written, contents)) return false;
  await rm(file, { force: true });
  return true;
}

/** The bytes of a file, to bring back when a full disk takes only a part of what is saved over them. */
export class SafeCopy {
  private constructor(
    private readonly file: string,
    private readonly bytes: Buffer | undefined,
  ) {}

  static async of(file: string): Promise<SafeCopy> {
    return new SafeCopy(file, await readFile(file).catch(() => undefined));
  }

  /**
   * Brings the old bytes back when the file has only a part of its document, which was saved. Gives whether it did. The
   * editor does not notice when the disk takes only a part of a document, and calls it saved (VS Code 1.139).
   */
  async restoreIfPart(document: vscode.TextDocument): Promise<boolean> {
    const text = document.getText();
    const written = await readFile(this.file).catch(() => undefined);
    if (this.bytes === undefined || written === undefined) return false;
    const contents = await vscode.workspace.encode(text, { encoding: document.encoding });
    // What was typed since the document was saved is no part of the file either.
    if (document.isDirty || document.getText() !== text || !isPart(written, contents)) return false;
    const reload = nextChange(document.uri);
    try {
      await writeFile(this.file, this.bytes, { flush: true });
      await reload.changed;
    } finally {
      reload.dispose();
    }
    return true;
  }
}

function isPart(written: Uint8Array, contents: Uint8Array): boolean {
  return written.length < contents.length && Buffer.from(written).equals(contents.subarray(0, written.length));
}
