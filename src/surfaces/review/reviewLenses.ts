import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable';
import type { Hunk } from '../../conversation/review/hunks';
import type { Review } from '../../conversation/review/review';
import { onDidChangeSetting, setting } from '../host/settings';
import { cursorLine } from './hunkTargets';

/** "Keep · Undo · Change 1 of 3" above each unreviewed hunk. */
export class ReviewLenses implements vscode.CodeLensProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly changeEmitter = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changeEmitter.event;

  constructor(private readonly review: Review) {
    this.store.add(this.changeEmitter);
    const fire = (): void => this.changeEmitter.fire();
    this.store.add(
      review.onDidChange((paths) => {
        const changed = new Set(paths);
        // While a window starts, a document is asked about before the extension hears of the editor that shows it.
        if (vscode.workspace.textDocuments.some(({ uri }) => changed.has(uri.fsPath))) fire();
      }),
    );
    this.store.add(onDidChangeSetting('codeLens.edits', fire));
    this.store.add(onDidChangeSetting('edits.review', fire));
    this.store.add(vscode.languages.registerCodeLensProvider({ scheme: 'file' }, this));
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!setting('codeLens.edits') || setting('edits.review') !== 'inEditor') return [];
    const hunks = this.review.hunks(document.uri.fsPath);
    return hunks.flatMap((hunk, index) => lensesOf(document, hunk, index, hunks.length));
  }

  dispose(): void {
    this.store.dispose();
  }
}

function lensesOf({ uri, lineCount }: vscode.TextDocument, hunk: Hunk, index: number, count: number) {
  const line = Math.min(hunk.start, lineCount - 1);
  const range = new vscode.Range(line, 0, line, 0);
  const lens = (title: string, command: string, argument: unknown): vscode.CodeLens =>
    new vscode.CodeLens(range, { title, command: `switchyard.${command}`, arguments: [uri, argument] });
  return [
    lens(vscode.l10n.t('Keep'), 'edits.keepHunk', hunk),
    lens(vscode.l10n.t('Undo'), 'edits.undoHunk', hunk),
    lens(vscode.l10n.t('Change {0} of {1}', index + 1, count), 'edits.open', cursorLine(hunk)),
  ];
}
