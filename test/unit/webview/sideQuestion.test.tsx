// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { emptyConversation } from '../../../src/conversation/emptyConversation';
import type { ConversationFields, Delta } from '../../../src/shared/conversation';
import { NO_CONTEXT } from '../../../src/shared/composer';
import {
  all,
  button,
  composer,
  groups,
  hasButton,
  nameOf,
  openChatPage,
  posted,
  press,
  receive,
  show,
  type,
} from '../../support/chatPage';

openChatPage();

const answerFields = (fields: Partial<ConversationFields> = {}) =>
  emptyConversation('answer', {
    ...{ mode: 'plan', model: '', effort: '', folder: '/project', updatedAtMs: 0, status: 'working' },
    ...fields,
  });
const asked: Delta = { type: 'sideQuestion', side: { question: 'Why is it so?', answer: answerFields() } };
const side = (delta: Delta): Delta => ({ type: 'side', delta });
const turn = { id: 's', status: 'working', startedAtMs: 0, durationMs: null, problem: null } as const;
const words = (text: string): Delta[] => [
  side({ type: 'turn', turn }),
  side({ type: 'item', turnId: 's', item: { type: 'message', id: 'm', text, streaming: true } }),
];
const card = (): HTMLElement | undefined => all('section[aria-label="Side question"]')[0];
const ofType = (wanted: string) => posted.messages.filter((message) => message.type === wanted);

describe('a side question', () => {
  it('stands above the composer with its answer as that comes, and not in the transcript', () => {
    const { change } = show();
    expect(card()).toBeUndefined();
    change(asked);
    expect(card()?.textContent).toContain('Why is it so?');
    expect(card()?.textContent).toContain('Looking for an answer…');
    change(...words('Because'));
    change(side({ type: 'append', turnId: 's', itemId: 'm', text: ' of that.' }));
    expect(card()?.textContent).toContain('Because of that.');
    expect(all('[role=log]')[0]?.textContent ?? '').not.toContain('Because');
  });

  it('can be stopped while it is answered, and kept, asked again or put away afterwards', () => {
    const { change, conversation } = show();
    change(asked, ...words('Half'));
    button('Stop answer').click();
    change(side({ type: 'set', fields: { status: 'stopped' } }));
    expect(hasButton('Stop answer')).toBe(false);
    for (const name of ['Ask again', 'Keep as conversation', 'Dismiss side question']) button(name).click();
    expect(ofType('side')).toEqual(
      ['stop', 'again', 'keep', 'dismiss'].map((action) => ({ type: 'side', key: conversation.key, action })),
    );
    change({ type: 'sideQuestion', side: null });
    expect(card()).toBeUndefined();
  });

  it('keeps the focus in it when one button comes in the place of another', async () => {
    const { change } = show();
    change(asked, ...words('Half'));
    button('Stop answer').focus();
    change(side({ type: 'set', fields: { status: 'stopping' } }));
    button('Stop answer').click();
    expect(ofType('side')).toEqual([]);
    expect(document.activeElement === button('Stop answer')).toBe(true);
    change(side({ type: 'set', fields: { status: 'stopped' } }));
    await Promise.resolve();
    expect(document.activeElement === button('Ask again')).toBe(true);
    change(side({ type: 'set', fields: { status: 'working' } }));
    await Promise.resolve();
    expect(document.activeElement === button('Stop answer')).toBe(true);
  });

  it('says what went wrong', () => {
    const { change } = show();
    const problem = { title: 'Not asked', detail: 'No room.', actions: [] };
    change(asked, side({ type: 'set', fields: { status: 'failed', outbox: [{ id: 'o', text: '', problem }] } }));
    expect(all('section [role=alert]').map(nameOf)).toEqual(['Not asked. No room.']);
    expect(hasButton('Ask again')).toBe(true);
  });

  it('is asked with a slash and the words after it', () => {
    const { conversation } = show();
    type('/side what is this?');
    press('Enter');
    type('/btw and\nthat?');
    press('Enter');
    expect(ofType('runCommand')).toEqual([
      { type: 'runCommand', key: conversation.key, command: 'side', argument: 'what is this?' },
      { type: 'runCommand', key: conversation.key, command: 'btw', argument: 'and\nthat?' },
    ]);
    type('/compact what is this?');
    press('Enter');
    expect(ofType('send')).toMatchObject([{ text: '/compact what is this?' }]);
  });
});

