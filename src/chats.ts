import type * as vscode from 'vscode';
import { type Disposable, DisposableStore } from './base/disposable';
import type { Logger } from './base/logger';
import { type Composing, type ComposingParts, openComposing } from './composing';
import type { CodexStatus } from './conversation/codexStatus';
import type { Conversation } from './conversation/conversation';
import type { Conversations } from './conversation/conversations';
import type { FileLeases } from './conversation/fileLeases';
import { FrameClock } from './conversation/frameClock';
import type { ChangeRecords, Reviewing } from './reviewing';
import type { AppServerClient } from './router/appServerClient';
import { appView } from './surfaces/chat/appView';
import type { ChannelHost } from './surfaces/chat/chatChannel';
import { ChatImages } from './surfaces/chat/chatImages';
import { CodeActions } from './surfaces/chat/codeActions';
import { Composers } from './surfaces/chat/composers';
import { Drafts } from './surfaces/chat/drafts';
import { EditorChats } from './surfaces/chat/editorChats';
import { FocusedChat } from './surfaces/chat/focusedChat';
import { type PanelActionsContext, receiveFromPanel } from './surfaces/chat/panelActions';
import { SidebarChats } from './surfaces/chat/sidebarChats';
import { ProposalDiff } from './surfaces/edits/proposalDiff';
import { ProposalPanels } from './surfaces/edits/proposalPanels';
import { followConversations } from './surfaces/status/attention';
import { ConversationsTree } from './surfaces/status/conversationsTree';
import { systemTimer } from './transport/systemTimer';

/** Everything that shows conversations. */
export interface Chats extends Disposable, Omit<Composing, 'active' | 'images'> {
  readonly sidebar: SidebarChats;
  readonly editors: EditorChats;
  readonly focused: FocusedChat;
  readonly drafts: Drafts;
  readonly code: CodeActions;
  readonly activeEditor: Composing['active'];
  readonly composers: Composers;
}

export interface ChatsParts {
  readonly client: AppServerClient;
  readonly context: vscode.ExtensionContext;
  readonly logger: Logger;
  readonly status: CodexStatus;
  readonly conversations: Conversations;
  readonly leases: FileLeases;
  readonly records: ChangeRecords;
  readonly reviewing: Reviewing;
  readonly unfinished: ComposingParts['unfinished'];
}

/** Builds it. The caller disposes it. */
export function openChats(parts: ChatsParts): Chats {
  const { context, logger, client, status, conversations, records, reviewing } = parts;
  const { extensionUri, workspaceState } = context;
  const store = new DisposableStore();
  const drafts = store.add(new Drafts(workspaceState, systemTimer));
  const focused = new FocusedChat();
  const composers = new Composers(() => [...sidebar.channels, ...editors.channels], focused, drafts);
  const openCopy = (original: Conversation, copy: Conversation): void => {
    if (editors.has(original)) editors.open(copy);
    else void sidebar.show(copy);
  };
  const { active, images, ...composing } = store.add(
    openComposing({
      ...{ client, status, conversations, drafts, composers, openCopy, logger },
      memory: workspaceState,
      storage: context.storageUri ?? context.globalStorageUri,
      isStorageShared: context.storageUri === undefined,
      unfinished: parts.unfinished,
      turns: reviewing.turns,
      review: reviewing.actions,
      checkpoint: reviewing.checkpoint,
    }),
  );
  const diff = store.add(new ProposalDiff());
  const code = store.add(new CodeActions({ diff, restorer: records.restorer, active, logger }));
  const host = channelHost(focused, status, {
    ...{ code, logger, conversations, drafts, reviewing },
    images: new ChatImages(images),
    composer: composing.composer,
    sides: composing.sides,
    edits: composing.edits,
    contexts: composing.contexts,
    proposals: store.add(new ProposalPanels({ conversations, documents: records.documents, diff })),
    leases: parts.leases,
    limits: status.limits,
  });
  const sidebar = store.add(new SidebarChats(extensionUri, workspaceState, conversations, host));
  const editors = store.add(new EditorChats(extensionUri, conversations, host));
  store.add(new ConversationsTree(conversations, logger));
  store.add(followConversations({ conversations, status, sidebar, editors, timer: systemTimer, logger }));
  store.add(
    composing.contexts.onDidChange(() => {
      for (const channel of [...sidebar.channels, ...editors.channels]) channel.sendComposer();
    }),
  );
  store.add(drafts.onDidChange((owner) => conversations.draftChanged(owner)));
  store.add(
    conversations.onDidDelete((deleted) => {
      drafts.set(deleted, '');
      composing.contexts.forget(deleted);
      composing.edits.forget(deleted);
    }),
  );
  const dispose = (): void => store.dispose();
  return { ...composing, sidebar, editors, focused, drafts, code, activeEditor: active, composers, dispose };
}

/** What every panel is told by, and tells. */
function channelHost(
  focused: FocusedChat,
  status: CodexStatus,
  { contexts, ...actions }: PanelActionsContext & Pick<Composing, 'contexts'>,
): ChannelHost {
  const { logger, drafts, edits } = actions;
  return {
    logger,
    timer: systemTimer,
    frames: new FrameClock(systemTimer),
    focused,
    drafts,
    appView: () => appView(status),
    composerView: ({ view }) => {
      const editing = edits.turnIdOf(view);
      return { ...contexts.view(view), ...(editing !== undefined && { editing }) };
    },
    panelOpened: () => status.start(),
    receive: (message, channel) => receiveFromPanel(message, channel, actions),
  };
}
