import { chmod, mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Disposable } from '../../base/disposable';
import { messageOf } from '../../base/errors';
import { Emitter } from '../../base/event';
import type { Logger } from '../../base/logger';
import type { RestoreStep } from '../../conversation/review/restorePlan';
import { diskFolders } from '../host/workspaceFolders';
import { exists, readDiskFile } from './diskFile';
import { nameOf } from './documentWriter';
import type { EditorDocuments } from './editorDocuments';
import { withLineEndingsOf } from './lineEndings';
import { leadsOutside } from './linkedOutside';
import { looksTyped } from './looksTyped';
import { findDocument, isDirtyNotebook, isReadOnly } from './openDocuments';
import type { BlobStore } from './recording/blobStore';

/** `refused`: the file is not, or not exactly, as it was to be; `reason` says what it is instead, for the person. */
export type RestoreOutcome = { readonly kind: 'done' } | { readonly kind: 'refused'; readonly reason: string };

/** A file that was taken back to an earlier state; `text` is `null` where there is none: it is gone, or is no text. */
export interface RestoredFile {
  readonly path: string;
  readonly text: string | null;
}

/** A step, the file it is about, where that goes back to, and the exact bytes where they are known. */
interface Act {
  readonly step: RestoreStep;
  readonly uri: vscode.Uri;
  readonly target: vscode.Uri;
  readonly bytes: Uint8Array | null;
  readonly isBulk: boolean;
}

const DONE: RestoreOutcome = { kind: 'done' };
const PERMISSION_BITS = 0o7777;
const refused = (reason: string): RestoreOutcome => ({ kind: 'refused', reason });

/**
 * Takes files back to what they were: open ones by the smallest edits, one undo step each, closed ones byte by byte.
 * Waits for Codex's calls of the same file and keeps them waiting. What changed since the step was planned is refused.
 */
export class FileRestorer implements Disposable {
  private readonly restoreEmitter = new Emitter<RestoredFile>((error) => {
    this.logger.error(messageOf(error));
  });
  /** Fires when a file was taken back, whole or in part: that change is the person's, not Codex's or a command's. */
  readonly onDidRestore = this.restoreEmitter.event;

  constructor(
    private readonly documents: EditorDocuments,
    private readonly blobs: BlobStore,
    private readonly logger: Logger,
  ) {}

  dispose(): void {
    this.restoreEmitter.dispose();
  }

  /**
   * Does what the step says, also one with a conflict: whoever calls has asked. Never rejects.
   *
   * @param isBulk it is one of many steps: closed files are made and removed without the editor.
   */
  async apply(step: RestoreStep, isBulk = false): Promise<RestoreOutcome> {
    if (step.action === 'none') return DONE;
    const { path: file, movedFrom } = step;
    const work = (): Promise<RestoreOutcome> => this.guard(step, isBulk);
    return this.documents.exclusively(file, work, movedFrom ?? file);
  }

  /** The text as it is now, unsaved or not; `null`: there is no file, `undefined`: it is not a text. */
  currentText(file: string): Promise<string | null | undefined> {
    return this.documents.liveText(file);
  }

  /** The hash of the bytes on the disk; `null`: there is no file, or it cannot be read. */
  async bytesHash(file: string): Promise<string | null> {
    const bytes = await readBytes(file);
    return bytes === undefined ? null : this.blobs.hashOf(bytes);
  }

  private async guard(step: RestoreStep, isBulk: boolean): Promise<RestoreOutcome> {
    try {
      return await this.restore(step, isBulk);
    } catch (error) {
      this.logger.error(`${step.path}: ${messageOf(error)}`);
      return refused(messageOf(error));
    }
  }

