import type { CDPSession, Page } from 'playwright-core';
import type { ConversationView, Delta } from '../../src/shared/conversation';
import type { ToWebview } from '../../src/shared/messages';
import { ChatBrowser, READY_APP, type WebviewFiles } from '../../test/support/chatBrowser';
import { replayStart } from '../../test/support/replay';
import { lastItem, type Shape, SHAPES } from './chatThreads';

/** So many deltas are measured, one a frame. */
const DELTAS = 60;
const WARM_UP_ITEMS = 100;

/** What one conversation cost, in milliseconds. */
export interface MountSample {
  /** From the message to the end of the script that shows it. */
  readonly scriptMs: number;
  /** The same as CPU time of the page's main thread, which other jobs on the machine do not lengthen. */
  readonly cpuMs: number;
  /** From the message to the painting of the frame after which nothing in sight changes any more. */
  readonly settledMs: number;
  /** The longest time in which the page did nothing else, until a moment after that. */
  readonly longestMs: number;
  /** Of the script that adds some words to the last message, each of {@link DELTAS} times. */
  readonly deltaMs: readonly number[];
  /** Of the script that adds a row. */
  readonly itemMs: readonly number[];
  readonly heapMb: number;
}

/** Opens a page of its own, in which a short conversation was shown before, shows the conversation and lets it grow. */
export async function measureMount(files: WebviewFiles, shape: Shape, items: number): Promise<MountSample> {
  const chat = await ChatBrowser.open(files);
  try {
    const { page } = chat;
    const devTools = await page.context().newCDPSession(page);
    await devTools.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.evaluate(watchMessages);
    await chat.send({ type: 'app', app: READY_APP });
    await post(page, snapshot('warm', shape, WARM_UP_ITEMS));
    await settle(page);

    const message = snapshot('measured', shape, items);
    const before = await cpuMs(devTools);
    const scriptMs = await post(page, message);
    const after = await cpuMs(devTools);
    const { settledMs, longestMs } = await settle(page);
    const last = lastItem(message.conversation.turns);
    const deltaMs = await grow(page, (at) => ({ type: 'append', ...last, text: ` word${at}` }), 0);
    const itemMs = await grow(
      page,
      (at) => ({ type: 'item', turnId: last.turnId, item: { type: 'notice', id: `notice${at}`, text: 'A notice.' } }),
      DELTAS,
    );
    const heapMb = (await metric(devTools, 'JSHeapUsedSize')) / 2 ** 20;
    return { scriptMs, cpuMs: after - before, settledMs, longestMs, deltaMs, itemMs, heapMb };
  } finally {
    await chat.close();
  }
}

function snapshot(key: string, shape: Shape, items: number): Extract<ToWebview, { type: 'snapshot' }> {
  const conversation: ConversationView = { ...replayStart({ turns: SHAPES[shape](items) }), key };
  return { type: 'snapshot', seq: 0, conversation, draft: '' };
}

/** Sends deltas to the conversation that is measured, one a frame; `from` of them were sent before. */
async function grow(page: Page, deltaOf: (at: number) => Delta, from: number): Promise<number[]> {
  const times: number[] = [];
  for (let at = from; at < from + DELTAS; at += 1) {
    times.push(await post(page, { type: 'deltas', key: 'measured', from: at, seq: at + 1, deltas: [deltaOf(at)] }));
  }
  return times;
}

interface Watched {
  scriptMs: number;
  longestMs: number;
}

/** Runs in the page, whose own listener is there already: notes when that has done all it does about a message. */
function watchMessages(): void {
  const watched: Watched = { scriptMs: 0, longestMs: 0 };
  window.addEventListener('message', () => (watched.scriptMs = performance.now() - window.heardAtMs));
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) watched.longestMs = Math.max(watched.longestMs, duration);
  }).observe({ type: 'longtask' });
  Object.assign(window, { watched });
}

/** Posts a message as the editor does, by a structured clone; gives what the script about it took. */
async function post(page: Page, message: ToWebview): Promise<number> {
  return page.evaluate(async (data) => {
    const { watched } = window as unknown as { watched: Watched };
    watched.longestMs = 0;
    window.postMessage(data);
    await new Promise((resolve) => window.addEventListener('message', resolve, { once: true }));
    return watched.scriptMs;
  }, message);
}

/** Waits until nothing in sight changes any more; gives when that began to be so, since the newest message. */
async function settle(page: Page): Promise<{ settledMs: number; longestMs: number }> {
  return page.evaluate(async () => {
    const { watched } = window as unknown as { watched: Watched };
    const looks: { atMs: number; seen: string }[] = [];
    const look = (): string => {
      const box = document.querySelector('[role=log]');
      const { top, bottom } = (box ?? document.body).getBoundingClientRect();
      const places = [...(box?.querySelectorAll('.row') ?? [])].map((row) => row.getBoundingClientRect());
      // To whole pixels, and a pixel more or less is rounding.
      return places
        .filter((place) => place.bottom > top && place.top < bottom)
        .map((place) => Math.round(place.bottom / 4))
        .join();
    };
    while (performance.now() - window.heardAtMs < 400) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      // After the frame is painted.
      await new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = resolve;
        port2.postMessage(null);
      });
      looks.push({ atMs: performance.now() - window.heardAtMs, seen: look() });
    }
    const last = looks.at(-1)?.seen;
    const still = looks.findLastIndex(({ seen }) => seen !== last) + 1;
    return { settledMs: looks[still]?.atMs ?? NaN, longestMs: watched.longestMs };
  });
}

/** CPU time of the scripts of the page so far. */
async function cpuMs(devTools: CDPSession): Promise<number> {
  return (await metric(devTools, 'ScriptDuration')) * 1_000;
}

async function metric(devTools: CDPSession, name: string): Promise<number> {
  const { metrics } = await devTools.send('Performance.getMetrics');
  return metrics.find((each) => each.name === name)?.value ?? NaN;
}
