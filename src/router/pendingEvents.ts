import type { TypedNotification } from './notification';

/** How much is kept for those who are not there yet. */
export interface PendingLimits {
  /** Events of one key. */
  readonly events: number;
  readonly keys: number;
  /** Of all keys together, as estimated by {@link estimateBytes}. */
  readonly bytes: number;
  readonly ageMs: number;
}

interface HeldEvent {
  readonly notification: TypedNotification;
  readonly bytes: number;
  readonly atMs: number;
}

/**
 * Keeps events under a key (a thread, a login …) until somebody comes for them. Bounded by number, bytes and age: what
 * does not fit, or has waited too long, is dropped and told to `onDrop`. Of a key that overflows the first events stay.
 */
export class PendingEvents {
  private readonly byKey = new Map<string, HeldEvent[]>();
  private totalBytes = 0;
  private nextSweepMs = 0;

  constructor(
    private readonly limits: PendingLimits,
    private readonly onDrop: (notification: TypedNotification) => void,
    /** Milliseconds since the epoch. */
    private readonly now: () => number = Date.now,
  ) {}

  /** The estimated size of everything that is kept. */
  get heldBytes(): number {
    return this.totalBytes;
  }

  hold(key: string, notification: TypedNotification): void {
    const atMs = this.now();
    if (atMs >= this.nextSweepMs) this.sweep(atMs);
    const held = this.byKey.get(key);
    const hasRoom = held ? held.length < this.limits.events : this.byKey.size < this.limits.keys;
    const bytes = hasRoom ? estimateBytes(notification.params) : 0;
    if (!hasRoom || this.totalBytes + bytes > this.limits.bytes) {
      this.onDrop(notification);
      return;
    }
    this.totalBytes += bytes;
    const event = { notification, bytes, atMs };
    if (held) held.push(event);
    else this.byKey.set(key, [event]);
  }

  /** Gives what is kept under `key`, in order, and forgets it. */
  take(key: string): TypedNotification[] {
    this.sweep(this.now());
    const held = this.byKey.get(key) ?? [];
    this.byKey.delete(key);
    for (const { bytes } of held) this.totalBytes -= bytes;
    return held.map(({ notification }) => notification);
  }

  clear(): void {
    this.byKey.clear();
    this.totalBytes = 0;
  }

  /** Drops what is too old. Called when something comes or goes, so that no timer is needed. */
  private sweep(nowMs: number): void {
    this.nextSweepMs = nowMs + this.limits.ageMs / 10;
    for (const [key, held] of this.byKey) {
      const young = held.findIndex(({ atMs }) => nowMs - atMs <= this.limits.ageMs);
      const old = held.splice(0, young < 0 ? held.length : young);
      for (const { notification, bytes } of old) {
        this.totalBytes -= bytes;
        this.onDrop(notification);
      }
      if (held.length === 0) this.byKey.delete(key);
    }
  }
}

const BYTES_PER_VALUE = 16;

/** About how many bytes a parsed JSON value takes in memory: two for each character, and a little for each value. */
export function estimateBytes(value: unknown): number {
  let bytes = 0;
  const rest = [value];
  while (rest.length > 0) {
    const next = rest.pop();
    bytes += BYTES_PER_VALUE;
    if (typeof next === 'string') bytes += 2 * next.length;
    else if (typeof next === 'object' && next !== null) for (const member of Object.values(next)) rest.push(member);
  }
  return bytes;
}
