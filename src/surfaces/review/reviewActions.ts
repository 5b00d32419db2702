import path from 'node:path';
import * as vscode from 'vscode';
import type { Logger } from '../../base/logger';
import type { Hunk } from '../../conversation/review/hunks';
import type { RestoreStep } from '../../conversation/review/restorePlan';
import type { Review, TrackedFile } from '../../conversation/review/review';
import type { FileRestorer } from '../edits/fileRestorer';
import { MAX_FILES_THROUGH_EDITOR } from '../edits/manyFiles';
import { cursorLine, neighbour } from './hunkTargets';
import { withProgress } from '../restore/restoreDialogs';
import { eachOf, type RestoreProgress } from '../restore/restoreRun';
import { countOfFiles } from '../restore/restoreTexts';
import { baselineUri, emptyUri, reviewedPath } from './reviewUris';
import { describeUndo, undoFileStep, undoHunkStep } from './undoSteps';

/** What became of an undo. What is in neither list was not reached before the person cancelled. */
export interface UndoOutcome {
  readonly undone: readonly string[];
  readonly refused: readonly { readonly path: string; readonly reason: string }[];
  readonly cancelled: boolean;
}

/** The person took changes of Codex back. `description` is for the model. */
export interface UndoneChange {
  readonly path: string;
  readonly threads: readonly string[];
  readonly description: string;
}

export interface ReviewActionsOptions {
  readonly review: Review;
  readonly restore: Pick<FileRestorer, 'apply' | 'currentText'>;
  readonly logger: Logger;
  /** The exact bytes and the mode that a file had before Codex deleted it, where they are known. */
  deleted(file: TrackedFile): Pick<RestoreStep, 'bytes' | 'mode'> | undefined;
  /** Tells the conversations what the person took back. */
  onDidUndo(change: UndoneChange): void;
}

/** More than this the editor's view of several diffs does not carry. */
const MAX_DIFFS = 200;

/** What the person can do with unreviewed changes, wherever the wish comes from: editor, Source Control view or chat. */
export class ReviewActions {
  constructor(private readonly options: ReviewActionsOptions) {}

  keepHunk(path: string, hunk: Hunk): void {
    this.options.review.keepHunk(path, hunk);
  }

  /** Takes one hunk back, as one step of the editor's undo. `false`, after saying why, when that was refused. */
  async undoHunk(path: string, hunk: Hunk): Promise<boolean> {
    const file = this.options.review.get(path);
    if (!file || file.gap) return false;
    const reason = await this.undoStep(file, undoHunkStep(file, hunk));
    if (reason === undefined) return true;
    void vscode.window.showWarningMessage(vscode.l10n.t('Undo did not finish in {0}: {1}.', relative(path), reason));
    return false;
  }

  keep(paths: readonly string[]): void {
    this.options.review.keepFiles(paths);
  }

  /** Takes back all unreviewed changes of these files. Shows nothing but its progress: see {@link reportUndo}. */
  async undo(paths: readonly string[]): Promise<UndoOutcome> {
    const files = [...new Set(paths)];
    const title = vscode.l10n.t('Undoing changes in {0}', countOfFiles(files.length));
    return withProgress(title, files.length, (progress) => this.undoAll(files, progress));
  }

  /** Goes to the next change, over the ends of the files. */
  next(): Promise<void> {
    return this.goTo('next');
  }

  previous(): Promise<void> {
    return this.goTo('previous');
  }

  /** Shows the unreviewed changes of one file in a diff, at the first of them, or those of several in one view. */
  async open(paths: readonly string[]): Promise<void> {
    const files = paths.flatMap((each) => this.options.review.get(each) ?? []);
    const [first] = files;
    if (!first) sayThereIsNothing();
    else await (files.length === 1 ? this.openOne(first) : openSeveral(files));
  }

  /** Shows a file with the cursor in `line`, and there the editor's peek of what changed. */
  async peek(path: string, line: number): Promise<void> {
    await showLine(path, line);
    await vscode.commands.executeCommand('editor.action.dirtydiff.next');
  }

  private async undoAll(paths: readonly string[], progress: RestoreProgress): Promise<UndoOutcome> {
    const undone: string[] = [];
    const refused: { path: string; reason: string }[] = [];
    await eachOf(paths, async (path) => {
      if (progress.isCancelled) return;
      const reason = await this.undoFile(path, paths.length > MAX_FILES_THROUGH_EDITOR);
      if (reason === undefined) undone.push(path);
      else refused.push({ path, reason });
      progress.report(undone.length + refused.length, paths.length);
    });
    return { undone, refused, cancelled: progress.isCancelled };
  }

