import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type RealServer,
  runThread,
  startRealServer,
  type TurnKind,
  type TurnPlan,
} from '../../support/streamingThreads';

const THREADS = 8;
const KINDS: readonly TurnKind[] = ['plain', 'steered', 'interrupted', 'plain'];

const numbers = Array.from({ length: THREADS }, (_, thread) => thread);
const plan = (thread: number, turn: number, kind: TurnKind): TurnPlan => ({ thread, turn, kind, words: 12, gapMs: 4 });

/** Seconds where the machine is free; this is for one that is busy, and ends a test that hangs. */
const BUSY = { timeout: 60_000 };

describe('the real server with threads that stream at once', () => {
  let real: RealServer;

  beforeAll(async () => {
    real = await startRealServer();
    await real.client.start();
  });

  afterAll(() => real.dispose());

  it('T34: answers model/list while every stream is open', async () => {
    const gate = real.holdWords();
    const begun = new Set<number>();
    let allBegun: () => void = () => undefined;
    const streaming = new Promise<void>((resolve) => (allBegun = resolve));
    let ended = 0;
    const running = numbers.map((thread) =>
      runThread(real, [plan(thread, 0, 'plain')], () => {
        if (begun.add(thread).size === THREADS) allBegun();
      }).finally(() => (ended += 1)),
    );
    await streaming;
    const { data } = await real.client.request('model/list', {});
    expect([data.length > 0, ended]).toEqual([true, 0]);
    gate.open();
    expect((await Promise.all(running)).flat()).toEqual([]);
  });

  it('T16: gives each turn its own words only, also when it is steered or interrupted', BUSY, async () => {
    const running = numbers.map((thread) =>
      runThread(
        real,
        KINDS.map((_, turn) => plan(thread, turn, KINDS[(thread + turn) % KINDS.length] ?? 'plain')),
      ),
    );
    expect((await Promise.all(running)).flat()).toEqual([]);
  });
});
