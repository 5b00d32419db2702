import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable';
import type { Review } from '../../conversation/review/review';
import { activeFile } from './reviewUris';

/**
 * Keeps the context keys of the manifest: `switchyard.unreviewed` (there is something to review) and
 * `switchyard.fileUnreviewed` (in the active editor).
 */
export function followReview(review: Review): Disposable {
  const store = new DisposableStore();
  const shown = new Map<string, boolean>();
  const set = (key: string, value: boolean): void => {
    if (shown.get(key) === value) return;
    shown.set(key, value);
    void vscode.commands.executeCommand('setContext', `switchyard.${key}`, value);
  };
  const update = (): void => {
    set('unreviewed', !review.isEmpty);
    set('fileUnreviewed', activeFile(review) !== undefined);
  };
  store.add(review.onDidChange(update));
  store.add(vscode.window.onDidChangeActiveTextEditor(update));
  update();
  return store;
}
