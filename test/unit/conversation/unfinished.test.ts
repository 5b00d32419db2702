import { describe, expect, it } from 'vitest';
import { restoredTurn, type Unfinished, unfinishedOf } from '../../../src/conversation/unfinished';
import { applyDelta } from '../../../src/shared/applyDelta';
import type { ConversationView, ItemView, TurnView } from '../../../src/shared/conversation';
import { replayStart } from '../../support/replay';

const you: ItemView = { type: 'you', id: 'i1', text: 'Hello', attachments: [] };
const half: ItemView = { type: 'message', id: 'i2', text: 'Half of', streaming: true };
const command: ItemView = {
  ...{ type: 'command', id: 'i3', command: 'ls', folder: '', summary: null, status: 'working', text: 'a\n' },
  ...{ exitCode: null, durationMs: null },
};

function turn(fields: Partial<TurnView> = {}): TurnView {
  return { id: 'u', status: 'working', startedAtMs: 5_000, durationMs: null, problem: null, items: [you], ...fields };
}

function left(fields: Partial<Unfinished> = {}): Unfinished {
  return { queue: [], outbox: [], turn: turn({ items: [you, half, command] }), waiting: false, ...fields };
}

/** What a conversation of these stored turns shows once what was left of it is put back. */
function restored(stored: TurnView[], unfinished: Unfinished): ConversationView {
  const view = replayStart({ threadId: 'T' });
  view.turns = stored;
  for (const delta of restoredTurn(view, unfinished)) applyDelta(view, delta);
  return view;
}

describe('unfinishedOf', () => {
  it('is nothing for a conversation whose last turn came to its end, with nothing left to send', () => {
    const view = replayStart();
    expect(unfinishedOf(view)).toBeUndefined();
    view.turns = [turn({ status: 'failed' }), turn({ id: 'v', status: 'completed' })];
    expect(unfinishedOf(view)).toBeUndefined();
  });

  it.each(['working', 'stopped', 'failed'] as const)('holds a turn that is %s', (status) => {
    const view = replayStart();
    view.turns = [turn({ status })];
    expect(unfinishedOf(view)?.turn).toMatchObject({ id: 'u', status });
  });

  it('holds the queue and what was not sent, and not what says that the conversation could not be read', () => {
    const problem = { title: 'No', detail: '', actions: [] };
    const queue = [{ id: 'q', text: 'later' }];
    const outbox = [
      { id: 'a', text: 'refused', problem },
      { id: 'b', text: 'on its way', problem: null },
      { id: 'c', text: '', problem },
    ];
    const unfinished = unfinishedOf(replayStart({ queue, outbox }));
    expect(unfinished?.queue).toEqual(queue);
    expect(unfinished?.outbox.map(({ id, problem: why }) => [id, why?.title])).toEqual([
      ['a', 'No'],
      ['b', 'Not sent'],
    ]);
  });
});

describe('restoredTurn', () => {
  it('adds to the stored turn what the server does not keep, closed, and says that the window ended', () => {
    const view = restored([turn({ status: 'stopped', durationMs: 7 })], left());
    expect(view.status).toBe('failed');
    expect(view.turns).toHaveLength(1);
    expect(view.turns[0]).toMatchObject({
      status: 'failed',
      durationMs: 7,
      problem: { title: 'The window was closed in the middle of this turn', actions: ['retry'] },
      items: [you, { ...half, streaming: false }, { ...command, status: 'stopped' }],
    });
  });

  it('says so when the turn waited for the person', () => {
    const view = restored([turn({ status: 'stopped' })], left({ waiting: true }));
    expect(view.turns[0]?.problem?.title).toBe('The window was closed before you answered');
  });

  it('keeps what the server has finished as the server has it', () => {
    const whole: ItemView = { type: 'message', id: 'i2', text: 'Half of it', streaming: false };
    expect(restored([turn({ status: 'stopped', items: [you, whole] })], left()).turns[0]?.items[1]).toEqual(whole);
  });

  it('brings back the words of a turn that was stopped, and no problem', () => {
    const stopped = turn({ status: 'stopped', items: [you, { ...half, streaming: false }] });
    const view = restored([turn({ status: 'stopped' })], left({ turn: stopped }));
    expect([view.status, view.turns[0]?.problem, view.turns[0]?.items.length]).toEqual(['ready', null, 2]);
  });

  it('brings back a turn that the server never stored, after those before it', () => {
    const before = turn({ id: 'before', status: 'completed', startedAtMs: 1_000 });
    expect(restored([before], left()).turns.map(({ id }) => id)).toEqual(['before', 'u']);
  });

  it.each([
    ['came to its end elsewhere', [turn({ status: 'completed' })]],
    ['was followed by others elsewhere', [turn({ status: 'stopped' }), turn({ id: 'v', startedAtMs: 9_000 })]],
    ['was taken back elsewhere', [turn({ id: 'v', startedAtMs: 9_000 })]],
  ])('leaves alone a turn that %s', (_what, stored) => {
    const expected = structuredClone(stored);
    expect(restored(stored, left()).turns).toEqual(expected);
  });
});
