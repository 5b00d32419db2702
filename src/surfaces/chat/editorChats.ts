import * as vscode from 'vscode';
import { DisposableStore } from '../../base/disposable';
import type { Conversation } from '../../conversation/conversation';
import type { Conversations } from '../../conversation/conversations';
import { ChatChannel, type ChannelHost } from './chatChannel';
import { chatHtml, webviewOptions } from './chatHtml';
import { restoreConversation } from './panelState';

const PANEL_TYPE = 'switchyard.conversation';

interface EditorChat {
  readonly panel: vscode.WebviewPanel;
  readonly channel: ChatChannel;
}

/** Conversations as editor tabs: one tab each, restored after a reload of the window. */
export class EditorChats implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly chats = new Map<string, EditorChat>();

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly conversations: Conversations,
    private readonly host: ChannelHost,
  ) {
    this.store.add(vscode.window.registerWebviewPanelSerializer(PANEL_TYPE, this));
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
    const panel = vscode.window.createWebviewPanel(
      PANEL_TYPE,
      titleOf(conversation),
      column,
      webviewOptions(this.extensionUri),
    );
    this.attach(panel, conversation).focusComposer();
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    panel.webview.options = webviewOptions(this.extensionUri);
    this.attach(panel, restoreConversation(this.conversations, state));
    return Promise.resolve();
  }

  close(conversation: Conversation): void {
    this.chats.get(conversation.key)?.panel.dispose();
  }

  dispose(): void {
    for (const { channel } of this.chats.values()) channel.dispose();
    this.store.dispose();
  }

  private attach(panel: vscode.WebviewPanel, conversation: Conversation): ChatChannel {
    const channel = new ChatChannel(panel.webview, conversation, this.host);
    const visibility = panel.onDidChangeViewState(() => {
      channel.setVisible(panel.visible);
      if (panel.visible) this.conversations.markRead(conversation.key);
    });
    panel.onDidDispose(() => {
      visibility.dispose();
      channel.dispose();
      this.chats.delete(conversation.key);
    });
    this.chats.set(conversation.key, { panel, channel });
    const icon = (theme: string): vscode.Uri =>
      vscode.Uri.joinPath(this.extensionUri, 'media', `switchyard-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    this.updateTitle(conversation);
    panel.webview.html = chatHtml(panel.webview, this.extensionUri, 'editor');
    return channel;
  }

  private updateTitle(conversation: Conversation): void {
    const chat = this.chats.get(conversation.key);
    if (chat && chat.panel.title !== titleOf(conversation)) chat.panel.title = titleOf(conversation);
  }
}

function titleOf({ view: { title } }: Conversation): string {
  return title === '' ? vscode.l10n.t('New conversation') : title;
}
