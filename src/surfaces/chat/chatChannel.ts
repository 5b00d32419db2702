import type * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable';
import type { Logger } from '../../base/logger';
import type { Conversation } from '../../conversation/conversation';
import { coalesce } from '../../shared/applyDelta';
import type { Delta } from '../../shared/conversation';
import type { AppView, FromWebview, ToWebview } from '../../shared/messages';
import type { Drafts } from './drafts';
import { fromWebview } from './messageSchema';

/** One frame: what changed within it crosses to the webview together. */
const FRAME_MS = 16;

/** What a channel needs from its surroundings. */
export interface ChannelHost {
  readonly logger: Logger;
  readonly drafts: Drafts;
  appView(): AppView;
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
  private queued: Delta[] = [];
  private sentSeq = 0;
  private timer: NodeJS.Timeout | undefined;
  private ready = false;
  private visible = true;

  constructor(
    private readonly webview: vscode.Webview,
    private current: Conversation,
    private readonly host: ChannelHost,
  ) {
    this.store.add(webview.onDidReceiveMessage((message: unknown) => this.receive(message)));
    this.follow();
  }

  get conversation(): Conversation {
    return this.current;
  }

  /** Shows another conversation in the same webview. */
  show(conversation: Conversation): void {
    if (conversation === this.current) return;
    this.current = conversation;
    this.follow();
    this.sendSnapshot();
  }

  setVisible(visible: boolean): void {
    const shown = visible && !this.visible;
    this.visible = visible;
    if (shown) this.sendSnapshot();
  }

  sendApp(): void {
    if (this.ready && this.visible) this.post({ type: 'app', app: this.host.appView() });
  }

  focusComposer(): void {
    if (this.ready) this.post({ type: 'focusComposer' });
  }

  insertText(text: string): void {
    if (this.ready) this.post({ type: 'insertText', text });
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.subscription?.dispose();
    this.store.dispose();
  }

  private follow(): void {
    this.subscription?.dispose();
    this.subscription = this.current.onDidChange(({ seq, deltas }) => {
      // Hidden or not loaded: it starts from a snapshot anyway.
      if (!this.ready || !this.visible) return;
      this.queued.push(...deltas);
      this.sentSeq = seq;
      this.timer ??= setTimeout(() => this.flush(), FRAME_MS);
    });
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.queued.length === 0) return;
    const count = this.queued.length;
    const deltas = coalesce(this.queued);
    this.queued = [];
    this.post({ type: 'deltas', key: this.current.key, from: this.sentSeq - count, seq: this.sentSeq, deltas });
  }

  private sendSnapshot(): void {
    if (!this.ready || !this.visible) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.queued = [];
    const { seq, view } = this.current.snapshot();
    this.sentSeq = seq;
    this.post({ type: 'app', app: this.host.appView() });
    this.post({ type: 'snapshot', seq, conversation: view, draft: this.host.drafts.get(this.current.view) });
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
      if (message.type === 'ready') this.host.panelOpened();
      return;
    }
    this.host.receive(message, this);
  }

  private post(message: ToWebview): void {
    // Rejects only when the webview is gone; then nobody is left to tell.
    this.webview.postMessage(message).then(undefined, () => undefined);
  }
}
