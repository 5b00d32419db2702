import * as vscode from 'vscode';
import type { Conversation } from '../../conversation/conversation';
import { nameOf } from '../status/conversationStatus';
import { type CommandContext, isSummary, targetOf } from './context';

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

/**
 * Stops the conversation it is called for; without one, that of the chat which had the focus last or, where that is at
 * rest, the only one that works.
 */
export async function stopConversation(context: CommandContext, argument: unknown): Promise<void> {
  const { conversations } = context;
  if (isSummary(argument) && argument.threadId !== null && !conversations.ofThread(argument.threadId)) {
    if (!(await conversations.actions.interrupt(argument.threadId))) tell(vscode.l10n.t('It is not working any more.'));
    return;
  }
  const conversation = targetOf(context, argument);
  if (conversation.isBusy) return conversation.stop();
  const working = argument === undefined ? conversations.all.filter(({ isBusy }) => isBusy) : [];
  const [only] = working;
  if (!only) tell(vscode.l10n.t('“{0}” is not working.', nameIn(context, conversation)));
  else if (working.length > 1) {
    tell(vscode.l10n.t('{0} conversations are working. Stop each in its chat or in the list.', working.length));
  } else {
    await only.stop();
    tell(vscode.l10n.t('“{0}” was stopped.', nameIn(context, only)));
  }
}

function tell(what: string): void {
  void vscode.window.showInformationMessage(what);
}

/** Puts a conversation into the archive; one that works is stopped first, after asking. */
export async function archiveConversation(context: CommandContext, argument: unknown): Promise<void> {
  const conversation = targetOf(context, argument);
  if (conversation.isBusy) {
    const stop = vscode.l10n.t('Stop and Archive');
    const question = vscode.l10n.t('“{0}” is still working.', nameIn(context, conversation));
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
    vscode.l10n.t('Delete “{0}” for good?', nameIn(context, conversation)),
    { modal: true, detail: lossOf(conversation) },
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

/** As the list calls it. */
function nameIn({ conversations }: CommandContext, conversation: Conversation): string {
  return nameOf(conversations.summaryOf(conversation));
}

function lossOf({ view }: Conversation): string {
  return view.threadId === null
    ? vscode.l10n.t('What you wrote in it cannot be brought back.')
    : vscode.l10n.t('Its messages cannot be brought back. Files it changed stay as they are.');
}

function closePanels({ conversations, editors, sidebar }: CommandContext, conversation: Conversation): void {
  editors.close(conversation);
  sidebar.replace(conversation, () => conversations.create());
}
