import type { TypedNotification } from './notification';

interface Cursor {
  position: number;
  /** Those who wait for the next event, in the order they asked. */
  waiting: (() => void)[];
}

/**
 * The events of one turn, in order, for any number of readers. Each reader has its own cursor; an event is freed when
 * every reader has passed it. What comes before the first reader is kept for it; once the last has left, nothing is.
 * The log ends with the turn's `turn/completed`, or with a failure.
 */
export class TurnLog {
  private events: TypedNotification[] = [];
  private firstPosition = 0;
  private readonly cursors = new Set<Cursor>();
  private failure: Error | undefined;
  private ended = false;
  private hadReader = false;

  /** Number of events held in memory. */
  get heldEvents(): number {
    return this.events.length;
  }

  get hasEnded(): boolean {
    return this.ended;
  }

  append(event: TypedNotification): void {
    if (this.ended) return;
    this.events.push(event);
    if (event.method === 'turn/completed') this.ended = true;
    this.free();
    this.wakeAll();
  }

  /** Ends the log with a failure, unless the turn had completed. Events already held are still delivered first. */
  fail(error: Error): void {
    if (this.ended) return;
    this.ended = true;
    this.failure = error;
    this.wakeAll();
  }

  /**
   * Starts a reader at the next event. Its iterator ends after `turn/completed`, throws on failure, and lets go of
   * everything when it is returned early.
   */
  read(): AsyncIterableIterator<TypedNotification> {
    return this.readFrom({ position: this.firstPosition + this.events.length, waiting: [] });
  }

  /** Like {@link read}, but from the first event that is still held. */
  readFromStart(): AsyncIterableIterator<TypedNotification> {
    return this.readFrom({ position: this.firstPosition, waiting: [] });
  }

  private readFrom(cursor: Cursor): AsyncIterableIterator<TypedNotification> {
    this.cursors.add(cursor);
    this.hadReader = true;
    let closed = false;
    const close = (): void => {
      if (closed) return;
      closed = true;
      this.cursors.delete(cursor);
      wake(cursor);
      this.free();
    };
    const next = async (): Promise<IteratorResult<TypedNotification>> => {
      for (;;) {
        if (closed) return { done: true, value: undefined };
        const event = this.events[cursor.position - this.firstPosition];
        if (event !== undefined) {
          cursor.position += 1;
          this.free();
          return { done: false, value: event };
        }
        if (this.ended) {
          close();
          if (this.failure) throw this.failure;
          return { done: true, value: undefined };
        }
        await new Promise<void>((resolve) => {
          cursor.waiting.push(resolve);
        });
      }
    };
    return {
      next,
      return: () => {
        close();
        return Promise.resolve({ done: true, value: undefined });
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  private free(): void {
    if (!this.hadReader) return;
    const passed = Math.min(
      ...[...this.cursors].map((cursor) => cursor.position),
      this.firstPosition + this.events.length,
    );
    const count = passed - this.firstPosition;
    if (count <= 0) return;
    this.events.splice(0, count);
    this.firstPosition = passed;
  }

  private wakeAll(): void {
    for (const cursor of this.cursors) wake(cursor);
  }
}

function wake(cursor: Cursor): void {
  const { waiting } = cursor;
  cursor.waiting = [];
  for (const resume of waiting) resume();
}