  /** Gives the reason when it was refused. */
  private async undoFile(path: string, isBulk: boolean): Promise<string | undefined> {
    const file = this.options.review.get(path);
    if (!file) return vscode.l10n.t('it has no unreviewed changes any more');
    if (file.gap) return vscode.l10n.t('its text before the change is not known');
    const step = undoFileStep(file);
    return this.undoStep(file, step.action === 'create' ? { ...step, ...this.options.deleted(file) } : step, isBulk);
  }

  private async undoStep(file: TrackedFile, step: RestoreStep, isBulk = false): Promise<string | undefined> {
    const { restore, review } = this.options;
    const outcome = await restore.apply(step, isBulk);
    if (outcome.kind === 'refused') return outcome.reason;
    if (step.movedFrom !== null) review.moved(step.path, step.movedFrom);
    const path = step.movedFrom ?? step.path;
    review.personChanged(path, step.text);
    const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(path))?.uri.fsPath;
    const description = describeUndo(file, step, folder);
    this.options.onDidUndo({ path: file.path, threads: file.threads, description });
    return undefined;
  }

  private async goTo(direction: 'next' | 'previous'): Promise<void> {
    const { review } = this.options;
    const paths = review.files.map((file) => file.path);
    const editor = vscode.window.activeTextEditor;
    const here = editor && reviewedPath(editor.document.uri);
    const stop = neighbour(
      paths,
      (each) => review.hunks(each).map(cursorLine),
      here === undefined ? undefined : { path: here, line: editor?.selection.active.line ?? 0 },
      direction,
    );
    const file = stop && review.get(stop.path);
    if (!file) sayThereIsNothing();
    else if (!file.gap && file.current === null) await this.openOne(file);
    else await showLine(stop.path, stop.line);
  }

  private async openOne(file: TrackedFile): Promise<void> {
    const uri = vscode.Uri.file(file.path);
    if (file.gap) {
      await vscode.commands.executeCommand('vscode.open', uri);
      return;
    }
    const [hunk] = this.options.review.hunks(file.path);
    const line = hunk ? cursorLine(hunk) : 0;
    await vscode.commands.executeCommand(
      'vscode.diff',
      baselineUri(file),
      file.current === null ? emptyUri(file.path) : uri,
      vscode.l10n.t('{0} (unreviewed changes)', path.basename(file.path)),
      { preview: true, selection: new vscode.Range(line, 0, line, 0) } satisfies vscode.TextDocumentShowOptions,
    );
  }
}

/** Says what of an undo did not come about, if anything. */
export function reportUndo({ undone, refused, cancelled }: UndoOutcome): void {
  const [first] = refused;
  if (!first) {
    if (cancelled)
      void vscode.window.showInformationMessage(
        vscode.l10n.t('Undone in {0}, then stopped.', countOfFiles(undone.length)),
      );
    return;
  }
  const message =
    refused.length === 1
      ? vscode.l10n.t('Undo did not finish in {0}: {1}.', relative(first.path), first.reason)
      : vscode.l10n.t(
          'Undo did not finish in {0} files. {1}: {2}.',
          refused.length,
          relative(first.path),
          first.reason,
        );
  void vscode.window.showWarningMessage(message);
}

function sayThereIsNothing(): void {
  void vscode.window.showInformationMessage(vscode.l10n.t('There are no unreviewed changes.'));
}

async function openSeveral(files: readonly TrackedFile[]): Promise<void> {
  const known = files.filter(({ gap }) => !gap);
  const shown = known.slice(0, MAX_DIFFS).map((file) => {
    const uri = vscode.Uri.file(file.path);
    return [uri, file.baseline === null ? undefined : baselineUri(file), file.current === null ? undefined : uri];
  });
  await vscode.commands.executeCommand('vscode.changes', vscode.l10n.t('Unreviewed changes'), shown);
  if (known.length > MAX_DIFFS) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('The first {0} of {1} files are shown.', MAX_DIFFS, known.length),
    );
  }
}

/** Shows `line` of a file: in the diff that is active, when it is one of this file, else in its own editor. */
export async function showLine(path: string, line: number): Promise<void> {
  const uri = vscode.Uri.file(path);
  const active = vscode.window.activeTextEditor;
  const editor =
    active?.document.uri.toString() === uri.toString() ? active : await vscode.window.showTextDocument(uri);
  const position = new vscode.Position(line, 0);
  editor.selection = new vscode.Selection(position, position);
  editor.revealRange(new vscode.Range(position, position), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

function relative(path: string): string {
  return vscode.workspace.asRelativePath(path);
}
