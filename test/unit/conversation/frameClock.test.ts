import { describe, expect, it } from 'vitest';
import { FrameClock } from '../../../src/conversation/frameClock';
import { ManualTimer } from '../../support/manualServer';

function setUp() {
  const clock = new ManualTimer();
  const frames = new FrameClock(clock.timer);
  const ran: string[] = [];
  return { clock, frames, ran, ask: (name: string) => frames.next(() => ran.push(name)) };
}

describe('the common beat of the panels', () => {
  it('lets all that wait run together, once', () => {
    const { clock, ran, ask } = setUp();
    ask('a');
    ask('b');
    expect([ran, clock.waits]).toEqual([[], [16]]);
    clock.elapse();
    expect([ran, clock.waits]).toEqual([['a', 'b'], []]);
  });

  it('is slower the more of them wait, and quick again for one alone', () => {
    const { clock, ask } = setUp();
    for (const name of ['a', 'b', 'c', 'd']) ask(name);
    clock.elapse();
    ask('a');
    expect(clock.waits).toEqual([64]);
    clock.elapse();
    ask('a');
    expect(clock.waits).toEqual([16]);
  });

  it('follows the keys of a person who types, once they are painted, and goes on by itself when they pause', () => {
    const { clock, frames, ran, ask } = setUp();
    frames.typed();
    ask('a');
    expect([ran, clock.waits]).toEqual([[], [150, 150]]);
    frames.typed();
    expect([ran, clock.waits]).toEqual([[], [150, 30]]);
    clock.elapse();
    expect([ran, clock.waits]).toEqual([['a'], []]);
    ask('b');
    expect(clock.waits).toEqual([16]);
  });

  it('beats also while a key is held down', () => {
    const { clock, frames, ran, ask } = setUp();
    ask('a');
    frames.typed();
    const waits = clock.waits.toSorted();
    frames.typed();
    expect(clock.waits.toSorted()).toEqual(waits);
    clock.elapse();
    expect(ran).toEqual(['a']);
  });

  it('lets the others run when one fails, and says so', () => {
    const { clock, frames, ran, ask } = setUp();
    frames.next(() => {
      throw new Error('broken panel');
    });
    ask('b');
    expect(() => clock.elapse()).toThrow('Some panels were not told of a frame');
    expect(ran).toEqual(['b']);
  });

  it('does not beat for one that no longer waits', () => {
    const { clock, ran, ask } = setUp();
    const first = ask('a');
    ask('b');
    first.dispose();
    clock.elapse();
    expect(ran).toEqual(['b']);
    ask('c').dispose();
    expect(clock.waits).toEqual([]);
  });
});
