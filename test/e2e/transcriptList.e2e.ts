import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ItemView, TurnView } from '../../src/shared/conversation';
import type { ScrollPlace } from '../../src/shared/messages';
import { bundleWebview, ChatBrowser, type WebviewFiles } from '../support/chatBrowser';
import { eventually } from '../support/eventually';

/** This far from where it stood counts as a jump, in pixels: half a pixel more or less is rounding. */
const JUMP = 1.5;
/** So many of the newest rows are in the page a moment after a conversation is opened. */
const NEWEST_ROWS = 50;

let files: WebviewFiles;
let chat: ChatBrowser;

beforeAll(async () => {
  files = await bundleWebview();
});
beforeEach(async () => {
  chat = await ChatBrowser.open(files);
});
afterEach(async () => {
  const { uncaught } = chat;
  await chat.close();
  expect(uncaught).toEqual([]);
});

const lines = (count: number): string => Array.from({ length: count }, (_, index) => `Line ${index}.`).join('\n\n');
const you = (id: string): ItemView => ({ type: 'you', id, text: `Question ${id}`, attachments: [] });
const message = (id: string, text = `Answer ${id}`, streaming = false): ItemView => ({
  ...{ type: 'message', id, text, streaming },
});
const command = (id: string): ItemView => ({
  ...{ type: 'command', id, command: `echo ${id}`, folder: '/project', summary: `Read ${id}`, status: 'completed' },
  ...{ text: `output of ${id}\n`, exitCode: 0, durationMs: 10 },
});
const turn = (id: string, items: ItemView[], status: TurnView['status'] = 'completed'): TurnView => ({
  ...{ id, status, startedAtMs: 1, durationMs: 10, problem: null, items },
});
/** Turns of rows of very different heights, as answers are. */
const turns = (count: number, from = 0): TurnView[] =>
  Array.from({ length: count }, (_, at) => {
    const id = String(from + at);
    const words = message(`m${id}`, `Answer ${id}\n\n${lines(((from + at) * 7) % 23)}`);
    return turn(id, [you(`y${id}`), command(`a${id}`), command(`b${id}`), words]);
  });

const scroller = () => chat.page.getByRole('log', { name: 'Conversation' });
const jump = () => chat.page.getByRole('button', { name: 'Jump to latest' });
const rowsInPage = (): Promise<number> => chat.page.locator('.row').count();
/** Pixels between what is shown and the end. */
const belowSight = (): Promise<number> =>
  scroller().evaluate((box) => Math.round(box.scrollHeight - box.scrollTop - box.clientHeight));
