import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable';
import type { DocumentHost, DocumentMetadata, DocumentRead, DocumentWrite } from '../../base/documentHost';
import { messageOf } from '../../base/errors';
import { Emitter } from '../../base/event';
import type { Logger } from '../../base/logger';
import { applyOffsetEdits, mergeEdits } from '../../conversation/edits/textEdits';
import { type AnnouncedFile, AnnouncedPatches } from './announcedPatches';
import { type DiskFile, exists, readDiskFile } from './diskFile';
import type { EditConverter } from './editConverter';
import { KeyedQueue } from './keyedQueue';
import { mergeIntoDocument } from './mergeIntoDocument';
import { closeStrayTabs, findDocument, isDirtyNotebook, isReadOnly, tabsOf } from './openDocuments';
import { saveDocument } from './saveDocument';
import { type ServedText, ServedTexts } from './servedTexts';

export interface EditorDocumentsOptions {
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

const SAVE_LIMIT_MS = 5000;
const RELOAD_LIMIT_MS = 2000;
const WRITTEN: DocumentWrite = { kind: 'written' };
const refused = (reason: string): DocumentWrite => ({ kind: 'refused', reason });

/**
 * The workspace's documents as Codex reads and writes them: live text, unsaved or not, and writes as minimal edits of
 * the document, so that typing, undo, encoding and line endings survive. What a document would spoil is written byte
 * by byte, or left to the real file system, reading and writing alike.
 */
export class EditorDocuments implements DocumentHost, Disposable {
  private readonly store = new DisposableStore();
  private readonly queue = new KeyedQueue();
  private readonly served = new ServedTexts();
  private readonly passed = new Set<string>();
  private readonly patches = new AnnouncedPatches();
  private converter: Promise<EditConverter> | undefined;
  private readonly unsavedEmitter = this.emitter<string>();
  private readonly applyEmitter = this.emitter<AppliedChange>();
  /** The path of a document that holds Codex's change but could not be saved: commands see the old file. */
  readonly onDidLeaveUnsaved = this.unsavedEmitter.event;
  /** Fires when a change was applied, before it is saved. */
  readonly onDidApply = this.applyEmitter.event;

  constructor(private readonly options: EditorDocumentsOptions) {}

  dispose(): void {
    this.store.dispose();
  }

  /** Whether a change of this file is under way: events of its document may then be Codex's as well as the person's. */
  isWriting(file: string): boolean {
    return this.queue.isBusy(keyOf(vscode.Uri.file(file)));
  }

  /** Announces a move, so that the write to `to` renames the file. Dispose when the item has ended. */
  expectMove(from: string, to: string): Disposable {
    return this.patches.expectMove(from, to);
  }

  /** Announces all files of a patch: its moves, and whether there are many. Dispose when the item has ended. */
  expectPatch(files: readonly AnnouncedFile[]): Disposable {
    return this.patches.expectPatch(files);
  }

  async read(file: string): Promise<DocumentRead> {
    const uri = vscode.Uri.file(file);
    const key = keyOf(uri);
    this.patches.setMovedAway(uri, false);
    const look = await this.look(uri);
    this.served.delete(key);
    this.passed.delete(key);
    if (look === 'missing') return { kind: 'missing' };
    if (look === 'pass') {
      this.passed.add(key);
      return { kind: 'pass' };
    }
    this.served.set(key, look);
    return { kind: 'text', text: look.text };
  }

  async metadata(file: string): Promise<DocumentMetadata | undefined> {
    const uri = vscode.Uri.file(file);
    // The server asks once more for a file that was moved, and gives up half-way when it is gone.
    if (this.patches.isMovedAway(uri)) return { sizeBytes: 0, modifiedAtMs: Date.now() };
    const document = findDocument(uri);
    if (document === undefined || this.passed.has(keyOf(uri))) return undefined;
    if (!document.isDirty && !(await exists(file))) return undefined;
    return { sizeBytes: Buffer.byteLength(document.getText()), modifiedAtMs: Date.now() };
  }

  async write(file: string, text: string): Promise<DocumentWrite> {
    const uri = vscode.Uri.file(file);
    return this.queue.run(keyOf(uri), () => this.guard(file, () => this.writeNow(uri, text)));
  }

  async remove(file: string): Promise<DocumentWrite> {
    const uri = vscode.Uri.file(file);
    return this.queue.run(keyOf(uri), () => this.guard(file, () => this.removeNow(uri)));
  }

  private emitter<T>(): Emitter<T> {
    return this.store.add(
      new Emitter<T>((error) => {
        this.options.logger.error(messageOf(error));
      }),
    );
  }

  private async guard(file: string, work: () => Promise<DocumentWrite>): Promise<DocumentWrite> {
    try {
      return await work();
    } catch (error) {
      this.options.logger.error(`${file}: ${messageOf(error)}`);
      return refused(messageOf(error));
    }
  }

