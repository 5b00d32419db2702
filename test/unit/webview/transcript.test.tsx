// @vitest-environment jsdom
import { describe, expect, it, vi } from 'vitest';
import type { ItemView, TurnView } from '../../../src/shared/conversation';
import { all, button, composer, hasButton, nameOf, openChatPage, posted, show } from '../../support/chatPage';

openChatPage();

const you = (id: string): ItemView => ({ type: 'you', id, text: `Question ${id}`, attachments: [] });
const message = (id: string, text = `Answer ${id}`): ItemView => ({ type: 'message', id, text, streaming: false });
const turn = (id: string): TurnView => ({
  id,
  status: 'completed',
  startedAtMs: 1,
  durationMs: 1_000,
  problem: null,
  items: [you(`y${id}`), message(`m${id}`)],
});
const key = (name: string, modifiers: KeyboardEventInit = {}): KeyboardEvent => {
  const event = new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...modifiers });
  (document.activeElement ?? document.body).dispatchEvent(event);
  return event;
};
const focused = (): string => document.activeElement?.closest<HTMLElement>('[data-row]')?.dataset.row ?? '';
const turns = (count: number): TurnView[] => Array.from({ length: count }, (_, index) => turn(String(index)));

describe('a long conversation', () => {
  it('has only its newest rows in the page, whatever its length: 50 of them, for screen readers', () => {
    show({ turns: turns(1_000) });
    vi.advanceTimersByTime(1_000);
    expect(all('.row')).toHaveLength(50);
    expect(all('article').at(-1)?.textContent).toContain('Answer m999');
  });

  it('offers earlier messages only where there are some, and asks for them once', () => {
    const { change, conversation } = show({ turns: turns(2), earlier: 'more' });
    button('Load earlier messages').click();
    change({ type: 'set', fields: { earlier: 'loading' } });
    button('Load earlier messages').click();
    expect(posted.messages).toEqual([{ type: 'loadEarlier', key: conversation.key }]);
    change({ type: 'earlierTurns', turns: [turn('before')] }, { type: 'set', fields: { earlier: 'none' } });
    expect(hasButton('Load earlier messages')).toBe(false);
    expect(all('article')[0]?.textContent).toContain('Question ybefore');
  });

  it('keeps the focus in the transcript when the last page of earlier messages is there', async () => {
    vi.useRealTimers();
    const { change } = show({ turns: turns(2), earlier: 'loading' });
    button('Load earlier messages').focus();
    change({ type: 'set', fields: { earlier: 'none' } });
    await Promise.resolve();
    expect(all('[role=log]')[0]?.contains(document.activeElement)).toBe(true);
    vi.useFakeTimers();
  });
});

describe('the keyboard', () => {
  it('goes from message to message with Alt and an arrow, from wherever the focus is, and back with Escape', () => {
    show({ turns: turns(3) });
    composer().focus();
    all('[role=log]')[0]?.focus();
    const press = (name: string): string => {
      expect(key(name, { altKey: true }).defaultPrevented).toBe(true);
      return focused();
    };
    all('article')[3]?.focus();
    expect([press('ArrowUp'), press('ArrowUp'), press('ArrowDown')]).toEqual(['1/y1/you', '0/m0/message', '1/y1/you']);
    key('Escape');
    expect(document.activeElement === composer()).toBe(true);
  });

  it('asks for what came before at the first message', () => {
    const { conversation } = show({ turns: turns(1), earlier: 'more' });
    all('article')[0]?.focus();
    key('ArrowUp', { altKey: true });
    expect(posted.messages).toEqual([{ type: 'loadEarlier', key: conversation.key }]);
  });

  it('leaves keys alone that something else has used', () => {
    show({ turns: turns(2) });
    composer().focus();
    const use = (event: Event): void => event.preventDefault();
    composer().addEventListener('keydown', use);
    key('ArrowUp', { altKey: true });
    expect(document.activeElement === composer()).toBe(true);
    composer().removeEventListener('keydown', use);
  });
});

