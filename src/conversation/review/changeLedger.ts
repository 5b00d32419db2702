import type { Disposable } from '../../base/disposable';
import { Emitter, type Event } from '../../base/event';
import type { Logger } from '../../base/logger';
import type { Snapshot } from './snapshot';

/** What was done to one file. For a file that was moved, `before` is what was at `movedFrom`. */
export interface FileStep {
  /** Absolute and native. */
  readonly path: string;
  readonly before: Snapshot;
  readonly after: Snapshot;
  readonly movedFrom: string | null;
}

/** What became of one file. */
export interface TurnFile extends FileStep {
  readonly by: 'patch' | 'command';
  /**
   * Set when somebody else changed the file in between: Codex's own changes one by one, oldest first. To take them back
   * without what was done in between, take back each, newest first.
   */
  readonly steps?: readonly FileStep[];
}

/** What one turn changed: each file once, from before its first change to after its last. */
export interface TurnRecord {
  readonly threadId: string;
  readonly turnId: string;
  /** When the turn changed its first file, in milliseconds since 1970. */
  readonly atMs: number;
  /** Its changes were taken back and are not in the files now. */
  readonly undone: boolean;
  readonly files: readonly TurnFile[];
}

/** What a restore changed, so that it can be taken back: `before` it and `after` it. */
export interface RestoreRecord {
  readonly threadId: string;
  readonly turnIds: readonly string[];
  readonly atMs: number;
  readonly files: readonly TurnFile[];
}

/** The ledger as plain data. */
export interface StoredLedger {
  readonly turns: readonly TurnRecord[];
  readonly restores: readonly RestoreRecord[];
}

/** Several turns' changes of one file as one. */
export interface JoinedFile extends TurnFile {
  /** Somebody else changed it in between, `steps` say where: going back to `before` takes that back as well. */
  readonly changedBetween: boolean;
}

type Files = Map<string, TurnFile>;
interface Kept<R extends TurnRecord | RestoreRecord> {
  /** The record without its files. */
  head: Omit<R, 'files'>;
  readonly files: Files;
  /** The record as handed out; made anew after a change, so that an unchanged record stays the same object. */
  record: R | undefined;
}
type KeptTurn = Kept<TurnRecord>;
type KeptRestore = Kept<RestoreRecord>;

/** Which files each turn changed, and from what to what. Holds hashes, never texts. Recording takes constant time. */
export class ChangeLedger implements Disposable {
  /** By thread, then by turn, oldest first. */
  private readonly threads = new Map<string, Map<string, KeptTurn>>();
  private readonly restores = new Map<string, KeptRestore>();
  /** Where the newest change of each path is recorded. */
  private readonly newest = new Map<string, KeptTurn | KeptRestore>();
  private readonly changed: Emitter<string>;
  /** Fires with the thread whose records changed. */
  readonly onDidChange: Event<string>;

  constructor(logger: Logger) {
    this.changed = new Emitter((error) => {
      logger.error('A listener of the change ledger failed', error);
    });
    this.onDidChange = this.changed.event;
  }

  dispose(): void {
    this.changed.dispose();
  }

  /**
   * Notes a change that a turn made. Per turn and path the first `before` stays and the last `after` counts; moves are
   * followed; a file that came and went within the turn is forgotten. A turn that changes anew is not undone any more.
   */
  record(origin: { readonly threadId: string; readonly turnId: string }, file: TurnFile, atMs: number): void {
    const { threadId, turnId } = origin;
    const turns = getOrAdd(this.threads, threadId, () => new Map<string, KeptTurn>());
    const turn = getOrAdd(turns, turnId, () => keep<TurnRecord>({ threadId, turnId, atMs, undone: false, files: [] }));
    join(turn.files, file);
    if (turn.files.has(file.path)) this.newest.set(file.path, turn);
    turn.head = { ...turn.head, undone: false };
    turn.record = undefined;
    this.changed.fire(threadId);
  }

  turn(threadId: string, turnId: string): TurnRecord | undefined {
    const turn = this.threads.get(threadId)?.get(turnId);
    return turn && recordOf(turn);
  }

  /** The thread's turns that changed files, oldest first. */
  turns(threadId: string): readonly TurnRecord[] {
    return [...(this.threads.get(threadId)?.values() ?? [])].map(recordOf).filter(({ files }) => files.length > 0);
  }

