import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable';
import { messageOf } from '../../base/errors';
import type { Logger } from '../../base/logger';
import type { Timer } from '../../base/timer';
import { Announcements } from '../../conversation/announcements';
import type { CodexStatus } from '../../conversation/codexStatus';
import type { Conversation } from '../../conversation/conversation';
import type { ConversationId, Conversations } from '../../conversation/conversations';
import type { EditorChats } from '../chat/editorChats';
import type { SidebarChats } from '../chat/sidebarChats';
import { onDidChangeSetting } from '../host/settings';
import { notify } from './notifications';
import { releaseUnshown } from './releaseUnshown';
import { showWaitingInStatusBar } from './waitingStatus';

interface AttentionContext {
  readonly conversations: Conversations;
  readonly status: CodexStatus;
  readonly sidebar: SidebarChats;
  readonly editors: EditorChats;
  readonly timer: Timer;
  readonly logger: Logger;
}

/**
 * Keeps what stands around the conversations true: the panels' headers, the unread marks, the `switchyard.working`
 * context, the notifications, and the list of stored conversations once the server runs. Conversations that no panel
 * shows are let go after a while.
 */
export function followConversations(context: AttentionContext): Disposable {
  const { conversations, status, sidebar, editors, timer } = context;
  const store = new DisposableStore();
  const tellPanels = (): void => {
    for (const channel of [...sidebar.channels, ...editors.channels]) channel.sendApp();
  };
  const isHeld = (conversation: Conversation): boolean => editors.has(conversation) || sidebar.has(conversation);

  store.add(tellWhetherAnyWorks(conversations));
  store.add(
    conversations.onDidChange((conversation) => {
      if (conversation) sidebar.remember(conversation);
    }),
  );
  store.add(announce(context));
  store.add(status.onDidChange(tellPanels));
  store.add(readWhenReady(context));
  store.add(showWaitingInStatusBar(conversations));
  store.add(releaseUnshown({ conversations, timer, isHeld }));
  store.add(onDidChangeSetting('composer.sendKey', tellPanels));
  store.add(onDidChangeSetting('followUp', tellPanels));
  store.add(vscode.workspace.onDidChangeWorkspaceFolders(tellPanels));
  store.add(vscode.workspace.onDidGrantWorkspaceTrust(() => status.start()));
  return store;
}

/** Marks and tells of what ended while nobody looked, and tells of what waits for the person. */
function announce({ conversations, sidebar, editors, logger }: AttentionContext): Disposable {
  const announcements = new Announcements();
  const show = (wanted: ConversationId): void => {
    // It may have been let go since the notification was made.
    const conversation = conversations.reopen(wanted);
    if (editors.has(conversation)) editors.open(conversation);
    else void sidebar.show(conversation);
  };
  return conversations.onDidChange((conversation) => {
    if (!conversation) {
      announcements.prune((key) => conversations.get(key) !== undefined);
      return;
    }
    const isShown = editors.isVisible(conversation) || sidebar.isVisible(conversation);
    for (const news of announcements.observe(conversation.view)) {
      if (news.kind !== 'needsYou' && !isShown) conversations.markUnread(conversation.key);
      notify(news, conversation, { isShown, show, logger });
    }
  });
}

/** Keeps the `switchyard.working` context true. */
function tellWhetherAnyWorks(conversations: Conversations): Disposable {
  let told = false;
  return conversations.onDidChange(() => {
    const works = conversations.all.some(({ isBusy }) => isBusy);
    if (works === told) return;
    told = works;
    void vscode.commands.executeCommand('setContext', 'switchyard.working', works);
  });
}

/** Reads the list of stored conversations each time Codex has started. */
function readWhenReady({ conversations, status, logger }: AttentionContext): Disposable {
  let wasReady = false;
  return status.onDidChange(() => {
    const isReady = status.server === 'ready';
    if (isReady && !wasReady) {
      conversations
        .refresh()
        .catch((error: unknown) => logger.warn(`The stored conversations are not known: ${messageOf(error)}`));
    }
    wasReady = isReady;
  });
}
