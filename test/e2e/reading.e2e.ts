import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ApprovalView, ItemView, TurnView } from '../../src/shared/conversation';
import { bundleWebview, ChatBrowser, type WebviewFiles } from '../support/chatBrowser';
import { eventually } from '../support/eventually';

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

const you = (id: string): ItemView => ({ type: 'you', id, text: `Question ${id}`, attachments: [] });
const message = (id: string, streaming = false): ItemView => ({
  ...{ type: 'message', id, text: `Answer ${id}\n\nneedle\n\n${'Words and words.\n\n'.repeat(12)}`, streaming },
});
const turn = (id: string, status: TurnView['status'] = 'completed'): TurnView => ({
  ...{ id, status, startedAtMs: 1, durationMs: 10, problem: null },
  items: [you(`y${id}`), message(`m${id}`, status === 'working')],
});
const approval = (id: string): ApprovalView => ({
  ...{
    id,
    kind: 'command',
    turnId: 'u',
    itemId: 'i',
    title: 'Run?',
    command: id,
    folder: null,
    reason: null,
    files: [],
  },
  decisions: [
    { id: 'accept', label: 'Allow once', tone: 'primary' },
    { id: 'decline', label: 'Decline', tone: 'secondary' },
  ],
});

const composer = () => chat.page.getByRole('textbox', { name: 'Message Codex' });
const composerHeight = async (): Promise<number> => (await composer().boundingBox())?.height ?? 0;
const scroller = () => chat.page.getByRole('log', { name: 'Conversation' });
const belowSight = (): Promise<number> =>
  scroller().evaluate((box) => Math.round(box.scrollHeight - box.scrollTop - box.clientHeight));
/** The page draws so many frames. */
const frames = (count: number): Promise<void> =>
  chat.page.evaluate(async (left) => {
    for (let frame = 0; frame < left; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
  }, count);

/** A conversation of some turns, of which the last is streaming, shown at its end. */
async function showStreaming(): Promise<void> {
  await chat.show({ status: 'working', turns: [turn('a'), turn('b'), turn('c', 'working')] });
  await eventually(async () => expect(await belowSight()).toBeLessThan(2));
}
/** More of the newest answer comes, over many frames. */
async function stream(): Promise<void> {
  for (let words = 0; words < 10; words++) {
    await chat.change({ type: 'append', turnId: 'c', itemId: 'mc', text: 'More words, and more.\n\n' });
    await frames(2);
  }
}

describe('the text field', () => {
  test('is as high as its text, to a limit, and never moves the log away from its end', async () => {
    await showStreaming();
    const two = await composerHeight();
    await composer().fill('one\ntwo');
    expect(await composerHeight()).toBe(two);
    await composer().press('Shift+Enter');
    const three = await composerHeight();
    expect(three / two).toBeCloseTo(1.5);
    for (let line = 0; line < 6; line++) await composer().press('Shift+Enter');
    expect((await composerHeight()) / two).toBeCloseTo(4.5);
    await stream();
    expect(await belowSight()).toBeLessThan(2);
    await composer().fill('line\n'.repeat(200));
    expect(await composerHeight()).toBeCloseTo(0.4 * 700);
    await composer().fill('');
    expect(await composerHeight()).toBe(two);
    await eventually(async () => expect(await belowSight()).toBeLessThan(2));
  });

  test('moves its cursor up through a draft that is wrapped', async () => {
    const draft = 'a draft of many words '.repeat(15);
    await chat.show({ turns: [turn('a')] }, draft);
    await composer().focus();
    await composer().press('Control+End');
    const cursor = () => composer().evaluate((field: HTMLTextAreaElement) => field.selectionStart);
    const end = await cursor();
    await composer().press('ArrowUp');
    await composer().press('ArrowUp');
    expect(await composer().inputValue()).toBe(draft);
    expect(await cursor()).toBeLessThan(end);
    // A key that is held goes to the start and no further.
    await chat.page.keyboard.down('ArrowUp');
    for (let times = 0; times < 20; times++) await chat.page.keyboard.down('ArrowUp');
    await chat.page.keyboard.up('ArrowUp');
    expect([await composer().inputValue(), await cursor()]).toEqual([draft, 0]);
    await composer().press('ArrowUp');
    expect(await composer().inputValue()).toBe('Question ya');
    await composer().press('ArrowDown');
    expect(await composer().inputValue()).toBe(draft);
  });
});

describe('a message that was gone to', () => {
  test('stays where it is while an answer streams', async () => {
    await showStreaming();
    await composer().focus();
    for (let times = 0; times < 4; times++) {
      await chat.page.keyboard.press('Alt+ArrowUp');
      await chat.change({ type: 'append', turnId: 'c', itemId: 'mc', text: 'And more.\n\n' });
    }
    const top = () =>
      chat.page.evaluate(() => {
        const row = document.activeElement?.closest<HTMLElement>('.row');
        return `${row?.dataset.row ?? 'none'} ${Math.round(row?.getBoundingClientRect().top ?? 0)}`;
      });
    const isStill = async (): Promise<boolean> => {
      const before = await top();
      await frames(5);
      return before.startsWith('b/yb/') && before === (await top());
    };
    await eventually(async () => expect(await isStill()).toBe(true));
    const before = await top();
    await stream();
    expect(await top()).toBe(before);
  });
});

describe('find', () => {
  test('leaves the person where they scroll to, while an answer streams', async () => {
    await showStreaming();
    await composer().press('Control+f');
    await chat.page.keyboard.type('needle');
    await chat.page.getByText('3 of 3').waitFor();
    await chat.page.keyboard.press('Shift+Enter');
    await chat.page.keyboard.press('Shift+Enter');
    await chat.page.getByText('1 of 3').waitFor();
    const isMatchShown = () =>
      scroller().evaluate((box) => {
        const [match] = CSS.highlights.get('switchyard-found-current') ?? [];
        if (!(match instanceof Range)) return false;
        const [{ top, bottom }, place] = [box.getBoundingClientRect(), match.getBoundingClientRect()];
        return place.top >= top && place.bottom <= bottom;
      });
    await eventually(async () => expect(await isMatchShown()).toBe(true));
    // It lasts a moment until the match stands still.
    await stream();
    await frames(40);
    await scroller().hover();
    await chat.page.mouse.wheel(0, 600);
    await eventually(async () => expect(await isMatchShown()).toBe(false));
    const place = () => scroller().evaluate((box) => Math.round(box.scrollTop));
    const before = await eventually(async () => {
      const at = await place();
      await frames(10);
      expect(await place()).toBe(at);
      return at;
    });
    await stream();
    expect([await place(), await isMatchShown()]).toEqual([before, false]);
  });
});

describe('an approval', () => {
  test('keeps the focus when another one before it is answered', async () => {
    await chat.show({ status: 'waiting', approvals: [approval('a'), approval('b')] });
    const decline = chat.page.getByRole('group', { name: /Run\? b/ }).getByRole('button', { name: 'Decline' });
    await decline.focus();
    await chat.change({ type: 'set', fields: { approvals: [approval('b')] } });
    await frames(2);
    await eventually(async () => expect(await decline.isEnabled()).toBe(true));
    await chat.page.keyboard.press('Alt+y');
    const answers = (await chat.posted()).filter(({ type }) => type === 'approve');
    expect(answers).toEqual([{ type: 'approve', approvalId: 'b', decisionId: 'accept' }]);
  });
});
