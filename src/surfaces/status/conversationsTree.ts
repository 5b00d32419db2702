import * as vscode from 'vscode';
import { DisposableStore } from '../../base/disposable';
import type { Conversation } from '../../conversation/conversation';
import type { Conversations } from '../../conversation/conversations';
import type { ConversationSummary } from '../../shared/messages';
import { age, statusIcon, statusText } from './conversationStatus';

const TREE_VIEW = 'switchyard.conversations';

/** All conversations, newest first, with what each of them is doing. */
export class ConversationsTree implements vscode.TreeDataProvider<ConversationSummary>, vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly changes = this.store.add(new vscode.EventEmitter<void>());
  readonly onDidChangeTreeData = this.changes.event;
  private readonly tree: vscode.TreeView<ConversationSummary>;

  constructor(private readonly conversations: Conversations) {
    this.tree = this.store.add(vscode.window.createTreeView(TREE_VIEW, { treeDataProvider: this }));
    this.store.add(conversations.onDidChange(() => this.refresh()));
    this.refresh();
  }

  getChildren(parent?: ConversationSummary): ConversationSummary[] {
    return parent ? [] : this.conversations.summaries();
  }

  getTreeItem(summary: ConversationSummary): vscode.TreeItem {
    const title = summary.title === '' ? vscode.l10n.t('New conversation') : summary.title;
    const status = statusText(summary);
    const item = new vscode.TreeItem(title);
    item.id = summary.key;
    item.description = status === '' ? age(Date.now() - summary.updatedAtMs) : status;
    item.iconPath = statusIcon(summary);
    item.contextValue = summary.status === 'working' || summary.status === 'waiting' ? 'working' : 'idle';
    item.accessibilityInformation = { label: status === '' ? title : `${title}, ${status}` };
    item.tooltip = title;
    item.command = { command: 'switchyard.focusChat', title: vscode.l10n.t('Show'), arguments: [summary] };
    return item;
  }

  dispose(): void {
    this.store.dispose();
  }

  private refresh(): void {
    const waiting = this.conversations.all.filter(({ view }: Conversation) => view.status === 'waiting').length;
    this.tree.badge =
      waiting > 0 ? { value: waiting, tooltip: vscode.l10n.t('{0} waiting for you', waiting) } : undefined;
    this.changes.fire();
  }
}
