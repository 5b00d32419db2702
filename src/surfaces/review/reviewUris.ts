import * as vscode from 'vscode';
import type { Review, TrackedFile } from '../../conversation/review/review';

/** Scheme of the texts that unreviewed changes are compared with. */
export const BASELINE_SCHEME = 'switchyard-baseline';

/**
 * The URI of a file's baseline. The editor never shows marks again for a baseline whose URI it was once told to forget:
 * so the round of the file is part of it, and `generation`, which counts how often our quick diff was made anew.
 */
export function baselineUri(file: Pick<TrackedFile, 'path' | 'round'>, generation = 0): vscode.Uri {
  return vscode.Uri.file(file.path).with({ scheme: BASELINE_SCHEME, query: `r=${file.round}.${generation}` });
}

/** Whether `uri` is the baseline of this file in the round it is in. */
export function isBaselineOf(uri: vscode.Uri, { round }: Pick<TrackedFile, 'round'>): boolean {
  return uri.query.startsWith(`r=${round}.`);
}

/** The text of no file, for the side of a diff where there is none. */
export function emptyUri(path: string): vscode.Uri {
  return vscode.Uri.file(path).with({ scheme: BASELINE_SCHEME, query: 'empty' });
}

/** The path of the file that a document is or is the baseline of. */
export function reviewedPath(uri: vscode.Uri): string | undefined {
  if (uri.scheme === 'file') return uri.fsPath;
  return uri.scheme === BASELINE_SCHEME ? uri.with({ scheme: 'file', query: '' }).fsPath : undefined;
}

/** What is in the review of the file in the active editor. */
export function activeFile(review: Review): TrackedFile | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  const path = uri && reviewedPath(uri);
  return path === undefined ? undefined : review.get(path);
}
