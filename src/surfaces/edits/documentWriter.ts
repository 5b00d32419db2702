import { readFile, rm } from 'node:fs/promises';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable';
import type { DocumentWrite } from '../../base/documentHost';
import { messageOf } from '../../base/errors';
import { Emitter } from '../../base/event';
import type { Logger } from '../../base/logger';
import { applyOffsetEdits, mergeEdits } from '../../conversation/edits/textEdits';
import { readDiskFile } from './diskFile';
import type { EditConverter } from './editConverter';
import { nextChange } from './nextChange';
import { decodeFile } from './liveText';
import { looksTyped } from './looksTyped';
import { type MergeOutcome, mergeIntoDocument, type TextProposal } from './mergeIntoDocument';
import { closeStrayTabs, findDocument, isReadOnly, tabsOf } from './openDocuments';
import { saveDocument, type SaveOutcome } from './saveDocument';
import type { ServedText } from './servedTexts';
import { writeBytes } from './writeBytes';

export interface DocumentWriterOptions {
  /** Loads the bundle of the converter; called with the first write. */
  readonly loadConverter: () => Promise<EditConverter>;
  /** Whether a document is saved after Codex's change was applied. */
  readonly saveAfterApply: () => boolean;
  readonly logger: Logger;
  /** How long a save may take before the write is reported as done and the document as unsaved. 5 s unless given. */
  readonly saveLimitMs?: number;
}

/** A change that was made for Codex: text before and after, `undefined` where there was no file or is none any more. */
export interface AppliedChange {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** Set when the file was moved here. */
  readonly movedFrom?: string | undefined;
}

/** A text that a formatter or another extension made of what was applied for Codex, while it was saved. */
export interface ReformattedText {
  readonly path: string;
  readonly text: string;
}

/** The text `next` that Codex made of `base`, which it read; without a `base` it is meant for whatever is there. */
export interface FileChange {
  readonly uri: vscode.Uri;
  readonly base: ServedText | undefined;
  readonly next: string;
  readonly movedFrom?: string | undefined;
  /** Whether a closed file is written byte by byte also where a document would not spoil it. */
  readonly isBulk: boolean;
}

const SAVE_LIMIT_MS = 5000;
const WRITTEN: DocumentWrite = { kind: 'written' };

/** What a write or removal that was not made is answered with; `reason` is for the person. */
export function refused(reason: string): DocumentWrite {
  return { kind: 'refused', reason };
}

/** The name of a file as the person knows it. */
export function nameOf(uri: vscode.Uri): string {
  return vscode.workspace.asRelativePath(uri);
}

/** Brings changes into files: through their documents, or byte by byte where a document would spoil more than that. */
export class DocumentWriter implements Disposable {
  private readonly store = new DisposableStore();
  private readonly unsavedEmitter = this.emitter<string>();
  private readonly applyEmitter = this.emitter<AppliedChange>();
  private readonly reformatEmitter = this.emitter<ReformattedText>();
  private converter: Promise<EditConverter> | undefined;
  readonly onDidLeaveUnsaved = this.unsavedEmitter.event;
  readonly onDidApply = this.applyEmitter.event;
  readonly onDidReformat = this.reformatEmitter.event;

  constructor(private readonly options: DocumentWriterOptions) {}

  dispose(): void {
    this.store.dispose();
  }

  /** Changes a file that exists, or that has a document with unsaved text. */
  async change(change: FileChange): Promise<DocumentWrite> {
    const { uri, base } = change;
    if (await isReadOnly(uri)) return refused(vscode.l10n.t('{0} is read-only', nameOf(uri)));
    const document = findDocument(uri);
    const isExact = base?.onDisk?.isExact || (document === undefined && change.isBulk);
    if (base?.onDisk && isExact && !document?.isDirty) return this.changeOnDisk({ ...change, base });
    return this.changeDocument(change);
  }

  /** Makes a file where there is none. */
  async create(uri: vscode.Uri, text: string): Promise<DocumentWrite> {
    const contents = await vscode.workspace.encode(text, { uri });
    if (!(await this.createFile(uri, contents))) {
      return refused(vscode.l10n.t('The editor could not create {0}', nameOf(uri)));
    }
    this.applyEmitter.fire({ path: uri.fsPath, before: undefined, after: text });
    return WRITTEN;
  }

  /** Makes a file with these bytes where there is none; leaves nothing behind when it gives `false`. */
  async createFile(uri: vscode.Uri, contents: Uint8Array): Promise<boolean> {
    const edit = new vscode.WorkspaceEdit();
    edit.createFile(uri, { overwrite: false, contents });
    const done = await applyEdit(edit, this.options.logger);
    if (!done) await removePart(uri.fsPath, contents);
    return done;
  }

  /** Removes a file and closes its document; `before` is its text, for whoever listens. */
  async remove(uri: vscode.Uri, before: string | undefined): Promise<DocumentWrite> {
    if (!(await this.deleteFile(uri))) {
      return refused(vscode.l10n.t('The editor could not remove {0}', nameOf(uri)));
    }
    this.applyEmitter.fire({ path: uri.fsPath, before, after: undefined });
    return WRITTEN;
  }

  async deleteFile(uri: vscode.Uri): Promise<boolean> {
    const edit = new vscode.WorkspaceEdit();
    edit.deleteFile(uri, { ignoreIfNotExists: true });
    return applyEdit(edit, this.options.logger);
  }

  /** Renames a file together with its document; gives `false` when something is at `target` already. */
  async rename(source: vscode.Uri, target: vscode.Uri): Promise<boolean> {
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(source, target, { overwrite: false });
    return applyEdit(edit, this.options.logger);
  }

