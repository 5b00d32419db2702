// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import type { OutgoingMessage, ProblemView } from '../../../src/shared/conversation';
import {
  all,
  button,
  composer,
  groups,
  hasButton,
  nameOf,
  openChatPage,
  posted,
  receive,
  show,
} from '../../support/chatPage';

openChatPage();

const problem: ProblemView = { title: 'Not sent', detail: 'Kept.', actions: ['retry'] };
const message = (id: string, fields: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  id,
  text: `Words ${id}`,
  problem: null,
  ...fields,
});
const attachments = [{ id: 'f', kind: 'file', label: 'a.ts', detail: '', path: '/a.ts', text: '' }] as const;
const articles = (): string[] => all('article').map(nameOf);
const focusIsOn = (element: HTMLElement): boolean => document.activeElement === element;

describe('a message on its way', () => {
  it('is shown with what is attached to it, also where it has no words', () => {
    const { conversation, change } = show({ outbox: [message('a', { text: '', attachments })] });
    expect(articles()).toEqual(['You: a.ts']);
    expect(all('.you .chip').map(nameOf)).toEqual(['a.ts']);
    change({ type: 'set', fields: { outbox: [message('a', { text: '', attachments, problem })] } });
    button('Remove message').click();
    expect(posted.messages).toEqual([{ type: 'outboxRemove', id: 'a' }]);
    expect(conversation.outbox).toHaveLength(1);
  });

  it('hides the trouble with Codex that it tells of itself', () => {
    const app = { problem: { title: 'Codex ended', detail: '', actions: [] } };
    show({ outbox: [message('a', { text: '', attachments, problem })] }, app);
    expect(groups()).toEqual(['Problem: Not sent']);
  });

  it('says only what went wrong where there was no message', () => {
    show({ outbox: [message('a', { text: '', problem })] });
    expect([articles(), hasButton('Remove message'), groups()]).toEqual([[], false, ['Problem: Not sent']]);
  });

  it('keeps its elements and the focus in them while its state is told again', () => {
    const { change } = show({ outbox: [message('a', { problem }), message('b')] });
    button('Retry').focus();
    const focused = button('Retry');
    change({ type: 'set', fields: { outbox: [message('a', { problem }), message('b'), message('c')] } });
    expect(focusIsOn(focused)).toBe(true);
  });

  it('hands the focus on when it is sent again, or goes', async () => {
    const { change } = show({ outbox: [message('a', { problem }), message('b', { problem })] });
    button('Remove message').focus();
    change({ type: 'set', fields: { outbox: [message('b', { problem })] } });
    await Promise.resolve();
    expect(focusIsOn(button('Remove message'))).toBe(true);
    button('Retry').focus();
    change({ type: 'set', fields: { outbox: [message('b')] } });
    await Promise.resolve();
    expect(focusIsOn(composer())).toBe(true);
  });

  it('is looked at when it is sent, not when another one goes', () => {
    const turn = { id: 't', status: 'completed', startedAtMs: 1, durationMs: 1, problem: null, items: [] } as const;
    const { conversation } = show({ turns: [{ ...turn, items: [] }] });
    const outbox = [message('a', { problem }), message('b', { problem })];
    const isScrolledAway = () => hasButton('Jump to latest');
    receive({
      type: 'snapshot',
      seq: 0,
      conversation: { ...conversation, outbox, key: 'scrolled away' },
      draft: '',
      scroll: { turnId: 't', row: 't/end', offset: 0 },
    });
    const tell = (seq: number, next: OutgoingMessage[]): void =>
      receive({
        type: 'deltas',
        key: 'scrolled away',
        from: seq - 1,
        seq,
        deltas: [{ type: 'set', fields: { outbox: next } }],
      });
    expect(isScrolledAway()).toBe(true);
    tell(1, outbox.slice(1));
    expect(isScrolledAway()).toBe(true);
    tell(2, outbox);
    expect(isScrolledAway()).toBe(false);
  });
});
