import type { Disposable } from '../base/disposable';
import { messageOf } from '../base/errors';
import type { Logger } from '../base/logger';
import type { Timer } from '../base/timer';
import type { SendRequest } from '../transport/appServer';
import type { MessageRouter } from './messageRouter';
import { type TypedNotification, typed } from './notification';
import { type RunningTurn, RunningTurns } from './runningTurns';

/** `turn/completed` follows the thread's becoming idle within milliseconds (codex app-server 0.169.0). */
const GRACE_MS = 2_000;
const LOOKED_AT_TURNS = 20;

/** What the watchdog works with. */
export interface WatchdogOptions {
  readonly router: MessageRouter;
  readonly request: SendRequest;
  readonly timer: Timer;
  readonly logger: Logger;
}

/**
 * Sees to it that every turn ends for those who wait: when a thread has been idle for a while and one of its turns has
 * not ended, the server is asked how it ended, and that is routed as its `turn/completed`. The same for the turns that
 * ran when the server went away, as soon as it is back. Two ends of one turn do no harm: only the first one counts.
 */
export class CompletionWatchdog implements Disposable {
  private readonly running = new RunningTurns();
  private readonly graces = new Map<string, Disposable>();
  private readonly listening: Disposable;
  /** What ran when the server went away. */
  private lost: ReadonlyMap<string, readonly RunningTurn[]> = new Map();

  constructor(private readonly options: WatchdogOptions) {
    this.listening = options.router.onAny((notification) => this.observe(notification));
  }

  /** Watches a turn that `turn/start` was answered with: its own events may never come, if it became part of another. */
  watch(threadId: string, turnId: string): void {
    this.running.begin(threadId, [turnId]);
  }

  /** The server is gone, and its turns have failed for those who wait. */
  serverLost(): void {
    this.lost = new Map([...this.lost, ...this.running.takeAll()]);
    this.endGraces();
  }

  /** The server is back: it knows how its last turns ended. */
  serverReady(): void {
    const { lost } = this;
    this.lost = new Map();
    for (const [threadId, turns] of lost) this.reconcileSoon(threadId, turns);
  }

  dispose(): void {
    this.listening.dispose();
    this.endGraces();
  }

  private observe(notification: TypedNotification): void {
    this.running.observe(notification);
    if (!notification.known || notification.method !== 'thread/status/changed') return;
    const { threadId, status } = notification.params;
    this.graces.get(threadId)?.dispose();
    this.graces.delete(threadId);
    if (status.type === 'active' || this.running.of(threadId).length === 0) return;
    const grace = this.options.timer(GRACE_MS, () => {
      this.graces.delete(threadId);
      this.reconcileSoon(threadId, this.running.of(threadId));
    });
    this.graces.set(threadId, grace);
  }

  private reconcileSoon(threadId: string, turns: readonly RunningTurn[]): void {
    if (turns.length === 0) return;
    this.reconcile(threadId, turns).catch((error: unknown) => {
      this.options.logger.warn(`How a turn ended is not known: ${messageOf(error)}`);
    });
  }

  private async reconcile(threadId: string, turns: readonly RunningTurn[]): Promise<void> {
    const { request, router } = this.options;
    const { data } = await request('thread/turns/list', { threadId, limit: LOOKED_AT_TURNS, itemsView: 'notLoaded' });
    for (const { ids, alongside } of turns) {
      const turn = data.find(({ id }) => ids.includes(id));
      const other = data.find(({ id, status }) => alongside.includes(id) && status !== 'inProgress');
      if (turn && turn.status !== 'inProgress') router.route('turn/completed', { threadId, turn });
      if (turn || !other) continue;
      router.settleTurn(ids[0], typed('turn/completed', { threadId, turn: other }));
      this.running.end(threadId, ids[0]);
    }
  }

  private endGraces(): void {
    for (const grace of this.graces.values()) grace.dispose();
    this.graces.clear();
  }
}
