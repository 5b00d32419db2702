import type { Disposable } from '../../base/disposable';
import { messageOf } from '../../base/errors';
import { Emitter, type Event } from '../../base/event';
import type { Logger } from '../../base/logger';
import { FileHistory } from './fileHistory';
import { type Compared, countHunks, type Hunk, hunksAfter, hunksBetween } from './hunks';
import { afterCodex, afterPerson, keepHunk, type ReviewedText } from './reviewedText';

/** A file with changes of Codex that nobody has kept or undone yet. */
export interface TrackedFile extends ReviewedText {
  /** Absolute and native. */
  readonly path: string;
  /** The threads that changed it, in the order in which they first did. */
  readonly threads: readonly string[];
  /** Where it was before Codex moved it, when that is unreviewed as well. */
  readonly movedFrom: string | null;
  /**
   * What was there before is not known, or too large to hold: the change can be kept, but not undone. `baseline` says
   * nothing then.
   */
  readonly gap: boolean;
  /** Another number whenever the file enters the review anew: part of the baseline's URI. */
  readonly round: number;
}

export interface CodexChange {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
  /** Where the file was before; `before` is its text there. */
  readonly movedFrom?: string | undefined;
  /** `null`: not known. */
  readonly threadId: string | null;
}

interface Entry {
  readonly file: TrackedFile;
  /** The hunks as far as they were asked for: of the file, or of an earlier state of it. */
  compared?: Compared | undefined;
}

const MAX_FILE_CHARACTERS = 2_000_000;
const MAX_CHARACTERS = 100_000_000;
/** At least so many files that left the review can come back by undo and redo. */
const MAX_HISTORIES_OF_LEFT = 50;

/**
 * All files with unreviewed changes: for each the text without them (`baseline`) and the text as it is. It is told of
 * every change of a file, Codex's and the person's, in the order in which they happened. A file leaves when both texts
 * are the same and it is where it was. It knows no editor and no disk, and its size is bounded: what is too large is
 * tracked without its texts.
 */
export class Review implements Disposable {
  private readonly entries = new Map<string, Entry>();
  private readonly histories = new Map<string, FileHistory>();
  private readonly changed: Emitter<readonly string[]>;
  /** The paths of the files that entered, left or changed; once per operation. */
  readonly onDidChange: Event<readonly string[]>;
  private characters = 0;
  private lastRound = 0;

  constructor(logger: Logger) {
    this.changed = new Emitter((error) => {
      logger.error(`Listener of unreviewed changes: ${messageOf(error)}`);
    });
    this.onDidChange = this.changed.event;
  }

  /** In the order in which they came. */
  get files(): readonly TrackedFile[] {
    return Array.from(this.entries.values(), ({ file }) => file);
  }

  get isEmpty(): boolean {
    return this.entries.size === 0;
  }

  get(path: string): TrackedFile | undefined {
    return this.entries.get(path)?.file;
  }

  /** Empty for a file that is not tracked, or of which the baseline is not known. */
  hunks(path: string): readonly Hunk[] {
    const entry = this.entries.get(path);
    return entry ? hunksOf(entry) : [];
  }

  /** Lines. */
  counts(path: string): { readonly added: number; readonly removed: number } {
    return countHunks(this.hunks(path));
  }

  /** Codex changed, made, deleted or moved a file. */
  codexChanged({ path, before, after, movedFrom, threadId }: CodexChange): void {
    const source = movedFrom === path ? undefined : movedFrom;
    const entry = this.entries.get(source ?? path);
    const file = entry?.file;
    if (!file && before === after && source === undefined) return;
    const known = !entry || file?.gap ? { baseline: before, current: before } : entry.file;
    const text = afterCodex(known, before, after, entry && hunksOf(entry));
    const history = this.historyOf(source ?? path);
    history.remember({ baseline: text.baseline, current: before }, true);
    if (source !== undefined) this.rename(source, path);
    const origin = file?.movedFrom ?? source ?? null;
    this.put(
      {
        path,
        ...text,
        threads: withThread(file?.threads ?? [], threadId),
        movedFrom: origin === path ? null : origin,
        gap: file?.gap ?? false,
        round: (source === undefined && file?.round) || ++this.lastRound,
      },
      true,
    );
    this.fire(source === undefined ? [path] : [source, path]);
  }

