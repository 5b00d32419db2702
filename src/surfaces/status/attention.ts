import * as vscode from 'vscode';
import { type Disposable, DisposableStore, toDisposable } from '../../base/disposable';
import { messageOf } from '../../base/errors';
import type { Logger } from '../../base/logger';
import type { CodexStatus } from '../../conversation/codexStatus';
import type { Conversation } from '../../conversation/conversation';
import type { Conversations } from '../../conversation/conversations';
import type { EditorChats } from '../chat/editorChats';
import type { SidebarChats } from '../chat/sidebarChats';
import { onDidChangeSetting } from '../host/settings';
import { notifyOfConversations } from './notifications';
import { showWaitingInStatusBar } from './waitingStatus';

const SWEEP_MS = 60_000;
/** A conversation that no panel shows is let go this long after its last turn. */
const IDLE_MS = 5 * 60_000;

interface AttentionContext {
  readonly conversations: Conversations;
  readonly status: CodexStatus;
  readonly sidebar: SidebarChats;
  readonly editors: EditorChats;
  readonly logger: Logger;
}

/**
 * Keeps what stands around the conversations true: the panels' headers, the unread marks, the `switchyard.working`
 * context, the notifications, and the list of stored conversations once the server runs. Conversations that no panel
 * shows are let go after a while.
 */
export function followConversations(context: AttentionContext): Disposable {
  const { conversations, status, sidebar, editors, logger } = context;
  const store = new DisposableStore();
  const busy = new Map<string, boolean>();
  let wasReady = false;

  const tellPanels = (): void => {
    for (const channel of [...sidebar.channels, ...editors.channels]) channel.sendApp();
  };
  const isShown = (conversation: Conversation): boolean =>
    editors.isVisible(conversation) || sidebar.isVisible(conversation);

  store.add(
    conversations.onDidChange((conversation) => {
      if (conversation) {
        const wasBusy = busy.get(conversation.key) ?? false;
        busy.set(conversation.key, conversation.isBusy);
        if (wasBusy && !conversation.isBusy && !isShown(conversation)) conversations.markUnread(conversation.key);
        sidebar.remember(conversation);
      }
      void vscode.commands.executeCommand(
        'setContext',
        'switchyard.working',
        conversations.all.some((entry) => entry.isBusy),
      );
      tellPanels();
    }),
  );
  store.add(
    status.onDidChange(() => {
      tellPanels();
      const ready = status.server === 'ready';
      if (ready && !wasReady) {
        conversations
          .refresh()
          .catch((error: unknown) => logger.warn(`The stored conversations are not known: ${messageOf(error)}`));
      }
      wasReady = ready;
    }),
  );
  store.add(
    notifyOfConversations({
      conversations,
      logger,
      isShown,
      show: (conversation) => {
        if (editors.has(conversation)) editors.open(conversation);
        else void sidebar.show(conversation);
      },
    }),
  );
  store.add(showWaitingInStatusBar(conversations));
  store.add(releaseUnshown(context));
  store.add(onDidChangeSetting('composer.sendKey', tellPanels));
  store.add(onDidChangeSetting('followUp', tellPanels));
  store.add(vscode.workspace.onDidGrantWorkspaceTrust(() => status.start()));
  return store;
}

/** A thread that is followed cannot be taken by another window, and costs memory here and in the server. */
function releaseUnshown({ conversations, editors, sidebar }: AttentionContext): Disposable {
  const sweep = setInterval(() => {
    for (const conversation of conversations.all) {
      const isHeld = editors.has(conversation) || sidebar.has(conversation);
      if (!isHeld && conversation.view.updatedAtMs < Date.now() - IDLE_MS) conversations.release(conversation);
    }
  }, SWEEP_MS);
  return toDisposable(() => clearInterval(sweep));
}
