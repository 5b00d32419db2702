import * as vscode from 'vscode';
import type { Attachment } from '../../../shared/composer';
import { terminalAttachment } from './providers';

const MAX_LINES = 300;

/**
 * What is selected in the active terminal, or (`all`) its last lines. The editor gives the text of a terminal only
 * through the clipboard; a text that was there before is put back.
 *
 * @returns `undefined` when there is no terminal, or nothing is selected in it.
 */
export async function terminalText({ all }: { readonly all: boolean }): Promise<Attachment | undefined> {
  const terminal = vscode.window.activeTerminal;
  if (!terminal) return undefined;
  const text = (await copied('copySelection')) || (all ? await lastLines() : '');
  return text.trim() === '' ? undefined : terminalAttachment(terminal.name, text);
}

async function lastLines(): Promise<string> {
  await vscode.commands.executeCommand('workbench.action.terminal.selectAll');
  const text = await copied('copySelection');
  await vscode.commands.executeCommand('workbench.action.terminal.clearSelection');
  return text.trimEnd().split('\n').slice(-MAX_LINES).join('\n');
}

/**
 * Empties the clipboard first: otherwise what somebody copied elsewhere would be taken for the terminal's. Where no text
 * is in it there may be an image, which we can neither read nor put back: it stays unless the terminal copies.
 */
async function copied(command: string): Promise<string> {
  const before = await vscode.env.clipboard.readText();
  try {
    if (before !== '') await vscode.env.clipboard.writeText('');
    await vscode.commands.executeCommand(`workbench.action.terminal.${command}`);
    return await vscode.env.clipboard.readText();
  } finally {
    if (before !== '' || (await vscode.env.clipboard.readText()) !== '') await vscode.env.clipboard.writeText(before);
  }
}
