import path from 'node:path';
import * as vscode from 'vscode';

/** Opens a file of the workspace at a line. Paths from a model are relative to `folder`; nothing is created. */
export async function openFile(target: string, line: number | null, folder: string): Promise<void> {
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
  if (target !== '') await openFile(target, line === undefined ? null : Math.max(1, Number(line)), folder);
}

/** Puts a command into a terminal without running it. */
export function putInTerminal(command: string, folder: string): void {
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
