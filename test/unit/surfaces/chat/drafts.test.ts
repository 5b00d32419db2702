import { beforeEach, expect, it } from 'vitest';
import { Drafts } from '../../../../src/surfaces/chat/drafts';
import { ManualTimer } from '../../../support/manualServer';

let clock: ManualTimer;
let stored: unknown[];
const of = (key: string, threadId: string | null = null) => ({ key, threadId });

function open(initial?: unknown): Drafts {
  clock = new ManualTimer();
  stored = [];
  const memory = {
    keys: () => [],
    get: () => initial,
    update: (_: string, value: unknown) => Promise.resolve(void stored.push(value)),
  };
  return new Drafts(memory as never, clock.timer);
}

let drafts: Drafts;
beforeEach(() => {
  drafts = open();
});

it('knows every letter at once; stores the first at once and the others a moment later, together', () => {
  drafts.set(of('a'), 'h');
  drafts.set(of('a'), 'hi');
  drafts.set(of('b', 'thread'), 'there');
  expect([drafts.get(of('a')), stored]).toEqual(['hi', [{ a: 'h' }]]);
  clock.elapse();
  expect(stored).toEqual([{ a: 'h' }, { a: 'hi', thread: 'there' }]);
});

it('stores what is left when the window closes, and nothing twice', async () => {
  drafts.set(of('a'), 'h');
  drafts.set(of('a'), 'hi');
  await drafts.flush();
  await drafts.flush();
  clock.elapse();
  expect(stored).toEqual([{ a: 'h' }, { a: 'hi' }]);
});

it('finds the draft of a conversation that got its thread since', () => {
  drafts.set(of('a'), 'hi');
  expect(drafts.get(of('a', 'thread'))).toBe('hi');
});

it('goes on in another thread, unless something was written there since', () => {
  drafts.set(of('a', 'old'), 'hi');
  drafts.continueAs('old', 'new');
  expect([drafts.get(of('a', 'new')), drafts.get(of('a', 'old'))]).toEqual(['hi', '']);
  drafts.set(of('a', 'newest'), 'more');
  drafts.continueAs('new', 'newest');
  expect(drafts.get(of('a', 'newest'))).toBe('more');
  clock.elapse();
  expect(stored.at(-1)).toEqual({ newest: 'more' });
});

it('tells whose draft is another one now', () => {
  const changed: unknown[] = [];
  drafts.onDidChange((owner) => changed.push(owner));
  drafts.set(of('a'), 'hi');
  drafts.set(of('b', 'thread'), '');
  expect(changed).toEqual([
    { key: 'a', threadId: null },
    { key: 'b', threadId: 'thread' },
  ]);
});

it('begins with what was stored, and with nothing where that is damaged', () => {
  expect(open({ a: 'kept' }).get(of('a'))).toBe('kept');
  expect(open({ a: 1 }).get(of('a'))).toBe('');
});
