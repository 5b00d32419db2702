import path from 'node:path';
import * as vscode from 'vscode';
import type { Disposable } from '../../base/disposable';
import type { DocumentHost, DocumentMetadata, DocumentRead, DocumentWrite } from '../../base/documentHost';
import { messageOf } from '../../base/errors';
import { amend } from '../../conversation/edits/partialChange';
import { type Amendment, Amendments } from './amendments';
import { type AnnouncedFile, AnnouncedPatches } from './announcedPatches';
import { exists, readDiskFile } from './diskFile';
import { DocumentWriter, type DocumentWriterOptions, nameOf, refused } from './documentWriter';
import { fileKey } from './fileKey';
import { KeyedQueue } from './keyedQueue';
import { readLiveText } from './liveText';
import { findDocument, isDirtyNotebook } from './openDocuments';
import { ServedTexts } from './servedTexts';
import { withinLimit } from './timeLimit';

export interface EditorDocumentsOptions extends DocumentWriterOptions {
  /** Awaited before anything of a file is changed for Codex, removed or passed on. Its failure stops nothing. */
  readonly willChange?: (path: string) => Promise<void>;
}

const WILL_CHANGE_LIMIT_MS = 10_000;
const WRITTEN: DocumentWrite = { kind: 'written' };

/**
 * The workspace's documents as Codex reads and writes them: live text, unsaved or not, and writes as minimal edits of
 * the document, so that typing, undo, encoding and line endings survive. What a document would spoil is written byte
 * by byte, or left to the real file system, reading and writing alike.
 */
export class EditorDocuments implements DocumentHost, Disposable {
  private readonly queue = new KeyedQueue();
  private readonly served = new ServedTexts();
  private readonly amendments = new Amendments();
  private readonly patches = new AnnouncedPatches((key) => {
    this.served.settle(key);
  });
  private readonly passed = new Set<string>();
  /** Files whose metadata the server asked for last: before a write it does so, and reads the file once more. */
  private readonly aboutToWrite = new Set<string>();
  private readonly writing = new Set<string>();
  /** Changes files; for Codex only through {@link write} and {@link remove}, for others within {@link exclusively}. */
  readonly writer: DocumentWriter;

  constructor(private readonly options: EditorDocumentsOptions) {
    this.writer = new DocumentWriter(options);
  }

  dispose(): void {
    this.writer.dispose();
  }

  /** The path of a document that holds Codex's change but could not be saved: commands see the old file. */
  get onDidLeaveUnsaved() {
    return this.writer.onDidLeaveUnsaved;
  }

  /** Fires when a change was applied, before it is saved. */
  get onDidApply() {
    return this.writer.onDidApply;
  }

  /** Fires when a document that holds Codex's change is changed while it is saved, and not by the person's typing. */
  get onDidReformat() {
    return this.writer.onDidReformat;
  }

  /** Whether Codex's change of this file is under way: events of its document may be Codex's or the person's. */
  isWriting(file: string): boolean {
    return this.writing.has(keyOf(file));
  }

  /** Does `work` on a file, or on `other` as well, while no call of Codex does; those that come meanwhile wait for it. */
  exclusively<T>(file: string, work: () => Promise<T>, other = file): Promise<T> {
    // Always in the same order, so that two of these never wait for each other.
    const [first = '', second = first] = [...new Set([keyOf(file), keyOf(other)])].sort();
    return this.queue.run(first, () => (second === first ? work() : this.queue.run(second, work)));
  }

  /** The text of a file as it is now, unsaved or not; `null`: there is no file, `undefined`: it is not a text. */
  async liveText(file: string): Promise<string | null | undefined> {
    const live = await readLiveText(vscode.Uri.file(file), this.options.logger);
    if (live === 'pass') return undefined;
    return live === 'missing' ? null : live.text;
  }

  /** Announces a move, so that the write to `to` renames the file. Dispose when the item has ended. */
  expectMove(from: string, to: string): Disposable {
    return this.patches.expectMove(from, to);
  }