  /** A command changed a file, and what was there before is not known. A baseline that is known already stays. */
  changedWithoutBaseline(path: string, current: string | null, threadId: string | null): void {
    const file = this.get(path);
    this.put(
      {
        path,
        baseline: file?.baseline ?? null,
        current,
        threads: withThread(file?.threads ?? [], threadId),
        movedFrom: file?.movedFrom ?? null,
        gap: file?.gap ?? true,
        round: file?.round ?? ++this.lastRound,
      },
      true,
    );
    this.fire([path]);
  }

  /**
   * The person changed, made or deleted (`null`) a file.
   *
   * @param isHistory by undo or redo in the editor: where the review remembers the text, its baseline comes back, even
   *   when the file had left.
   */
  personChanged(path: string, text: string | null, isHistory = false): void {
    const entry = this.entries.get(path);
    const history = this.histories.get(path);
    const remembered = isHistory && text !== null ? history?.find(text) : undefined;
    if (entry) {
      if (entry.file.current === text) return;
      const movedFrom = text === null ? null : entry.file.movedFrom;
      this.put({ ...entry.file, movedFrom, ...(remembered ?? afterPersonIn(entry, text)) }, false);
    } else {
      if (!remembered || remembered.baseline === text) return;
      const threads = history?.threads ?? [];
      this.put({ path, ...remembered, threads, movedFrom: null, gap: false, round: ++this.lastRound }, false);
    }
    this.fire([path]);
  }

  /** What Codex wrote was changed while it was saved, by a formatter for example: that counts as Codex's. */
  reformatted(path: string, text: string): void {
    const file = this.get(path);
    if (!file || file.current === text) return;
    this.put({ ...file, current: text }, true);
    this.fire([path]);
  }

  /** The person renamed a file, or a folder with all that is in it. */
  moved(from: string, to: string): void {
    const isInside = (path: string): boolean => path.startsWith(from) && /^(?:[\\/]|$)/.test(path.slice(from.length));
    const paths = (this.get(from)?.current ?? null) !== null ? [from] : [...this.entries.keys()].filter(isInside);
    if (paths.length === 0 || from === to) return;
    const targets = paths.map((path) => {
      const target = to + path.slice(from.length);
      const file = this.get(path);
      this.rename(path, target);
      if (file) {
        const movedFrom = file.movedFrom === target ? null : file.movedFrom;
        this.put({ ...file, path: target, movedFrom, round: ++this.lastRound }, false);
      }
      return target;
    });
    this.fire([...paths, ...targets]);
  }

  /** Counts one hunk as reviewed. One that reaches beyond the texts is of another state of the file, and ignored. */
  keepHunk(path: string, hunk: Hunk): void {
    const file = this.get(path);
    if (!file || file.gap) return;
    const isInside = hunk.baseRange[1] <= (file.baseline?.length ?? 0) && hunk.range[1] <= (file.current?.length ?? 0);
    if (!isInside) return;
    this.put({ ...file, ...keepHunk(file, hunk) }, false);
    this.fire([path]);
  }

  /** Counts these files as reviewed, whatever changed in them. */
  keepFiles(paths: readonly string[]): void {
    const kept = [...new Set(paths)].filter((path) => this.entries.has(path));
    for (const path of kept) {
      const current = this.get(path)?.current ?? null;
      this.historyOf(path).remember({ baseline: current, current }, false);
      this.remove(path);
    }
    if (kept.length > 0) this.fire(kept);
  }

