import * as vscode from 'vscode';
import { DisposableStore } from '../../base/disposable';
import type { Conversation } from '../../conversation/conversation';
import type { Conversations } from '../../conversation/conversations';
import { ChatChannel, type ChannelHost } from './chatChannel';
import { webviewOptions } from './chatHtml';
import { ChatPage } from './chatPage';
import { Revivals } from './heartbeat';
import { restoreConversation } from './panelState';
import { nameOf } from '../status/conversationStatus';

/** All tabs of a type share a process, for as long as that lives: where it hangs, a new tab of the type hangs too. */
const PANEL_TYPES = ['switchyard.conversation', 'switchyard.conversationAnew'] as const;

interface EditorChat {
  readonly panel: vscode.WebviewPanel;
  readonly channel: ChatChannel;
}

/** Conversations as editor tabs: one tab each, restored after a reload of the window. */
export class EditorChats implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly chats = new Map<string, EditorChat>();
  /** What tabs are made of; another one when a page has died. */
  private type: string = PANEL_TYPES[0];
  private readonly revivals = new WeakMap<Conversation, Revivals>();

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly conversations: Conversations,
    private readonly host: ChannelHost,
  ) {
    for (const type of PANEL_TYPES) {
      this.store.add(vscode.window.registerWebviewPanelSerializer(type, this));
    }
    this.store.add(
      conversations.onDidChange((conversation) => {
        if (conversation) this.updateTitle(conversation);
      }),
    );
  }

  get channels(): readonly ChatChannel[] {
    return [...this.chats.values()].map(({ channel }) => channel);
  }

  /** The conversation of the active tab. */
  get active(): Conversation | undefined {
    return [...this.chats.values()].find(({ panel }) => panel.active)?.channel.conversation;
  }

  /** Whether a tab shows it, in front or not. */
  has(conversation: Conversation): boolean {
    return this.chats.has(conversation.key);
  }

  isVisible(conversation: Conversation): boolean {
    return this.chats.get(conversation.key)?.panel.visible ?? false;
  }

  /** Shows a conversation as a tab: the one it has, or a new one in `column`. */
  open(conversation: Conversation, column: vscode.ViewColumn = vscode.ViewColumn.Active): void {
    this.conversations.markRead(conversation.key);
    const existing = this.chats.get(conversation.key);
    if (existing) {
      existing.panel.reveal();
      existing.channel.focusComposer();
      return;
    }
    this.create(conversation, { viewColumn: column }).focusComposer();
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    panel.webview.options = webviewOptions(this.extensionUri);
    const conversation = restoreConversation(this.conversations, state);
    // A tab in the background is restored only when it is shown: the conversation may have been opened anew by then.
    this.close(conversation);
    this.attach(panel, conversation);
    return Promise.resolve();
  }

  close(conversation: Conversation): void {
    this.chats.get(conversation.key)?.panel.dispose();
  }

  dispose(): void {
    for (const { channel } of this.chats.values()) channel.dispose();
    this.store.dispose();
  }

  private create(
    conversation: Conversation,
    where: Parameters<typeof vscode.window.createWebviewPanel>[2],
  ): ChatChannel {
    const options = webviewOptions(this.extensionUri);
    const panel = vscode.window.createWebviewPanel(this.type, nameOf(conversation.view), where, options);
    return this.attach(panel, conversation);
  }

  private attach(panel: vscode.WebviewPanel, conversation: Conversation): ChatChannel {
    const { logger, timer } = this.host;
    const page = new ChatPage({
      webview: panel.webview,
      extensionUri: this.extensionUri,
      surface: 'editor',
      logger,
      timer,
      revivals: this.revivalsOf(conversation),
      remakeFrame: () => this.remake(panel, conversation),
    });
    const channel = new ChatChannel(page, conversation, this.host);
    const visibility = panel.onDidChangeViewState(() => {
      channel.setVisible(panel.visible);
      if (panel.visible) this.conversations.markRead(conversation.key);
    });
    panel.onDidDispose(() => {
      visibility.dispose();
      channel.dispose();
      if (this.chats.get(conversation.key)?.panel === panel) this.chats.delete(conversation.key);
    });
    this.chats.set(conversation.key, { panel, channel });
    const icon = (theme: string): vscode.Uri =>
      vscode.Uri.joinPath(this.extensionUri, 'media', `switchyard-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    this.updateTitle(conversation);
    if (panel.visible) this.conversations.markRead(conversation.key);
    return channel;
  }

  /** The frame of a tab lives as long as the tab while it is seen: a new one takes its place. */
  private remake(panel: vscode.WebviewPanel, conversation: Conversation): void {
    if (this.chats.get(conversation.key)?.panel !== panel) return;
    const viewColumn = panel.viewColumn ?? vscode.ViewColumn.Active;
    if (panel.viewType === this.type) this.type = PANEL_TYPES.find((type) => type !== this.type) ?? this.type;
    panel.dispose();
    this.create(conversation, { viewColumn, preserveFocus: true });
  }

  private revivalsOf(conversation: Conversation): Revivals {
    const existing = this.revivals.get(conversation);
    if (existing) return existing;
    const revivals = new Revivals(() => performance.now());
    this.revivals.set(conversation, revivals);
    return revivals;
  }

  private updateTitle(conversation: Conversation): void {
    const chat = this.chats.get(conversation.key);
    if (chat && chat.panel.title !== nameOf(conversation.view)) chat.panel.title = nameOf(conversation.view);
  }
}