  /** Announces all files of a patch: its moves, and whether there are many. Dispose when the item has ended. */
  expectPatch(files: readonly AnnouncedFile[]): Disposable {
    return this.patches.expectPatch(files);
  }

  /**
   * Of the next change of this file the person accepted only a part, or another text: what they left out or edited is
   * carried over to what the server writes, which is told that all was written. A file that is to be removed stays as it
   * is when any text of it is accepted. A move that is left out takes two: nothing accepted at its target, and its
   * source, which is to be removed, stays. Dispose when the item has ended.
   */
  expectAmended(file: string, amendment: Amendment): Disposable {
    return this.amendments.expect(keyOf(file), amendment);
  }

  async read(file: string): Promise<DocumentRead> {
    const uri = vscode.Uri.file(file);
    const key = fileKey(uri);
    const isForWrite = this.aboutToWrite.delete(key);
    this.patches.setMovedAway(uri, false);
    const live = await readLiveText(uri, this.options.logger);
    this.passed.delete(key);
    if (live === 'missing' || live === 'pass') {
      this.served.delete(key);
      if (live === 'pass') this.passed.add(key);
      return { kind: live };
    }
    this.served.add(key, live, isForWrite);
    return { kind: 'text', text: live.text };
  }

  async metadata(file: string): Promise<DocumentMetadata | undefined> {
    const uri = vscode.Uri.file(file);
    // The server asks once more for a file that was moved, and gives up half-way when it is gone.
    if (this.patches.isMovedAway(uri)) return { sizeBytes: 0, modifiedAtMs: Date.now() };
    this.aboutToWrite.add(fileKey(uri));
    const document = findDocument(uri);
    if (document === undefined || this.passed.has(fileKey(uri))) return undefined;
    if (!document.isDirty && !(await exists(file))) return undefined;
    return { sizeBytes: Buffer.byteLength(document.getText()), modifiedAtMs: Date.now() };
  }

  write(file: string, text: string): Promise<DocumentWrite> {
    const uri = vscode.Uri.file(file);
    return this.change(uri, async () => {
      const amendment = this.amendments.next(fileKey(uri));
      if (amendment === undefined) return this.writeNow(uri, text);
      const result = await this.writeAmended(uri, text, amendment);
      // The server makes the folder, and writes again.
      if (result.kind !== 'noFolder') this.amendments.spend(fileKey(uri), amendment);
      return result;
    });
  }

  remove(file: string): Promise<DocumentWrite> {
    const uri = vscode.Uri.file(file);
    return this.change(uri, async () => {
      const amendment = this.amendments.next(fileKey(uri));
      if (amendment !== undefined) this.amendments.spend(fileKey(uri), amendment);
      // The file stays, with whatever the person has made of it since.
      return amendment === undefined || amendment.accepted === null ? this.removeNow(uri) : WRITTEN;
    });
  }

  private change(uri: vscode.Uri, work: () => Promise<DocumentWrite>): Promise<DocumentWrite> {
    const key = fileKey(uri);
    return this.queue.run(key, async () => {
      this.aboutToWrite.delete(key);
      this.writing.add(key);
      try {
        await this.tellOfChange(uri);
        const source = this.patches.sourceOf(uri);
        if (source) await this.tellOfChange(source);
        return await work();
      } catch (error) {
        this.options.logger.error(`${uri.fsPath}: ${messageOf(error)}`);
        return refused(messageOf(error));
      } finally {
        this.writing.delete(key);
      }
    });
  }

  private async tellOfChange({ fsPath }: vscode.Uri): Promise<void> {
    try {
      const told = await withinLimit(this.options.willChange?.(fsPath) ?? Promise.resolve(), WILL_CHANGE_LIMIT_MS);
      if (told === 'expired') this.options.logger.warn(`${fsPath} is changed before what was in it is known`);
    } catch (error) {
      this.options.logger.error(`${fsPath}: ${messageOf(error)}`);
    }
  }

