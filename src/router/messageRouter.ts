import { type Disposable, toDisposable } from '../base/disposable';
import { messageOf } from '../base/errors';
import type { Logger } from '../base/logger';
import { type TypedNotification, typed } from './notification';
import { TurnLog } from './turnLog';

/** Called synchronously, in wire order. */
export type NotificationListener = (notification: TypedNotification) => void;

/** Events of threads that nobody listens to yet are kept for whoever comes, within these bounds. */
const MAX_PENDING_EVENTS = 2_000;
const MAX_PENDING_THREADS = 64;

/**
 * Holds the events of a turn from the moment its `turn/start` is sent until its id is known, so that nothing is lost
 * when events, even `turn/completed`, come before the response.
 */
export interface TurnReservation extends Disposable {
  /** The log of this turn, beginning with what came early. Ends the reservation. */
  claim(turnId: string): TurnLog;
}

interface Reservation {
  readonly early: TypedNotification[];
  failure: Error | undefined;
}

/**
 * Gives every notification to the thread and the turn it names. Listeners of a thread hear all of its events, also
 * those of turns that nobody here started, and those that come after a turn has completed.
 */
export class MessageRouter {
  private readonly anyListeners = new Set<NotificationListener>();
  private readonly threads = new Map<string, Set<NotificationListener>>();
  private readonly pending = new Map<string, TypedNotification[]>();
  private readonly reservations = new Map<string, Set<Reservation>>();
  private readonly turns = new Map<string, Set<TurnLog>>();
  private readonly unroutedByMethod = new Map<string, number>();

  constructor(private readonly logger: Logger) {}

  /** How many events of each method found no listener or were dropped, for diagnostics. */
  get unrouted(): ReadonlyMap<string, number> {
    return this.unroutedByMethod;
  }

  /** Hears every notification, before its thread does. */
  onAny(listener: NotificationListener): Disposable {
    this.anyListeners.add(listener);
    return toDisposable(() => this.anyListeners.delete(listener));
  }

  /** Hears every event of one thread. Events that came before the first listener are delivered first. */
  onThread(threadId: string, listener: NotificationListener): Disposable {
    const listeners = this.threads.get(threadId) ?? new Set();
    this.threads.set(threadId, listeners.add(listener));
    const early = this.pending.get(threadId) ?? [];
    this.pending.delete(threadId);
    for (const notification of early) this.deliver(listener, notification);
    return toDisposable(() => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.threads.get(threadId) === listeners) this.threads.delete(threadId);
    });
  }

  /** Call before sending `turn/start`. */
  reserveTurn(threadId: string): TurnReservation {
    const reservation: Reservation = { early: [], failure: undefined };
    const ofThread = this.reservations.get(threadId) ?? new Set();
    this.reservations.set(threadId, ofThread.add(reservation));
    const end = toDisposable(() => {
      ofThread.delete(reservation);
      if (ofThread.size === 0 && this.reservations.get(threadId) === ofThread) this.reservations.delete(threadId);
    });
    return {
      claim: (turnId) => {
        end.dispose();
        return this.openLog(turnId, reservation);
      },
      dispose: () => {
        end.dispose();
      },
    };
  }

  /** Routes one notification. Never throws: a failing listener is logged and the others still hear it. */
  route(method: string, params: unknown): void {
    const notification = typed(method, params);
    for (const listener of this.anyListeners) this.deliver(listener, notification);
    const { threadId, turnId } = notification;
    if (turnId !== undefined) this.routeToTurn(turnId, threadId, notification);
    if (threadId === undefined) return;
    const listeners = this.threads.get(threadId);
    if (!listeners) {
      this.hold(threadId, notification);
      return;
    }
    for (const listener of [...listeners]) this.deliver(listener, notification);
  }

  /** The server is gone: every turn that has not completed ends with `error`. */
  failAll(error: Error): void {
    for (const logs of this.turns.values()) for (const log of logs) log.fail(error);
    for (const ofThread of this.reservations.values())
      for (const reservation of ofThread) reservation.failure ??= error;
    this.turns.clear();
    this.pending.clear();
  }

  private routeToTurn(turnId: string, threadId: string | undefined, notification: TypedNotification): void {
    for (const log of this.turns.get(turnId) ?? []) log.append(notification);
    if (threadId !== undefined) {
      for (const { early } of this.reservations.get(threadId) ?? []) early.push(notification);
    }
    if (notification.method === 'turn/completed') this.turns.delete(turnId);
  }

  /** A log of its own for every claim, so that each begins with what came after its `turn/start` was sent. */
  private openLog(turnId: string, { early, failure }: Reservation): TurnLog {
    const log = new TurnLog();
    for (const notification of early) if (notification.turnId === turnId) log.append(notification);
    if (failure) log.fail(failure);
    if (!log.hasEnded) this.turns.set(turnId, (this.turns.get(turnId) ?? new Set()).add(log));
    return log;
  }

  private hold(threadId: string, notification: TypedNotification): void {
    const held = this.pending.get(threadId);
    if (held && held.length < MAX_PENDING_EVENTS) {
      held.push(notification);
      return;
    }
    if (!held && this.pending.size < MAX_PENDING_THREADS) {
      this.pending.set(threadId, [notification]);
      return;
    }
    const count = this.unroutedByMethod.get(notification.method) ?? 0;
    this.unroutedByMethod.set(notification.method, count + 1);
  }

  private deliver(listener: NotificationListener, notification: TypedNotification): void {
    try {
      listener(notification);
    } catch (error) {
      this.logger.error(`A listener failed on ${notification.method}: ${messageOf(error)}`);
    }
  }
}
