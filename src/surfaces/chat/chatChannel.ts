import { type Disposable, DisposableStore } from '../../base/disposable';
import type { Logger } from '../../base/logger';
import type { Timer } from '../../base/timer';
import type { Conversation } from '../../conversation/conversation';
import { DeltaFeed } from '../../conversation/deltaFeed';
import type { FrameClock } from '../../conversation/frameClock';
import type { CodeTheme } from '../../shared/codeTheme';
import type { ComposerView, CompletionView } from '../../shared/composer';
import type { ImageResult } from '../../shared/images';
import type { AppView, FromWebview, ScrollPlace, ToWebview } from '../../shared/messages';
import type { ChatPage } from './chatPage';
import type { Drafts } from './drafts';
import type { FocusedChat } from './focusedChat';
import { fromWebview } from './messageSchema';

/** What a panel asks for. The rest of what it says is between it and its channel. */
export type PanelMessage = Exclude<
  FromWebview,
  { readonly type: 'ready' | 'resync' | 'focused' | 'alive' | 'fault' | 'reload' | 'scrolled' }
>;

/** Where conversations are scrolled to in the panel that showed them last; `null`: they follow their end. */
const places = new WeakMap<Conversation, ScrollPlace | null>();

/** What a channel needs from its surroundings. */
export interface ChannelHost {
  readonly logger: Logger;
  readonly timer: Timer;
  /** One for all panels of the window. */
  readonly frames: FrameClock;
  readonly drafts: Drafts;
  readonly focused: FocusedChat;
  appView(): AppView;
  /** What goes with the next message of a conversation beside its words. */
  composerView(conversation: Conversation): ComposerView;
  /** A panel was loaded: somebody looks at it. */
  panelOpened(): void;
  /** Called with every message that passed the check. */
  receive(message: PanelMessage, channel: ChatChannel): void;
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

  /** Owns the page. */
  constructor(
    private readonly page: ChatPage,
    private current: Conversation,
    private readonly host: ChannelHost,
  ) {
    this.feed = this.store.add(
      new DeltaFeed(host.frames, (batch) => this.page.post({ type: 'deltas', key: this.current.key, ...batch })),
    );
    this.store.add(page);
    this.store.add(page.webview.onDidReceiveMessage((message: unknown) => this.receive(message)));
    this.follow();
    page.load();
  }

  get conversation(): Conversation {
    return this.current;
  }

  get isVisible(): boolean {
    return this.page.isVisible;
  }

  /** Shows another conversation in the same webview. */
  show(conversation: Conversation): void {
    if (conversation === this.current) return;
    this.current = conversation;
    this.follow();
    this.sendSnapshot();
  }

  setVisible(visible: boolean): void {
    if (visible === this.isVisible) return;
    this.page.setVisible(visible);
    if (visible) this.sendSnapshot();
    else this.feed.stop();
  }

  sendApp(): void {
    if (this.page.isListening) this.page.post({ type: 'app', app: this.host.appView() });
  }

  /** What goes with the next message changed, or may have. */
  sendComposer(): void {
    if (!this.page.isListening) return;
    this.page.post({ type: 'composer', key: this.current.key, composer: this.host.composerView(this.current) });
  }

  /** Answers what the composer's menu asked. */
  sendCompletions(request: number, items: readonly CompletionView[]): void {
    this.page.post({ type: 'completions', request, items });
  }

  /** Answers `loadImage`. */
  sendImage(request: number, result: ImageResult): void {
    this.page.post({ type: 'image', request, result });
  }

  /** The colours that a theme of the editor has for code; `null`: it cannot be read. */
  sendCodeTheme(id: string, theme: CodeTheme | null): void {
    this.page.post({ type: 'codeTheme', id, theme });
  }

  /** Sends what stands in the composer. `false`: no page is there to do it. */
  submit(): boolean {
    if (!this.page.isListening) return false;
    this.page.post({ type: 'submit' });
    return true;
  }

  focusComposer(): void {
    this.postWhenReady({ type: 'focusComposer' });
  }

  insertText(text: string): void {
    this.postWhenReady({ type: 'insertText', text });
  }

  /** Puts a text into the composer in the place of what stands there. */
  setText(text: string): void {
    this.postWhenReady({ type: 'setText', text });
  }

  /** Another panel of the conversation has this in its composer now. */
  sendDraft(text: string): void {
    this.page.post({ type: 'draft', key: this.current.key, text });
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
    if (!this.page.isListening) return;
    const { seq, view } = this.current.snapshot();
    this.feed.restart(seq);
    this.page.post({ type: 'app', app: this.host.appView() });
    this.page.post({
      type: 'snapshot',
      seq,
      conversation: view,
      draft: this.host.drafts.get(this.current.view),
      scroll: places.get(this.current),
    });
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
    this.page.heard(message);
    switch (message.type) {
      case 'ready':
      case 'resync':
        this.sendSnapshot();
        for (const wish of this.wishes.splice(0)) this.page.post(wish);
        if (message.type === 'ready') this.host.panelOpened();
        return;
      case 'focused':
        this.host.focused.note(this);
        return;
      case 'alive':
        return;
      case 'fault':
        this.page.noteFault(message.text);
        return;
      case 'reload':
        this.page.reload();
        return;
      case 'scrolled':
        this.keepPlace(message.key, message.place);
        return;
      default:
        if (message.type === 'draft') this.host.frames.typed();
        this.host.receive(message, this);
    }
  }

  private keepPlace(key: string, place: ScrollPlace | null): void {
    if (key === this.current.key) places.set(this.current, place);
  }

  /** A page that is still loading would not hear it. */
  private postWhenReady(message: ToWebview): void {
    if (this.page.isListening) this.page.post(message);
    else this.wishes.push(message);
  }
}
