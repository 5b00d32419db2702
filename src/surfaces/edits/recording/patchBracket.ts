import { type AnnouncedPatch, type PatchFile, pathsOf } from '../../../conversation/patchAnnouncer';
import type { CodexChanges } from './codexChanges';
import type { EditorWrites } from './editorWrites';
import { type FileState, isSame } from './fileContent';
import type { SeenFile } from './fileStates';
import { ANNOUNCED_LATE_MS } from './runningCommands';

/**
 * Records the files of one patch that the editor does not write: those outside the workspace folders, binary ones, and
 * all of them where the server writes by itself. They are looked at when the patch begins and compared when it ends.
 */
export class PatchBracket {
  private readonly before = new Map<string, FileState>();
  /** Recorded already: by the editor that wrote them, or when their document was reloaded. */
  private readonly done = new Set<string>();
  private readonly paths: ReadonlySet<string>;
  private readonly startedAtMs: number;

  constructor(
    private readonly changes: CodexChanges,
    private readonly writes: EditorWrites,
    readonly patch: AnnouncedPatch,
  ) {
    this.startedAtMs = changes.options.now();
    this.paths = pathsOf(patch);
    for (const { path, moveTo, kind } of patch.files) {
      void changes.tasks.run(path, () => this.look(path, moveTo === undefined ? kind : 'delete'));
      if (moveTo !== undefined) void changes.tasks.run(moveTo, () => this.look(moveTo, 'add'));
    }
  }

  /** Whether this file is of the patch and may still be changed by it without the editor. */
  awaits(path: string): boolean {
    return this.paths.has(path) && !this.done.has(path);
  }

  /** The editor wrote this file. */
  setDone(path: string): void {
    this.done.add(path);
    this.before.delete(path);
  }

  /** The person changed this file before it was written. */
  personChanged(path: string, text: string): void {
    if (!this.awaits(path)) return;
    // A write that began before was refused, or left to somebody else: what it found is older.
    this.writes.takeBegun(path);
    this.before.set(path, { text, bytes: null, mode: null });
  }

  /** Somebody else changed this file before it was written. */
  lookAgain(path: string): void {
    if (!this.awaits(path)) return;
    void this.changes.tasks.run(path, async () => {
      const { state } = await this.changes.see(path);
      if (this.awaits(path)) this.before.set(path, state);
    });
  }

  /** The document of this file was reloaded: the server has written it. */
  reloaded(path: string, text: string): void {
    this.setDone(path);
    this.changes.reloaded(this.patch, 'patch', path, text);
  }

  /** The patch has ended, whether or not it was written. Resolves when its files were compared. */
  async end(): Promise<void> {
    await Promise.all(this.patch.files.map((file) => this.changes.tasks.run(file.path, () => this.compare(file))));
  }

  private async look(path: string, kind: PatchFile['kind']): Promise<void> {
    if (!this.awaits(path)) return;
    const seen = await this.changes.see(path);
    if (this.awaits(path) && !this.before.has(path)) this.before.set(path, this.stateAtStart(path, kind, seen));
  }

  /** What was there when the patch began: what is there now may be written by it already. */
  private stateAtStart(
    path: string,
    kind: PatchFile['kind'],
    { state, changedAtMs, createdAtMs }: SeenFile,
  ): FileState {
    const earliest = this.startedAtMs - ANNOUNCED_LATE_MS;
    if (changedAtMs !== null && changedAtMs < earliest) return state;
    const known = this.changes.disk.get(path);
    if (known !== undefined) return isSame(known, state) ? state : known;
    if (kind === 'delete' || (kind === 'update' && state !== 'missing')) return 'unknown';
    return state === 'missing' || (createdAtMs !== null && createdAtMs >= earliest) ? 'missing' : 'unknown';
  }

  private async compare(file: PatchFile): Promise<void> {
    const { path, moveTo, kind } = file;
    if (moveTo === undefined) await this.compareOne(path, kind);
    else if (!(await this.compareMove(path, moveTo))) {
      await this.compareOne(path, 'delete');
      await this.compareOne(moveTo, 'add');
    }
  }

  private async compareMove(path: string, moveTo: string): Promise<boolean> {
    const before = this.stateBefore(path);
    const isMovable = typeof before === 'object' && this.stateBefore(moveTo) === 'missing';
    if (!isMovable || !this.awaits(path) || !this.awaits(moveTo)) return false;
    const [source, target] = await Promise.all([this.changes.see(path), this.changes.see(moveTo)]);
    if (source.state !== 'missing' || typeof target.state === 'string') return false;
    this.setDone(path);
    this.setDone(moveTo);
    const change = { path: moveTo, before, after: target.state, movedFrom: path, by: 'patch' } as const;
    await this.changes.found(this.patch, change);
    return true;
  }

  private async compareOne(path: string, kind: PatchFile['kind']): Promise<void> {
    const begun = this.writes.takeBegun(path);
    if (!this.awaits(path)) return;
    const before = begun === undefined || begun === 'unknown' ? this.stateBefore(path) : begun;
    const { state: after, changedAtMs } = await this.changes.see(path);
    const isUntouched = changedAtMs !== null && changedAtMs < this.startedAtMs - ANNOUNCED_LATE_MS;
    // Only a deletion deletes: that a changed file is gone was somebody else.
    const isOthers = after === 'missing' && kind !== 'delete';
    if (after === 'unknown' || isOthers || isUntouched || isSame(before, after)) return;
    this.setDone(path);
    await this.changes.found(this.patch, { path, before, after, by: 'patch' });
  }

  private stateBefore(path: string): FileState {
    return this.before.get(path) ?? 'unknown';
  }
}