describe('find', () => {
  const find = (words: string): string => {
    const input = all('input[aria-label="Find in conversation"]')[0] as HTMLInputElement;
    input.value = words;
    input.dispatchEvent(new InputEvent('input', { bubbles: true }));
    vi.advanceTimersByTime(1_000);
    return all('.find-count').map(nameOf).join();
  };

  it('opens with Ctrl+F, says how often the words stand there, and goes to the next and the previous', () => {
    show({ turns: turns(3) });
    const outside = vi.fn();
    window.addEventListener('keydown', outside);
    expect(key('f', { ctrlKey: true }).defaultPrevented).toBe(true);
    window.removeEventListener('keydown', outside);
    expect(outside).not.toHaveBeenCalled();
    expect(find('question')).toBe('3 of 3');
    button('Next match').click();
    expect(all('.find-count').map(nameOf)).toEqual(['1 of 3']);
    button('Previous match').click();
    expect(all('.find-count').map(nameOf)).toEqual(['3 of 3']);
    expect(find('nowhere')).toBe('No results');
    button('Close find').click();
    expect(all('[role=search]')).toEqual([]);
    expect(document.activeElement === all('[role=log]')[0]).toBe(true);
  });

  it('unfolds what it goes to', () => {
    const thought = (id: string, text: string): ItemView => ({
      type: 'reasoning',
      id,
      text,
      streaming: false,
      startedAtMs: null,
      durationMs: null,
    });
    show({ turns: [{ ...turn('t'), items: [you('y'), thought('a', 'One'), thought('b', 'A needle'), message('m')] }] });
    expect(document.body.textContent).not.toContain('A needle');
    key('f', { ctrlKey: true });
    expect(find('needle')).toBe('1 of 1');
    expect(document.body.textContent).toContain('A needle');
    button('Close find').click();
  });
});

describe('where the conversation is scrolled to', () => {
  it('is not remembered while that is its end', () => {
    const { change } = show({ turns: turns(2) });
    const log = all('[role=log]')[0];
    log?.dispatchEvent(new Event('scroll'));
    vi.advanceTimersByTime(1_000);
    change({ type: 'set', fields: { threadId: 'thread-7' } });
    expect(posted.states.at(-1)).toMatchObject({ threadId: 'thread-7' });
    expect(posted.states.at(-1)).not.toHaveProperty('scroll');
  });
});

describe('the plan of the running turn', () => {
  const plan = (...steps: ('done' | 'working' | 'pending')[]): ItemView => ({
    type: 'plan',
    id: 'plan',
    steps: steps.map((status, index) => ({ text: `Step ${index + 1}`, status })),
  });
  const running = (item: ItemView): TurnView => ({ ...turn('t'), status: 'working', items: [you('y'), item] });
  const pinned = (): string[] => all('[role=group][aria-label="Plan of this turn"]').map((each) => each.textContent);

  it('stands above the composer, says where it is, and unfolds', () => {
    show({ status: 'working', turns: [running(plan('done', 'working', 'pending'))] });
    expect(pinned()).toEqual([expect.stringContaining('2 of 3 Step 2')]);
    all('[aria-label="Plan of this turn"] button')[0]?.click();
    expect(pinned()[0]).toContain('Step 3');
  });

  it('hands the focus on to the composer when it goes', async () => {
    const { change } = show({ status: 'working', turns: [running(plan('working'))] });
    all('.pinned-plan button')[0]?.focus();
    change({ type: 'item', turnId: 't', item: plan('done') });
    await Promise.resolve();
    expect(document.activeElement === composer()).toBe(true);
  });

  it('goes when it is done, or its turn is', () => {
    const { change } = show({ status: 'working', turns: [running(plan('working'))] });
    expect(pinned()).toHaveLength(1);
    change({ type: 'item', turnId: 't', item: plan('done') });
    expect(pinned()).toEqual([]);
    change({ type: 'item', turnId: 't', item: plan('working') }, { type: 'set', fields: { status: 'stopped' } });
    expect(pinned()).toEqual([]);
  });
});

describe('a step', () => {
  const step = (status: 'working' | 'failed'): ItemView => ({
    ...{ type: 'step', id: 's', icon: 'gear', verb: 'Used', subject: '', durationMs: null, text: 'What it said' },
    status,
  });

  it('opens when it fails, whatever was done to it while it ran, and can be closed again', () => {
    const { change } = show({ turns: [{ ...turn('t'), status: 'working', items: [step('working')] }] });
    const [line] = all('button.step');
    const isOpen = () => line?.getAttribute('aria-expanded') === 'true';
    line?.click();
    line?.click();
    expect(isOpen()).toBe(false);
    change({ type: 'item', turnId: 't', item: step('failed') });
    expect(isOpen()).toBe(true);
    line?.click();
    change({ type: 'item', turnId: 't', item: step('failed') });
    expect(isOpen()).toBe(false);
  });
});

