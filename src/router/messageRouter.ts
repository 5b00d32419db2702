import { type Disposable, toDisposable } from '../base/disposable';
import { messageOf } from '../base/errors';
import type { Logger } from '../base/logger';
import { CorrelatedEvents, type CorrelationKey } from './correlatedEvents';
import { type TypedNotification, typed } from './notification';
import { PendingEvents } from './pendingEvents';
import { TurnLog } from './turnLog';

/** Called synchronously, in wire order. */
export type NotificationListener = (notification: TypedNotification) => void;

/** Events of threads that nobody listens to yet are kept for whoever comes, within these bounds. */
const PENDING_LIMITS = { events: 2_000, keys: 64, bytes: 16 * 1024 * 1024, ageMs: 60_000 };
const MAX_COUNTED_METHODS = 200;

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
  /** These lists and those of {@link turns} are replaced, never changed: they are walked for every message. */
  private readonly threads = new Map<string, readonly NotificationListener[]>();
  private readonly pending = new PendingEvents(PENDING_LIMITS, (notification) => this.countUnrouted(notification));
  private readonly correlated = new CorrelatedEvents(
    (listener, notification) => this.deliver(listener, notification),
    (notification) => this.countUnrouted(notification),
  );
  private readonly reservations = new Map<string, Set<Reservation>>();
  private readonly turns = new Map<string, readonly TurnLog[]>();
  private readonly unroutedByMethod = new Map<string, number>();
  private readonly unknownByMethod = new Map<string, number>();

  constructor(private readonly logger: Logger) {}

  /** How many events of each method found no listener or were dropped, for diagnostics. */
  get unrouted(): ReadonlyMap<string, number> {
    return this.unroutedByMethod;
  }

  /** How many events of each method were of a kind or a shape that the generated protocol does not know. */
  get unknown(): ReadonlyMap<string, number> {
    return this.unknownByMethod;
  }

  /** Hears every notification, before its thread does. */
  onAny(listener: NotificationListener): Disposable {
    this.anyListeners.add(listener);
    return toDisposable(() => this.anyListeners.delete(listener));
  }

  /** Hears every event of one thread. Events that came before the first listener are delivered first. */
  onThread(threadId: string, listener: NotificationListener): Disposable {
    const listeners = this.threads.get(threadId) ?? [];
    if (!listeners.includes(listener)) this.threads.set(threadId, [...listeners, listener]);
    for (const notification of this.pending.take(threadId)) this.deliver(listener, notification);
    return toDisposable(() => {
      const others = (this.threads.get(threadId) ?? []).filter((other) => other !== listener);
      if (others.length > 0) this.threads.set(threadId, others);
      else this.threads.delete(threadId);
    });
  }

  /**
   * Hears the messages of no thread that carry this id: of a login, a process, a file watch, a search session, a
   * subscription, an import or a project. What came before the first listener is delivered first.
   */
  onCorrelated(key: CorrelationKey, id: string, listener: NotificationListener): Disposable {
    return this.correlated.on(key, id, listener);
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
    const isRead = turnId !== undefined && this.routeToTurn(turnId, threadId, notification);
    if (!notification.known) this.countUnknown(notification);
    if (threadId === undefined) {
      this.correlated.route(notification);
      return;
    }
    const listeners = this.threads.get(threadId);
    if (!listeners) {
      // Whoever holds the turn's handle has it: it is not kept a second time for a listener that may never come.
      if (!isRead) this.pending.hold(threadId, notification);
      return;
    }
    for (const listener of listeners) this.deliver(listener, notification);
  }

  /** The server is gone: every turn that has not completed ends with `error`. */
  failAll(error: Error): void {
    for (const logs of this.turns.values()) for (const log of logs) log.fail(error);
    for (const ofThread of this.reservations.values())
      for (const reservation of ofThread) reservation.failure ??= error;
    this.turns.clear();
    this.pending.clear();
    this.correlated.clear();
  }

  /** Ends the logs of a turn whose own end was lost: with an end found otherwise, or with a failure. */
  settleTurn(turnId: string, outcome: TypedNotification | Error): void {
    for (const log of this.turns.get(turnId) ?? []) {
      if (outcome instanceof Error) log.fail(outcome);
      else log.append(outcome);
    }
    this.turns.delete(turnId);
  }

  /** Gives an event to the turn's logs; `true` when there are any. */
  private routeToTurn(turnId: string, threadId: string | undefined, notification: TypedNotification): boolean {
    const logs = this.turns.get(turnId);
    if (logs) for (const log of logs) log.append(notification);
    if (threadId !== undefined && this.reservations.size > 0) {
      for (const { early } of this.reservations.get(threadId) ?? []) early.push(notification);
    }
    if (notification.method === 'turn/completed') this.turns.delete(turnId);
    return logs !== undefined;
  }

  /** A log of its own for every claim, so that each begins with what came after its `turn/start` was sent. */
  private openLog(turnId: string, { early, failure }: Reservation): TurnLog {
    const log = new TurnLog();
    for (const notification of early) if (notification.turnId === turnId) log.append(notification);
    if (failure) log.fail(failure);
    if (!log.hasEnded) this.turns.set(turnId, [...(this.turns.get(turnId) ?? []), log]);
    return log;
  }

  private countUnrouted({ method }: TypedNotification): void {
    count(this.unroutedByMethod, method);
  }

  private countUnknown({ method }: TypedNotification): void {
    if (count(this.unknownByMethod, method) === 1) {
      this.logger.warn(`codex sent ${method} in a way this version does not know; it is passed on as it is.`);
    }
  }

  private deliver(listener: NotificationListener, notification: TypedNotification): void {
    try {
      listener(notification);
    } catch (error) {
      this.logger.error(`A listener failed on ${notification.method}: ${messageOf(error)}`);
    }
  }
}

/** Adds one to a method's counter; a server that makes methods up cannot fill the memory with their names. */
function count(counters: Map<string, number>, method: string): number {
  const name = counters.has(method) || counters.size < MAX_COUNTED_METHODS ? method : 'others';
  const total = (counters.get(name) ?? 0) + 1;
  counters.set(name, total);
  return total;
}
