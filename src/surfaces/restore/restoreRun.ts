import { readdir, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTick } from 'node:timers/promises';
import { messageOf } from '../../base/errors';
import type { Logger } from '../../base/logger';
import type { TurnFile } from '../../conversation/review/changeLedger';
import type { RestoreStep, RestoreWorld } from '../../conversation/review/restorePlan';
import type { Snapshot } from '../../conversation/review/snapshot';
import type { FileRestorer } from '../edits/fileRestorer';
import { MAX_FILES_THROUGH_EDITOR } from '../edits/manyFiles';

/** How a run over many files tells how far it is, and is told to end. */
export interface RestoreProgress {
  readonly isCancelled: boolean;
  report(done: number, total: number): void;
}

export interface RestoreRunOptions {
  readonly restorer: Pick<FileRestorer, 'apply' | 'currentText' | 'bytesHash'>;
  /** The stored text of a hash; `undefined`: it is gone. */
  readonly blobText: (hash: string) => Promise<string | undefined>;
  /** Stores a file as it is now. */
  readonly snapshot: (path: string) => Promise<Snapshot>;
  /** Resolves when all that Codex did so far is recorded. */
  readonly settled: () => Promise<void>;
  /** The folders of the workspace: they are never removed. */
  readonly roots: () => readonly string[];
  readonly logger: Logger;
}

export interface RestoreChoices {
  /** Whether files in which the person changed the same places are overwritten; else they stay as they are. */
  readonly overwrite: boolean;
  /**
   * Folders that are empty after a file of theirs was removed go as well when they were made at this time or later.
   * `null`: not known, all folders stay.
   */
  readonly foldersSinceMs: number | null;
}

/** What was and was not taken back, checked file by file. */
export interface RestoreResult {
  /** The changed files as they were before the run and are after it, to redo it. */
  readonly files: readonly TurnFile[];
  /** Files among them in which the person's own changes were kept. */
  readonly merged: readonly string[];
  /** Conflicts that were left as they are. */
  readonly kept: readonly string[];
  /** What was there before is not known. */
  readonly unknown: readonly string[];
  readonly refused: readonly { readonly path: string; readonly reason: string }[];
  /** Files that already were as they should be. */
  readonly unchanged: readonly string[];
  /** Files that were not reached when the person cancelled. */
  readonly left: readonly string[];
}

interface MutableResult {
  files: TurnFile[];
  merged: string[];
  refused: { path: string; reason: string }[];
  left: string[];
}

const BATCH = 50;
const WORKERS = 8;

/** Takes files back to an earlier state, and says exactly what became of each. It touches no other files, and no git. */
export class RestoreRun {
  constructor(private readonly options: RestoreRunOptions) {}

  /** Resolves when all that Codex did so far is recorded: what is read of it before may lack its last changes. */
  settled(): Promise<void> {
    return this.options.settled();
  }

  /**
   * What would be done to each file; `undefined` when it was cancelled.
   *
   * @param planOne gives the step of one file.
   */
  async plan<T extends { readonly path: string }>(
    files: readonly T[],
    planOne: (file: T, world: RestoreWorld) => Promise<RestoreStep | undefined>,
    progress: RestoreProgress,
  ): Promise<RestoreStep[] | undefined> {
    const paths = new Set(files.map((file) => file.path));
    const steps: RestoreStep[] = [];
    for (let from = 0; from < files.length; from += BATCH) {
      if (progress.isCancelled) return undefined;
      progress.report(from, files.length);
      const planned = files.slice(from, from + BATCH).map((file) => planOne(file, this.worldOf(file.path, paths)));
      steps.push(...(await Promise.all(planned)).filter((step) => step !== undefined));
      await nextTick();
    }
    return steps;
  }

  /** Does what was planned. A file that cannot be written does not keep the others from it. */
  async apply(
    steps: readonly RestoreStep[],
    choices: RestoreChoices,
    progress: RestoreProgress,
  ): Promise<RestoreResult> {
    const { ready, conflicts, unknown, unchanged } = sortSteps(steps);
    const result: MutableResult = { files: [], merged: [], refused: [], left: [] };
    const chosen = choices.overwrite ? [...ready, ...conflicts] : ready;
    let done = 0;
    for (const phase of inOrder(chosen)) {
      await eachOf(phase, async (step) => {
        if (progress.isCancelled) {
          result.left.push(step.path);
          return;
        }
        await this.applyStep(step, result, chosen.length > MAX_FILES_THROUGH_EDITOR);
        progress.report(++done, chosen.length);
      });
    }
    if (choices.foldersSinceMs !== null) await this.removeEmptyFolders(result.files, choices.foldersSinceMs);
    return {
      ...result,
      kept: choices.overwrite ? [] : conflicts.map(pathOf),
      unknown: unknown.map(pathOf),
      unchanged: unchanged.map(pathOf),
    };
  }