describe('what a screen reader is told', () => {
  const told = (): string => all('.announcer').map(nameOf).join();
  const streaming = (text: string): ItemView => ({ type: 'message', id: 'm', text, streaming: true });

  it('is whole sentences, not oftener than one can listen, and the rest when the message is complete', () => {
    const { change } = show({ status: 'working', turns: [{ ...turn('t'), status: 'working', items: [you('y')] }] });
    change({ type: 'item', turnId: 't', item: streaming('One. Two') });
    expect(told()).toBe('');
    vi.advanceTimersByTime(1_000);
    expect(told()).toBe('One.');
    change({ type: 'append', turnId: 't', itemId: 'm', text: ' is it. Three' });
    vi.advanceTimersByTime(1_000);
    expect(told()).toBe('One.');
    vi.advanceTimersByTime(2_000);
    expect(told()).toBe('Two is it.');
    change({
      type: 'item',
      turnId: 't',
      item: { ...streaming('One. Two is it. Three'), streaming: false } as ItemView,
    });
    vi.advanceTimersByTime(3_000);
    expect(told()).toBe('Three');
  });

  it('is nothing of what was there before', () => {
    show({ turns: [turn('t')] });
    vi.advanceTimersByTime(10_000);
    expect(told()).toBe('');
  });

  it('is a message that is complete when it is first seen, and the same words again for the next one', () => {
    const { change } = show({ status: 'working', turns: [{ ...turn('t'), status: 'working', items: [you('y')] }] });
    change({ type: 'item', turnId: 't', item: message('a', 'Done.') });
    vi.advanceTimersByTime(1_000);
    const first = all('.announcer')[0]?.firstChild;
    expect(told()).toBe('Done.');
    change({ type: 'item', turnId: 't', item: message('b', 'Done.') });
    vi.advanceTimersByTime(3_000);
    expect(told()).toBe('Done.');
    expect(all('.announcer')[0]?.firstChild === first).toBe(false);
  });

  it('is the end of a message also where the next one, or the next turn, begins right after it', () => {
    const { change } = show({ status: 'working', turns: [{ ...turn('t'), status: 'working', items: [you('y')] }] });
    change({ type: 'item', turnId: 't', item: streaming('One. Two') });
    vi.advanceTimersByTime(1_000);
    change(
      { type: 'item', turnId: 't', item: message('m', 'One. Two') },
      { type: 'item', turnId: 't', item: message('n', 'Three') },
      { type: 'turn', turn: { ...turn('next'), status: 'working' } },
      { type: 'item', turnId: 'next', item: message('o', 'Four') },
    );
    vi.advanceTimersByTime(3_000);
    expect(told()).toBe('Two Three Four');
  });

  it('is nothing that a running turn had said before its conversation was opened', () => {
    const { change } = show({ loading: true });
    const running: TurnView = { ...turn('t'), status: 'working', items: [message('a', 'Said before.')] };
    change({ type: 'earlierTurns', turns: [running] }, { type: 'set', fields: { loading: false, status: 'working' } });
    change({ type: 'item', turnId: 't', item: message('b', 'Said now.') });
    vi.advanceTimersByTime(10_000);
    expect(told()).toBe('Said now.');
  });

  it('is nothing of a conversation that is read, nor of what stands last when a turn is taken back', () => {
    const { change } = show({ loading: true });
    change({ type: 'earlierTurns', turns: [turn('s'), turn('t')] }, { type: 'set', fields: { loading: false } });
    vi.advanceTimersByTime(10_000);
    change({ type: 'dropTurns' }, { type: 'earlierTurns', turns: [turn('s')] });
    vi.advanceTimersByTime(10_000);
    expect(told()).toBe('');
  });
});

describe('the line of a finished turn', () => {
  it('says how many tokens it took, where that is known', () => {
    const step = (id: string): ItemView => ({
      type: 'step',
      id,
      icon: 'gear',
      verb: 'Used',
      subject: '',
      status: 'completed',
      durationMs: null,
      text: '',
    });
    show({ turns: [{ ...turn('t'), tokens: { before: 0, used: 12_345 }, items: [you('y'), step('a'), step('b')] }] });
    expect(all('.folded').map(nameOf)).toEqual(['Worked for 1.0 s · 12.3k tokens']);
  });
});

describe('an error that ended a turn', () => {
  it('offers to compact a conversation that is too long', () => {
    const problem = { title: 'Too long', detail: 'Kept.', actions: ['compact', 'newConversation'] as const };
    const { conversation } = show({ turns: [{ ...turn('t'), status: 'failed', problem }] });
    button('Compact').click();
    expect(posted.messages).toEqual([{ type: 'problem', key: conversation.key, action: 'compact', id: 't' }]);
  });
});
