import type { Disposable } from '../../base/disposable';
import type { Timer } from '../../base/timer';

const BEAT_MS = 5_000;
/** A beat that comes so late tells that this process, or the whole machine, stood still: nothing of the page. */
const LATE_MS = 2 * BEAT_MS;
/** Beats without a sign of life after which a page that had answered counts as dead. */
const MISSED_LIMIT = 3;
/** The same for a page that is being loaded. */
const LOADING_LIMIT = 6;
/** Loaded anew by itself so often within the window, a page is given up. */
const MAX_RELOADS = 3;
const RELOAD_WINDOW_MS = 5 * 60_000;

/** A page that did not answer. */
export interface Death {
  /** It never answered since it was loaded. */
  readonly wasLoading: boolean;
  /** Which of the attempts in a row to load it anew follows, from 1. */
  readonly attempt: number;
}

/** How often a chat was loaded anew by itself of late. It outlives the chat's pages. `now` in milliseconds. */
export class Revivals {
  private timesMs: number[] = [];

  constructor(readonly now: () => number) {}

  /** Counts one more and gives which in a row it is, from 1; `undefined`: there were too many. */
  next(): number | undefined {
    const now = this.now();
    this.timesMs = this.timesMs.filter((ms) => now - ms < RELOAD_WINDOW_MS);
    return this.timesMs.length < MAX_RELOADS ? this.timesMs.push(now) : undefined;
  }

  /** The person wants another try: earlier ones do not count. */
  forget(): void {
    this.timesMs = [];
  }
}

/** What a {@link Heartbeat} watches and what it does about it. */
export interface WatchedPage {
  /** Asks for a sign of life, if the page can hear. */
  ping(): void;
  /** Resolves once the editor’s own window has answered: while it is busy or out of reach, silence says nothing. */
  reachEditor(): PromiseLike<unknown>;
  /** Loads the page anew. */
  revive(death: Death): void;
  /** It died again and again. Nothing is watched any more. */
  giveUp(): void;
}

/**
 * Watches that a visible page lives: one that runs out of memory, hangs or stays blank throws no error. A silent page
 * is loaded anew, a few times in a row at most. The owner disposes it.
 */
export class Heartbeat implements Disposable {
  private beat: Disposable | undefined;
  private beatMs = 0;
  private answered = false;
  private loading = true;
  private missed = 0;
  /** The question to the editor that is not answered yet, if there is one. */
  private asking: object | undefined;

  constructor(
    private readonly page: WatchedPage,
    private readonly timer: Timer,
    private readonly revivals: Revivals,
  ) {}

  /** The page is being loaded. */
  start(): void {
    this.stop();
    this.loading = true;
    this.missed = 0;
    this.answered = false;
    this.schedule();
  }

  /** Nobody sees the page, or it is no chat. */
  stop(): void {
    this.beat?.dispose();
    this.beat = undefined;
    this.asking = undefined;
  }

  /** The page said something. */
  heard(): void {
    this.answered = true;
    this.loading = false;
    this.missed = 0;
  }

  dispose(): void {
    this.stop();
  }

  private schedule(): void {
    this.beatMs = this.revivals.now();
    this.beat = this.timer(BEAT_MS, () => this.onBeat());
  }

  private onBeat(): void {
    const isLate = this.revivals.now() - this.beatMs > LATE_MS;
    if (isLate) this.missed = 0;
    else if (!this.answered) this.doubt();
    this.answered = false;
    this.schedule();
    if (!this.loading) this.page.ping();
  }

  private doubt(): void {
    if (this.asking) return;
    const question = {};
    this.asking = question;
    const settle = (isReached: boolean): void => {
      if (this.asking !== question) return;
      this.asking = undefined;
      if (isReached && !this.answered) this.miss();
    };
    this.page.reachEditor().then(
      () => settle(true),
      () => settle(false),
    );
  }

  private miss(): void {
    this.missed += 1;
    if (this.missed < (this.loading ? LOADING_LIMIT : MISSED_LIMIT)) return;
    const attempt = this.revivals.next();
    if (attempt === undefined) {
      this.stop();
      this.page.giveUp();
      return;
    }
    const death = { wasLoading: this.loading, attempt };
    this.start();
    this.page.revive(death);
  }
}
