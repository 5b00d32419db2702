// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import type { TurnView } from '../../../../src/shared/conversation';
import { composer, openChatPage, press, show, type } from '../../../support/chatPage';

openChatPage();

const turn = (text: string): TurnView => ({
  ...{ id: text, status: 'completed', startedAtMs: null, durationMs: null, problem: null },
  items: [{ type: 'you', id: text, text, attachments: [] }],
});
/** Shows a conversation in which "first" and "second" were sent, and this draft. */
const write = (draft: string): void => void show({ turns: [turn('first'), turn('second')] }, {}, draft);
const putCursor = (at: number): void => composer().setSelectionRange(at, at);
/** What stands in the composer after each of the keys. */
const walk = (...keys: ('ArrowUp' | 'ArrowDown')[]): string[] =>
  keys.map((key) => {
    press(key);
    return composer().value;
  });

describe('walking through what was sent', () => {
  it('begins at the start of the text, not where the cursor can go up: a paragraph may be wrapped into many lines', () => {
    const draft = 'a long paragraph without any line break';
    write(draft);
    for (const at of [draft.length, 10]) {
      putCursor(at);
      expect([press('ArrowUp').defaultPrevented, composer().value]).toEqual([false, draft]);
    }
    putCursor(0);
    expect(walk('ArrowUp', 'ArrowUp', 'ArrowUp')).toEqual(['second', 'first', 'first']);
  });

  it('does not begin with a key that is held to reach the start', () => {
    write('a draft');
    putCursor(0);
    press('ArrowUp', { repeat: true });
    expect(composer().value).toBe('a draft');
  });

  it('gives the draft back at the end, and what was changed on the way', () => {
    write('half a thought');
    putCursor(0);
    walk('ArrowUp');
    type('second thoughts');
    putCursor(0);
    expect(walk('ArrowUp', 'ArrowDown', 'ArrowDown')).toEqual(['first', 'second thoughts', 'half a thought']);
    expect(press('ArrowDown').defaultPrevented).toBe(false);
  });

  it('keeps what was sent where all of it was deleted on the way', () => {
    write('');
    walk('ArrowUp');
    type('');
    expect(walk('ArrowUp', 'ArrowDown')).toEqual(['first', 'second']);
  });

  it('leaves the arrows to a text that was changed', () => {
    write('');
    walk('ArrowUp');
    type('second thoughts');
    expect([press('ArrowUp').defaultPrevented, composer().value]).toEqual([false, 'second thoughts']);
    putCursor(3);
    expect(press('ArrowDown').defaultPrevented).toBe(false);
  });

  it('begins anew with the next message', () => {
    write('');
    walk('ArrowUp', 'ArrowUp');
    press('Enter');
    expect(walk('ArrowUp')).toEqual(['second']);
  });
});
