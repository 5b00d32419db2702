import * as vscode from 'vscode';
import { DisposableStore } from '../../base/disposable';
import type { Conversation } from '../../conversation/conversation';
import type { Conversations } from '../../conversation/conversations';
import { ChatChannel, type ChannelHost } from './chatChannel';
import { type Surface, webviewOptions } from './chatHtml';
import { ChatPage } from './chatPage';
import { Revivals } from './heartbeat';
import { isStateOf, restoreConversation, toPanelState } from './panelState';

/**
 * One of the places beside the editors that a chat can be in. The manifest has two views for it, of which one is there:
 * `view`, and another one that stands in for it when its page has died.
 */
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
  private isStandIn = false;
  /** The view was asked for and is not there yet: its composer gets the cursor when it is. */
  private wantsCursor = false;

  constructor(
    private readonly place: SidebarPlace,
    private readonly extensionUri: vscode.Uri,
    private readonly memory: vscode.Memento,
    private readonly conversations: Conversations,
    private readonly host: ChannelHost,
  ) {
    for (const view of [place.view, standIn(place)]) {
      this.store.add(vscode.window.registerWebviewViewProvider(view, this));
    }
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
    await this.focusView();
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

  /**
   * The editor gives all frames of a view one process, for as long as that lives: one that hangs would hang the next
   * frame too. The other view has a process of its own.
   */
  private async remake(view: vscode.WebviewView): Promise<void> {
    if (this.view !== view) return;
    this.isStandIn = !this.isStandIn;
    await vscode.commands.executeCommand('setContext', `${this.place.view}.remade`, this.isStandIn);
    await this.focusView({ preserveFocus: true });
  }

  private async focusView(options: { readonly preserveFocus?: boolean } = {}): Promise<void> {
    const view = this.isStandIn ? standIn(this.place) : this.place.view;
    await vscode.commands.executeCommand(`${view}.focus`, options);
  }
}

function standIn({ view }: SidebarPlace): string {
  return `${view}Anew`;
}