const sent = {
  id: 't1',
  status: 'completed',
  startedAtMs: 0,
  durationMs: 1,
  problem: null,
  items: [{ type: 'you', id: 'y', text: 'First words', attachments: [] }],
} as const;

describe('an earlier message', () => {
  const shown = () => {
    const opened = show({ turns: [{ ...sent, items: [...sent.items] }] }, {}, 'My draft');
    const { key } = opened.conversation;
    const edit = (editing?: string): void =>
      receive({ type: 'composer', key, composer: { ...NO_CONTEXT, ...(editing !== undefined && { editing }) } });
    return { ...opened, key, edit };
  };

  it('is put into the composer, in the place of the draft, which is told', () => {
    const { key, edit } = shown();
    button('Edit message').click();
    expect(ofType('editMessage')).toEqual([{ type: 'editMessage', key, turnId: 't1', draft: 'My draft' }]);
    edit('t1');
    receive({ type: 'setText', text: 'First words' });
    expect(composer().value).toBe('First words');
    expect(composer().getAttribute('aria-describedby')).toBe('composer-editing');
    expect(document.getElementById('composer-editing')?.textContent).toContain('Editing an earlier message');
    expect(all('article.edited').map(nameOf)).toEqual(['You (being edited): First words']);
  });

  it('is sent in place with Enter, or as the buttons say, and stays until it is sent', () => {
    const { key, edit } = shown();
    edit('t1');
    type('Better words');
    press('Enter');
    button('Send in place').click();
    button('Send as a copy').click();
    const message = { type: 'sendEdited', key, text: 'Better words' };
    expect(ofType('sendEdited')).toEqual([
      { ...message, how: 'inPlace' },
      { ...message, how: 'inPlace' },
      { ...message, how: 'copy' },
    ]);
    expect([composer().value, ofType('send')]).toEqual(['Better words', []]);
    edit();
    receive({ type: 'setText', text: 'My draft' });
    expect(composer().value).toBe('My draft');
    expect(hasButton('Send in place')).toBe(false);
  });

  it('is left as it is with Escape or Cancel', () => {
    const { key, edit } = shown();
    edit('t1');
    expect(press('Escape').defaultPrevented).toBe(true);
    button('Cancel').click();
    expect(ofType('cancelEdit')).toEqual([
      { type: 'cancelEdit', key },
      { type: 'cancelEdit', key },
    ]);
  });
});

describe('trouble with the model', () => {
  it('has a row while the connection is tried again', () => {
    const { change } = show({ turns: [{ ...sent, status: 'working', items: [...sent.items] }], status: 'working' });
    change({ type: 'set', fields: { retry: 'Reconnecting to the model, 2 of 5: too slow' } });
    expect(groups()).toContain('Reconnecting to the model');
    expect(all('.retry-row').map(nameOf)).toHaveLength(1);
    expect(all('.retry-row')[0]?.textContent).toContain('2 of 5: too slow');
    change({ type: 'set', fields: { retry: null } });
    expect(all('.retry-row')).toEqual([]);
  });

  it('says when a limit that was reached is reset', () => {
    const problem = { title: 'Usage limit reached', detail: 'Kept.', actions: [], resetsAtMs: Date.now() + 7_800_000 };
    show({ turns: [{ ...sent, status: 'failed', problem, items: [...sent.items] }], status: 'failed' });
    expect(all('.problem-reset')[0]?.textContent).toMatch(/The limit resets (at|on) .+\./);
  });
});
