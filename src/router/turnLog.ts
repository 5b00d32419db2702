import { SwitchyardError } from '../base/errors';
import { joinDeltas } from './joinDeltas';
import type { TypedNotification } from './notification';

type Result = IteratorResult<TypedNotification, undefined>;

interface Waiter {
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

interface Cursor {
  position: number;
  /** Waits for the next event. Nobody waits while there is one. */
  waiter: Waiter | undefined;
  /** Those who asked after it did, in that order. */
  readonly laterWaiters: Waiter[];
}

const DONE: Result = { done: true, value: undefined };
/** So many freed events at the front are given back together: taking each one off would move all the others. */
const FREED_TOGETHER = 256;
/** So many events behind, a reader gets the pieces of a text that follow joined, if nobody has read them one by one. */
const JOIN_FROM_EVENTS = 256;
/** So many events behind, joined pieces counting as one, a reader is given up. */
const MAX_UNREAD_EVENTS = 20_000;

/**
 * The events of one turn, in order, for any number of readers. Each reader has its own cursor; an event is freed when
 * every reader has passed it. What comes before the first reader is kept for it; once the last has left, nothing is.
 * The log ends with the turn's `turn/completed`, or with a failure.
 */
export class TurnLog {
  /** Freed slots first, `undefined`; then the events held. */
  private slots: (TypedNotification | undefined)[] = [];
  private freedSlots = 0;
  /** The position of the first event held. */
  private firstPosition = 0;
  private readonly cursors = new Set<Cursor>();
  /** Readers that were given up and have not been told. */
  private readonly givenUp = new WeakSet<Cursor>();
  private failure: Error | undefined;
  private ended = false;
  private hadReader = false;

  /** `isEnd` is asked once for each event, in order. */
  constructor(private readonly isEnd: (event: TypedNotification) => boolean = isTurnEnd) {}

  /** Number of events held in memory. */
  get heldEvents(): number {
    return this.slots.length - this.freedSlots;
  }

  get hasEnded(): boolean {
    return this.ended;
  }

  append(event: TypedNotification): void {
    if (this.ended) return;
    if (this.heldEvents >= JOIN_FROM_EVENTS && this.joinToLast(event)) return;
    if (this.isEnd(event)) this.ended = true;
    if (this.giveToWaiting(event)) this.firstPosition += 1;
    else this.slots.push(event);
    if (this.heldEvents > MAX_UNREAD_EVENTS) this.giveUpSlowest();
    if (this.ended) this.endWaits();
  }

  /** Ends the log with a failure, unless the turn had completed. Events already held are still delivered first. */
  fail(error: Error): void {
    if (this.ended) return;
    this.ended = true;
    this.failure = error;
    this.endWaits();
  }

  /**
   * Starts a reader at the next event. Its iterator ends after `turn/completed`, throws on failure, and lets go of
   * everything when it is returned early.
   */
  read(): AsyncIterableIterator<TypedNotification> {
    return this.readFrom(this.firstPosition + this.heldEvents);
  }

  /** Like {@link read}, but from the first event that is still held. */
  readFromStart(): AsyncIterableIterator<TypedNotification> {
    return this.readFrom(this.firstPosition);
  }

  private readFrom(position: number): AsyncIterableIterator<TypedNotification> {
    const cursor: Cursor = { position, waiter: undefined, laterWaiters: [] };
    this.cursors.add(cursor);
    this.hadReader = true;
    return {
      next: () => this.next(cursor),
      return: () => {
        this.close(cursor);
        return Promise.resolve(DONE);
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  private next(cursor: Cursor): Promise<Result> {
    if (!this.cursors.has(cursor)) return this.givenUp.delete(cursor) ? rejectGivenUp() : Promise.resolve(DONE);
    const value = this.slots[this.freedSlots + cursor.position - this.firstPosition];
    if (value !== undefined) {
      cursor.position += 1;
      if (cursor.position === this.firstPosition + 1) this.free();
      return Promise.resolve({ done: false, value });
    }
    if (this.ended) {
      this.close(cursor);
      return this.failure ? Promise.reject(this.failure) : Promise.resolve(DONE);
    }
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { resolve, reject };
      if (cursor.waiter) cursor.laterWaiters.push(waiter);
      else cursor.waiter = waiter;
    });
  }

  /** Gives an event to every reader that waits for it. Whether nobody else is to have it, so that it need not be kept. */
  private giveToWaiting(event: TypedNotification): boolean {
    let isDone = this.hadReader;
    for (const cursor of this.cursors) {
      const waiter = takeWaiter(cursor);
      if (!waiter) {
        isDone = false;
        continue;
      }
      cursor.position += 1;
      waiter.resolve({ done: false, value: event });
    }
    return isDone;
  }

  /** Joins a piece of text to the last event, unless a reader has passed that. */
  private joinToLast(event: TypedNotification): boolean {
    const last = this.slots.at(-1);
    const joined = last && joinDeltas(last, event);
    if (!joined) return false;
    const lastPosition = this.firstPosition + this.heldEvents - 1;
    for (const { position } of this.cursors) if (position > lastPosition) return false;
    this.slots[this.slots.length - 1] = joined;
    return true;
  }

  /** Bounds the memory: the reader furthest behind loses its events, and is told. The first event is nobody's then. */
  private giveUpSlowest(): void {
    for (const cursor of this.cursors) {
      if (cursor.position > this.firstPosition) continue;
      this.givenUp.add(cursor);
      this.cursors.delete(cursor);
    }
    this.hadReader = true;
    this.free();
  }

  /** Lets go of a reader. Whoever still waits on it is told that there is nothing more. */
  private close(cursor: Cursor): void {
    if (!this.cursors.delete(cursor)) return;
    for (let waiter = takeWaiter(cursor); waiter; waiter = takeWaiter(cursor)) waiter.resolve(DONE);
    this.free();
  }

  /** A reader with waits has read everything: the first of them hears of the failure, the others that it is over. */
  private endWaits(): void {
    for (const cursor of this.cursors) {
      const first = takeWaiter(cursor);
      if (!first) continue;
      if (this.failure) first.reject(this.failure);
      else first.resolve(DONE);
      this.close(cursor);
    }
  }

  private free(): void {
    if (!this.hadReader) return;
    let passed = this.firstPosition + this.heldEvents;
    for (const { position } of this.cursors) if (position < passed) passed = position;
    while (this.firstPosition < passed) {
      this.slots[this.freedSlots] = undefined;
      this.freedSlots += 1;
      this.firstPosition += 1;
    }
    if (this.freedSlots === this.slots.length) this.slots.length = 0;
    else if (this.freedSlots >= FREED_TOGETHER && 2 * this.freedSlots >= this.slots.length) {
      this.slots.splice(0, this.freedSlots);
    } else return;
    this.freedSlots = 0;
  }
}

function rejectGivenUp(): Promise<never> {
  return Promise.reject(new SwitchyardError('overloaded', 'This reader of a turn was too far behind its events.'));
}

function takeWaiter(cursor: Cursor): Waiter | undefined {
  const { waiter, laterWaiters } = cursor;
  cursor.waiter = laterWaiters.length > 0 ? laterWaiters.shift() : undefined;
  return waiter;
}

function isTurnEnd({ method }: TypedNotification): boolean {
  return method === 'turn/completed';
}