  /** The files as `file` finds them: what stands at another of `paths` makes room. */
  private worldOf(file: string, paths: ReadonlySet<string>): RestoreWorld {
    const { restorer, blobText } = this.options;
    return {
      text: async (other) => (other !== file && paths.has(other) ? null : restorer.currentText(other)),
      bytesHash: (other) => restorer.bytesHash(other),
      blobText,
    };
  }

  private async applyStep(step: RestoreStep, result: MutableResult, isBulk: boolean): Promise<void> {
    const target = step.movedFrom ?? step.path;
    try {
      const before = await this.options.snapshot(step.path);
      const outcome = await this.options.restorer.apply(step, isBulk);
      if (outcome.kind === 'refused') {
        result.refused.push({ path: step.path, reason: outcome.reason });
        return;
      }
      const after = await this.options.snapshot(target);
      const movedFrom = step.movedFrom === null ? null : step.path;
      result.files.push({ path: target, before, after, movedFrom, by: 'patch' });
      if (step.status === 'merged') result.merged.push(target);
    } catch (error) {
      this.options.logger.error(`${step.path} was not taken back: ${messageOf(error)}`);
      result.refused.push({ path: step.path, reason: messageOf(error) });
    }
  }

  /** Removes the folders that removed and moved files left empty, if they are not older than `sinceMs`. */
  private async removeEmptyFolders(files: readonly TurnFile[], sinceMs: number): Promise<void> {
    const roots = new Set(this.options.roots());
    const gone = files.flatMap(({ path: file, after, movedFrom }) => movedFrom ?? (after === 'missing' ? file : []));
    // Deepest first, so that a folder that held only such folders goes too.
    const folders = [...new Set(gone.flatMap(parentsOf))].sort((a, b) => b.length - a.length);
    for (const folder of folders) {
      if (!roots.has(folder) && (await isEmptySince(folder, sinceMs))) {
        // It refuses a folder that is not empty.
        await rmdir(folder).catch((error: unknown) => this.options.logger.debug(messageOf(error)));
      }
    }
  }
}

/** The steps by what the person has to know of them. */
export function sortSteps(steps: readonly RestoreStep[]): {
  readonly ready: readonly RestoreStep[];
  readonly conflicts: readonly RestoreStep[];
  readonly unknown: readonly RestoreStep[];
  readonly unchanged: readonly RestoreStep[];
} {
  const having = (...kinds: RestoreStep['status'][]) => steps.filter(({ status }) => kinds.includes(status));
  return {
    ready: having('clean', 'merged'),
    conflicts: having('conflict'),
    unknown: having('unknown'),
    unchanged: having('unchanged'),
  };
}

/** Whether all that can be taken back was. What the person chose to keep counts as done. */
export function isComplete(result: RestoreResult): boolean {
  const touched = result.files.length + result.unchanged.length;
  return touched > 0 && result.refused.length === 0 && result.left.length === 0;
}

/** The changes of a turn the other way round, to make them again. */
export function reversed(files: readonly TurnFile[]): TurnFile[] {
  return files.map(({ path: file, before, after, movedFrom, by }) => ({
    path: movedFrom ?? file,
    before: after,
    after: before,
    movedFrom: movedFrom === null ? null : file,
    by,
  }));
}

/** Removals first, then moves, then the rest: a file goes where another one has just made room. */
function inOrder(steps: readonly RestoreStep[]): readonly RestoreStep[][] {
  const isMove = ({ movedFrom }: RestoreStep): boolean => movedFrom !== null;
  const isRemoval = (step: RestoreStep): boolean => step.action === 'delete' && !isMove(step);
  const others = steps.filter((step) => !isRemoval(step) && !isMove(step));
  return [steps.filter(isRemoval), ...movesInOrder(steps.filter(isMove)), others];
}

/** A file that goes where another one leaves comes after it. */
function movesInOrder(steps: readonly RestoreStep[]): RestoreStep[][] {
  const phases: RestoreStep[][] = [];
  for (let rest = [...steps]; rest.length > 0;) {
    const occupied = new Set(rest.map(({ path: from }) => from));
    const free = rest.filter(({ movedFrom }) => movedFrom === null || !occupied.has(movedFrom));
    const phase = free.length > 0 ? free : rest;
    phases.push(phase);
    const done = new Set(phase);
    rest = rest.filter((step) => !done.has(step));
  }
  return phases;
}

/** Does `work` for all items, several at a time, and gives other work its turn in between. */
export async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) {
      await work(item);
      await nextTick();
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
}

function pathOf(step: RestoreStep): string {
  return step.path;
}

function parentsOf(file: string): string[] {
  const parent = path.dirname(file);
  return parent === file ? [] : [parent, ...parentsOf(parent)];
}

/** A file system that does not keep the time of birth gives 0: then the folder stays. */
async function isEmptySince(folder: string, sinceMs: number): Promise<boolean> {
  try {
    const { birthtimeMs } = await stat(folder);
    return birthtimeMs >= sinceMs && (await readdir(folder)).length === 0;
  } catch {
    return false;
  }
}