  /** That turn and all later ones of the thread, oldest first; none when the turn changed no file. */
  from(threadId: string, turnId: string): readonly TurnRecord[] {
    const turns = this.turns(threadId);
    const start = turns.findIndex((turn) => turn.turnId === turnId);
    return start < 0 ? [] : turns.slice(start);
  }

  /** What these turns, given oldest first, did together. Turns that are undone count as long as they are given. */
  changesOf(records: readonly TurnRecord[]): readonly JoinedFile[] {
    const files: Files = new Map();
    for (const file of records.flatMap((record) => record.files)) join(files, file);
    return [...files.values()].map((file) => ({ ...file, changedBetween: file.steps !== undefined }));
  }

  /** The last change of `path` came out differently: saving reformatted it, for example. */
  updateAfter(path: string, after: Snapshot): void {
    const owner = this.newest.get(path);
    const file = owner?.files.get(path);
    if (!owner || !file || ('undone' in owner.head && owner.head.undone)) return;
    const steps = file.steps?.map((step, index, all) => (index === all.length - 1 ? { ...step, after } : step));
    owner.files.set(path, { ...file, after, ...(steps && { steps }) });
    owner.record = undefined;
    this.changed.fire(owner.head.threadId);
  }

  setUndone(threadId: string, turnIds: readonly string[], undone: boolean): void {
    const turns = this.threads.get(threadId);
    const affected = turnIds
      .flatMap((turnId) => turns?.get(turnId) ?? [])
      .filter((turn) => turn.head.undone !== undone);
    for (const turn of affected) {
      turn.head = { ...turn.head, undone };
      turn.record = undefined;
    }
    if (affected.length > 0) this.changed.fire(threadId);
  }

  /** Remembers the thread's last restore in place of an earlier one. */
  noteRestore(record: RestoreRecord): void {
    this.forgetRestore(record.threadId);
    const restore = keep(record);
    this.restores.set(record.threadId, restore);
    this.own(restore);
    this.changed.fire(record.threadId);
  }

  lastRestore(threadId: string): RestoreRecord | undefined {
    const restore = this.restores.get(threadId);
    return restore && recordOf(restore);
  }

  dropRestore(threadId: string): void {
    if (this.forgetRestore(threadId)) this.changed.fire(threadId);
  }

  /** The hashes of everything that the records need. */
  hashes(): Set<string> {
    const { turns, restores } = this.snapshot();
    const hashes = new Set<string>();
    for (const { files } of [...turns, ...restores]) {
      for (const file of files) for (const hash of hashesOf(file)) hashes.add(hash);
    }
    return hashes;
  }

  /** Forgets the turns that are not to be kept, and restores of nothing but such turns. */
  prune(isKept: (turn: TurnRecord) => boolean): void {
    for (const [threadId, turns] of [...this.threads]) {
      const gone = [...turns.values()].filter((turn) => !isKept(recordOf(turn)));
      if (gone.length === 0) continue;
      for (const turn of gone) {
        turns.delete(turn.head.turnId);
        this.disown(turn);
      }
      if (turns.size === 0) this.threads.delete(threadId);
      if (!this.lastRestore(threadId)?.turnIds.some((turnId) => turns.has(turnId))) this.forgetRestore(threadId);
      this.changed.fire(threadId);
    }
  }

  /** All records, turns of all threads oldest first. A record that did not change is the same object as last time. */
  snapshot(): StoredLedger {
    const turns = [...this.threads.values()].flatMap((thread) => [...thread.values()].map(recordOf));
    return {
      turns: turns.sort((a, b) => a.atMs - b.atMs),
      restores: [...this.restores.values()].map(recordOf),
    };
  }

  /** Adds records that were stored; one that is here already is replaced. */
  restore(stored: StoredLedger): void {
    const threadIds = new Set([...stored.turns, ...stored.restores].map(({ threadId }) => threadId));
    for (const record of stored.turns) {
      const turns = getOrAdd(this.threads, record.threadId, () => new Map<string, KeptTurn>());
      turns.set(record.turnId, keep(record));
    }
    for (const record of stored.restores) this.restores.set(record.threadId, keep(record));
    for (const threadId of threadIds) this.sortThread(threadId);
    this.findNewest();
    for (const threadId of threadIds) this.changed.fire(threadId);
  }

  private sortThread(threadId: string): void {
    const turns = [...(this.threads.get(threadId)?.values() ?? [])].sort(byTime);
    if (turns.length > 0) this.threads.set(threadId, new Map(turns.map((turn) => [turn.head.turnId, turn])));
  }

