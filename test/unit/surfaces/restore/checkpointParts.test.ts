import { expect, test } from 'vitest';
import type { TurnView } from '../../../../src/shared/conversation';
import { messagesFrom, partsOf } from '../../../../src/surfaces/restore/checkpointParts';

function turn(id: string, ...texts: string[]): Pick<TurnView, 'id' | 'items'> {
  return { id, items: texts.map((text, index) => ({ type: 'you', id: `${id}-${index}`, text, attachments: [] })) };
}

test('files and conversation can be restored together or alone', () => {
  expect(partsOf({ files: 2, messages: 1 })).toEqual([
    { files: true, conversation: true },
    { files: true, conversation: false },
    { files: false, conversation: true },
  ]);
});

test('what has nothing to take back is no choice', () => {
  expect(partsOf({ files: 0, messages: 3 })).toEqual([{ files: false, conversation: true }]);
  expect(partsOf({ files: 1, messages: 0 })).toEqual([{ files: true, conversation: false }]);
  expect(partsOf({ files: 0, messages: 0 })).toEqual([]);
});

test('the messages from a turn on are counted once per turn, on one line, cut short', () => {
  const turns = [turn('t1', 'first'), turn('t2', 'second\n  line', 'steered'), turn('t3'), turn('t4', 'x'.repeat(200))];
  expect(messagesFrom(turns, 't2')).toEqual([
    { turnId: 't2', text: 'second line' },
    { turnId: 't4', text: `${'x'.repeat(100)}…` },
  ]);
  expect(messagesFrom(turns).map(({ turnId }) => turnId)).toEqual(['t1', 't2', 't4']);
  expect(messagesFrom(turns, 'gone')).toEqual([]);
});