  /** The text that Codex is to see. */
  private async look(uri: vscode.Uri): Promise<ServedText | 'missing' | 'pass'> {
    const file = await readDiskFile(uri.fsPath);
    const document = findDocument(uri);
    if (document?.isDirty) return wasMisread(document, file) ? 'pass' : { text: document.getText() };
    if (file.kind === 'missing') return 'missing';
    if (file.kind === 'unfit') return 'pass';
    if (file.kind === 'text' && (file.hasMixedLineEndings || (!document && (await readsAsUtf8(uri, file.text))))) {
      return { text: file.text, onDisk: file };
    }
    return this.lookInDocument(uri, file);
  }

  private async lookInDocument(uri: vscode.Uri, file: DiskFile): Promise<ServedText | 'pass'> {
    try {
      const document = findDocument(uri) ?? (await vscode.workspace.openTextDocument(uri));
      return wasMisread(document, file) ? 'pass' : { text: document.getText() };
    } catch (error) {
      this.options.logger.debug(`${uri.fsPath} is left to the file system: ${messageOf(error)}`);
      return 'pass';
    }
  }

  private async writeNow(uri: vscode.Uri, text: string): Promise<DocumentWrite> {
    if (this.passed.has(keyOf(uri))) return { kind: 'pass' };
    if (isDirtyNotebook(uri)) return refused(`${nameOf(uri)} is open as a notebook with unsaved changes`);
    if (!(await exists(path.dirname(uri.fsPath)))) return { kind: 'noFolder' };
    const source = await this.renameIfAnnounced(uri);
    if (!findDocument(uri)?.isDirty && !(await exists(uri.fsPath))) return this.create(uri, text);
    const result = await this.change(uri, text, source?.fsPath);
    if (source && result.kind === 'refused') await this.renameBack(source, uri);
    return result;
  }

  /** Writes a file that exists, or that has a document with unsaved text. */
  private async change(uri: vscode.Uri, text: string, movedFrom: string | undefined): Promise<DocumentWrite> {
    if (await isReadOnly(uri)) return refused(`${nameOf(uri)} is read-only`);
    const served = this.served.get(keyOf(uri));
    const document = findDocument(uri);
    const isExact = served?.onDisk?.hasMixedLineEndings || (document === undefined && this.patches.isBulk(uri));
    if (served?.onDisk && isExact && !document?.isDirty) return this.writeBytes(uri, served, text, movedFrom);
    return this.writeDocument(uri, served, text, movedFrom);
  }

  private async create(uri: vscode.Uri, text: string): Promise<DocumentWrite> {
    const edit = new vscode.WorkspaceEdit();
    edit.createFile(uri, { overwrite: false, contents: await vscode.workspace.encode(text, { uri }) });
    if (!(await vscode.workspace.applyEdit(edit))) return refused(`The editor did not create ${nameOf(uri)}`);
    this.applyEmitter.fire({ path: uri.fsPath, before: undefined, after: text });
    return WRITTEN;
  }

  /** Renames the file that was announced to move here, unless something is here already. Gives where it was. */
  private async renameIfAnnounced(target: vscode.Uri): Promise<vscode.Uri | undefined> {
    const source = this.patches.sourceOf(target);
    if (source === undefined || isDirtyNotebook(source) || this.passed.has(keyOf(source))) return undefined;
    if (!(await exists(source.fsPath)) || (await exists(target.fsPath)) || !(await rename(source, target)))
      return undefined;
    const served = this.served.get(keyOf(source));
    if (served) this.served.set(keyOf(target), served);
    this.patches.setMovedAway(source, true);
    return source;
  }

  private async renameBack(source: vscode.Uri, target: vscode.Uri): Promise<void> {
    if (await rename(target, source)) this.patches.setMovedAway(source, false);
  }

  private async writeBytes(
    uri: vscode.Uri,
    served: ServedText,
    text: string,
    movedFrom: string | undefined,
  ): Promise<DocumentWrite> {
    const file = await readDiskFile(uri.fsPath);
    if (file.kind !== 'text') return refused(`${nameOf(uri)} was changed on the disk meanwhile`);
    const { edits, conflicts } = mergeEdits(served.text, text, file.text);
    if (conflicts.length > 0) return conflict(uri);
    const after = applyOffsetEdits(file.text, edits);
    const reloaded = findDocument(uri) ? nextChange(uri) : undefined;
    await writeFile(uri.fsPath, file.byteOrderMark + after);
    this.applyEmitter.fire({ path: uri.fsPath, before: file.text, after, movedFrom });
    if (edits.length > 0) await reloaded;
    return WRITTEN;
  }

