import path from 'node:path';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore, toDisposable } from '../../base/disposable';
import { messageOf } from '../../base/errors';
import { threadIdIn } from '../../conversation/threadActions';
import type { StoredThread, ThreadIndex, ThreadQuery } from '../../conversation/threadIndex';
import type { ConversationSummary } from '../../shared/messages';
import { atBoundary } from '../host/boundary';
import { age, nameOf, statusIcon, statusText } from '../status/conversationStatus';
import { type CommandContext, targetOf } from './context';

interface Item extends vscode.QuickPickItem {
  readonly summary?: ConversationSummary;
  readonly stored?: StoredThread;
  readonly action?: 'more' | 'byId';
}

/** A person who types is not asked about at every key. */
const PAUSE_MS = 250;

/**
 * Lets the person find a conversation: the listed ones by their title, all stored ones by their words, those of all
 * folders or of the archive, or one by its id. `openIn`: where the chosen one is shown.
 */
export function pickFromHistory(
  context: CommandContext,
  openIn: (conversation: ReturnType<typeof targetOf>) => unknown,
): void {
  new HistoryPicker(context, openIn).show();
}

class HistoryPicker {
  private readonly store = new DisposableStore();
  private readonly picker = vscode.window.createQuickPick<Item>();
  private readonly index: ThreadIndex;
  private query: ThreadQuery = { text: '', allFolders: false, archived: false };
  private pending: Disposable | undefined;
  private reading = 0;

  constructor(
    private readonly context: CommandContext,
    private readonly openIn: (conversation: ReturnType<typeof targetOf>) => unknown,
  ) {
    this.index = context.conversations.browse(() => this.fill());
    const { picker, store } = this;
    store.add(picker);
    store.add(toDisposable(() => this.pending?.dispose()));
    store.add(picker.onDidHide(() => store.dispose()));
    store.add(picker.onDidChangeValue(() => this.typed()));
    store.add(picker.onDidAccept(() => this.accept()));
    store.add(picker.onDidTriggerButton((button) => this.pressed(button)));
    store.add(picker.onDidTriggerItemButton(({ item }) => this.unarchive(item)));
    picker.matchOnDescription = true;
  }

  show(): void {
    this.fill();
    this.picker.show();
    this.read();
  }

  private typed(): void {
    this.pending?.dispose();
    const timer = setTimeout(() => {
      this.query = { ...this.query, text: this.picker.value.trim() };
      this.read();
    }, PAUSE_MS);
    this.pending = toDisposable(() => clearTimeout(timer));
    this.fill();
  }

  private read(): void {
    const reading = ++this.reading;
    this.picker.busy = true;
    void atBoundary(vscode.l10n.t('Reading the conversations'), this.context.logger, () =>
      this.index.show(this.query),
    ).finally(() => {
      if (reading !== this.reading || this.store.isDisposed) return;
      this.picker.busy = false;
      this.fill();
    });
  }

  private fill(): void {
    if (this.store.isDisposed) return;
    const { archived, allFolders } = this.query;
    const { picker, index } = this;
    const found = new Map(index.threads.map((thread) => [thread.threadId, thread]));
    const open = archived ? [] : this.openSummaries();
    const openThreads = new Set(open.map(({ threadId }) => threadId));
    const stored = [...found.values()].filter(({ threadId }) => !openThreads.has(threadId));
    const isFound = picker.value !== '' && index.query.text !== '';
    const id = threadIdIn(picker.value);
    picker.items = [
      ...(id === undefined
        ? []
        : [{ label: vscode.l10n.t('Open {0}', id), action: 'byId', alwaysShow: true } as const]),
      ...[
        ...open.map((summary) => this.item(summary, { alwaysShow: isFound && found.has(summary.threadId ?? '') })),
        ...stored.map((thread) => this.item(toSummary(thread), { stored: thread, alwaysShow: isFound })),
      ].sort((a, b) => b.summary.updatedAtMs - a.summary.updatedAtMs),
      ...(index.hasMore ? [{ label: vscode.l10n.t('Load More…'), action: 'more', alwaysShow: true } as const] : []),
    ];
    picker.placeholder =
      picker.items.length === 0 && !picker.busy
        ? vscode.l10n.t('No conversations yet')
        : archived
          ? vscode.l10n.t('Search archived conversations')
          : vscode.l10n.t('Search conversations');
    picker.title = scopeText(archived, allFolders || picker.value !== '');
    picker.buttons = this.buttons();
  }

