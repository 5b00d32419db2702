import * as vscode from 'vscode';
import { type CommandContext, targetOf } from './context';
import {
  archiveConversation,
  deleteConversation,
  exportConversation,
  forkConversation,
  renameConversation,
  stopConversation,
} from './conversationActions';
import { pickFromHistory } from './historyPicker';

/** The commands that make, show, name and put away conversations, by id without prefix. */
export function conversationCommands(context: CommandContext): Record<string, (argument?: unknown) => unknown> {
  const { conversations, editors, sidebar } = context;
  return {
    newConversation: () => sidebar.show(conversations.create()),
    newConversationInEditor: () => editors.open(conversations.create()),
    openConversation: (argument) => editors.open(targetOf(context, argument)),
    openConversationToSide: (argument) => editors.open(targetOf(context, argument), vscode.ViewColumn.Beside),
    focusChat: (argument) => focusChat(context, argument),
    showHistory: (argument) => showHistory(context, argument),
    renameConversation: (argument) => renameConversation(context, argument),
    forkConversation: (argument) => forkConversation(context, argument),
    archiveConversation: (argument) => archiveConversation(context, argument),
    deleteConversation: (argument) => deleteConversation(context, argument),
    exportConversation: (argument) => exportConversation(context, argument),
    stop: (argument) => stopConversation(context, argument),
    askSideQuestion: (argument) => askSideQuestion(context, argument),
  };
}

/** Shows a conversation in its tab, if it has one, else in the side bar. */
async function focusChat(context: CommandContext, argument: unknown): Promise<void> {
  const { editors, sidebar } = context;
  const conversation = argument === undefined ? sidebar.conversation : targetOf(context, argument);
  if (argument !== undefined && editors.has(conversation)) editors.open(conversation);
  else await sidebar.show(conversation);
}

/** Asks beside a conversation, which is shown before: a panel holds it while the question is written. */
async function askSideQuestion(context: CommandContext, argument: unknown): Promise<void> {
  const conversation = targetOf(context, argument);
  await focusChat(context, conversation.key);
  await context.sides.ask(conversation);
}

function showHistory(context: CommandContext, argument: unknown): void {
  const { editors, sidebar } = context;
  // A choice opens where the list was asked for: as a tab, or in the side bar.
  const fromEditor = typeof argument === 'string' && argument === editors.active?.key;
  pickFromHistory(context, (conversation) =>
    fromEditor || editors.has(conversation) ? editors.open(conversation) : sidebar.show(conversation),
  );
}
