import * as vscode from 'vscode';
import { DisposableStore } from '../../base/disposable';
import type { Conversation } from '../../conversation/conversation';
import type { Conversations } from '../../conversation/conversations';
import { ChatChannel, type ChannelHost } from './chatChannel';
import { chatHtml, webviewOptions } from './chatHtml';
import { restoreConversation, toPanelState } from './panelState';

const CHAT_VIEW = 'switchyard.chat';
const STORAGE_KEY = 'sidebar';

/** The chat in the side bar: one conversation at a time, which may go on while another is shown. */
export class SidebarChat implements vscode.WebviewViewProvider, vscode.Disposable {
  private readonly store = new DisposableStore();
  private view: vscode.WebviewView | undefined;
  private channel: ChatChannel | undefined;
  private shown: Conversation | undefined;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly memory: vscode.Memento,
    private readonly conversations: Conversations,
    private readonly host: ChannelHost,
  ) {
    this.store.add(vscode.window.registerWebviewViewProvider(CHAT_VIEW, this));
  }

  /** The conversation in the side bar, whether or not the view is shown. */
  get conversation(): Conversation {
    if (!this.shown) {
      this.shown = restoreConversation(this.conversations, this.memory.get(STORAGE_KEY));
      // A new one too: its draft is kept under its name.
      this.remember();
    }
    return this.shown;
  }

  get isVisible(): boolean {
    return this.view?.visible ?? false;
  }

  get channels(): readonly ChatChannel[] {
    return this.channel ? [this.channel] : [];
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const store = new DisposableStore();
    view.webview.options = webviewOptions(this.extensionUri);
    const channel = store.add(new ChatChannel(view.webview, this.conversation, this.host));
    store.add(
      view.onDidChangeVisibility(() => {
        channel.setVisible(view.visible);
        if (view.visible) this.conversations.markRead(this.conversation.key);
      }),
    );
    store.add(
      view.onDidDispose(() => {
        store.dispose();
        if (this.channel === channel) [this.channel, this.view] = [undefined, undefined];
      }),
    );
    [this.channel, this.view] = [channel, view];
    view.webview.html = chatHtml(view.webview, this.extensionUri, 'sidebar');
  }

  /** Shows a conversation here, and the view itself, with the cursor in the composer. */
  async show(conversation: Conversation): Promise<void> {
    this.conversations.markRead(conversation.key);
    this.replace(conversation);
    await vscode.commands.executeCommand(`${CHAT_VIEW}.focus`);
    this.channel?.focusComposer();
  }

  /** Shows a conversation here without opening the view. */
  replace(conversation: Conversation): void {
    this.shown = conversation;
    this.remember();
    this.channel?.show(conversation);
  }

  /** Remembers what is shown for the next window; call again when the conversation got its thread. */
  remember(): void {
    void this.memory.update(STORAGE_KEY, toPanelState(this.conversation));
  }

  dispose(): void {
    this.channel?.dispose();
    this.store.dispose();
  }
}
