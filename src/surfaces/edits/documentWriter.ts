import { rm } from 'node:fs/promises';
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
import { removePart, SafeCopy } from './partialWrites';
import { saveDocument, type SaveOutcome } from './saveDocument';
import type { ServedText } from './servedTexts';
import { createBytes, writeBytes } from './writeBytes';

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

  /** Makes a file where there is none; `isBulk`: see {@link createFile}. */
  async create(uri: vscode.Uri, text: string, isBulk = false): Promise<DocumentWrite> {
    const contents = isUtf8(uri) ? Buffer.from(text) : await vscode.workspace.encode(text, { uri });
    if (!(await this.createFile(uri, contents, isBulk))) {
      return refused(vscode.l10n.t('The editor could not create {0}', nameOf(uri)));
    }
    this.applyEmitter.fire({ path: uri.fsPath, before: undefined, after: text });
    return WRITTEN;
  }

  /**
   * Makes a file with these bytes where there is none; leaves nothing behind when it gives `false`. `isBulk`: it is one
   * of many, and made without the editor.
   */
  async createFile(uri: vscode.Uri, contents: Uint8Array, isBulk = false): Promise<boolean> {
    if (isBulk) return this.isDone(createBytes(uri.fsPath, contents));
    const edit = new vscode.WorkspaceEdit();
    edit.createFile(uri, { overwrite: false, contents });
    const done = await applyEdit(edit, this.options.logger);
    // The editor does not notice when the disk takes only a part (VS Code 1.139).
    return !(await removePart(uri.fsPath, contents)) && done;
  }

  /** Removes a file and closes its document; `before` is its text, for whoever listens, `isBulk` as in {@link deleteFile}. */
  async remove(uri: vscode.Uri, before: string | undefined, isBulk = false): Promise<DocumentWrite> {
    if (!(await this.deleteFile(uri, isBulk))) {
      return refused(vscode.l10n.t('The editor could not remove {0}', nameOf(uri)));
    }
    this.applyEmitter.fire({ path: uri.fsPath, before, after: undefined });
    return WRITTEN;
  }

  /** Removes a file; `isBulk`: it is one of many, and removed without the editor when it is closed. */
  async deleteFile(uri: vscode.Uri, isBulk = false): Promise<boolean> {
    if (isBulk && findDocument(uri) === undefined) return this.isDone(rm(uri.fsPath, { force: true }));
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
    const copy = await SafeCopy.of(uri.fsPath);
    const outcome = await this.saveObserved(document);
    if (outcome === 'readOnly') return this.takeBack(uri, before, after);
    if (outcome === 'saved' && (await copy.restoreIfPart(document))) {
      await this.takeBack(uri, before, after);
      return refused(vscode.l10n.t('The disk took only a part of {0}, which is as it was. Make room', nameOf(uri)));
    }
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

  private isDone(work: Promise<void>): Promise<boolean> {
    return work.then(
      () => true,
      (error: unknown) => {
        this.options.logger.error(messageOf(error));
        return false;
      },
    );
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

/** Whether a new file is plain UTF-8 by the settings. To have the editor encode it is a round trip to another process. */
function isUtf8(uri: vscode.Uri): boolean {
  const files = vscode.workspace.getConfiguration('files', uri);
  return files.get('encoding') === 'utf8' && (files.inspect('encoding')?.languageIds ?? []).length === 0;
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
