import { beforeEach, describe, expect, it } from 'vitest';
import { typed } from '../../../src/router/notification';
import { estimateBytes, PendingEvents } from '../../../src/router/pendingEvents';

const event = (text: string) => typed('future/event', { text });
const textOf = ({ params }: { params: unknown }) => (params as { text: string }).text;

let now: number;
let dropped: string[];

function pendingWith(limits: Partial<{ events: number; keys: number; bytes: number; ageMs: number }>): PendingEvents {
  const all = { events: 100, keys: 100, bytes: 100_000, ageMs: 1_000, ...limits };
  return new PendingEvents(
    all,
    (notification) => dropped.push(textOf(notification)),
    () => now,
  );
}

beforeEach(() => {
  now = 5_000;
  dropped = [];
});

describe('events that nobody has come for', () => {
  it('T18: are given in order, once, to the one that comes', () => {
    const pending = pendingWith({});
    for (const text of ['a', 'b']) pending.hold('t', event(text));
    pending.hold('other', event('c'));
    expect([pending.take('t').map(textOf), pending.take('t'), dropped]).toEqual([['a', 'b'], [], []]);
    expect(pending.take('other').map(textOf)).toEqual(['c']);
    expect(pending.heldBytes).toBe(0);
  });

  it('T18: are bounded by number, for each key and of keys', () => {
    const pending = pendingWith({ events: 2, keys: 2 });
    for (const text of ['a', 'b', 'c']) pending.hold('t', event(text));
    pending.hold('u', event('d'));
    pending.hold('v', event('e'));
    expect(dropped).toEqual(['c', 'e']);
    expect(pending.take('t').map(textOf)).toEqual(['a', 'b']);
    pending.hold('v', event('f'));
    expect(pending.take('v').map(textOf)).toEqual(['f']);
  });

  it('T18: are bounded by the bytes of all of them together, which taking gives back', () => {
    const pending = pendingWith({ bytes: 1_000 });
    pending.hold('t', event('x'.repeat(400)));
    pending.hold('u', event('y'.repeat(400)));
    pending.hold('u', event('z'));
    expect(dropped).toEqual(['y'.repeat(400)]);
    expect(pending.heldBytes).toBeLessThanOrEqual(1_000);
    pending.take('t');
    pending.hold('u', event('y'.repeat(400)));
    expect(pending.take('u').map(textOf)).toEqual(['z', 'y'.repeat(400)]);
    expect(pending.heldBytes).toBe(0);
  });

  it('T18: are bounded by age: the old ones are dropped, the young ones stay', () => {
    const pending = pendingWith({ ageMs: 1_000 });
    pending.hold('t', event('old'));
    pending.hold('gone', event('old too'));
    now += 600;
    pending.hold('t', event('young'));
    now += 600;
    expect(pending.take('t').map(textOf)).toEqual(['young']);
    expect(dropped).toEqual(['old', 'old too']);
    expect(pending.take('gone')).toEqual([]);
  });

  it('T18: make room, when they are old, for those that come', () => {
    const pending = pendingWith({ keys: 1, ageMs: 1_000 });
    pending.hold('t', event('old'));
    now += 2_000;
    pending.hold('u', event('new'));
    expect([dropped, pending.take('u').map(textOf)]).toEqual([['old'], ['new']]);
  });

  it('T18: are forgotten together', () => {
    const pending = pendingWith({});
    pending.hold('t', event('a'));
    pending.clear();
    expect([pending.take('t'), pending.heldBytes, dropped]).toEqual([[], 0, []]);
  });
});

describe('the size of a message', () => {
  it('grows with its text and its values, however deep they are', () => {
    const flat = estimateBytes({ text: 'x'.repeat(1_000) });
    expect(flat).toBeGreaterThanOrEqual(2_000);
    expect(estimateBytes({ a: { b: [{ text: 'x'.repeat(1_000) }] } })).toBeGreaterThan(flat);
    expect(estimateBytes(undefined)).toBeGreaterThan(0);
    expect(estimateBytes(Array.from({ length: 1_000 }, () => null))).toBeGreaterThan(1_000);
  });
});
