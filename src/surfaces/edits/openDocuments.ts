import path from 'node:path';
import * as vscode from 'vscode';
import { isWritable } from './diskFile';
import { fileKey } from './fileKey';

/** The document of a file, if the editor has one open, in a tab or not. */
export function findDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  const key = fileKey(uri);
  return vscode.workspace.textDocuments.find((document) => !document.isClosed && fileKey(document.uri) === key);
}

/** Whether a notebook over this file has changes that are not saved: it would overwrite what is written below it. */
export function isDirtyNotebook(uri: vscode.Uri): boolean {
  const key = fileKey(uri);
  return vscode.workspace.notebookDocuments.some((notebook) => notebook.isDirty && fileKey(notebook.uri) === key);
}

/** The tabs that show the text of a file. */
export function tabsOf(uri: vscode.Uri): vscode.Tab[] {
  const key = fileKey(uri);
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.filter(({ input }) => input instanceof vscode.TabInputText && fileKey(input.uri) === key);
}

/** The editor opens a tab for a document that stays dirty for a moment: closes such tabs unless they are being used. */
export async function closeStrayTabs(document: vscode.TextDocument): Promise<void> {
  if (document.isDirty) return;
  const stray = tabsOf(document.uri).filter((tab) => !tab.isActive && !tab.isPinned && !tab.isDirty);
  if (stray.length > 0) await vscode.window.tabGroups.close(stray, true);
}

/** Whether the permissions or the person's settings say that this file is not to be changed. */
export async function isReadOnly(uri: vscode.Uri): Promise<boolean> {
  if (!(await isWritable(uri.fsPath))) return true;
  const configuration = vscode.workspace.getConfiguration('files', uri);
  const included = activeGlobs(configuration.get('readonlyInclude'));
  if (included.length === 0) return false;
  const document = findDocument(uri) ?? (await vscode.workspace.openTextDocument(uri));
  const matches = (glob: string) => vscode.languages.match({ pattern: patternOf(uri, glob) }, document) > 0;
  return included.some(matches) && !activeGlobs(configuration.get('readonlyExclude')).some(matches);
}

function activeGlobs(setting: unknown): string[] {
  if (typeof setting !== 'object' || setting === null) return [];
  return Object.entries(setting).flatMap(([glob, isOn]) => (isOn === true ? [glob] : []));
}

function patternOf(uri: vscode.Uri, glob: string): vscode.GlobPattern {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  return folder === undefined || path.isAbsolute(glob) ? glob : new vscode.RelativePattern(folder, glob);
}