  private async restore(step: RestoreStep, isBulk: boolean): Promise<RestoreOutcome> {
    const uri = vscode.Uri.file(step.path);
    const name = nameOf(uri);
    if (isDirtyNotebook(uri)) {
      return refused(vscode.l10n.t('{0} is open as a notebook with unsaved changes. Save it and try again', name));
    }
    const bytes = step.bytes === null ? null : await this.blobs.bytes(step.bytes);
    if (bytes === undefined) return refused(vscode.l10n.t('The stored copy of {0} is gone', name));
    const target = step.movedFrom === null ? uri : vscode.Uri.file(step.movedFrom);
    for (const file of new Set([uri, target])) {
      // A link may be removed like a file; what it leads to is nobody's to touch.
      const written = step.action === 'delete' ? path.dirname(file.fsPath) : file.fsPath;
      if (await leadsOutside(written, diskFolders())) {
        return refused(vscode.l10n.t('{0} leads out of the workspace by a link', nameOf(file)));
      }
    }
    const planned = await this.asPlanned(step);
    if (!planned) return changedMeanwhile(uri);
    const outcome = await this.act({ step: planned, uri, target, bytes, isBulk });
    for (const file of new Set([uri.fsPath, target.fsPath])) {
      this.restoreEmitter.fire({ path: file, text: (await this.currentText(file)) ?? null });
    }
    return outcome;
  }

  /** The step, for the file as it is; `undefined` when it does not hold any more what the step was made for. */
  private async asPlanned(step: RestoreStep): Promise<RestoreStep | undefined> {
    const { action, expected, expectedBytes, text, bytes } = step;
    const live = await this.currentText(step.path);
    if (live === expected) return step;
    if (live === undefined) {
      if (expected !== null || action === 'create') return undefined;
      return expectedBytes === undefined || expectedBytes === (await this.bytesHash(step.path)) ? step : undefined;
    }
    // An editor shows one kind of line ending where the file has several.
    if (live === null || expected === null || bytes !== null) return undefined;
    if (!isSameButLineEndings(live, expected)) return undefined;
    return { ...step, expected: live, text: text === null ? null : withLineEndingsOf(live, text) };
  }

  private async act({ step, uri, target, bytes, isBulk }: Act): Promise<RestoreOutcome> {
    if (step.action === 'delete') return this.remove(uri, isBulk);
    if (step.action === 'create') return this.create(step, target, bytes, isBulk);
    if (await isReadOnly(uri)) return refused(vscode.l10n.t('{0} is read-only', nameOf(uri)));
    if (target === uri) return this.write(step, uri, bytes);
    if (!(await this.move(uri, target))) {
      return refused(vscode.l10n.t('{0} could not be moved back to {1}', nameOf(uri), nameOf(target)));
    }
    const outcome = await this.write(step, target, bytes);
    if (outcome.kind === 'refused') await this.move(target, uri);
    return outcome;
  }

  private async move(from: vscode.Uri, to: vscode.Uri): Promise<boolean> {
    if (await exists(to.fsPath)) return false;
    await mkdir(path.dirname(to.fsPath), { recursive: true });
    return this.documents.writer.rename(from, to);
  }

  private async remove(uri: vscode.Uri, isBulk: boolean): Promise<RestoreOutcome> {
    const isGone = (await this.documents.writer.deleteFile(uri, isBulk)) && !(await exists(uri.fsPath));
    return isGone ? DONE : refused(vscode.l10n.t('The editor could not remove {0}', nameOf(uri)));
  }

  private async create(
    step: RestoreStep,
    uri: vscode.Uri,
    bytes: Uint8Array | null,
    isBulk: boolean,
  ): Promise<RestoreOutcome> {
    if (await exists(uri.fsPath)) return refused(vscode.l10n.t('There is another {0} now', nameOf(uri)));
    const contents = bytes ?? (await vscode.workspace.encode(step.text ?? '', { uri }));
    await mkdir(path.dirname(uri.fsPath), { recursive: true });
    if (!(await this.documents.writer.createFile(uri, contents, isBulk))) {
      return refused(vscode.l10n.t('The editor could not create {0}', nameOf(uri)));
    }
    return this.conclude(step, uri, contents);
  }

