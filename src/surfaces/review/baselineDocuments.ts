import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable';
import type { Review } from '../../conversation/review/review';
import { findDocument } from '../edits/openDocuments';
import { BASELINE_SCHEME, isBaselineOf, reviewedPath } from './reviewUris';

interface Provided {
  readonly path: string;
  readonly text: string;
}

/**
 * The baselines of unreviewed files as documents: the left side of diffs, and what the editor's quick diff compares
 * with. Once a file has left the review, its old baseline shows what the file holds: nothing differs.
 */
export class BaselineDocuments implements vscode.TextDocumentContentProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly provided = new Map<string, Provided>();
  private readonly changeEmitter = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changeEmitter.event;

  constructor(private readonly review: Review) {
    this.store.add(this.changeEmitter);
    this.store.add(vscode.workspace.registerTextDocumentContentProvider(BASELINE_SCHEME, this));
    this.store.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.provided.delete(uri.toString())));
    this.store.add(review.onDidChange((paths) => this.refresh(new Set(paths))));
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const path = reviewedPath(uri) ?? '';
    // A diff that was restored with the window may ask for a baseline that is over, or not loaded yet.
    const text = this.textOf(uri, path) ?? (await textOnDisk(path));
    this.provided.set(uri.toString(), { path, text });
    return text;
  }

  dispose(): void {
    this.store.dispose();
  }

  /** `undefined`: nothing is known. */
  private textOf(uri: vscode.Uri, path: string): string | undefined {
    if (uri.query === 'empty') return '';
    const file = this.review.get(path);
    if (file && isBaselineOf(uri, file)) return file.baseline ?? '';
    return findDocument(vscode.Uri.file(path))?.getText();
  }

  private refresh(paths: ReadonlySet<string>): void {
    for (const [key, { path, text }] of this.provided) {
      if (!paths.has(path)) continue;
      const uri = vscode.Uri.parse(key);
      const next = this.textOf(uri, path) ?? text;
      if (next !== text) this.changeEmitter.fire(uri);
    }
  }
}

async function textOnDisk(path: string): Promise<string> {
  try {
    return (await vscode.workspace.openTextDocument(path)).getText();
  } catch {
    return '';
  }
}
