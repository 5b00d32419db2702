import * as vscode from 'vscode';
import { age, statusIcon, statusText } from '../status/conversationStatus';
import { type CommandContext, targetOf } from './context';

/** The commands that make, show, name and put away conversations, by id without prefix. */
export function conversationCommands(context: CommandContext): Record<string, (argument?: unknown) => unknown> {
  const { conversations, editors, sidebar } = context;
  return {
    newConversation: () => sidebar.show(conversations.create()),
    newConversationInEditor: () => editors.open(conversations.create()),
    openConversation: (argument) => editors.open(targetOf(context, argument)),
    openConversationToSide: (argument) => editors.open(targetOf(context, argument), vscode.ViewColumn.Beside),
    focusChat: (argument) => sidebar.show(argument === undefined ? sidebar.conversation : targetOf(context, argument)),
    showHistory: (argument) => showHistory(context, argument),
    renameConversation: (argument) => rename(context, argument),
    archiveConversation: (argument) => archive(context, argument),
    stop: (argument) => targetOf(context, argument).stop(),
    addFile: (argument) => addFile(context, argument),
  };
}

async function showHistory(context: CommandContext, argument: unknown): Promise<void> {
  const { conversations, editors, sidebar } = context;
  // A choice opens where the list was asked for: as a tab, or in the side bar.
  const fromEditor = typeof argument === 'string' && argument === editors.active?.key;
  const picker = vscode.window.createQuickPick<vscode.QuickPickItem & { key?: string; threadId?: string | null }>();
  picker.placeholder = vscode.l10n.t('Search conversations');
  picker.matchOnDescription = true;
  const fill = (): void => {
    picker.items = conversations.summaries().map((summary) => ({
      label: summary.title === '' ? vscode.l10n.t('New conversation') : summary.title,
      description: statusText(summary) || age(Date.now() - summary.updatedAtMs),
      iconPath: statusIcon(summary),
      key: summary.key,
      threadId: summary.threadId,
    }));
    picker.placeholder =
      picker.items.length === 0 && !picker.busy
        ? vscode.l10n.t('No conversations yet')
        : vscode.l10n.t('Search conversations');
  };
  picker.busy = true;
  fill();
  picker.show();
  picker.onDidHide(() => picker.dispose());
  picker.onDidAccept(() => {
    const [chosen] = picker.selectedItems;
    picker.hide();
    if (!chosen?.key) return;
    const conversation = targetOf(context, { key: chosen.key, threadId: chosen.threadId ?? null });
    if (fromEditor) editors.open(conversation);
    else void sidebar.show(conversation);
  });
  try {
    await conversations.refresh();
  } finally {
    picker.busy = false;
    fill();
  }
}

async function rename(context: CommandContext, argument: unknown): Promise<void> {
  const conversation = targetOf(context, argument);
  const title = await vscode.window.showInputBox({
    title: vscode.l10n.t('Rename Conversation'),
    value: conversation.view.title,
    validateInput: (value) => (value.trim() === '' ? vscode.l10n.t('A name is needed.') : undefined),
  });
  if (title !== undefined) await context.conversations.rename(conversation, title.trim());
}

async function archive(context: CommandContext, argument: unknown): Promise<void> {
  const { conversations, editors, sidebar } = context;
  const conversation = targetOf(context, argument);
  if (conversation.isBusy) {
    const stop = vscode.l10n.t('Stop and Archive');
    const answer = await vscode.window.showWarningMessage(
      vscode.l10n.t('“{0}” is still working.', conversation.view.title),
      { modal: true },
      stop,
    );
    if (answer !== stop) return;
  }
  await conversations.archive(conversation);
  editors.close(conversation);
  if (sidebar.conversation === conversation) sidebar.replace(conversations.create());
}

async function addFile(context: CommandContext, argument: unknown): Promise<void> {
  const uri = argument instanceof vscode.Uri ? argument : await pickFile();
  if (!uri) return;
  const conversation = targetOf(context, argument);
  const { editors, sidebar } = context;
  if (
    sidebar.conversation === conversation ||
    !editors.channels.some((channel) => channel.conversation === conversation)
  ) {
    await sidebar.show(conversation);
  } else editors.open(conversation);
  const channel = [...sidebar.channels, ...editors.channels].find((entry) => entry.conversation === conversation);
  channel?.insertText(`@${vscode.workspace.asRelativePath(uri, false)} `);
}

const MAX_FILES = 5_000;

async function pickFile(): Promise<vscode.Uri | undefined> {
  const files = vscode.workspace
    .findFiles('**/*', undefined, MAX_FILES)
    .then((uris) =>
      uris
        .map((uri) => ({ label: vscode.workspace.asRelativePath(uri, false), uri }))
        .sort((a, b) => a.label.localeCompare(b.label)),
    );
  const chosen = await vscode.window.showQuickPick(files, { placeHolder: vscode.l10n.t('Mention a file') });
  return chosen?.uri;
}
