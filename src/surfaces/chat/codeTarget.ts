import path from 'node:path';
import * as vscode from 'vscode';
import { fenceInfo } from '../../shared/codeFence';
import { isInside } from '../edits/isInside';
import { leadsOutside } from '../edits/linkedOutside';
import { isDirtyNotebook, isReadOnly } from '../edits/openDocuments';
import { exists } from '../edits/diskFile';
import { diskFolders } from '../host/workspaceFolders';
import { relativePath } from './composer/providers';

const MAX_CHOICES = 5_000;

/** The file that a code is for, by the first line of its block, as an absolute path; only inside the workspace. */
export function namedFile(info: string, folder: string): string | undefined {
  const named = fenceInfo(info).path;
  if (named === null) return undefined;
  const folders = diskFolders();
  const candidates = path.isAbsolute(named) ? [named] : [folder, ...folders].map((base) => path.join(base, named));
  return candidates.map((each) => path.normalize(each)).find((each) => folders.some((root) => isInside(each, root)));
}

/**
 * The file that a code goes into: the one that its block names, else the one the person looks at, else one that they
 * choose. `undefined`: they chose none.
 */
export async function chooseFile(
  info: string,
  folder: string,
  active: vscode.TextEditor | undefined,
): Promise<string | undefined> {
  const named = namedFile(info, folder);
  if (named !== undefined) return named;
  const activeFile = active?.document.uri.scheme === 'file' ? active.document.uri.fsPath : undefined;
  const isInWorkspace = activeFile !== undefined && diskFolders().some((root) => isInside(activeFile, root));
  const { path: refused } = fenceInfo(info);
  if (isInWorkspace && refused === null) return activeFile;
  const files = await vscode.workspace.findFiles('**/*', undefined, MAX_CHOICES);
  const items = files
    .map((uri) => ({ label: path.basename(uri.fsPath), description: relativePath(uri), uri }))
    .sort((a, b) => a.description.localeCompare(b.description));
  const chosen = await vscode.window.showQuickPick(items, {
    matchOnDescription: true,
    placeHolder:
      refused === null
        ? vscode.l10n.t('Which file is the code for?')
        : vscode.l10n.t('{0} is outside of the workspace. Which file is the code for?', refused),
  });
  return chosen?.uri.fsPath;
}

/** Why the code cannot be brought into a file; `undefined`: it can. */
export async function reasonAgainst(file: string): Promise<string | undefined> {
  const uri = vscode.Uri.file(file);
  const name = relativePath(uri);
  if (await leadsOutside(file, diskFolders())) return vscode.l10n.t('{0} leads out of the workspace by a link', name);
  if (isDirtyNotebook(uri)) {
    return vscode.l10n.t('{0} is open as a notebook with unsaved changes. Save it and try again', name);
  }
  if ((await exists(file)) && (await isReadOnly(uri))) return vscode.l10n.t('{0} is read-only', name);
  return undefined;
}
