import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyDelta, coalesce, findItem } from '../../../src/shared/applyDelta';
import type { ConversationView, Delta, ItemView } from '../../../src/shared/conversation';
import { replay, replayStart } from '../../support/replay';

const turnId = fc.constantFrom('t1', 't2');
const itemId = fc.constantFrom('a', 'b', 'c');
const text = fc.string({ maxLength: 5 });

const item: fc.Arbitrary<ItemView> = fc.oneof(
  fc.record({ type: fc.constant('message' as const), id: itemId, text, streaming: fc.boolean() }),
  fc.record({
    type: fc.constant('command' as const),
    id: itemId,
    command: text,
    folder: text,
    summary: fc.constant(null),
    status: fc.constantFrom('working' as const, 'completed' as const),
    text,
    exitCode: fc.constant(null),
    durationMs: fc.constant(null),
  }),
  fc.record({ type: fc.constant('notice' as const), id: itemId, text }),
);

const delta: fc.Arbitrary<Delta> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ type: fc.constant('set' as const), fields: fc.record({ title: text }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('turn' as const),
      turn: fc.record({
        id: turnId,
        status: fc.constantFrom('working' as const, 'completed' as const),
        startedAtMs: fc.constant(1),
        durationMs: fc.constant(null),
        problem: fc.constant(null),
      }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('item' as const), turnId, item }) },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('append' as const), turnId, itemId, text }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('removeItem' as const), turnId, itemId }) },
  { weight: 1, arbitrary: fc.constant<Delta>({ type: 'dropTurns' }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('earlierTurns' as const),
      turns: fc.uniqueArray(
        fc.record({
          id: fc.constantFrom('t0', 't1'),
          status: fc.constant('completed' as const),
          startedAtMs: fc.constant(0),
          durationMs: fc.constant(null),
          problem: fc.constant(null),
          items: fc.array(item, { maxLength: 2 }),
        }),
        { selector: ({ id }) => id },
      ),
    }),
  },
);

function applied(deltas: readonly Delta[], view: ConversationView = replayStart()): ConversationView {
  for (const one of deltas) applyDelta(view, one);
  return view;
}

const turn = (id: string): Delta => ({
  type: 'turn',
  turn: { id, status: 'working', startedAtMs: 1, durationMs: null, problem: null },
});
const message = (id: string, words: string): ItemView => ({ type: 'message', id, text: words, streaming: true });

describe('what a panel holds', () => {
  it('is what the host holds: joined deltas give the same as the deltas themselves', () => {
    fc.assert(
      fc.property(fc.array(delta, { maxLength: 40 }), (deltas) => {
        expect(applied(coalesce(deltas))).toEqual(applied(deltas));
      }),
    );
  });

  it('is what the host holds, wherever a batch ends', () => {
    const { deltas, view } = replay('answer');
    const start = { threadId: view.threadId };
    fc.assert(
      fc.property(fc.nat(deltas.length), (cut) => {
        const batches = [...coalesce(deltas.slice(0, cut)), ...coalesce(deltas.slice(cut))];
        expect(applied(batches, replayStart(start))).toEqual(view);
      }),
    );
  });

  it('is not changed through what the host sent: a panel gets a copy over the wire, and so does the host', () => {
    const sent: Delta = { type: 'item', turnId: 't1', item: message('a', 'one') };
    const view = applied([turn('t1'), sent, { type: 'append', turnId: 't1', itemId: 'a', text: ' two' }]);
    expect([findItem(view, 't1', 'a'), sent.item]).toEqual([message('a', 'one two'), message('a', 'one')]);
  });
});

describe('coalesce', () => {
  it('joins what is appended to one item, and nothing across anything else', () => {
    const append = (id: string, words: string): Delta => ({ type: 'append', turnId: 't1', itemId: id, text: words });
    expect(coalesce([append('a', '1'), append('a', '2'), append('b', '3'), turn('t2'), append('b', '4')])).toEqual([
      append('a', '12'),
      append('b', '3'),
      turn('t2'),
      append('b', '4'),
    ]);
  });

  it('leaves its input as it was', () => {
    fc.assert(
      fc.property(fc.array(delta), (deltas) => {
        const before = structuredClone(deltas);
        coalesce(deltas);
        expect(deltas).toEqual(before);
      }),
    );
  });
});

describe('applyDelta', () => {
  it('replaces items by id and adds new ones at the end', () => {
    const view = applied([
      turn('t1'),
      { type: 'item', turnId: 't1', item: message('a', 'one') },
      { type: 'item', turnId: 't1', item: message('b', 'two') },
      { type: 'item', turnId: 't1', item: message('a', 'uno') },
    ]);
    expect(view.turns[0]?.items).toEqual([message('a', 'uno'), message('b', 'two')]);
  });

  it('keeps the object of an item that changes, so that its row stays open', () => {
    const view = applied([turn('t1'), { type: 'item', turnId: 't1', item: message('a', 'one') }]);
    const before = findItem(view, 't1', 'a');
    applyDelta(view, { type: 'item', turnId: 't1', item: message('a', 'uno') });
    expect(findItem(view, 't1', 'a') === before).toBe(true);
  });

  it('keeps the items of a turn whose head changes', () => {
    const view = applied([turn('t1'), { type: 'item', turnId: 't1', item: message('a', 'one') }, turn('t1')]);
    expect(view.turns.map(({ items }) => items.length)).toEqual([1]);
  });

  it('ignores what is about something that is not there', () => {
    const deltas: Delta[] = [
      { type: 'item', turnId: 'gone', item: message('a', 'one') },
      { type: 'append', turnId: 'gone', itemId: 'a', text: 'x' },
      { type: 'removeItem', turnId: 'gone', itemId: 'a' },
    ];
    expect(applied(deltas)).toEqual(replayStart());
  });

  it('keeps the last of a long output', () => {
    const view = applied([
      turn('t1'),
      {
        type: 'item',
        turnId: 't1',
        item: {
          type: 'command',
          id: 'a',
          command: 'yes',
          folder: '',
          summary: null,
          status: 'working',
          text: '',
          exitCode: null,
          durationMs: null,
        },
      },
    ]);
    for (let count = 0; count < 5; count += 1)
      applyDelta(view, { type: 'append', turnId: 't1', itemId: 'a', text: `${'y'.repeat(60_000)}${count}` });
    const command = findItem(view, 't1', 'a');
    expect(command?.type === 'command' && [command.text.length, command.text.endsWith('4')]).toEqual([200_000, true]);
  });
});