const frames = (count: number): Promise<void> =>
  chat.page.evaluate(async (left) => {
    for (let frame = 0; frame < left; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
  }, count);

/** Waits until nothing in sight has moved for some frames, and gives the rows in sight with their tops. */
async function settled(): Promise<ReadonlyMap<string, number>> {
  const tops = await scroller().evaluate(async (box) => {
    const { top, bottom } = box.getBoundingClientRect();
    let [before, still] = ['', 0];
    for (;;) {
      const rows = [...box.querySelectorAll<HTMLElement>('.row')].flatMap((row): [string, number][] => {
        const place = row.getBoundingClientRect();
        return place.bottom > top && place.top < bottom ? [[row.dataset.row ?? '', place.top - top]] : [];
      });
      const now = JSON.stringify(rows);
      still = now === before ? still + 1 : 0;
      if (still === 12) return rows;
      before = now;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  });
  return new Map(tops);
}

/** Where the conversation is scrolled to, as it is kept for when the page is loaded anew. */
const keptPlace = (): Promise<ScrollPlace | undefined> =>
  chat.page.evaluate(() => (JSON.parse(sessionStorage.getItem('state') ?? '{}') as { scroll?: ScrollPlace }).scroll);

/** Looks at every painted frame, until it is asked how far a row that stayed in sight was moved at most, in pixels. */
async function watchRows(): Promise<() => Promise<number>> {
  await chat.page.evaluate(() => {
    const watched = { moved: 0, worst: '', frames: 0 };
    let before = new Map<string, number>();
    // What it tells is how things stood when the frame was painted.
    const observer = new IntersectionObserver((entries) => {
      const inSight = entries.filter(({ isIntersecting }) => isIntersecting);
      const now = new Map(
        inSight.map(({ target, boundingClientRect }) => [
          target.getAttribute('data-row') ?? '',
          boundingClientRect.top,
        ]),
      );
      for (const [row, top] of now) {
        const moved = Math.abs(top - (before.get(row) ?? top));
        if (moved > watched.moved) Object.assign(watched, { moved, worst: `${row} in frame ${watched.frames}` });
      }
      before = now;
      watched.frames += 1;
    });
    const loop = (): void => {
      observer.disconnect();
      for (const row of document.querySelectorAll('.row')) observer.observe(row);
      requestAnimationFrame(loop);
    };
    requestAnimationFrame(loop);
    Object.assign(window, { watched });
  });
  return async () => {
    await frames(10);
    const { moved, worst } = await chat.page.evaluate<{ moved: number; worst: string }>('window.watched');
    if (moved > JUMP) console.error(`${worst}: moved by ${moved} pixels`);
    return moved;
  };
}

async function wheel(by: number): Promise<void> {
  await scroller().hover();
  await chat.page.mouse.wheel(0, by);
  await frames(2);
}

/** The row whose top is the first below the upper edge. */
const firstInSight = (tops: ReadonlyMap<string, number>): string => {
  const [row] = [...tops].find(([, top]) => top >= 0) ?? [];
  if (row === undefined) throw new Error('No row begins in sight.');
  return row;
};

describe('a long conversation', () => {
  test('is shown from its end, and stays still when the rows above come', async () => {
    const moved = await watchRows();
    await chat.show({ turns: turns(400) });
    await chat.page.waitForFunction((all) => document.querySelectorAll('.row').length >= all, NEWEST_ROWS);
    expect(await moved()).toBeLessThan(JUMP);
    expect(await belowSight()).toBe(0);
  });

  test('has few rows in the page, wherever it is scrolled to', async () => {
    await chat.show({ turns: turns(2_500) });
    await settled();
    for (let page = 0; page < 5; page++) {
      await wheel(-3_000);
      await settled();
      expect(await rowsInPage()).toBeLessThan(110);
    }
    expect(await jump().isVisible()).toBe(true);
  });
});

describe('while an answer streams in', () => {
  const streaming = (): TurnView => turn('s', [you('ys'), message('ms', 'It begins.', true)], 'working');
  const say = (text: string): Promise<void> => chat.change({ type: 'append', turnId: 's', itemId: 'ms', text });

  test('the end stays in sight, whatever comes', async () => {
    await chat.show({ status: 'working', turns: [...turns(60), streaming()] });
    await settled();
    for (let word = 0; word < 30; word++) {
      await say(word % 3 === 0 ? `\n\n${lines(4)}` : ` word ${word}`);
      if (word === 10) await chat.change({ type: 'item', turnId: 's', item: command('later') });
      await frames(2);
      expect(await belowSight()).toBeLessThanOrEqual(1);
    }
    expect(await jump().isVisible()).toBe(false);
  });

  test('nothing moves for who has scrolled up, until they jump to the latest', async () => {
    await chat.show({ status: 'working', turns: [...turns(60), streaming()] });
    await settled();
    await wheel(-500);
    await jump().waitFor();
    await settled();
    const moved = await watchRows();
    for (let word = 0; word < 20; word++) await say(`\n\n${lines(5)}`);
    await chat.change({ type: 'item', turnId: 's', item: message('more', lines(30)) });
    expect(await moved()).toBeLessThan(JUMP);

    await jump().click();
    await settled();
    expect(await belowSight()).toBe(0);
    await say(`\n\n${lines(20)}`);
    await settled();
    expect(await belowSight()).toBe(0);
    expect(await jump().isVisible()).toBe(false);
  });

  test('scrolling back to the end follows it again', async () => {
    await chat.show({ status: 'working', turns: [...turns(20), streaming()] });
    await settled();
    await wheel(-300);
    await jump().waitFor();
    await wheel(2_000);
    await jump().waitFor({ state: 'detached' });
    await say(`\n\n${lines(40)}`);
    await settled();
    expect(await belowSight()).toBe(0);
  });

  test('its elements stay the same, so that what is selected in it stays selected', async () => {
    await chat.show({ status: 'working', turns: [...turns(20), streaming()] });
    await settled();
    await say('\n\nA second paragraph.\n\nA third');
    const first = chat.page.getByText('It begins.');
    await first.evaluate((element) => window.getSelection()?.selectAllChildren(element));
    for (let word = 0; word < 20; word++) await say(` word ${word}\n\n`);
    await chat.change({ type: 'item', turnId: 's', item: command('later') });
    await settled();
    expect(await chat.page.evaluate(() => window.getSelection()?.toString())).toBe('It begins.');
  });
});

describe('what is in sight stays where it is', () => {
  test('when earlier turns are put in front, also several times', async () => {
    await chat.show({ earlier: 'more', turns: turns(40, 60) });
    await settled();
    await wheel(-100_000);
    await jump().waitFor();
    const before = await settled();
    expect((await chat.posted()).map(({ type }) => type)).toContain('loadEarlier');
    const moved = await watchRows();
    for (const from of [40, 20]) {
      await chat.change({ type: 'earlierTurns', turns: turns(20, from) });
      await frames(5);
    }
    await chat.change({ type: 'set', fields: { earlier: 'none' } });
    await settled();
    expect(await moved()).toBeLessThan(JUMP);
    expect([...(await settled()).keys()]).toEqual(expect.arrayContaining([firstInSight(before)]));
  });

  test('when the page is loaded anew', async () => {
    await chat.show({ turns: turns(200) });
    await settled();
    await wheel(-2_345);
    await jump().waitFor();
    const before = await settled();
    const row = firstInSight(before);
    const [[topmost, top] = ['', NaN]] = before;
    // It is kept a moment after the last movement.
    await eventually(async () => {
      const kept = await keptPlace();
      expect(kept?.row).toBe(topmost);
      expect(Math.abs((kept?.offset ?? NaN) + top)).toBeLessThan(2);
    });
    await chat.load();
    await chat.show({ turns: turns(200) });
    await chat.page.locator(`[data-row="${row}"]`).waitFor();
    const after = await settled();
    expect(Math.abs((after.get(row) ?? NaN) - (before.get(row) ?? NaN))).toBeLessThan(JUMP);
  });
});

describe('a row that is scrolled out of sight', () => {
  test('is as it was left when it comes back', async () => {
    await chat.show({ turns: [turn('u', [you('yu'), command('one'), command('two'), message('mu')]), ...turns(300)] });
    await settled();
    const top = () => scroller().evaluate((box) => box.scrollTo(0, 0));
    await wheel(-100);
    await top();
    await settled();
    const fold = chat.page.locator('[data-row="u/fold"] button');
    await fold.click();
    const group = chat.page.getByRole('group', { name: /^Command.*echo one/ });
    const disclosure = group.getByRole('button').first();
    await disclosure.click();
    await group.getByText('output of one').waitFor();
    await settled();

    await wheel(20_000);
    await fold.waitFor({ state: 'detached' });
    await wheel(-100);
    await top();
    await group.getByText('output of one').waitFor();
    expect(await fold.getAttribute('aria-expanded')).toBe('true');
    expect(await disclosure.getAttribute('aria-expanded')).toBe('true');
  });

  test('keeps the focus that is in it', async () => {
    await chat.show({ turns: turns(300) });
    await settled();
    await chat.page.keyboard.press('Alt+ArrowUp');
    const focused = () => chat.page.evaluate(() => document.activeElement?.closest<HTMLElement>('.row')?.dataset.row);
    await eventually(async () => expect(await focused()).toBeDefined());
    const before = await focused();
    await wheel(-30_000);
    await settled();
    expect(await focused()).toBe(before);
  });
});
