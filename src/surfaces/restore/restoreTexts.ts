import * as vscode from 'vscode';
import type { RestoreStep } from '../../conversation/review/restorePlan';
import { type RestoreResult, sortSteps } from './restoreRun';

const MAX_LISTED = 15;
const MAX_NAMED = 3;

/** What the person is asked before files are taken back; `undefined`: there is nothing to ask. */
export interface RestoreQuestion {
  readonly message: string;
  readonly detail: string;
  readonly hasConflicts: boolean;
}

export function countOfFiles(count: number): string {
  return count === 1 ? vscode.l10n.t('1 file') : vscode.l10n.t('{0} files', count);
}

/** The question about files that cannot simply be taken back. */
export function questionAbout(steps: readonly RestoreStep[]): RestoreQuestion | undefined {
  const { ready, conflicts, unknown } = sortSteps(steps);
  if (conflicts.length === 0 && (unknown.length === 0 || ready.length === 0)) return undefined;
  const parts: string[] = [];
  if (conflicts.length > 0) {
    parts.push(`${vscode.l10n.t('Changed since in the same places:')}\n${list(conflicts)}`);
  }
  if (unknown.length > 0) {
    parts.push(`${vscode.l10n.t('Left as they are, because their other text is not known:')}\n${list(unknown)}`);
  }
  if (ready.length > 0) parts.push(vscode.l10n.t('Changed without loss: {0}.', countOfFiles(ready.length)));
  const hasConflicts = conflicts.length > 0;
  const message = hasConflicts
    ? vscode.l10n.t('{0} changed after Codex, in the same places. Overwrite?', countOfFiles(conflicts.length))
    : vscode.l10n.t('{0} cannot be changed back. Go on with the others?', countOfFiles(unknown.length));
  return { message, detail: parts.join('\n\n'), hasConflicts };
}

/** What was and was not done, for the person. `isWhole`: there is nothing to worry about. */
export function reportOf(
  result: RestoreResult,
  kind: 'undo' | 'redo',
): { readonly message: string; readonly isWhole: boolean } {
  const { merged, kept, unknown, refused, left } = result;
  const sentences: string[] = [startOf(result, kind)];
  if (merged.length > 0) sentences.push(vscode.l10n.t('Your own changes stay in {0}.', names(merged)));
  if (kept.length > 0) sentences.push(vscode.l10n.t('Your version was kept of {0}.', names(kept)));
  if (unknown.length > 0) {
    sentences.push(vscode.l10n.t('Left as they are, because their other text is not known: {0}.', names(unknown)));
  }
  if (refused.length > 0) {
    const reasons = refused.slice(0, MAX_NAMED).map(({ path, reason }) => `${nameOf(path)} (${reason})`);
    sentences.push(vscode.l10n.t('Not changed: {0}.', shortened(reasons, refused.length)));
  }
  if (left.length > 0) sentences.push(vscode.l10n.t('Cancelled: {0} were not reached.', countOfFiles(left.length)));
  return { message: sentences.join(' '), isWhole: unknown.length + refused.length + left.length === 0 };
}

function startOf({ files, unchanged }: RestoreResult, kind: 'undo' | 'redo'): string {
  const count = countOfFiles(files.length);
  if (files.length > 0) {
    return kind === 'undo'
      ? vscode.l10n.t('Took back the changes in {0}.', count)
      : vscode.l10n.t('Made the changes in {0} again.', count);
  }
  if (unchanged.length > 0) return vscode.l10n.t('The files already are so.');
  return vscode.l10n.t('No file was changed.');
}

/** The same file by file, for the log. */
export function detailsOf({ files, kept, unknown, refused, left }: RestoreResult): string {
  const line = (what: string) => (file: string) => `${what}: ${file}`;
  return [
    ...files.map(({ path }) => path).map(line('changed')),
    ...kept.map(line('kept as it is')),
    ...unknown.map(line('earlier text not known')),
    ...refused.map(({ path, reason }) => `refused: ${path}: ${reason}`),
    ...left.map(line('not reached')),
  ].join('\n');
}

/** What the agent is told of it, in English; `undefined`: nothing changed. */
export function noteForAgent({ files }: Pick<RestoreResult, 'files'>, what: string): string | undefined {
  if (files.length === 0) return undefined;
  const shown = files
    .slice(0, MAX_LISTED)
    .map(({ path }) => nameOf(path))
    .join(', ');
  const more = files.length > MAX_LISTED ? ` and ${files.length - MAX_LISTED} more` : '';
  return `${what} ${shown}${more}. Read these files again before you change them.`;
}

function list(steps: readonly RestoreStep[]): string {
  const lines = steps.slice(0, MAX_LISTED).map(({ path }) => `• ${nameOf(path)}`);
  if (steps.length > MAX_LISTED) lines.push(vscode.l10n.t('… and {0} more', steps.length - MAX_LISTED));
  return lines.join('\n');
}

function names(paths: readonly string[]): string {
  return shortened(paths.slice(0, MAX_NAMED).map(nameOf), paths.length);
}

function shortened(shown: readonly string[], total: number): string {
  const text = shown.join(', ');
  return total > shown.length ? vscode.l10n.t('{0} and {1} more', text, total - shown.length) : text;
}

function nameOf(path: string): string {
  return vscode.workspace.asRelativePath(path);
}
