import { describe, expect, it } from 'vitest';
import { emptyConversation } from '../../../src/conversation/emptyConversation';
import { applyDelta, coalesce } from '../../../src/shared/applyDelta';
import type { Delta } from '../../../src/shared/conversation';

const empty = (key: string) =>
  emptyConversation(key, { mode: 'ask', model: '', effort: '', folder: '/project', updatedAtMs: 0 });
const turn = { id: 't', status: 'working', startedAtMs: 0, durationMs: null, problem: null } as const;
const side = (delta: Delta): Delta => ({ type: 'side', delta });
const append = (text: string): Delta => side({ type: 'append', turnId: 't', itemId: 'm', text });

describe('deltas of the question beside a conversation', () => {
  const asked: Delta = { type: 'sideQuestion', side: { question: 'Why?', answer: empty('answer') } };
  const answered: readonly Delta[] = [
    asked,
    side({ type: 'turn', turn }),
    side({ type: 'item', turnId: 't', item: { type: 'message', id: 'm', text: '', streaming: true } }),
    append('Be'),
    append('cause.'),
  ];

  it('change what answers it, and nothing of the conversation', () => {
    const view = empty('key');
    for (const delta of answered) applyDelta(view, delta);
    expect(view.side?.answer.turns[0]?.items).toMatchObject([{ text: 'Because.' }]);
    expect(view.turns).toEqual([]);
  });

  it('give the same when they are sent only after they were applied', () => {
    const [host, panel] = [empty('key'), empty('key')];
    for (const delta of answered) applyDelta(host, delta);
    for (const delta of coalesce(answered)) applyDelta(panel, delta);
    expect(panel).toEqual(host);
  });

  it('are joined where they follow each other on the same words', () => {
    expect(coalesce(answered).slice(3)).toEqual([append('Because.')]);
    const other: Delta = { type: 'append', turnId: 't', itemId: 'm', text: 'x' };
    expect(coalesce([append('a'), other, append('b')])).toHaveLength(3);
  });

  it('are ignored once it was put away', () => {
    const view = empty('key');
    for (const delta of [...answered, { type: 'sideQuestion', side: null } as const, append('Late.')])
      applyDelta(view, delta);
    expect(view.side).toBeNull();
  });
});
