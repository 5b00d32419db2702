import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Copy,
  copyOf,
  disturb,
  interleave,
  type Op,
  play,
  type Played,
  type PlayOptions,
  relabel,
} from '../../support/manyThreads';
import { random } from '../../support/transcriptPlayer';

/** Those with one thread and a `turn/start`. */
const NAMES = [
  'answer',
  'command',
  'command-accepted',
  'files-declined',
  'files-cancelled',
  'interrupt-mid-stream',
  'interrupt-command',
  'steer',
  'second-start',
  'retry',
  'retry-repeats',
  'late-command',
  'queue',
  'shell-command-in-turn',
  'error-500',
  'compaction',
];

const LABEL_OF_ZERO = copyOf('answer', 0).label;

/** What each thread comes to when it has the connection for itself, with the ids of number 0. */
const alone = new Map<string, Played>();

beforeAll(async () => {
  for (const name of NAMES) alone.set(name, await play(copyOf(name, 0).ops));
});

function copies(count: number, next: () => number): Copy[] {
  return Array.from({ length: count }, (_, copy) => copyOf(NAMES[Math.floor(next() * NAMES.length)] ?? '', copy));
}

function serverLength(ops: readonly Op[]): number {
  return ops.reduce((sum, op) => (op.type === 'line' ? sum + Buffer.byteLength(op.text) + 1 : sum), 0);
}

/** The same thing that number 0 has, as this copy has it. */
function asCopy(copy: Copy, json: string): string {
  return json.replaceAll(LABEL_OF_ZERO, copy.label);
}

/** The streams of one copy when it is alone, by the id of their `turn/start`. */
function streamsAlone(copy: Copy, number: number): [string, { events: string[]; end: string }][] {
  return [...(alone.get(copy.name)?.streams ?? [])].map(([id, { events, end }]) => [
    id.replace(/^0:/, `${number}:`),
    { events: events.map((event) => asCopy(copy, event)), end },
  ]);
}

function expectAsAlone(threads: readonly Copy[], played: Played): void {
  expect(played.badLines).toEqual([]);
  threads.forEach((copy, number) => {
    const views = JSON.stringify([...(alone.get(copy.name)?.views.values() ?? [])]);
    expect(JSON.stringify([played.views.get(copy.threadId)])).toBe(asCopy(copy, views));
    for (const [id, expected] of streamsAlone(copy, number))
      expect([id, played.streams.get(id)]).toEqual([id, expected]);
  });
  expect(played.streams.size).toBe(threads.reduce((sum, copy, number) => sum + streamsAlone(copy, number).length, 0));
}

/** Chunks of any size up to the largest, with a rest about every 2,000 bytes. */
function chunking(next: () => number, maxChunk: number): PlayOptions {
  return { chunkBytes: () => 1 + Math.floor(next() * maxChunk), restsAfter: (bytes) => next() < bytes / 2_000 };
}

async function playDisturbed(count: number, seed: number, maxChunk: number): Promise<void> {
  const next = random(seed);
  const threads = copies(count, next);
  const ops = interleave(
    threads.map((copy) => disturb(copy, next)),
    next,
  );
  expectAsAlone(threads, await play(ops, chunking(next, maxChunk)));
}

/** Seconds where the machine is free; this is for one that is busy, and ends a test that hangs. */
const BUSY = { timeout: 60_000 };

describe('a thread that is alone on its connection', () => {
  it('has one complete stream for each of its turn/start, and a view with every turn', () => {
    for (const [name, { streams, views }] of alone) {
      const ends = [...streams.values()].map(({ end }) => end);
      expect({ name, ends, views: views.size }).toEqual({ name, ends: ends.map(() => 'completed'), views: 1 });
      expect({ name, starts: ends.length }).toEqual({
        name,
        starts: copyOf(name, 0).ops.filter(({ type }) => type === 'start').length,
      });
      for (const { events } of streams.values()) expect(events.at(-1)).toMatch(/^\["turn\/completed"/);
    }
  });

  it('is told from its copies by marks in its ids', () => {
    expect(relabel('a 01a206e3-3552-70b0-87f4-88291db35544 b', '·é7')).toBe(
      'a 01a206e3-3552-70b0-87f4-88291db35544·é7 b',
    );
  });
});

describe('many threads on one connection', () => {
  it('T16: each ends as it does alone, however they are mixed, repeated and cut into chunks', BUSY, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 12 }),
        fc.integer(),
        fc.constantFrom(1, 3, 40, 1_000, 65_536),
        playDisturbed,
      ),
      { numRuns: 25, endOnFailure: true },
    );
  });

  it('T16: a thousand of them end as each does alone', BUSY, async () => {
    await playDisturbed(1_000, 11, 65_536);
  });

  it('T8: none hangs when the bytes end anywhere: each has the beginning of what it has alone', BUSY, async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 16 }), fc.integer(), fc.integer({ min: 0, max: 1_000 }), playCut),
      { numRuns: 100, endOnFailure: true },
    );
  });

  async function playCut(count: number, seed: number, thousandths: number): Promise<void> {
    const next = random(seed);
    const threads = copies(count, next);
    const ops = interleave(
      threads.map(({ ops: own }) => own),
      next,
    );
    const cutAt = Math.floor((thousandths / 1_000) * serverLength(ops));
    const { streams } = await play(ops, { cutAt, ...chunking(next, 4_096) });
    threads.forEach((copy, number) => {
      for (const [id, expected] of streamsAlone(copy, number)) {
        const got = streams.get(id);
        if (!got) continue;
        const isWhole = got.events.length === expected.events.length;
        expect({ id, events: got.events }).toEqual({ id, events: expected.events.slice(0, got.events.length) });
        expect({ id, end: got.end }).toEqual({ id, end: isWhole ? 'completed' : 'failed' });
      }
    });
  }
});