  private async write(step: RestoreStep, uri: vscode.Uri, bytes: Uint8Array | null): Promise<RestoreOutcome> {
    const document = findDocument(uri);
    const { text } = step;
    if (text !== null && document) return this.writeDocument({ ...step, text }, document, bytes);
    const file = await readDiskFile(uri.fsPath);
    const contents = bytes ?? (file.kind === 'text' ? Buffer.from(file.byteOrderMark + (text ?? '')) : undefined);
    if (contents === undefined) {
      if (text === null) return refused(vscode.l10n.t('The stored copy of {0} is gone', nameOf(uri)));
      return this.writeDocument({ ...step, text }, await vscode.workspace.openTextDocument(uri), null);
    }
    // Reading took a moment: from here to the write nothing else is awaited.
    if (findDocument(uri)?.isDirty) return changedMeanwhile(uri);
    if (file.kind === 'text' && step.expected !== null && file.text !== step.expected) return changedMeanwhile(uri);
    await this.documents.writer.replaceBytes(uri, contents, document !== undefined);
    return this.conclude(step, uri, contents);
  }

  private async writeDocument(
    step: RestoreStep & { readonly text: string },
    document: vscode.TextDocument,
    bytes: Uint8Array | null,
  ): Promise<RestoreOutcome> {
    const { writer } = this.documents;
    const { uri } = document;
    const merged = await writer.merge({ uri, base: step.expected ?? undefined, next: step.text, isExact: true });
    if (merged.kind !== 'merged') return changedMeanwhile(uri);
    if (!writer.savesAfterApply) return DONE;
    const typing = watchTyping(merged.document);
    try {
      const outcome = await writer.save(merged.document);
      if (outcome === 'readOnly') {
        await writer.merge({ uri, base: merged.after, next: merged.before });
        return refused(vscode.l10n.t('{0} is read-only', nameOf(uri)));
      }
      if (outcome === 'unsaved') {
        return refused(vscode.l10n.t('{0} was taken back, but not saved. Save it yourself', nameOf(uri)));
      }
      const encoding = merged.document.encoding;
      const contents = bytes ?? (await vscode.workspace.encode(step.text, { encoding }));
      if (typing.wasSeen()) return DONE;
      await this.mend(merged.document, contents, merged.after);
      return await this.conclude(step, uri, contents, typing);
    } finally {
      typing.dispose();
    }
  }

  /** Takes back what saving made of the file: mixed line endings evened, text formatted. */
  private async mend(document: vscode.TextDocument, contents: Uint8Array, text: string): Promise<void> {
    const saved = await readBytes(document.uri.fsPath);
    if (document.isDirty || saved === undefined || saved.equals(contents)) return;
    await this.documents.writer.replaceBytes(document.uri, contents, document.getText() !== text);
  }

  private async conclude(
    step: RestoreStep,
    uri: vscode.Uri,
    contents: Uint8Array,
    typing?: Typing,
  ): Promise<RestoreOutcome> {
    if (step.mode !== null && process.platform !== 'win32') await restoreMode(uri.fsPath, step.mode);
    const written = await readBytes(uri.fsPath);
    if (written?.equals(contents) || typing?.wasSeen()) return DONE;
    return refused(vscode.l10n.t('{0} was changed again while it was taken back', nameOf(uri)));
  }
}

interface Typing extends Disposable {
  wasSeen(): boolean;
}

/** Sees whether the person types into a document until it is disposed. */
function watchTyping(document: vscode.TextDocument): Typing {
  let seen = false;
  const subscription = vscode.workspace.onDidChangeTextDocument((event) => {
    if (event.document === document && looksTyped(event, vscode.window.activeTextEditor)) seen = true;
  });
  return { wasSeen: () => seen, dispose: () => void subscription.dispose() };
}

function isSameButLineEndings(a: string, b: string): boolean {
  const normalised = (text: string): string => text.replace(/\r\n|\r/g, '\n');
  return normalised(a) === normalised(b);
}

function changedMeanwhile(uri: vscode.Uri): RestoreOutcome {
  return refused(vscode.l10n.t('{0} has changed meanwhile, and was left as it is', nameOf(uri)));
}

async function restoreMode(file: string, mode: number): Promise<void> {
  const { mode: current } = await stat(file);
  if ((current & PERMISSION_BITS) !== (mode & PERMISSION_BITS)) await chmod(file, mode & PERMISSION_BITS);
}

async function readBytes(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch {
    return undefined;
  }
}
