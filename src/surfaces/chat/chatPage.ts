import * as vscode from 'vscode';
import type { Disposable } from '../../base/disposable';
import { type Logger, redact } from '../../base/logger';
import type { Timer } from '../../base/timer';
import type { FromWebview, ToWebview } from '../../shared/messages';
import { chatHtml, stalledHtml, type Surface } from './chatHtml';
import { type Death, Heartbeat, type Revivals } from './heartbeat';

/** Faults of one page that are logged; those after them say the same. */
const MAX_FAULTS = 50;

export interface ChatPageOptions {
  readonly webview: vscode.Webview;
  readonly extensionUri: vscode.Uri;
  readonly surface: Surface;
  readonly logger: Logger;
  readonly timer: Timer;
  /** Of the chat that the page is of. */
  readonly revivals: Revivals;
  /** Makes the frame anew that the page is in. */
  remakeFrame(): void;
}

/** The page in one webview: loads it, watches that it lives while it is seen, and loads it anew when it does not. */
export class ChatPage implements Disposable {
  readonly webview: vscode.Webview;
  private readonly heartbeat: Heartbeat;
  private isReady = false;
  private visible = true;
  private isGivenUp = false;
  private faults = 0;

  constructor(private readonly options: ChatPageOptions) {
    this.webview = options.webview;
    this.heartbeat = new Heartbeat(
      {
        ping: () => this.post({ type: 'ping' }),
        reachEditor: () => vscode.commands.executeCommand('setContext', 'switchyard.isReached', true),
        revive: (death) => this.revive(death),
        giveUp: () => this.giveUp(),
      },
      options.timer,
      options.revivals,
    );
  }

  get isVisible(): boolean {
    return this.visible;
  }

  /** Whether it hears what is posted, and somebody sees it. */
  get isListening(): boolean {
    return this.isReady && this.visible;
  }

  /** Loads the page, or loads it anew. It says `ready` when it hears. */
  load(): void {
    const { webview, extensionUri, surface } = this.options;
    this.isReady = false;
    this.isGivenUp = false;
    this.faults = 0;
    webview.html = chatHtml(webview, extensionUri, surface);
    if (this.visible) this.heartbeat.start();
  }

  /** The person wants it loaded anew, however often that was tried before. */
  reload(): void {
    this.options.revivals.forget();
    this.load();
  }

  setVisible(visible: boolean): void {
    if (visible === this.visible) return;
    this.visible = visible;
    if (!visible) {
      // The editor unloads the page of a hidden view; it says that it is ready when it is loaded again.
      this.isReady = false;
      this.heartbeat.stop();
    } else if (this.isGivenUp) this.reload();
    else this.heartbeat.start();
  }

  /** The page said something; `ready`: that it hears. */
  heard({ type }: FromWebview): void {
    if (this.isGivenUp) return;
    if (type === 'ready' || type === 'resync') this.isReady = true;
    this.heartbeat.heard();
  }

  /** Something in the page threw an error that nobody caught. */
  noteFault(text: string): void {
    this.faults += 1;
    if (this.faults > MAX_FAULTS) return;
    this.options.logger.error(`A fault in a chat panel: ${redact(text)}`);
  }

  /** A page that does not hear gets nothing: it is sent all there is when it says that it is ready. */
  post(message: ToWebview): void {
    if (!this.isListening) return;
    // Rejects only when the webview is gone; then nobody is left to tell.
    this.webview.postMessage(message).then(undefined, () => undefined);
  }

  dispose(): void {
    this.isGivenUp = false;
    this.heartbeat.dispose();
  }

  private revive({ wasLoading, attempt }: Death): void {
    const what = wasLoading ? 'was not loaded in time' : 'stopped answering';
    this.options.logger.warn(`A chat panel ${what} and is loaded anew (attempt ${attempt}).`);
    this.load();
    // A frame whose process hangs or is gone hears nothing of its new page.
    if (!wasLoading || attempt > 1) this.options.remakeFrame();
  }

  private giveUp(): void {
    const { webview, extensionUri, surface, logger } = this.options;
    logger.error('A chat panel stopped answering again and again. It is not loaded anew by itself any more.');
    this.isReady = false;
    this.isGivenUp = true;
    webview.html = stalledHtml(webview, extensionUri, surface);
    const reload = vscode.l10n.t('Reload Panel');
    const message = vscode.l10n.t(
      'A chat panel stopped answering several times. The conversation goes on, and what you wrote is kept.',
    );
    vscode.window.showWarningMessage(message, reload).then(
      (choice) => {
        if (choice !== reload || !this.isGivenUp) return;
        this.reload();
        this.options.remakeFrame();
      },
      () => undefined,
    );
  }
}
