import * as vscode from 'vscode';
import { type Disposable, DisposableStore, toDisposable } from '../../../base/disposable';
import type { AnnouncedCommand } from '../../../conversation/commandAnnouncer';
import { type AnnouncedPatch, pathsOf } from '../../../conversation/patchAnnouncer';
import type { TrackedFile } from '../../../conversation/review/review';
import type { RestoredFile } from '../fileRestorer';
import { findDocument } from '../openDocuments';
import { type ChangeOrigin, CodexChanges, type CodexChangesOptions, shown } from './codexChanges';
import { CommandChanges } from './commandChanges';
import { watchDocuments } from './documentChanges';
import { EditorWrites } from './editorWrites';
import { textOf } from './fileContent';
import { OpenPatches } from './openPatches';
import { PatchBracket } from './patchBracket';

export interface ChangeRecorderOptions extends CodexChangesOptions {
  /** The workspace folders that lie on the disk. */
  roots(): readonly string[];
  /** The turns that run now: a write that no patch announces is the only one's. */
  runningTurns?(): readonly ChangeOrigin[];
  /** Whether a patch does not wait for the person any more; unless given, none does. */
  mayWrite?(patch: AnnouncedPatch): boolean;
}

/**
 * Records who changed what: everything of Codex, whether the editor wrote it, the server or a command, goes under review
 * and into the ledger; everything else that happens to files under review is the person's. Nothing is watched before
 * the first turn, unless files are under review already.
 */
export class ChangeRecorder implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changes: CodexChanges;
  private readonly patches: OpenPatches;
  private readonly writes: EditorWrites;
  private readonly commands: CommandChanges;
  private readonly brackets = new Set<PatchBracket>();
  private watching: Disposable | undefined;

  constructor(private readonly options: ChangeRecorderOptions) {
    this.changes = new CodexChanges(options);
    this.patches = new OpenPatches((patch) => this.mayWrite(patch));
    this.writes = new EditorWrites(this.changes, this.patches, () => this.onlyTurn());
    this.commands = new CommandChanges({
      changes: this.changes,
      roots: () => options.roots(),
      isInPatch: (path) => this.bracketOf(path) !== undefined,
    });
    this.store.add(
      options.documents.onDidApply((change) => {
        this.prepare();
        this.writes.applied(change);
        for (const bracket of this.brackets) bracket.setDone(change.path);
        if (change.movedFrom !== undefined) for (const bracket of this.brackets) bracket.setDone(change.movedFrom);
      }),
    );
    this.store.add(options.documents.onDidReformat((change) => this.writes.reformatted(change)));
  }

  dispose(): void {
    this.store.dispose();
  }

  /** A turn begins: from now on files are watched, and new ones are told from old ones. */
  prepare(): void {
    if (this.watching) return;
    this.watching = this.store.add(this.watch());
    this.commands.prepare();
  }

  /** A file is about to be written, removed or left to somebody else for Codex. Resolves when it has been looked at. */
  async willChange(path: string): Promise<void> {
    this.prepare();
    await this.writes.willChange(path);
  }

  /** A patch begins, perhaps with a question to the person; dispose what is returned when it has ended. */
  patchStarted(patch: AnnouncedPatch): Disposable {
    this.prepare();
    const store = new DisposableStore();
    store.add(this.patches.add(patch));
    const paths = pathsOf(patch);
    this.changes.mirror(vscode.workspace.textDocuments.filter(({ uri }) => paths.has(uri.fsPath)));
    const bracket = new PatchBracket(this.changes, this.writes, patch);
    this.brackets.add(bracket);
    store.add(
      toDisposable(() => {
        // Events of its files are the patch's until they were compared.
        void bracket.end().then(() => this.brackets.delete(bracket));
      }),
    );
    return store;
  }

  /** A command begins; dispose what is returned when it has ended. */
  commandStarted(command: AnnouncedCommand): Disposable {
    this.prepare();
    return this.commands.started(command);
  }

  /** The person took a file back to another state. */
  restored({ path, text }: RestoredFile): void {
    this.changes.account(path, text);
    this.changes.personChanged(path, text === null ? null : shown(path, text));
    this.commands.personTouched(path);
  }

  /** Compares all files under review with what they are now, after they were loaded; what differs is the person's. */
  async reconcile(): Promise<void> {
    const { files } = this.changes.review;
    if (files.length > 0) this.prepare();
    await Promise.all(files.filter(({ gap }) => !gap).map((file) => this.reconcileFile(file)));
  }

  /** Resolves when everything that is known to have happened is recorded. */
  async settled(): Promise<void> {
    await this.commands.listing;
    await this.changes.tasks.settled();
  }

  private watch(): Disposable {
    return watchDocuments(this.changes, {
      isPending: (path) => this.writes.isPending(path),
      reloaded: (path, text) => this.reloaded(path, text),
      edited: (path, text) => {
        for (const bracket of this.brackets) bracket.personChanged(path, text);
      },
      saved: (document) => this.saved(document),
      willRename: (from) => this.commands.willRename(from),
      renamed: (from, to) => this.renamed(from, to),
      touched: (path) => this.commands.personTouched(path),
      changedOnDisk: (path) => this.changedOnDisk(path),
      isIdle: () => this.isIdle(),
    });
  }

  private saved(document: vscode.TextDocument): void {
    const path = document.uri.fsPath;
    if (this.isIdle() && this.changes.disk.get(path) === undefined) return;
    this.changes.account(path, document.getText());
    if (document.encoding === 'utf8') return;
    void this.changes.tasks.run(path, async () => {
      const { state } = await this.changes.see(path);
      if (textOf(state) === textOf(this.changes.disk.get(path) ?? 'unknown')) this.changes.disk.set(path, state);
    });
  }

  private isIdle(): boolean {
    return this.commands.isIdle && this.brackets.size === 0;
  }

  private reloaded(path: string, text: string): boolean {
    const bracket = this.bracketOf(path);
    if (bracket) bracket.reloaded(path, text);
    return bracket !== undefined || this.commands.reloaded(path, text);
  }

  /** A file or a folder was renamed by the person. */
  private renamed(from: string, to: string): void {
    this.changes.review.moved(from, to);
    this.commands.personTouched(from);
    this.commands.personTouched(to);
  }

  private async reconcileFile({ path, current }: TrackedFile): Promise<void> {
    await this.changes.tasks.run(path, async () => {
      const document = findDocument(vscode.Uri.file(path));
      const text = document?.getText() ?? textOf((await this.changes.see(path)).state) ?? null;
      if (text !== current) this.changes.personChanged(path, text);
    });
  }

  private changedOnDisk(path: string): void {
    for (const bracket of this.brackets) if (!this.mayWrite(bracket.patch)) bracket.lookAgain(path);
    this.commands.touched(path);
  }

  /** The patch that may change this file without the editor now. */
  private bracketOf(path: string): PatchBracket | undefined {
    return [...this.brackets].find((bracket) => bracket.awaits(path) && this.mayWrite(bracket.patch));
  }

  private mayWrite(patch: AnnouncedPatch): boolean {
    return this.options.mayWrite?.(patch) ?? true;
  }

  private onlyTurn(): ChangeOrigin | undefined {
    const turns = this.options.runningTurns?.() ?? [];
    return turns.length === 1 ? turns[0] : undefined;
  }
}
