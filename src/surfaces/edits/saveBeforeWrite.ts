import * as vscode from 'vscode';

/**
 * Where the server writes the files by itself, it cannot see unsaved text: asks once, then saves the unsaved documents
 * among `paths`. `false` when the person said no or a document could not be saved; nothing may be written then.
 */
export async function saveBeforeWrite(paths: readonly string[]): Promise<boolean> {
  const wanted = new Set(paths.map((path) => vscode.Uri.file(path).toString()));
  const unsaved = vscode.workspace.textDocuments.filter(
    (document) => document.isDirty && wanted.has(document.uri.toString()),
  );
  if (unsaved.length === 0) return true;
  const names = unsaved.map((document) => vscode.workspace.asRelativePath(document.uri)).join(', ');
  const save = vscode.l10n.t('Save and Continue');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t(
      'Save {0} before Codex changes it? This version of Codex writes the file itself and cannot see unsaved text.',
      names,
    ),
    { modal: true },
    save,
  );
  if (answer !== save) return false;
  const saved = await Promise.all(unsaved.map((document) => document.save()));
  if (saved.every(Boolean)) return true;
  void vscode.window.showWarningMessage(
    vscode.l10n.t('{0} could not be saved, so the change was declined. Nothing is lost.', names),
  );
  return false;
}
