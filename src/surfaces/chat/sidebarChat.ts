import * as vscode from 'vscode';
import { DisposableStore } from '../../base/disposable';
import type { Conversation } from '../../conversation/conversation';
import type { Conversations } from '../../conversation/conversations';
import { ChatChannel, type ChannelHost } from './chatChannel';
import { type Surface, webviewOptions } from './chatHtml';
import { ChatPage } from './chatPage';
import { Revivals } from './heartbeat';
import { isStateOf, restoreConversation, toPanelState } from './panelState';

/** The editor takes a view away within this time, or does not do it at all. */
const REMOVAL_MS = 2_000;

/** One of the places beside the editors that a chat can be in. */
export interface SidebarPlace {
  readonly view: 'switchyard.chat' | 'switchyard.chatSecondary';
  readonly surface: Surface;
  /** Where the workspace remembers what is shown there. */
  readonly storageKey: string;
}

/** The chat in a side bar: one conversation at a time, which may go on while another is shown. */
export class SidebarChat implements vscode.WebviewViewProvider, vscode.Disposable {
  private readonly store = new DisposableStore();
  private view: vscode.WebviewView | undefined;
  private channel: ChatChannel | undefined;
  private shown: Conversation | undefined;
  private readonly revivals = new Revivals(() => performance.now());
  private remaking = false;
  /** The view was asked for and is not there yet: its composer gets the cursor when it is. */
  private wantsCursor = false;

  constructor(
    private readonly place: SidebarPlace,
    private readonly extensionUri: vscode.Uri,
    private readonly memory: vscode.Memento,
    private readonly conversations: Conversations,
    private readonly host: ChannelHost,
  ) {
    this.store.add(vscode.window.registerWebviewViewProvider(place.view, this));
  }

  /** Whether this is the conversation there, without opening one. */
  has(conversation: Conversation): boolean {
    if (this.shown) return this.shown === conversation;
    return isStateOf(this.memory.get(this.place.storageKey), conversation);
  }

  /** The conversation in the side bar, whether or not the view is shown. */
  get conversation(): Conversation {
    if (!this.shown) {
      this.shown = restoreConversation(this.conversations, this.memory.get(this.place.storageKey));
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
    const { logger, timer } = this.host;
    const page = new ChatPage({
      webview: view.webview,
      extensionUri: this.extensionUri,
      surface: this.place.surface,
      logger,
      timer,
      revivals: this.revivals,
      remakeFrame: () => void this.remake(view),
    });
    const channel = store.add(new ChatChannel(page, this.conversation, this.host));
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
    if (this.wantsCursor) channel.focusComposer();
    this.wantsCursor = false;
    if (view.visible) this.conversations.markRead(this.conversation.key);
  }

  /** Shows a conversation here, and the view itself, with the cursor in the composer. */
  async show(conversation: Conversation): Promise<void> {
    this.conversations.markRead(conversation.key);
    this.replace(conversation);
    await vscode.commands.executeCommand(`${this.place.view}.focus`);
    if (this.channel) this.channel.focusComposer();
    else this.wantsCursor = true;
  }

  /** Shows a conversation here without opening the view. */
  replace(conversation: Conversation): void {
    this.shown = conversation;
    this.remember();
    this.channel?.show(conversation);
  }

  /** Remembers what is shown for the next window; call again when the conversation got its thread. */
  remember(): void {
    void this.memory.update(this.place.storageKey, toPanelState(this.conversation));
  }

  dispose(): void {
    this.channel?.dispose();
    this.store.dispose();
  }

  /** The editor makes the frame of a view only when it shows a view that was not there. */
  private async remake(view: vscode.WebviewView): Promise<void> {
    if (this.remaking || this.view !== view) return;
    this.remaking = true;
    const key = `${this.place.view}.remade`;
    try {
      const gone = new Promise<void>((resolve) => {
        view.onDidDispose(resolve);
        this.host.timer(REMOVAL_MS, resolve);
      });
      await vscode.commands.executeCommand('setContext', key, true);
      await gone;
      await vscode.commands.executeCommand('setContext', key, false);
      await vscode.commands.executeCommand(`${this.place.view}.focus`, { preserveFocus: true });
    } finally {
      this.remaking = false;
    }
  }
}