  private async writeAmended(uri: vscode.Uri, text: string, amendment: Amendment): Promise<DocumentWrite> {
    const { proposed, accepted } = amendment;
    if (proposed === accepted) return this.writeNow(uri, text);
    if (accepted === null) return WRITTEN;
    const amended = amend(proposed, accepted, text);
    if (amended === undefined || this.passed.has(fileKey(uri))) {
      return refused(vscode.l10n.t('What you chose of {0} does not fit what Codex wrote. It was kept', nameOf(uri)));
    }
    return this.writeNow(uri, amended);
  }

  private async writeNow(uri: vscode.Uri, text: string): Promise<DocumentWrite> {
    if (this.passed.has(fileKey(uri))) return { kind: 'pass' };
    if (isDirtyNotebook(uri)) return unsavedNotebook(uri);
    if (!(await exists(path.dirname(uri.fsPath)))) return { kind: 'noFolder' };
    const source = await this.renameIfAnnounced(uri);
    const base = this.served.baseOf(fileKey(uri), text);
    if (base) this.served.spend(fileKey(uri), base);
    const isBulk = this.patches.isBulk(uri);
    if (!findDocument(uri)?.isDirty && !(await exists(uri.fsPath))) return this.writer.create(uri, text, isBulk);
    const result = await this.writer.change({ uri, base, next: text, movedFrom: source?.fsPath, isBulk });
    if (source && result.kind === 'refused') await this.renameBack(source, uri);
    return result;
  }

  /** Renames the file that was announced to move here, unless something is here already. Gives where it was. */
  private async renameIfAnnounced(target: vscode.Uri): Promise<vscode.Uri | undefined> {
    const source = this.patches.sourceOf(target);
    if (source === undefined || isDirtyNotebook(source) || this.passed.has(fileKey(source))) return undefined;
    if (!(await exists(source.fsPath)) || (await exists(target.fsPath))) return undefined;
    if (!(await this.writer.rename(source, target))) return undefined;
    this.served.move(fileKey(source), fileKey(target));
    this.patches.setMovedAway(source, true);
    return source;
  }

  private async renameBack(source: vscode.Uri, target: vscode.Uri): Promise<void> {
    if (await this.writer.rename(target, source)) this.patches.setMovedAway(source, false);
  }

  private async removeNow(uri: vscode.Uri): Promise<DocumentWrite> {
    const key = fileKey(uri);
    if (this.patches.isMovedAway(uri)) {
      this.patches.setMovedAway(uri, false);
      return WRITTEN;
    }
    const file = await readDiskFile(uri.fsPath);
    if (this.passed.has(key) || file.kind === 'missing' || file.kind === 'unfit') return { kind: 'pass' };
    if (isDirtyNotebook(uri)) return unsavedNotebook(uri);
    const document = findDocument(uri);
    if (document?.isDirty && !(await this.keepUnsaved(document))) {
      return refused(vscode.l10n.t('{0} has unsaved changes that would be lost', nameOf(uri)));
    }
    const served = this.served.latest(key)?.text;
    const result = await this.writer.remove(
      uri,
      document?.getText() ?? served ?? (file.kind === 'text' ? file.text : undefined),
      this.patches.isBulk(uri),
    );
    if (result.kind === 'written') this.served.delete(key);
    return result;
  }

  /** Saves what Codex has read, so that undoing the removal brings it back. Gives false when it would be lost. */
  private async keepUnsaved(document: vscode.TextDocument): Promise<boolean> {
    if (this.served.latest(fileKey(document.uri))?.text !== document.getText()) return false;
    return (await this.writer.save(document)) === 'saved' && !document.isDirty;
  }
}

function keyOf(file: string): string {
  return fileKey(vscode.Uri.file(file));
}

function unsavedNotebook(uri: vscode.Uri): DocumentWrite {
  return refused(vscode.l10n.t('{0} is open as a notebook with unsaved changes. Save it and ask again', nameOf(uri)));
}
