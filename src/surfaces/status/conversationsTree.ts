import path from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore } from '../../base/disposable';
import type { Conversations } from '../../conversation/conversations';
import {
  type AgeGroup,
  arrange,
  type ConversationGroup,
  type ConversationTree,
} from '../../conversation/conversationTree';
import { isBusy } from '../../conversation/outbox';
import { WORKSPACE_THREADS } from '../../conversation/threadIndex';
import type { ConversationSummary } from '../../shared/messages';
import { atBoundary } from '../host/boundary';
import type { Logger } from '../../base/logger';
import { age, nameOf, statusIcon, statusText } from './conversationStatus';

const TREE_VIEW = 'switchyard.conversations';

/** A row that does something to the list when it is chosen. */
interface ActionRow {
  readonly action: 'more' | 'allFolders' | 'clear';
}

type Row = ConversationSummary | ConversationGroup | ActionRow;

/** All conversations by age, newest first, with what each of them is doing and its sub-agents under it. */
export class ConversationsTree implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly changes = this.store.add(new vscode.EventEmitter<void>());
  readonly onDidChangeTreeData = this.changes.event;
  private readonly tree: vscode.TreeView<Row>;
  private arranged: ConversationTree = arrange([], 0);
  /** A row that was chosen can be chosen again only under another id. */
  private choices = 0;

  constructor(
    private readonly conversations: Conversations,
    private readonly logger: Logger,
  ) {
    this.tree = this.store.add(
      vscode.window.createTreeView<Row>(TREE_VIEW, { treeDataProvider: this, showCollapseAll: true }),
    );
    this.store.add(conversations.onDidChange(() => this.refresh()));
    this.store.add(
      this.tree.onDidChangeSelection(({ selection: [row] }) => {
        if (row && 'action' in row) void this.act(row.action);
      }),
    );
    this.refresh();
  }

  getChildren(parent?: Row): Row[] {
    if (!parent) return this.roots();
    if ('conversations' in parent) return [...parent.conversations];
    return 'key' in parent ? [...this.arranged.childrenOf(parent.threadId ?? '')] : [];
  }

  getTreeItem(row: Row): vscode.TreeItem {
    if ('action' in row) return this.actionItem(row);
    return 'conversations' in row ? groupItem(row) : this.conversationItem(row);
  }

  dispose(): void {
    this.store.dispose();
  }

  private roots(): Row[] {
    const { index } = this.conversations;
    const today = new Date();
    today.setHours(0, 0, 0, 0);
    this.arranged = arrange(this.conversations.summaries(), today.getTime());
    const { groups } = this.arranged;
    const { allFolders, archived, text } = index.query;
    const isFiltered = allFolders || archived || text !== '';
    // Nothing at all: the view's welcome is shown.
    if (groups.length === 0 && !isFiltered) return [];
    return [
      ...(isFiltered ? [{ action: 'clear' } as const] : []),
      ...groups,
      ...(index.hasMore ? [{ action: 'more' } as const] : []),
      ...(isFiltered ? [] : [{ action: 'allFolders' } as const]),
    ];
  }

  private conversationItem(summary: ConversationSummary): vscode.TreeItem {
    const title = nameOf(summary);
    const status = statusText(summary);
    const children = this.arranged.childrenOf(summary.threadId ?? '');
    const item = new vscode.TreeItem(title);
    item.id = summary.key;
    if (children.length > 0) {
      item.collapsibleState = children.some(isBusy)
        ? vscode.TreeItemCollapsibleState.Expanded
        : vscode.TreeItemCollapsibleState.Collapsed;
    }
    const elsewhere = this.conversations.folders().includes(summary.folder) ? '' : path.basename(summary.folder);
    const when = status === '' ? age(Date.now() - summary.updatedAtMs) : status;
    item.description = [when, elsewhere].filter((part) => part !== '').join(' · ');
    item.iconPath = statusIcon(summary);
    item.contextValue = kindOf(summary);
    const label = [title, status, elsewhere].filter((part) => part !== '').join(', ');
    item.accessibilityInformation = { label };
    item.tooltip = `${title}\n${summary.folder}`;
    item.command = { command: 'switchyard.focusChat', title: vscode.l10n.t('Show'), arguments: [summary] };
    return item;
  }

  private actionItem({ action }: ActionRow): vscode.TreeItem {
    const labels: Readonly<Record<ActionRow['action'], string>> = {
      more: vscode.l10n.t('Load More…'),
      allFolders: vscode.l10n.t('Show Conversations of All Folders'),
      clear: vscode.l10n.t('Back to the Conversations of This Workspace'),
    };
    const icons = { more: 'ellipsis', allFolders: 'globe', clear: 'clear-all' } as const;
    const item = new vscode.TreeItem(labels[action]);
    item.id = `${action}-${this.choices}`;
    item.iconPath = new vscode.ThemeIcon(icons[action]);
    item.contextValue = 'action';
    item.accessibilityInformation = { label: labels[action], role: 'button' };
    return item;
  }

  private async act(action: ActionRow['action']): Promise<void> {
    const { index } = this.conversations;
    this.choices += 1;
    await atBoundary(vscode.l10n.t('Reading the conversations'), this.logger, () => {
      if (action === 'more') return index.loadMore();
      return index.show(action === 'clear' ? WORKSPACE_THREADS : { ...WORKSPACE_THREADS, allFolders: true });
    });
    this.refresh();
  }

  private refresh(): void {
    const waiting = this.conversations.all.filter(({ view }) => view.status === 'waiting').length;
    const unread = this.conversations.unreadCount;
    const parts = [
      ...(waiting > 0 ? [vscode.l10n.t('{0} waiting for you', waiting)] : []),
      ...(unread > 0 ? [vscode.l10n.t('{0} new', unread)] : []),
    ];
    this.tree.badge = parts.length > 0 ? { value: waiting + unread, tooltip: parts.join(', ') } : undefined;
    this.tree.message = this.messageOf();
    this.changes.fire();
  }

  /** Says what is listed whenever that is not what is listed otherwise. */
  private messageOf(): string | undefined {
    const { text, archived, allFolders } = this.conversations.index.query;
    if (text !== '' && archived) return vscode.l10n.t('Search for “{0}” in the archive of all folders', text);
    if (text !== '') return vscode.l10n.t('Search for “{0}” in all folders', text);
    if (archived && allFolders) return vscode.l10n.t('Archived conversations of all folders');
    if (archived) return vscode.l10n.t('Archived conversations of this workspace');
    return allFolders ? vscode.l10n.t('Conversations of all folders') : undefined;
  }
}

/** Decides what the menu of a row offers. */
function kindOf(summary: ConversationSummary): 'archived' | 'working' | 'draft' | 'idle' {
  if (summary.archived) return 'archived';
  if (isBusy(summary)) return 'working';
  return summary.threadId === null ? 'draft' : 'idle';
}

function groupItem({ age: group }: ConversationGroup): vscode.TreeItem {
  const labels: Readonly<Record<AgeGroup, string>> = {
    today: vscode.l10n.t('Today'),
    yesterday: vscode.l10n.t('Yesterday'),
    week: vscode.l10n.t('Previous 7 Days'),
    month: vscode.l10n.t('Previous 30 Days'),
    older: vscode.l10n.t('Older'),
  };
  const item = new vscode.TreeItem(labels[group], vscode.TreeItemCollapsibleState.Expanded);
  item.id = `group-${group}`;
  item.contextValue = 'group';
  return item;
}
