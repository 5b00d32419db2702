import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../../base/disposable';
import { looksTyped } from '../looksTyped';
import { type CodexChanges, shown } from './codexChanges';

export interface DocumentObserver {
  /** Whether a write of this file has begun, and its text was not applied yet. */
  isPending(path: string): boolean;
  /** A document took over what is on the disk. Gives whether Codex wrote that. */
  reloaded(path: string, text: string): boolean;
  /** The person changed the text of a document. */
  edited(path: string, text: string): void;
  /** Text of the person, or of Codex, is on the disk. */
  saved(document: vscode.TextDocument): void;
  /** A file or folder is about to be renamed in the editor; it is gone before {@link renamed} tells where to. */
  willRename(from: string): void;
  renamed(from: string, to: string): void;
  /** The person made or removed this file or folder in the editor. */
  touched(path: string): void;
  /** Something happened to this file or folder on the disk; who did it is not known. */
  changedOnDisk(path: string): void;
  /** Nothing but typing can be Codex's at this time. */
  isIdle(): boolean;
}

/** Watches the editor's documents and the files of the workspace folders, until it is disposed. */
export function watchDocuments(changes: CodexChanges, observer: DocumentObserver): Disposable {
  const store = new DisposableStore();
  const { workspace } = vscode;
  store.add(workspace.onDidChangeTextDocument((event) => documentChanged(event, changes, observer)));
  store.add(
    workspace.onDidSaveTextDocument((document) => {
      if (document.uri.scheme === 'file') observer.saved(document);
    }),
  );
  store.add(
    workspace.onDidOpenTextDocument((document) => {
      if (!observer.isIdle()) changes.mirror([document]);
    }),
  );
  store.add(workspace.onDidCloseTextDocument(({ uri }) => changes.live.delete(uri.fsPath)));
  store.add(
    workspace.onWillRenameFiles(({ files }) => {
      for (const { oldUri, newUri } of files) if (!changes.isWriting(newUri.fsPath)) observer.willRename(oldUri.fsPath);
    }),
  );
  store.add(
    workspace.onDidRenameFiles(({ files }) => {
      // A rename that is part of Codex's change is told of with that change.
      for (const { oldUri, newUri } of files.filter(({ newUri: { fsPath } }) => !changes.isWriting(fsPath))) {
        observer.renamed(oldUri.fsPath, newUri.fsPath);
      }
    }),
  );
  const touched = ({ files }: { readonly files: readonly vscode.Uri[] }): void => {
    for (const { fsPath } of files.filter((uri) => !changes.isWriting(uri.fsPath))) observer.touched(fsPath);
  };
  store.add(workspace.onDidCreateFiles(touched));
  store.add(workspace.onDidDeleteFiles(touched));
  const watcher = store.add(workspace.createFileSystemWatcher('**'));
  const changedOnDisk = ({ scheme, fsPath }: vscode.Uri): void => {
    if (scheme === 'file') observer.changedOnDisk(fsPath);
  };
  store.add(watcher.onDidCreate(changedOnDisk));
  store.add(watcher.onDidChange(changedOnDisk));
  store.add(watcher.onDidDelete(changedOnDisk));
  return store;
}

function documentChanged(
  event: vscode.TextDocumentChangeEvent,
  changes: CodexChanges,
  observer: DocumentObserver,
): void {
  const { document, contentChanges, reason } = event;
  if (document.uri.scheme !== 'file' || contentChanges.length === 0) return;
  const path = document.uri.fsPath;
  // What is written for Codex is told of as such; until then typing cannot be told from it.
  const isTyped = looksTyped(event, vscode.window.activeTextEditor);
  if (changes.isWriting(path) && (observer.isPending(path) || !isTyped)) return;
  const isHistory = reason !== undefined;
  const isOfInterest = isHistory || changes.live.has(path) || changes.review.get(path) !== undefined;
  if (!isOfInterest) return;
  const text = document.getText();
  const isIdle = observer.isIdle();
  if (!isIdle && !isHistory && isReload(document, text, isTyped)) {
    if (changes.live.get(path) === text || observer.reloaded(path, text)) return;
  }
  if (isIdle) changes.live.delete(path);
  observer.edited(path, text);
  changes.personChanged(path, text, isHistory);
}

/**
 * Whether the text of a document comes from the disk. That it is not dirty does not suffice: the first event of an edit
 * says so too. Read at once, so that nothing happens in between.
 */
function isReload(document: vscode.TextDocument, text: string, isTyped: boolean): boolean {
  if (document.isDirty) return false;
  if (!document.encoding.startsWith('utf8')) return !isTyped;
  try {
    const onDisk = readFileSync(document.uri.fsPath, 'utf8').replace(/^\ufeff/, '');
    return shown(document.uri.fsPath, onDisk) === text;
  } catch {
    return false;
  }
}
