import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Hunk } from '../../conversation/review/hunks';
import type { Review } from '../../conversation/review/review';
import { cursorLine, hunkAtLine, hunkOfChange, type LineChange, linesOfChange, matchingHunk } from './hunkTargets';
import { type ReviewActions, reportUndo, showLine } from './reviewActions';
import { activeFile, BASELINE_SCHEME, reviewedPath } from './reviewUris';

/** What the commands of the review reach. */
export interface ReviewCommandContext {
  readonly review: Review;
  readonly actions: ReviewActions;
  /** Shows what a turn changed; asks which one when it was not called for one. */
  openTurnDiff(argument: unknown): Promise<void>;
  /** Goes back to before a message; asks which one when it was not called for one. */
  restoreCheckpoint(argument: unknown): Promise<void>;
}

interface HunkTarget {
  readonly path: string;
  readonly hunk: Hunk;
  /** It was chosen in the editor's peek, which closes when its change is gone. */
  readonly isPeeked: boolean;
}

/** The editor computes its marks anew 200 ms after a change. A peek that is opened earlier closes again with them. */
const MARKS_FOLLOW_MS = 500;
const PEEK_ATTEMPTS = 3;

/** The commands about what Codex changed, by id without prefix. */
export function reviewCommands(context: ReviewCommandContext): Record<string, (...args: unknown[]) => unknown> {
  const { actions, review } = context;
  return {
    'edits.open': (...args) => open(context, args),
    'edits.keepAll': (argument) => actions.keep(pathsIn(review, argument)),
    'edits.undoAll': (argument) => undo(actions, pathsIn(review, argument)),
    'edits.keepFile': (...args) => actions.keep(chosenPaths(review, args)),
    'edits.undoFile': (...args) => undo(actions, chosenPaths(review, args)),
    'edits.keepHunk': (...args) => keepHunk(context, args),
    'edits.undoHunk': (...args) => undoHunk(context, args),
    'edits.next': () => actions.next(),
    'edits.previous': () => actions.previous(),
    'edits.openTurnDiff': (argument) => context.openTurnDiff(argument),
    restoreCheckpoint: (argument) => context.restoreCheckpoint(argument),
  };
}

/** Without arguments all changes; of one file its diff, or with a line the place in the file itself. */
async function open({ actions, review }: ReviewCommandContext, args: readonly unknown[]): Promise<void> {
  const [first, line] = args;
  const path = pathOf(first);
  if (path !== undefined && typeof line === 'number') return actions.peek(path, line);
  const paths = args.flatMap((each) => pathOf(each) ?? []);
  return actions.open(paths.length > 0 ? paths : pathsIn(review, first));
}

async function undo(actions: ReviewActions, paths: readonly string[]): Promise<void> {
  reportUndo(await actions.undo(paths));
}

async function keepHunk({ actions, review }: ReviewCommandContext, args: readonly unknown[]): Promise<void> {
  const target = targetOf(review, args);
  if (!target) return;
  actions.keepHunk(target.path, target.hunk);
  await goOnInPeek(actions, review, target);
}

async function undoHunk({ actions, review }: ReviewCommandContext, args: readonly unknown[]): Promise<void> {
  const target = targetOf(review, args);
  if (target && (await actions.undoHunk(target.path, target.hunk))) await goOnInPeek(actions, review, target);
}

/** The peek closes with its change: opens it again at the next one of the file, unless the person went elsewhere. */
async function goOnInPeek(actions: ReviewActions, review: Review, { path, hunk, isPeeked }: HunkTarget): Promise<void> {
  if (!isPeeked) return;
  const hunks = review.hunks(path);
  const next = hunks.find(({ start }) => start >= hunk.start) ?? hunks[0];
  if (!next) return;
  await vscode.commands.executeCommand('closeQuickDiff');
  await showLine(path, cursorLine(next));
  const editor = vscode.window.activeTextEditor;
  const version = editor?.document.version;
  const selection = editor?.selection.active;
  for (let attempt = 0; attempt < PEEK_ATTEMPTS; attempt++) {
    await pause(MARKS_FOLLOW_MS);
    const active = vscode.window.activeTextEditor;
    const isUndisturbed = active === editor && editor?.document.version === version;
    if (!isUndisturbed || !selection?.isEqual(editor?.selection.active ?? selection) || isPeekOpen(path)) return;
    if (!review.hunks(path).includes(next)) return;
    await actions.peek(path, cursorLine(next));
  }
}

