import type { Page } from 'playwright-core';
import type { Chat } from '../../test/support/chat';

/** Between two keys: somebody who types fast. */
const KEY_GAP_MS = 70;
const LIMIT_MS = 20_000;
/** The browser tells of no key that took less. */
const LEAST_MS = 16;
/** It tells of a key a moment after what the key wrote was to be seen. */
const TOLD_MS = 500;
const SPACE = { key: ' ', code: 'Space', text: ' ', windowsVirtualKeyCode: 32 } as const;
const LETTER = { key: 'a', code: 'KeyA', text: 'a', windowsVirtualKeyCode: 65 } as const;

declare global {
  interface Window {
    /** When the browser got each key. */
    keysAtMs?: number[];
    /** What the browser tells of keys: from then until what they changed was to be seen. */
    keyTimings?: PerformanceEntry[];
  }
}

/**
 * Empties a composer and presses keys in it, each at its time however long the one before takes. Gives, in the order of
 * the keys, how long it took from the browser's getting each until the frame with it was presented, in milliseconds, as
 * the browser measures it (Event Timing): in steps of 8, and 16 for all below. @throws Error when a key did not arrive.
 */
export async function typeKeys(page: Page, { composer, frame }: Chat, count: number): Promise<number[]> {
  await composer.fill('');
  await composer.focus();
  await frame.evaluate(watchKeys);
  const devTools = await page.context().newCDPSession(page);
  const sent: Promise<unknown>[] = [];
  const startMs = performance.now();
  for (let index = 0; index < count; index += 1) {
    await waitUntil(startMs + index * KEY_GAP_MS);
    const key = index % 6 === 5 ? SPACE : LETTER;
    sent.push(devTools.send('Input.dispatchKeyEvent', { type: 'keyDown', ...key }));
    sent.push(devTools.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key }));
  }
  await frame.waitForFunction((wanted) => (window.keysAtMs?.length ?? 0) >= wanted, count, { timeout: LIMIT_MS });
  await Promise.all(sent);
  await devTools.detach();
  await waitUntil(performance.now() + TOLD_MS);
  const { keysAtMs, timings } = await frame.evaluate(readKeys);
  const { length } = await composer.inputValue();
  if (length !== count) throw new Error(`${count} keys were typed, ${length} characters came.`);
  await composer.fill('');
  return keysAtMs.map((atMs) => timings.find(({ startTime }) => Math.abs(startTime - atMs) < 1)?.duration ?? LEAST_MS);
}

async function waitUntil(atMs: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs - performance.now())));
}

/** Runs in the panel. */
function watchKeys(): void {
  const isWatched = window.keysAtMs !== undefined;
  window.keysAtMs = [];
  window.keyTimings = [];
  if (isWatched) return;
  document.addEventListener('keydown', ({ timeStamp }) => window.keysAtMs?.push(timeStamp), { capture: true });
  new PerformanceObserver((list) => {
    window.keyTimings?.push(...list.getEntriesByName('keydown'));
  }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
}

/** Runs in the panel. */
function readKeys(): { keysAtMs: number[]; timings: { startTime: number; duration: number }[] } {
  const timings = (window.keyTimings ?? []).map(({ startTime, duration }) => ({ startTime, duration }));
  return { keysAtMs: window.keysAtMs ?? [], timings };
}
