import * as vscode from 'vscode';
import type { Conversation } from '../../conversation/conversation';
import { type CommandContext, targetOf } from './context';

/** Asks for another name of a conversation. */
export async function renameConversation(context: CommandContext, argument: unknown): Promise<void> {
  const conversation = targetOf(context, argument);
  const title = await vscode.window.showInputBox({
    title: vscode.l10n.t('Rename Conversation'),
    value: conversation.view.title,
    validateInput: (value) => (value.trim() === '' ? vscode.l10n.t('A name is needed.') : undefined),
  });
  if (title !== undefined) await context.conversations.actions.rename(conversation, title.trim());
}

/** Goes on in a copy, which is shown where the original is shown. */
export async function forkConversation(context: CommandContext, argument: unknown): Promise<void> {
  const { conversations, editors, sidebar } = context;
  const original = targetOf(context, argument);
  const copy = await conversations.actions.fork(original);
  if (editors.has(original)) editors.open(copy);
  else await sidebar.show(copy);
}

/** Puts a conversation into the archive; one that works is stopped first, after asking. */
export async function archiveConversation(context: CommandContext, argument: unknown): Promise<void> {
  const conversation = targetOf(context, argument);
  if (conversation.isBusy) {
    const stop = vscode.l10n.t('Stop and Archive');
    const question = vscode.l10n.t('“{0}” is still working.', nameOf(conversation));
    if ((await vscode.window.showWarningMessage(question, { modal: true }, stop)) !== stop) return;
  }
  await context.conversations.actions.archive(conversation);
  closePanels(context, conversation);
}

/** Deletes a conversation for good, after asking. */
export async function deleteConversation(context: CommandContext, argument: unknown): Promise<void> {
  const conversation = targetOf(context, argument);
  const remove = vscode.l10n.t('Delete');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Delete “{0}” for good?', nameOf(conversation)),
    { modal: true, detail: vscode.l10n.t('Its messages cannot be brought back. Files it changed stay as they are.') },
    remove,
  );
  if (answer !== remove) return;
  await context.conversations.actions.delete(conversation);
  closePanels(context, conversation);
}

/** Opens a conversation as a Markdown document, to be read, copied or saved. */
export async function exportConversation(context: CommandContext, argument: unknown): Promise<void> {
  const content = await context.conversations.actions.exportMarkdown(targetOf(context, argument));
  const document = await vscode.workspace.openTextDocument({ language: 'markdown', content });
  await vscode.window.showTextDocument(document, { preview: false });
}

function nameOf({ view: { title } }: Conversation): string {
  return title === '' ? vscode.l10n.t('New conversation') : title;
}

function closePanels({ conversations, editors, sidebar }: CommandContext, conversation: Conversation): void {
  editors.close(conversation);
  sidebar.replace(conversation, () => conversations.create());
}
