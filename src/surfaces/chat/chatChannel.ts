import type * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable';
import type { Logger } from '../../base/logger';
import type { Timer } from '../../base/timer';
import type { Conversation } from '../../conversation/conversation';
import { DeltaFeed } from '../../conversation/deltaFeed';
import type { ComposerView, CompletionView } from '../../shared/composer';
import type { AppView, FromWebview, ToWebview } from '../../shared/messages';
import type { Drafts } from './drafts';
import type { FocusedChat } from './focusedChat';
import { fromWebview } from './messageSchema';

/** What a channel needs from its surroundings. */
export interface ChannelHost {
  readonly logger: Logger;
  readonly timer: Timer;
  readonly drafts: Drafts;
  readonly focused: FocusedChat;
  appView(): AppView;
  /** What goes with the next message of a conversation beside its words. */
  composerView(conversation: Conversation): ComposerView;
  /** A panel was loaded: somebody looks at it. */
  panelOpened(): void;
  /** Called with every message that passed the check, except those the channel answers itself. */
  receive(message: FromWebview, channel: ChatChannel): void;
}

/**
 * The one ordered way between the host and one webview. The webview gets a snapshot when it says it is ready, then
 * numbered deltas, at most once a frame; while it is hidden nothing is sent, and a snapshot when it comes back.
 */
export class ChatChannel implements Disposable {
  private readonly store = new DisposableStore();
  private subscription: Disposable | undefined;
  private readonly feed: DeltaFeed;
  private readonly wishes: ToWebview[] = [];
  private ready = false;
  private visible = true;

  constructor(
    private readonly webview: vscode.Webview,
    private current: Conversation,
    private readonly host: ChannelHost,
  ) {
    this.feed = this.store.add(
      new DeltaFeed(host.timer, (batch) => this.post({ type: 'deltas', key: this.current.key, ...batch })),
    );
    this.store.add(webview.onDidReceiveMessage((message: unknown) => this.receive(message)));
    this.follow();
  }

  get conversation(): Conversation {
    return this.current;
  }

  get isVisible(): boolean {
    return this.visible;
  }

  /** Shows another conversation in the same webview. */
  show(conversation: Conversation): void {
    if (conversation === this.current) return;
    this.current = conversation;
    this.follow();
    this.sendSnapshot();
  }

  setVisible(visible: boolean): void {
    this.visible = visible;
    if (visible) return;
    // The editor unloads the page of a hidden view; it says that it is ready when it is loaded again.
    this.ready = false;
    this.feed.stop();
  }

  sendApp(): void {
    if (this.ready && this.visible) this.post({ type: 'app', app: this.host.appView() });
  }

  /** What goes with the next message changed, or may have. */
  sendComposer(): void {
    if (!this.ready || !this.visible) return;
    this.post({ type: 'composer', key: this.current.key, composer: this.host.composerView(this.current) });
  }

  /** Answers what the composer's menu asked. */
  sendCompletions(request: number, items: readonly CompletionView[]): void {
    this.post({ type: 'completions', request, items });
  }

  /** Sends what stands in the composer. `false`: no page is there to do it. */
  submit(): boolean {
    if (!this.ready || !this.visible) return false;
    this.post({ type: 'submit' });
    return true;
  }

  focusComposer(): void {
    this.postWhenReady({ type: 'focusComposer' });
  }

  insertText(text: string): void {
    this.postWhenReady({ type: 'insertText', text });
  }

  /** Empties the composer, if this is what stands in it. */
  withdrawText(text: string): void {
    this.postWhenReady({ type: 'withdrawText', text });
  }

  dispose(): void {
    this.host.focused.forget(this);
    this.subscription?.dispose();
    this.store.dispose();
  }

  private follow(): void {
    this.subscription?.dispose();
    this.subscription = this.current.onDidChange((change) => this.feed.push(change));
  }

  private sendSnapshot(): void {
    if (!this.ready || !this.visible) return;
    const { seq, view } = this.current.snapshot();
    this.feed.restart(seq);
    this.post({ type: 'app', app: this.host.appView() });
    this.post({ type: 'snapshot', seq, conversation: view, draft: this.host.drafts.get(this.current.view) });
    this.sendComposer();
  }

  private receive(raw: unknown): void {
    const parsed = fromWebview.safeParse(raw);
    if (!parsed.success) {
      this.host.logger.warn(
        `A message of a chat panel was refused: ${parsed.error.issues.map((issue) => issue.message).join(', ')}`,
      );
      return;
    }
    const message = parsed.data;
    if (message.type === 'ready' || message.type === 'resync') {
      this.ready = true;
      this.sendSnapshot();
      for (const wish of this.wishes.splice(0)) this.post(wish);
      if (message.type === 'ready') this.host.panelOpened();
      return;
    }
    if (message.type === 'focused') this.host.focused.note(this);
    else this.host.receive(message, this);
  }

  /** A page that is still loading would not hear it. */
  private postWhenReady(message: ToWebview): void {
    if (this.ready) this.post(message);
    else this.wishes.push(message);
  }

  private post(message: ToWebview): void {
    // Rejects only when the webview is gone; then nobody is left to tell.
    this.webview.postMessage(message).then(undefined, () => undefined);
  }
}
