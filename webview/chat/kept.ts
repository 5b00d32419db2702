import { createSignal, type Signal } from 'solid-js';

let conversation = '';
const signals = new Map<string, Signal<unknown>>();

/**
 * State of a row that outlives its elements, which are taken away while it is out of sight: what is unfolded in it. Who
 * calls with the same id in the same conversation gets the same signal.
 */
export function kept<T>(id: string, initial: T): Signal<T> {
  const existing = signals.get(id) as Signal<T> | undefined;
  if (existing) return existing;
  const signal = createSignal<T>(initial);
  signals.set(id, signal as Signal<unknown>);
  return signal;
}

/** Another conversation is shown: nothing stays unfolded from the one before. */
export function keepFor(key: string): void {
  if (key === conversation) return;
  conversation = key;
  signals.clear();
}
