import * as vscode from 'vscode';
import type { Logger } from '../../base/logger';
import type { ChangeLedger, JoinedFile, RestoreRecord, TurnFile } from '../../conversation/review/changeLedger';
import { planRestore, type RestoreStep, type RestoreWorld } from '../../conversation/review/restorePlan';
import type { Review } from '../../conversation/review/review';
import type { BlobStore } from '../edits/recording/blobStore';
import { askAbout, withProgress } from './restoreDialogs';
import { isComplete, reversed, type RestoreProgress, type RestoreResult, type RestoreRun } from './restoreRun';
import { planTurns } from './restoreSteps';
import { detailsOf } from './restoreTexts';

export interface RestoreFilesOptions {
  readonly ledger: ChangeLedger;
  readonly review: Pick<Review, 'get' | 'codexChanged' | 'continueAs'>;
  readonly blobs: Pick<BlobStore, 'text' | 'hashOf'>;
  readonly run: RestoreRun;
  readonly now: () => number;
  readonly logger: Logger;
}

/** Takes back, and makes again, what turns did to files, and keeps the books of it. */
export class RestoreFiles {
  constructor(private readonly options: RestoreFilesOptions) {}

  /**
   * The turns of a thread from one on, and what those of them whose changes are in the files did together.
   *
   * @param turnIds that one and the later ones of the conversation: the first may have changed no file.
   */
  async from(
    threadId: string,
    turnIds: readonly string[],
  ): Promise<{ readonly turnIds: readonly string[]; readonly files: readonly JoinedFile[] }> {
    const { ledger, run } = this.options;
    await run.settled();
    const first = ledger.turns(threadId).find(({ turnId }) => turnIds.includes(turnId));
    const records = first ? ledger.from(threadId, first.turnId).filter(({ undone }) => !undone) : [];
    return { turnIds: records.map((record) => record.turnId), files: ledger.changesOf(records) };
  }

  /** The turns of the last restore, while it can be redone. */
  lastTurnIds(threadId: string): readonly string[] | undefined {
    return this.options.ledger.lastRestore(threadId)?.turnIds;
  }

  /** A conversation goes on in a copy of its thread, whose turns have the same ids: so does what they changed. */
  continueAs(from: string, to: string): void {
    const { ledger, review } = this.options;
    review.continueAs(from, to);
    const restore = ledger.lastRestore(from);
    ledger.restore({
      turns: ledger.turns(from).map((turn) => ({ ...turn, threadId: to })),
      restores: restore ? [{ ...restore, threadId: to }] : [],
    });
    ledger.dropRestore(from);
  }

  /** What taking these turns back would do to each file; `undefined` when the person cancelled. */
  async planOf(threadId: string, turnIds: readonly string[]): Promise<readonly RestoreStep[] | undefined> {
    const { ledger, run } = this.options;
    await run.settled();
    const records = turnIds.flatMap((turnId) => ledger.turn(threadId, turnId) ?? []);
    const files = ledger.changesOf(records);
    return withProgress(vscode.l10n.t('Comparing files'), files.length, (progress) =>
      run.plan(files, planTurns, progress),
    );
  }

  /**
   * Takes the turns back, after asking where something is not clean.
   *
   * @param foldersSinceMs when the first of the turns began: empty folders that were made since are removed.
   * @returns `undefined` when the person cancelled before anything was changed.
   */
  async takeBack(
    threadId: string,
    turnIds: readonly string[],
    foldersSinceMs: number | null,
  ): Promise<RestoreResult | undefined> {
    const { ledger } = this.options;
    const steps = await this.planOf(threadId, turnIds);
    const result = steps && (await this.applyAfterAsking(steps, foldersSinceMs, vscode.l10n.t('Taking back changes')));
    if (result === undefined) return undefined;
    if (result.files.length > 0) this.note(threadId, turnIds, result.files);
    if (isComplete(result)) ledger.setUndone(threadId, turnIds, true);
    return result;
  }

  /** Makes the changes of `turnIds` again. `undefined` when the person cancelled before anything was changed. */
  async redo(threadId: string, turnIds: readonly string[]): Promise<RestoreResult | undefined> {
    const { ledger, run } = this.options;
    await run.settled();
    const last = ledger.lastRestore(threadId);
    const isLast = last !== undefined && isSame(last.turnIds, turnIds);
    const records = turnIds.flatMap((turnId) => ledger.turn(threadId, turnId) ?? []);
    const files = isLast ? last.files : reversed(ledger.changesOf(records));
    const planOne = async (file: TurnFile, world: RestoreWorld) => (await planRestore([file], world))[0];
    const title = vscode.l10n.t('Making changes again');
    const steps = await withProgress(title, files.length, (progress) => run.plan(files, planOne, progress));
    const result = steps && (await this.applyAfterAsking(steps, null, title));
    if (result === undefined) return undefined;
    if (isComplete(result)) {
      ledger.setUndone(threadId, turnIds, false);
      if (isLast) ledger.dropRestore(threadId);
    }
    await this.reviewAgain(threadId, result.files);
    return result;
  }

  private async applyAfterAsking(
    steps: readonly RestoreStep[],
    foldersSinceMs: number | null,
    title: string,
  ): Promise<RestoreResult | undefined> {
    const answer = await askAbout(steps);
    if (answer === undefined) return undefined;
    const apply = (progress: RestoreProgress) => this.options.run.apply(steps, { ...answer, foldersSinceMs }, progress);
    const result = await withProgress(title, steps.length, apply);
    this.options.logger.info(`${title}\n${detailsOf(result)}`);
    return result;
  }

  /** A run that was not complete is continued by the next: together they are one restore. */
  private note(threadId: string, turnIds: readonly string[], files: readonly TurnFile[]): void {
    const { ledger, now } = this.options;
    const last = ledger.lastRestore(threadId);
    const paths = new Set(files.map(({ path }) => path));
    const earlier = last && isSame(last.turnIds, turnIds) ? last.files.filter(({ path }) => !paths.has(path)) : [];
    const record: RestoreRecord = { threadId, turnIds, atMs: now(), files: [...earlier, ...files] };
    ledger.noteRestore(record);
  }

  /** What Codex wrote is there again, and unreviewed, unless the review knew it again by itself. */
  private async reviewAgain(threadId: string, files: readonly TurnFile[]): Promise<void> {
    const { review } = this.options;
    for (const { path, before, after, movedFrom } of files) {
      const [old, next] = await Promise.all([this.textOf(before), this.textOf(after)]);
      if (old === undefined || next === undefined || review.get(path) !== undefined) continue;
      review.codexChanged({ path, before: old, after: next, threadId, ...(movedFrom === null ? {} : { movedFrom }) });
    }
  }

  private async textOf(snapshot: TurnFile['before']): Promise<string | null | undefined> {
    if (snapshot === 'missing') return null;
    if (snapshot === 'unknown' || snapshot.text === null) return undefined;
    return this.options.blobs.text(snapshot.text);
  }
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
