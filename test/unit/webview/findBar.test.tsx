// @vitest-environment jsdom
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ItemView, TurnView } from '../../../src/shared/conversation';
import { all, button, composer, hasButton, openChatPage, show } from '../../support/chatPage';

// Missing in jsdom.
const marks = new Map<string, readonly Range[]>();
vi.stubGlobal('CSS', { highlights: marks });
vi.stubGlobal(
  'Highlight',
  class extends Array<Range> {
    static override readonly [Symbol.species] = Array;
  },
);
const scrolledTo: Element[] = [];
Element.prototype.scrollIntoView = function (this: Element) {
  scrolledTo.push(this);
};

openChatPage();

const message = (id: string, text: string): ItemView => ({ type: 'message', id, text, streaming: true });
const turn = (id: string, ...items: ItemView[]): TurnView => ({
  ...{ id, status: 'working', startedAtMs: 1, durationMs: null, problem: null },
  items,
});
const input = () => all('input[aria-label="Find in conversation"]')[0] as HTMLInputElement;
/** Lets the page see its own changes, and the time pass that it waits. */
const pass = async (): Promise<void> => {
  await Promise.resolve();
  await vi.advanceTimersByTimeAsync(1_000);
};
const pressFind = (): void =>
  void (document.activeElement ?? document.body).dispatchEvent(
    new KeyboardEvent('keydown', { key: 'f', ctrlKey: true, bubbles: true, cancelable: true }),
  );
const find = async (words: string): Promise<void> => {
  pressFind();
  input().value = words;
  input().dispatchEvent(new InputEvent('input', { bubbles: true }));
  await pass();
};
const marked = (name = 'switchyard-found'): string[] => [...(marks.get(name) ?? [])].map(String);

afterEach(() => {
  if (hasButton('Close find')) button('Close find').click();
});

describe('what was found', () => {
  it('is marked across elements, and one of it is the current one', async () => {
    show({ turns: [turn('t', message('a', 'needle, **nee**dle'), message('b', 'a needle'))] });
    await find('Needle');
    expect([marked(), marked('switchyard-found-current')]).toEqual([['needle', 'needle', 'needle'], ['needle']]);
    button('Close find').click();
    expect(marks.size).toBe(0);
  });

  it('is marked as well when words stream in and when elements are replaced, and pulls nobody back to it', async () => {
    const { change } = show({ turns: [turn('t', message('a', 'a needle'))] });
    await find('needle');
    expect(scrolledTo.length).toBeGreaterThan(0);
    scrolledTo.length = 0;
    change({ type: 'append', turnId: 't', itemId: 'a', text: ' and a needle' });
    await pass();
    expect(marked()).toEqual(['needle', 'needle']);
    const [paragraph] = all('.row p');
    paragraph?.replaceChildren(document.createTextNode('one coloured needle'));
    await pass();
    expect([marked(), scrolledTo]).toEqual([['needle'], []]);
    button('Next match').click();
    await pass();
    expect(scrolledTo.length).toBeGreaterThan(0);
  });
});

describe('a match that is gone to', () => {
  it('is left to whoever scrolls away from it', async () => {
    show({ turns: [turn('t', message('a', 'a needle'))] });
    await find('needle');
    button('Next match').click();
    await vi.advanceTimersByTimeAsync(1);
    expect(scrolledTo.length).toBeGreaterThan(0);
    all('.row')[0]?.dispatchEvent(new Event('wheel', { bubbles: true }));
    scrolledTo.length = 0;
    await pass();
    expect(scrolledTo).toEqual([]);
  });
});

describe('the keys of find', () => {
  it('lead back to its words while it is open', async () => {
    show({ turns: [turn('t', message('a', 'a needle'))] });
    await find('needle');
    composer().focus();
    pressFind();
    const { selectionStart, selectionEnd } = input();
    expect([document.activeElement === input(), selectionStart, selectionEnd]).toEqual([true, 0, 6]);
  });
});