  private findNewest(): void {
    this.newest.clear();
    const owners = [...this.threads.values()].flatMap((turns): (KeptTurn | KeptRestore)[] => [...turns.values()]);
    for (const owner of [...owners, ...this.restores.values()].sort(byTime)) this.own(owner);
  }

  private forgetRestore(threadId: string): boolean {
    const restore = this.restores.get(threadId);
    if (restore) this.disown(restore);
    return this.restores.delete(threadId);
  }

  private own(owner: KeptTurn | KeptRestore): void {
    for (const path of owner.files.keys()) this.newest.set(path, owner);
  }

  private disown(owner: KeptTurn | KeptRestore): void {
    for (const path of owner.files.keys()) if (this.newest.get(path) === owner) this.newest.delete(path);
  }
}

/** The hashes that a change refers to. */
export function hashesOf({ before, after, steps = [] }: Pick<TurnFile, 'before' | 'after' | 'steps'>): string[] {
  const snapshots = [before, after, ...steps.flatMap((step) => [step.before, step.after])];
  return snapshots.flatMap((snapshot) =>
    typeof snapshot === 'string' ? [] : [snapshot.text, snapshot.bytes].filter((hash) => hash !== null),
  );
}

function keep<R extends TurnRecord | RestoreRecord>({ files, ...head }: R): Kept<R> {
  return { head, files: new Map(files.map((file) => [file.path, file])), record: undefined };
}

function recordOf<R extends TurnRecord | RestoreRecord>(kept: Kept<R>): R {
  // A generic rest is not known to be the whole again.
  kept.record ??= { ...kept.head, files: [...kept.files.values()] } as unknown as R;
  return kept.record;
}

function byTime(a: KeptTurn | KeptRestore, b: KeptTurn | KeptRestore): number {
  return a.head.atMs - b.head.atMs;
}

/** Adds a later change to earlier ones. A move takes the history of its source along. */
function join(files: Files, file: TurnFile): void {
  if (file.movedFrom !== null) {
    joinMove(files, file, file.movedFrom);
    return;
  }
  const earlier = files.get(file.path);
  if (!earlier) put(files, file);
  else put(files, { ...file, before: earlier.before, movedFrom: earlier.movedFrom, ...joinSteps(earlier, file) });
}

function joinMove(files: Files, file: TurnFile, from: string): void {
  const source = files.get(from);
  const target = files.get(file.path);
  const origin = source?.movedFrom ?? from;
  const before = source?.before ?? file.before;
  files.delete(from);
  if (target && target.before !== 'missing') {
    // Something was here at first that has to come back as well: no move any more, but a change and a deletion.
    const { path, after, by } = file;
    put(files, { path, before: target.before, after, movedFrom: target.movedFrom, by });
    put(files, { path: origin, before, after: 'missing', movedFrom: null, by });
    return;
  }
  const isMove = before !== 'missing' && origin !== file.path;
  const steps = source && joinSteps(source, file);
  put(files, { ...file, before, movedFrom: isMove ? origin : null, ...steps });
}

/** The steps of both, when somebody else changed the file between any of them. */
function joinSteps(earlier: TurnFile, later: TurnFile): Pick<TurnFile, 'steps'> {
  const isGap = differs(earlier.after, later.before);
  if (!isGap && !earlier.steps && !later.steps) return {};
  const [older, newer] = [stepsOf(earlier), stepsOf(later)];
  const [last, first] = [older.at(-1), newer[0]];
  if (isGap || !last || first?.movedFrom !== null) return { steps: [...older, ...newer] };
  const joint = { ...last, after: first.after };
  return { steps: [...older.slice(0, -1), joint, ...newer.slice(1)] };
}

function stepsOf({ path, before, after, movedFrom, steps }: TurnFile): readonly FileStep[] {
  return steps ?? [{ path, before, after, movedFrom }];
}

function put(files: Files, file: TurnFile): void {
  if (file.before === 'missing' && file.after === 'missing') files.delete(file.path);
  else files.set(file.path, file);
}

/** Whether two snapshots are known to be of different contents. */
function differs(a: Snapshot, b: Snapshot): boolean {
  if (a === 'unknown' || b === 'unknown') return false;
  if (a === 'missing' || b === 'missing') return a !== b;
  if (a.text !== null && b.text !== null) return a.text !== b.text;
  return a.bytes !== null && b.bytes !== null && a.bytes !== b.bytes;
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