/** The peek shows the baseline in an editor of its own. */
function isPeekOpen(path: string): boolean {
  const editors = vscode.window.visibleTextEditors.map(({ document }) => document.uri);
  return editors.some((uri) => uri.scheme === BASELINE_SCHEME && reviewedPath(uri) === path);
}

/** The hunk that the arguments name; without any, the one at the cursor. Says so when there is none. */
function targetOf(review: Review, args: readonly unknown[]): HunkTarget | undefined {
  const [uri, chosen, index] = args;
  const target =
    uri instanceof vscode.Uri ? namedTarget(review, uri.fsPath, chosen, Number(index)) : cursorTarget(review);
  if (!target) {
    void vscode.window.showInformationMessage(
      uri instanceof vscode.Uri
        ? vscode.l10n.t('This change is not there any more. Nothing was done.')
        : vscode.l10n.t('There is no unreviewed change at the cursor.'),
    );
  }
  return target;
}

function namedTarget(review: Review, path: string, chosen: unknown, index: number): HunkTarget | undefined {
  const isPeeked = Array.isArray(chosen);
  const hunk = isPeeked
    ? shownHunk(review, path, chosen as readonly LineChange[], index)
    : matchingHunk(review.hunks(path), chosen as Hunk);
  return hunk && { path, hunk, isPeeked };
}

function shownHunk(review: Review, path: string, changes: readonly LineChange[], index: number): Hunk | undefined {
  const file = review.get(path);
  const change = changes[index];
  if (!file || file.current === null || !change) return undefined;
  return (
    hunkOfChange(file.baseline ?? '', file.current, changes, index) ??
    matchingHunk(review.hunks(path), linesOfChange(change))
  );
}

function cursorTarget(review: Review): HunkTarget | undefined {
  const file = activeFile(review);
  const editor = vscode.window.activeTextEditor;
  if (!file || editor?.document.uri.scheme !== 'file') return undefined;
  const hunk = hunkAtLine(review.hunks(file.path), editor.selection.active.line);
  return hunk && { path: file.path, hunk, isPeeked: false };
}

/** The files of a group or a source control of the Source Control view, else all. */
function pathsIn(review: Review, argument: unknown): string[] {
  const states = valueOf(argument, 'resourceStates');
  if (Array.isArray(states)) return states.flatMap((state) => pathOf(state) ?? []);
  const paths = review.files.map(({ path }) => path);
  const root = valueOf(argument, 'rootUri');
  if (!(root instanceof vscode.Uri)) return paths;
  const folder = vscode.workspace.getWorkspaceFolder(root);
  return paths.filter((path) => vscode.workspace.getWorkspaceFolder(vscode.Uri.file(path)) === folder);
}

/** The files that the arguments name: rows of the Source Control view or URIs; without any, the active editor's. */
function chosenPaths(review: Review, args: readonly unknown[]): string[] {
  const named = args.flatMap((argument) => pathOf(argument) ?? []);
  if (named.length > 0) return named;
  const active = activeFile(review);
  if (active) return [active.path];
  void vscode.window.showInformationMessage(vscode.l10n.t('There are no unreviewed changes in this file.'));
  return [];
}

function pathOf(argument: unknown): string | undefined {
  if (typeof argument === 'string') return argument;
  const uri = argument instanceof vscode.Uri ? argument : valueOf(argument, 'resourceUri');
  return uri instanceof vscode.Uri ? reviewedPath(uri) : undefined;
}

function valueOf(argument: unknown, key: string): unknown {
  return typeof argument === 'object' && argument !== null ? (argument as Record<string, unknown>)[key] : undefined;
}
