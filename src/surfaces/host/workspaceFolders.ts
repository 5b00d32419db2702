import os from 'node:os';
import * as vscode from 'vscode';

/** The folders of the window that lie on disk, absolute. */
export function diskFolders(): string[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map(({ uri }) => uri.fsPath);
}

/** Where a new conversation works: the folder of the active file, else the first folder, else the home folder. */
export function defaultFolder(): string {
  const active = vscode.window.activeTextEditor?.document.uri;
  const ofActive = active && vscode.workspace.getWorkspaceFolder(active);
  if (ofActive?.uri.scheme === 'file') return ofActive.uri.fsPath;
  return diskFolders()[0] ?? os.homedir();
}
