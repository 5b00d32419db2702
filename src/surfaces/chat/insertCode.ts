import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { indentCode } from '../../conversation/edits/placeCode';
import { isReadOnly } from '../edits/openDocuments';
import { relativePath } from './composer/providers';

const MAX_ATTEMPTS = 100;
const PAUSE_MS = 10;

/**
 * Puts code in the place of everything that is selected in `editor`, as one undo step, moved in like the line it begins
 * on, and goes there. Nothing is saved.
 */
export async function insertCode(editor: vscode.TextEditor, code: string): Promise<void> {
  const { document } = editor;
  const name = relativePath(document.uri);
  if (document.uri.scheme === 'file' && (await isReadOnly(document.uri))) {
    void vscode.window.showWarningMessage(vscode.l10n.t('{0} is read-only. Nothing was inserted.', name));
    return;
  }
  // A tab that is not in front does not tell its cursor: it comes to the front, and its editor is another one then.
  const options = editor.viewColumn === undefined ? {} : { viewColumn: editor.viewColumn };
  const shown = await vscode.window.showTextDocument(document, options);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const edit = new vscode.WorkspaceEdit();
    for (const selection of shown.selections)
      edit.replace(document.uri, selection, indentedFor(shown, selection, code));
    // The editor refuses it when somebody typed meanwhile: then where the cursor is now.
    if (await vscode.workspace.applyEdit(edit)) return;
    await delay(PAUSE_MS);
  }
  void vscode.window.showWarningMessage(vscode.l10n.t('{0} took no change. Nothing was inserted.', name));
}

/** In the middle of a line the code is put in as it is. */
function indentedFor({ document }: vscode.TextEditor, { start }: vscode.Selection, code: string): string {
  const before = document.lineAt(start.line).text.slice(0, start.character);
  return before.trim() === '' ? indentCode(code, before) : code;
}
