import * as vscode from 'vscode';
import type { Conversation } from '../../conversation/conversation';
import { problemsAttachment, selectionAttachment } from '../chat/composer/providers';
import { terminalText } from '../chat/composer/terminalText';
import { type CommandContext, targetOf } from './context';

/** The commands that attach something to the next message, and send it, by id without prefix. */
export function composerCommands(context: CommandContext): Record<string, (...args: unknown[]) => unknown> {
  return {
    send: (argument) => send(context, argument),
    addSelection: (argument) => addSelection(context, argument),
    addFile: (argument, selected) => addFile(context, argument, selected),
    addProblems: (argument) => addProblems(context, argument),
    addTerminalSelection: (argument) => addTerminalSelection(context, argument),
  };
}

/** Sends what stands in the composer of the chat that had the focus last; an empty one gets the cursor. */
async function send(context: CommandContext, argument: unknown): Promise<void> {
  const conversation = targetOf(context, argument);
  // The page knows the last letters; where there is none, what was kept is sent.
  if (context.composers.submit(conversation)) return;
  if (!(await context.composer.sendDraft(conversation))) await show(context, conversation);
}

/** The selection of the active editor; without one, the whole file by its path. */
async function addSelection(context: CommandContext, argument: unknown): Promise<void> {
  const editor = vscode.window.activeTextEditor ?? context.activeEditor.editor;
  if (!editor) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Open a file and select something in it first.'));
    return;
  }
  const conversation = targetOf(context, argument);
  const attachment = selectionAttachment(editor);
  if (attachment) context.contexts.add(conversation.view, attachment);
  else await context.composer.attachFiles(conversation, [editor.document.uri]);
  await show(context, conversation);
}

async function addFile(context: CommandContext, argument: unknown, selected: unknown): Promise<void> {
  const conversation = targetOf(context, argument);
  const uris = urisOf(argument, selected) ?? (await chooseFiles());
  if (!uris) return;
  await context.composer.attachFiles(conversation, uris);
  await show(context, conversation);
}

/** The problems of the active file, or where it has none, of the workspace. */
async function addProblems(context: CommandContext, argument: unknown): Promise<void> {
  const active = vscode.window.activeTextEditor?.document.uri;
  const attachment = (active && problemsAttachment(active)) ?? problemsAttachment();
  if (!attachment) {
    void vscode.window.showInformationMessage(vscode.l10n.t('The editor reports no problems.'));
    return;
  }
  await add(context, argument, attachment);
}

async function addTerminalSelection(context: CommandContext, argument: unknown): Promise<void> {
  const attachment = await terminalText({ all: false });
  if (attachment) await add(context, argument, attachment);
  else void vscode.window.showInformationMessage(vscode.l10n.t('Select something in a terminal first.'));
}

async function add(
  context: CommandContext,
  argument: unknown,
  attachment: Parameters<CommandContext['contexts']['add']>[1],
): Promise<void> {
  const conversation = targetOf(context, argument);
  context.contexts.add(conversation.view, attachment);
  await show(context, conversation);
}

/** Shows a conversation where it is already, else in the side bar, with the cursor in the composer. */
async function show({ editors, sidebar }: CommandContext, conversation: Conversation): Promise<void> {
  if (editors.has(conversation) && !sidebar.has(conversation)) editors.open(conversation);
  else await sidebar.show(conversation);
}

/** The Explorer hands over the file that was clicked, and all that are selected. */
function urisOf(argument: unknown, selected: unknown): readonly vscode.Uri[] | undefined {
  if (Array.isArray(selected)) {
    const uris = selected.filter((entry): entry is vscode.Uri => entry instanceof vscode.Uri);
    if (uris.length > 0) return uris;
  }
  return argument instanceof vscode.Uri ? [argument] : undefined;
}

const MAX_FILES = 5_000;

async function chooseFiles(): Promise<readonly vscode.Uri[] | undefined> {
  type Entry = vscode.QuickPickItem & { readonly uri?: vscode.Uri };
  const browse: Entry = {
    label: vscode.l10n.t('$(folder-opened) Image or File From Disk…'),
    alwaysShow: true,
  };
  const files = vscode.workspace
    .findFiles('**/*', undefined, MAX_FILES)
    .then((uris): Entry[] => [
      browse,
      ...uris
        .map((uri) => ({ label: vscode.workspace.asRelativePath(uri, false), uri }))
        .sort((a, b) => a.label.localeCompare(b.label)),
    ]);
  const chosen = await vscode.window.showQuickPick(files, { placeHolder: vscode.l10n.t('Attach a file') });
  if (!chosen) return undefined;
  if (chosen.uri) return [chosen.uri];
  return vscode.window.showOpenDialog({ canSelectMany: true, openLabel: vscode.l10n.t('Attach') });
}