  private openSummaries(): ConversationSummary[] {
    return this.context.conversations.openSummaries().filter(({ archived }) => !archived);
  }

  private item(summary: ConversationSummary, extra: Partial<Item>): Item & { readonly summary: ConversationSummary } {
    const elsewhere = this.context.conversations.folders().includes(summary.folder)
      ? ''
      : path.basename(summary.folder);
    const when = statusText(summary) || age(Date.now() - summary.updatedAtMs);
    return {
      label: nameOf(summary),
      description: [when, elsewhere].filter((part) => part !== '').join(' · '),
      iconPath: statusIcon(summary),
      buttons: summary.archived
        ? [{ iconPath: new vscode.ThemeIcon('discard'), tooltip: vscode.l10n.t('Unarchive') }]
        : [],
      ...extra,
      summary,
    };
  }

  private buttons(): vscode.QuickInputButton[] {
    const { allFolders, archived } = this.query;
    const folders = allFolders ? vscode.l10n.t('Only This Workspace') : vscode.l10n.t('All Folders');
    const archive = archived ? vscode.l10n.t('Leave the Archive') : vscode.l10n.t('Archived');
    return [
      { iconPath: new vscode.ThemeIcon(allFolders ? 'root-folder' : 'globe'), tooltip: folders },
      { iconPath: new vscode.ThemeIcon(archived ? 'comment-discussion' : 'archive'), tooltip: archive },
      { iconPath: new vscode.ThemeIcon('list-tree'), tooltip: vscode.l10n.t('List These in the Conversations View') },
    ];
  }

  private pressed(button: vscode.QuickInputButton): void {
    const which = this.picker.buttons.indexOf(button);
    if (which === 2) {
      this.picker.hide();
      void this.listInView();
      return;
    }
    const { allFolders, archived } = this.query;
    this.query = which === 0 ? { ...this.query, allFolders: !allFolders } : { ...this.query, archived: !archived };
    this.read();
  }

  private async listInView(): Promise<void> {
    await vscode.commands.executeCommand('switchyard.conversations.focus');
    const query = { ...this.query, text: this.picker.value.trim() };
    await atBoundary(vscode.l10n.t('Reading the conversations'), this.context.logger, () =>
      this.context.conversations.index.show(query),
    );
  }

  private accept(): void {
    const [chosen] = this.picker.selectedItems;
    if (chosen?.action === 'more') {
      void this.index.loadMore().catch((error: unknown) => this.context.logger.warn(messageOf(error)));
      return;
    }
    const text = this.picker.value;
    this.picker.hide();
    if (!chosen) return;
    const { conversations, logger } = this.context;
    void atBoundary(vscode.l10n.t('Opening'), logger, async () => {
      if (chosen.action === 'byId') await this.openIn(await conversations.actions.openById(text));
      else if (chosen.stored) await this.openIn(conversations.openThread(chosen.stored.threadId, chosen.stored));
      else if (chosen.summary) await this.openIn(targetOf(this.context, chosen.summary));
    });
  }

  private unarchive({ stored }: Item): void {
    if (!stored) return;
    void atBoundary(vscode.l10n.t('Unarchiving'), this.context.logger, async () => {
      await this.context.conversations.actions.unarchive(stored.threadId);
      this.index.forget(stored.threadId);
    });
  }
}

function toSummary({ threadId, ...fields }: StoredThread): ConversationSummary {
  return { ...fields, key: threadId, threadId, unread: false };
}

function scopeText(archived: boolean, everywhere: boolean): string {
  if (archived) return everywhere ? vscode.l10n.t('Archive, All Folders') : vscode.l10n.t('Archive of This Workspace');
  return everywhere ? vscode.l10n.t('Conversations of All Folders') : vscode.l10n.t('Conversations of This Workspace');
}
