import { statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import { type Disposable, toDisposable } from '../../../base/disposable';
import type { AnnouncedCommand } from '../../../conversation/commandAnnouncer';
import { findDocument } from '../openDocuments';
import { type CodexChanges, shown } from './codexChanges';
import { type FileState, isSame, textOf } from './fileContent';
import { FileInventory } from './fileInventory';
import type { SeenFile } from './fileStates';
import { IgnoredFiles } from './ignoredFiles';
import { namedFiles } from './namedFiles';
import { isInside } from '../isInside';
import { ANNOUNCED_LATE_MS, RunningCommands, type TimedCommand } from './runningCommands';

export interface CommandChangesOptions {
  readonly changes: CodexChanges;
  roots(): readonly string[];
  /** Whether a patch that is under way names this file: then its change is not a command's. */
  isInPatch(path: string): boolean;
}

/** A new folder with more files than this is not looked through to its end. */
const MAX_FILES_IN_FOLDER = 20_000;
const FILES_BETWEEN_PAUSES = 50;

/**
 * Finds what commands changed. The time at which a file was changed says whether a command did it, and which; the
 * state before is the one accounted for, or nobody knows it.
 */
export class CommandChanges {
  private readonly running: RunningCommands;
  private readonly inventory = new FileInventory();
  private readonly ignored = new IgnoredFiles();
  private readonly renaming = new Set<string>();
  private readonly named = new Map<TimedCommand, Set<string>>();
  /** Resolves when the files of the workspace are listed. */
  listing: Promise<void> = Promise.resolve();

  constructor(private readonly options: CommandChangesOptions) {
    this.running = new RunningCommands(() => options.changes.options.now());
  }

  private get changes(): CodexChanges {
    return this.options.changes;
  }

  /** Whether no command runs, or ran so lately that changes of it may still be reported. */
  get isIdle(): boolean {
    return this.running.isEmpty;
  }

  /** Lists the files of the workspace, once. The sooner, the more new files are known to be new. */
  prepare(): void {
    for (const root of this.options.roots()) {
      this.listing = this.listing.then(() => this.inventory.list(root, (file) => this.ignored.isIgnored(file, root)));
    }
  }

  /** A command begins; dispose what is returned when it has ended. */
  started(announced: AnnouncedCommand): Disposable {
    const command = this.running.start(announced);
    const names = new Set<string>();
    this.named.set(command, names);
    const open = vscode.workspace.textDocuments.filter(({ uri }) => this.rootOf(uri.fsPath) !== undefined);
    this.changes.mirror(open);
    for (const document of open) this.lookBefore(document.uri.fsPath, command);
    void this.changes.tasks.run(announced.folder, async () => {
      for (const file of await namedFiles(announced.command, announced.folder)) {
        if (this.rootOf(file) === undefined) continue;
        names.add(file);
        this.lookBefore(file, command);
      }
    });
    return toDisposable(() => this.ended(command));
  }

  /** The document of a file took over what is on the disk now. Gives whether a command had written it. */
  reloaded(file: string, text: string): boolean {
    if (this.running.isEmpty || this.rootOf(file) === undefined) return false;
    const author = this.running.authorOf(file, changeTime(file));
    if (author) this.changes.reloaded(author, 'command', file, text);
    return author !== undefined;
  }

  /** Something happened to a file or folder on the disk. */
  touched(file: string): void {
    this.ignored.forget(file);
    const isOfInterest = !this.running.isEmpty || this.isKnown(file);
    if (isOfInterest) void this.changes.tasks.run(file, () => this.look(file));
    else void this.changes.tasks.run(file, () => this.keepInventory(file));
  }

  /** A file or folder is being renamed: that it is gone says nothing until the person's rename is told of. */
  willRename(from: string): void {
    this.renaming.add(from);
  }

  /** The person made, changed or removed a file or folder by means of the editor. */
  personTouched(file: string): void {
    this.renaming.delete(file);
    void this.changes.tasks.run(file, async () => {
      const { state, isFolder } = await this.changes.see(file);
      if (isFolder) return;
      const inside = this.filesUnder(file);
      this.changes.disk.set(file, state);
      this.accountForPerson(file, state);
      if (state === 'missing') for (const other of inside) this.accountForPerson(other, 'missing');
    });
  }

  private ended(command: TimedCommand): void {
    this.running.end(command);
    const names = this.named.get(command) ?? [];
    this.named.delete(command);
    // Events may be late, or not come at all: what is likely to be changed is looked at in any case.
    const likely = new Set([
      ...names,
      ...this.changes.live.keys(),
      ...this.changes.review.files.map(({ path }) => path),
    ]);
    for (const file of likely) if (this.rootOf(file) !== undefined) this.touched(file);
  }

  /** Notes the state of a file that a command may be about to change, unless it may have changed it already. */
  private lookBefore(file: string, command: TimedCommand): void {
    void this.changes.tasks.run(file, async () => {
      const { state, changedAtMs } = await this.changes.see(file);
      if (
        isBefore(command, changedAtMs ?? (await folderChangeTime(file))) &&
        !findDocument(vscode.Uri.file(file))?.isDirty
      )
        this.changes.disk.set(file, state);
      if (this.changes.disk.get(file) === 'missing') this.changes.live.delete(file);
    });
  }

  private async look(file: string): Promise<void> {
    const root = this.rootOf(file);
    if (root === undefined || this.options.isInPatch(file) || this.changes.isWriting(file)) return;
    const seen = await this.changes.see(file);
    if (seen.state !== 'missing' || seen.isFolder) this.renaming.delete(file);
    else if (this.isRenaming(file)) return;
    if (seen.isFolder) {
      await this.lookInside(file);
      return;
    }
    if (seen.state === 'unknown' || (!this.isKnown(file) && (await this.ignored.isIgnored(file, root)))) return;
    await this.listing;
    const inside = seen.state === 'missing' ? this.filesUnder(file) : [];
    const isNew = this.inventory.isNew(file);
    this.noteName(file, seen.state);
    if (inside.length === 0 || this.isKnown(file)) await this.attribute(file, seen, isNew);
    for (const other of inside) void this.changes.tasks.run(other, () => this.look(other));
  }

  private isRenaming(file: string): boolean {
    return [...this.renaming].some((from) => file === from || isInside(file, from));
  }

  private async attribute(file: string, seen: SeenFile, isNew: boolean): Promise<void> {
    const author = await this.authorOf(file, seen.changedAtMs);
    const document = findDocument(vscode.Uri.file(file));
    if (document?.isDirty) await this.changedUnderneath(file, author, document);
    else if (author) await this.changedBy(author, file, this.stateBefore(file, document, isNew), seen.state);
    else this.accountForPerson(file, seen.state, document);
  }

  private async authorOf(file: string, changedAtMs: number | null): Promise<TimedCommand | undefined> {
    const author = this.running.authorOf(file, changedAtMs);
    const wasGone = author && changedAtMs === null && isBefore(author, await folderChangeTime(file));
    return wasGone ? undefined : author;
  }

  private stateBefore(file: string, document: vscode.TextDocument | undefined, isNew: boolean): FileState {
    const live = document && this.changes.live.get(file);
    const known = this.changes.disk.get(file);
    const text = live ?? (known === undefined ? this.changes.review.get(file)?.current : undefined);
    if (known !== undefined && (text === undefined || textOf(known) === text)) return known;
    if (typeof text === 'string') return { text, bytes: null, mode: null };
    return text === null || isNew ? 'missing' : 'unknown';
  }

  private async changedBy(author: TimedCommand, path: string, before: FileState, after: FileState): Promise<void> {
    if (isSame(before, after)) {
      this.changes.disk.set(path, after);
      return;
    }
    await this.changes.found(author, { path, before, after, by: 'command' });
  }

  /** The file was changed under unsaved text, which the editor keeps: there is nothing to review, but to remember. */
  private async changedUnderneath(
    file: string,
    author: TimedCommand | undefined,
    document: vscode.TextDocument,
  ): Promise<void> {
    const bytes = await vscode.workspace.fs.readFile(document.uri);
    const text = shown(file, await vscode.workspace.decode(bytes, { encoding: document.encoding }));
    const before = this.changes.disk.get(file) ?? 'unknown';
    if (textOf(before) === text) return;
    const after = { text, bytes: Buffer.from(text).equals(bytes) ? null : bytes, mode: null };
    this.changes.disk.set(file, after);
    if (author) await this.changes.record(author, { path: file, before, after, by: 'command' });
  }

  private accountForPerson(file: string, state: FileState, document = findDocument(vscode.Uri.file(file))): void {
    this.noteName(file, state);
    if (this.changes.disk.get(file) !== undefined) this.changes.disk.set(file, state);
    const tracked = this.changes.review.get(file);
    // The events of an open document say what became of its text, unless the file is gone.
    if (!tracked || tracked.gap || (document && state !== 'missing')) return;
    const text = textOf(state) ?? null;
    if (text !== tracked.current) this.changes.personChanged(file, text);
  }

  private async lookInside(folder: string): Promise<void> {
    const root = this.rootOf(folder);
    if (root === undefined || (await this.ignored.isIgnored(path.join(folder, '.'), root))) return;
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    let count = 0;
    for (const entry of entries.slice(0, MAX_FILES_IN_FOLDER)) {
      const file = path.join(entry.parentPath, entry.name);
      if (entry.isFile()) void this.changes.tasks.run(file, () => this.look(file));
      if (++count % FILES_BETWEEN_PAUSES === 0) await pause();
    }
  }

  private async keepInventory(file: string): Promise<void> {
    const { state, isFolder } = await this.changes.see(file);
    if (!isFolder) this.noteName(file, state);
  }

  private noteName(file: string, state: FileState): void {
    if (state === 'missing') this.inventory.delete(file);
    else this.inventory.add(file);
  }

  /** The files that were in a folder which is gone; none when it was a file. */
  private filesUnder(folder: string): string[] {
    const known = this.changes.disk.get(folder);
    const wasFile = this.inventory.has(folder) || this.changes.review.get(folder) !== undefined;
    if (wasFile || (known !== undefined && known !== 'missing')) return [];
    const paths = [...this.changes.review.files.map(({ path }) => path), ...this.changes.disk.paths];
    const inside = paths.filter((file) => isInside(file, folder));
    return [...new Set([...this.inventory.filesIn(folder), ...inside])];
  }

  private isKnown(file: string): boolean {
    return this.changes.review.get(file) !== undefined || this.changes.disk.get(file) !== undefined;
  }

  private rootOf(file: string): string | undefined {
    return this.options.roots().find((root) => isInside(file, root));
  }
}

/** Whether a file that was changed at this time is surely not changed by the command. */
function isBefore({ startedAtMs }: TimedCommand, changedAtMs: number): boolean {
  return changedAtMs < startedAtMs - ANNOUNCED_LATE_MS;
}

/** When a name was last added to or removed from the folder of a file, or from the nearest folder that is left. */
async function folderChangeTime(file: string): Promise<number> {
  const folder = path.dirname(file);
  const stats = await stat(folder).catch(() => undefined);
  if (stats) return stats.mtimeMs;
  return folder === file ? 0 : folderChangeTime(folder);
}

/** When a file was last changed; `null` when it is gone. Read at once, so that nothing happens in between. */
function changeTime(file: string): number | null {
  try {
    return statSync(file).ctimeMs;
  } catch {
    return null;
  }
}