  /** Brings a text into a document as one undo step, unsaved. */
  async merge(proposal: TextProposal): Promise<MergeOutcome> {
    return mergeIntoDocument(proposal, await this.loadConverter());
  }

  save(document: vscode.TextDocument): Promise<SaveOutcome> {
    return saveDocument(document, this.options.saveLimitMs ?? SAVE_LIMIT_MS);
  }

  /** Whether a document is to be saved after a change. */
  get savesAfterApply(): boolean {
    return this.options.saveAfterApply();
  }

  /**
   * Gives a file new bytes, all or none, and waits until its document, if it has one that is clean, has read them;
   * `changesText` says whether it will. Rejects with the error of the file system.
   */
  async replaceBytes(uri: vscode.Uri, bytes: Uint8Array, changesText: boolean, onDidWrite?: () => void): Promise<void> {
    const reload = changesText && findDocument(uri) ? nextChange(uri) : undefined;
    try {
      await writeBytes(uri.fsPath, bytes);
      onDidWrite?.();
      await reload?.changed;
    } finally {
      reload?.dispose();
    }
  }

  private async changeOnDisk(change: FileChange & { readonly base: ServedText }): Promise<DocumentWrite> {
    const { uri, base, next, movedFrom } = change;
    const file = await decodeFile(await readDiskFile(uri.fsPath), base.onDisk?.encoding);
    if (file === undefined) return refused(vscode.l10n.t('{0} was changed on the disk meanwhile', nameOf(uri)));
    const { edits, conflicts } = mergeEdits(base.text, next, file.text);
    if (conflicts.length > 0) return conflict(uri);
    const before = file.text;
    const after = applyOffsetEdits(before, edits);
    const bytes = await file.encode(after);
    if (findDocument(uri)?.isDirty) return this.changeDocument(change);
    try {
      await this.replaceBytes(uri, bytes, edits.length > 0, () => {
        if (before !== after || movedFrom) this.applyEmitter.fire({ path: uri.fsPath, before, after, movedFrom });
      });
      return WRITTEN;
    } catch (error) {
      return refused(vscode.l10n.t('{0} could not be written, and is as it was: {1}', nameOf(uri), messageOf(error)));
    }
  }

  private async changeDocument({ uri, base, next, movedFrom }: FileChange): Promise<DocumentWrite> {
    if (base === undefined && findDocument(uri)?.isDirty) {
      return refused(vscode.l10n.t('{0} has unsaved changes that Codex has not read', nameOf(uri)));
    }
    const hadTab = tabsOf(uri).length > 0;
    const merged = await this.merge({ uri, base: base?.text, next });
    if (merged.kind !== 'merged') {
      if (merged.kind === 'conflict') return conflict(uri);
      return refused(vscode.l10n.t('The editor took no change of {0}', nameOf(uri)));
    }
    const { document, before, after } = merged;
    if (before !== after || movedFrom) this.applyEmitter.fire({ path: uri.fsPath, before, after, movedFrom });
    if (!this.savesAfterApply) return WRITTEN;
    const outcome = await this.saveObserved(document);
    if (outcome === 'readOnly') return this.takeBack(uri, before, after);
    if (outcome === 'unsaved') this.unsavedEmitter.fire(uri.fsPath);
    else if (!hadTab) await closeStrayTabs(document);
    return WRITTEN;
  }

  /** Saves, and tells what formatters and other extensions make of the text meanwhile. */
  private async saveObserved(document: vscode.TextDocument): Promise<SaveOutcome> {
    const subscription = vscode.workspace.onDidChangeTextDocument((event) => {
      if (event.document !== document || event.contentChanges.length === 0) return;
      if (looksTyped(event, vscode.window.activeTextEditor)) return;
      this.reformatEmitter.fire({ path: document.uri.fsPath, text: document.getText() });
    });
    try {
      return await this.save(document);
    } finally {
      subscription.dispose();
    }
  }

  /** The editor showed an edit that it will never save: removes it again, so that text and disk agree. */
  private async takeBack(uri: vscode.Uri, before: string, after: string): Promise<DocumentWrite> {
    const undone = await this.merge({ uri, base: after, next: before });
    if (undone.kind === 'merged') {
      this.applyEmitter.fire({ path: uri.fsPath, before: undone.before, after: undone.after });
    }
    return refused(vscode.l10n.t('{0} is read-only', nameOf(uri)));
  }

  private loadConverter(): Promise<EditConverter> {
    this.converter ??= this.options.loadConverter().catch((error: unknown) => {
      this.converter = undefined;
      throw error;
    });
    return this.converter;
  }

  private emitter<T>(): Emitter<T> {
    return this.store.add(
      new Emitter<T>((error) => {
        this.options.logger.error(messageOf(error));
      }),
    );
  }
}

function conflict(uri: vscode.Uri): DocumentWrite {
  const name = nameOf(uri);
  return refused(
    vscode.l10n.t('You changed the same lines of {0} while Codex was editing them. Your text was kept', name),
  );
}

/** Gives `false` also when the editor throws. */
async function applyEdit(edit: vscode.WorkspaceEdit, logger: Logger): Promise<boolean> {
  try {
    return await vscode.workspace.applyEdit(edit);
  } catch (error) {
    logger.error(messageOf(error));
    return false;
  }
}

/** Removes a file that has only the beginning of what was to be written: the disk was full. */
async function removePart(file: string, contents: Uint8Array): Promise<void> {
  const written = await readFile(file).catch(() => undefined);
  if (written === undefined || written.length >= contents.length) return;
  if (written.equals(contents.subarray(0, written.length))) await rm(file, { force: true });
}
