import { beforeEach, describe, expect, it } from 'vitest';
import { type DeltaBatch, DeltaFeed } from '../../../src/conversation/deltaFeed';
import { FrameClock } from '../../../src/conversation/frameClock';
import type { Delta } from '../../../src/shared/conversation';
import { ManualTimer } from '../../support/manualServer';

const append = (text: string, itemId = 'i'): Delta => ({ type: 'append', turnId: 'u', itemId, text });

let clock: ManualTimer;
let sent: DeltaBatch[];
let feed: DeltaFeed;

beforeEach(() => {
  clock = new ManualTimer();
  sent = [];
  feed = new DeltaFeed(new FrameClock(clock.timer), (batch) => sent.push(batch));
});

describe('what a webview is told', () => {
  it('T32: crosses once a frame, with the pieces of a text joined and numbered as they were made', () => {
    feed.restart(10);
    feed.push({ seq: 11, deltas: [append('a')] });
    feed.push({ seq: 13, deltas: [append('b'), append('c')] });
    feed.push({ seq: 14, deltas: [append('x', 'other')] });
    expect([sent, clock.waits]).toEqual([[], [16]]);
    clock.elapse();
    expect(sent).toEqual([{ from: 10, seq: 14, deltas: [append('abc'), append('x', 'other')] }]);
  });

  it('T32: has no gap from one frame to the next, and needs no frame when nothing happens', () => {
    feed.restart(0);
    for (let frame = 0; frame < 3; frame += 1) {
      feed.push({ seq: 2 * frame + 1, deltas: [append('a')] });
      feed.push({ seq: 2 * frame + 2, deltas: [append('b')] });
      clock.elapse();
    }
    expect(sent.map(({ from, seq }) => [from, seq])).toEqual([
      [0, 2],
      [2, 4],
      [4, 6],
    ]);
    expect(clock.waits).toEqual([]);
  });

  it('T32: costs as many messages for 10,000 words in a frame as for one', () => {
    feed.restart(0);
    for (let seq = 1; seq <= 10_000; seq += 1) feed.push({ seq, deltas: [append('w')] });
    clock.elapse();
    expect(sent).toEqual([{ from: 0, seq: 10_000, deltas: [append('w'.repeat(10_000))] }]);
  });

  it('T32: begins with a snapshot: what came before it, or was still queued, is part of that', () => {
    feed.push({ seq: 1, deltas: [append('before')] });
    feed.restart(1);
    feed.push({ seq: 2, deltas: [append('queued')] });
    feed.restart(2);
    expect(clock.waits).toEqual([]);
    feed.push({ seq: 3, deltas: [append('after')] });
    clock.elapse();
    expect(sent).toEqual([{ from: 2, seq: 3, deltas: [append('after')] }]);
  });

  it('T32: is nothing while it is hidden, and then a snapshot instead of a backlog', () => {
    feed.restart(0);
    feed.push({ seq: 1, deltas: [append('queued')] });
    feed.stop();
    for (let seq = 2; seq <= 1_000; seq += 1) feed.push({ seq, deltas: [append('hidden')] });
    clock.elapse();
    expect([sent, clock.waits]).toEqual([[], []]);
    feed.restart(1_000);
    feed.push({ seq: 1_001, deltas: [append('shown')] });
    clock.elapse();
    expect(sent).toEqual([{ from: 1_000, seq: 1_001, deltas: [append('shown')] }]);
  });

  it('T32: skips a frame in which nothing changed, and ends with the feed', () => {
    feed.restart(0);
    feed.push({ seq: 0, deltas: [] });
    clock.elapse();
    expect(sent).toEqual([]);
    feed.push({ seq: 1, deltas: [append('a')] });
    feed.dispose();
    clock.elapse();
    expect(sent).toEqual([]);
  });
});
