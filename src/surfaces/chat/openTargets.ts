import path from 'node:path';
import * as vscode from 'vscode';

/** Opens a file of the workspace at a line. Paths from a model are relative to `folder`; nothing is created. */
async function openFile(target: string, line: number | null, folder: string): Promise<void> {
  const uri = vscode.Uri.file(path.isAbsolute(target) ? target : path.join(folder, target));
  const position = new vscode.Position((line ?? 1) - 1, 0);
  try {
    await vscode.window.showTextDocument(uri, line === null ? {} : { selection: new vscode.Range(position, position) });
  } catch {
    void vscode.window.showWarningMessage(
      vscode.l10n.t('{0} cannot be opened. It may have been moved or deleted.', target),
    );
  }
}

/** Opens a link that a model wrote: web pages in the browser (the editor asks first), everything else as a file. */
export async function openLink(href: string, folder: string): Promise<void> {
  if (/^(?:https?|mailto):/i.test(href)) {
    await vscode.env.openExternal(vscode.Uri.parse(href, true));
    return;
  }
  const match = /^(?:file:\/\/)?(.*?)(?:(?::|#L)(\d+)(?:[:-].*)?)?$/.exec(decoded(href));
  const [, target = '', line] = match ?? [];
  // Asking another machine for a share tells it who asks.
  if (target !== '' && !/^[\\/]{2}/.test(target))
    await openFile(target, line === undefined ? null : Math.max(1, Number(line)), folder);
}

const RUNS_AT_ONCE = /[\u0000-\u001f\u007f]/;

/**
 * Puts a command into a terminal without running it. One of several lines would run all but the last: it is copied
 * instead.
 */
export async function putInTerminal(command: string, folder: string): Promise<void> {
  if (RUNS_AT_ONCE.test(command)) {
    await vscode.env.clipboard.writeText(command);
    void vscode.window.showInformationMessage(
      vscode.l10n.t('The command was copied: pasted into a terminal, several lines would run at once.'),
    );
    return;
  }
  const terminal = vscode.window.createTerminal({ name: 'Switchyard', cwd: folder });
  terminal.show();
  terminal.sendText(command, false);
}

/** A path may hold a percent sign that means nothing. */
function decoded(href: string): string {
  try {
    return decodeURI(href);
  } catch {
    return href;
  }
}