  private async writeDocument(
    uri: vscode.Uri,
    served: ServedText | undefined,
    text: string,
    movedFrom: string | undefined,
  ): Promise<DocumentWrite> {
    if (served === undefined && findDocument(uri)?.isDirty) {
      return refused(`${nameOf(uri)} has unsaved changes that Codex has not read`);
    }
    const hadTab = tabsOf(uri).length > 0;
    const merged = await mergeIntoDocument({ uri, base: served?.text, next: text }, await this.loadConverter());
    if (merged.kind !== 'merged')
      return merged.kind === 'conflict' ? conflict(uri) : refused(`The editor took no change of ${nameOf(uri)}`);
    const { document, before, after } = merged;
    if (before !== after || movedFrom) this.applyEmitter.fire({ path: uri.fsPath, before, after, movedFrom });
    if (!this.options.saveAfterApply()) return WRITTEN;
    const outcome = await saveDocument(document, this.options.saveLimitMs ?? SAVE_LIMIT_MS);
    if (outcome === 'readOnly') return this.takeBack(uri, before, after);
    if (outcome === 'unsaved') this.unsavedEmitter.fire(uri.fsPath);
    else if (!hadTab) await closeStrayTabs(document);
    return WRITTEN;
  }

  /** The editor showed an edit that it will never save: removes it again, so that text and disk agree. */
  private async takeBack(uri: vscode.Uri, before: string, after: string): Promise<DocumentWrite> {
    const undone = await mergeIntoDocument({ uri, base: after, next: before }, await this.loadConverter());
    if (undone.kind === 'merged') {
      this.applyEmitter.fire({ path: uri.fsPath, before: undone.before, after: undone.after });
    }
    return refused(`${nameOf(uri)} is read-only`);
  }

  private async removeNow(uri: vscode.Uri): Promise<DocumentWrite> {
    const key = keyOf(uri);
    if (this.patches.isMovedAway(uri)) {
      this.patches.setMovedAway(uri, false);
      return WRITTEN;
    }
    const file = await readDiskFile(uri.fsPath);
    if (this.passed.has(key) || file.kind === 'missing' || file.kind === 'unfit') return { kind: 'pass' };
    if (isDirtyNotebook(uri)) return refused(`${nameOf(uri)} is open as a notebook with unsaved changes`);
    const document = findDocument(uri);
    if (document?.isDirty && !(await this.keepUnsaved(document))) {
      return refused(`${nameOf(uri)} has unsaved changes that would be lost`);
    }
    const before = document?.getText() ?? this.served.get(key)?.text ?? (file.kind === 'text' ? file.text : undefined);
    const edit = new vscode.WorkspaceEdit();
    edit.deleteFile(uri, { ignoreIfNotExists: true });
    if (!(await vscode.workspace.applyEdit(edit))) return refused(`The editor did not remove ${nameOf(uri)}`);
    this.served.delete(key);
    this.applyEmitter.fire({ path: uri.fsPath, before, after: undefined });
    return WRITTEN;
  }

  /** Saves what Codex has read, so that undoing the removal brings it back. Gives false when it would be lost. */
  private async keepUnsaved(document: vscode.TextDocument): Promise<boolean> {
    if (this.served.get(keyOf(document.uri))?.text !== document.getText()) return false;
    return (await saveDocument(document, this.options.saveLimitMs ?? SAVE_LIMIT_MS)) === 'saved' && !document.isDirty;
  }

  private loadConverter(): Promise<EditConverter> {
    this.converter ??= this.options.loadConverter().catch((error: unknown) => {
      this.converter = undefined;
      throw error;
    });
    return this.converter;
  }
}

function keyOf(uri: vscode.Uri): string {
  return uri.toString();
}

function nameOf(uri: vscode.Uri): string {
  return vscode.workspace.asRelativePath(uri);
}

async function rename(source: vscode.Uri, target: vscode.Uri): Promise<boolean> {
  const edit = new vscode.WorkspaceEdit();
  edit.renameFile(source, target, { overwrite: false });
  return vscode.workspace.applyEdit(edit);
}

function conflict(uri: vscode.Uri): DocumentWrite {
  return refused(`You changed the same lines of ${nameOf(uri)} while Codex was editing them. Your text was kept`);
}

/** Whether the editor decodes the bytes of a closed file to this text too. */
async function readsAsUtf8(uri: vscode.Uri, text: string): Promise<boolean> {
  // ASCII is the same in all encodings that get here.
  if (/^[\x01-\x7f]*$/.test(text)) return true;
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

/** Resolves with the next change of the document, or when it takes too long. */
function nextChange(uri: vscode.Uri): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      subscription.dispose();
      resolve();
    };
    const timer = setTimeout(done, RELOAD_LIMIT_MS);
    const subscription = vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document.uri.toString() === uri.toString()) done();
    });
  });
}