  /** A conversation goes on in a copy of its thread: what one changed, the other did. */
  continueAs(from: string, to: string): void {
    const changed = this.files.filter(({ threads }) => threads.includes(from));
    for (const file of changed) this.put({ ...file, threads: withThread(file.threads, to) }, false);
    if (changed.length > 0) this.fire(changed.map(({ path }) => path));
  }

  /** What {@link restore} takes: to keep the review beyond the life of the window. */
  snapshot(): readonly TrackedFile[] {
    return this.files;
  }

  /** Replaces all that is tracked. */
  restore(files: readonly TrackedFile[]): void {
    const before = [...this.entries.keys()];
    for (const path of before) this.remove(path);
    this.histories.clear();
    for (const file of files) {
      this.lastRound = Math.max(this.lastRound, file.round);
      this.put(file, true);
    }
    const paths = [...new Set([...before, ...this.entries.keys()])];
    if (paths.length > 0) this.fire(paths);
  }

  dispose(): void {
    this.changed.dispose();
    this.entries.clear();
    this.histories.clear();
  }

  /** Sets the state of a file, and lets it go when nothing of it is unreviewed. */
  private put(file: TrackedFile, byCodex: boolean): void {
    const size = sizeOf(file);
    const others = this.characters - sizeOf(this.get(file.path));
    const isTooLarge = size > MAX_FILE_CHARACTERS || others + size > MAX_CHARACTERS;
    const kept = isTooLarge ? { ...file, baseline: null, current: null, gap: true } : file;
    if (!kept.gap) {
      const history = this.historyOf(file.path);
      history.threads = file.threads;
      history.remember(kept, byCodex);
    }
    if (isReviewed(kept)) {
      this.remove(file.path);
      return;
    }
    this.entries.set(file.path, { file: kept, compared: this.entries.get(file.path)?.compared });
    this.characters = others + sizeOf(kept);
  }

  private remove(path: string): void {
    this.characters -= sizeOf(this.get(path));
    this.entries.delete(path);
  }

  private fire(paths: readonly string[]): void {
    // Twice as many before any is forgotten: looking through all of them is rare then, also while thousands leave.
    if (this.histories.size > this.entries.size + 2 * MAX_HISTORIES_OF_LEFT) {
      const left = [...this.histories.keys()].filter((path) => !this.entries.has(path));
      for (const path of left.slice(0, -MAX_HISTORIES_OF_LEFT)) this.histories.delete(path);
    }
    this.changed.fire(paths);
  }

  private rename(from: string, to: string): void {
    const history = this.histories.get(from);
    this.remove(from);
    this.histories.delete(from);
    if (history) this.histories.set(to, history);
  }

  private historyOf(path: string): FileHistory {
    const history = this.histories.get(path) ?? new FileHistory();
    this.histories.set(path, history);
    return history;
  }
}

function hunksOf(entry: Entry): readonly Hunk[] {
  if (entry.file.gap) return [];
  const [baseline, current] = [entry.file.baseline ?? '', entry.file.current ?? ''];
  const { compared } = entry;
  if (compared?.baseline === baseline && compared.current === current) return compared.hunks;
  const hunks = compared ? hunksAfter(compared, baseline, current) : hunksBetween(baseline, current);
  entry.compared = { baseline, current, hunks };
  return hunks;
}

/** Of a file whose baseline is not known, one that the person deleted has nothing left to review. */
function afterPersonIn(entry: Entry, text: string | null): Partial<TrackedFile> {
  const { file } = entry;
  return file.gap ? { current: text, gap: text !== null } : afterPerson(file, text, hunksOf(entry));
}

function isReviewed({ baseline, current, movedFrom, gap }: TrackedFile): boolean {
  return baseline === current && movedFrom === null && !gap;
}

function sizeOf(file: ReviewedText | undefined): number {
  return (file?.baseline?.length ?? 0) + (file?.current?.length ?? 0);
}

function withThread(threads: readonly string[], threadId: string | null): readonly string[] {
  return threadId === null || threads.includes(threadId) ? threads : [...threads, threadId];
}
