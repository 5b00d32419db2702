import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable';
import { fileKey } from './fileKey';

const LIMIT_MS = 2000;

/** The next change of the document of `uri`: `changed` resolves with it, or when it takes too long. */
export function nextChange(uri: vscode.Uri): Disposable & { readonly changed: Promise<void> } {
  const store = new DisposableStore();
  const changed = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, LIMIT_MS);
    store.add({ dispose: () => clearTimeout(timer) });
    const key = fileKey(uri);
    store.add(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (fileKey(document.uri) === key) resolve();
      }),
    );
  });
  return { changed, dispose: () => store.dispose() };
}
