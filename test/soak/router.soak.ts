import { runThread, startRealServer, type TurnKind, type TurnPlan } from '../support/streamingThreads';

export interface SoakOptions {
  readonly threads: number;
  /** No turn begins after so many seconds. */
  readonly seconds: number;
}

/** What a soak came to. */
export interface SoakSummary {
  readonly turns: Readonly<Record<TurnKind, number>>;
  readonly words: number;
  /** The most turns that had said their first word and not yet their last. */
  readonly mostAtOnce: number;
  /** One line for each turn that did not say its own words exactly. */
  readonly wrong: readonly string[];
  readonly seconds: number;
}

const KINDS: readonly TurnKind[] = ['plain', 'steered', 'plain', 'interrupted'];

/** Lets many threads of one real codex stream at once, and checks every word of every turn. */
export async function soak({ threads, seconds }: SoakOptions): Promise<SoakSummary> {
  const startedAt = Date.now();
  const turns: Record<TurnKind, number> = { plain: 0, steered: 0, interrupted: 0 };
  const open = new Set<number>();
  let words = 0;
  let mostAtOnce = 0;

  function* plans(thread: number): Generator<TurnPlan> {
    for (let turn = 0; Date.now() - startedAt < seconds * 1_000; turn += 1) {
      const kind = KINDS[(thread + turn) % KINDS.length] ?? 'plain';
      yield { thread, turn, kind, words: 30 + ((thread * 7 + turn * 13) % 50), gapMs: 10 };
      turns[kind] += 1;
      open.delete(thread);
    }
  }

  const real = await startRealServer();
  try {
    const running = Array.from({ length: threads }, (_, thread) =>
      runThread(real, plans(thread), () => {
        words += 1;
        mostAtOnce = Math.max(mostAtOnce, open.add(thread).size);
      }),
    );
    const mismatches = (await Promise.all(running)).flat();
    const wrong = mismatches.map(({ plan, where, expected, got }) =>
      [
        `thread ${plan.thread}, turn ${plan.turn} (${plan.kind}), ${where}`,
        `  wanted: ${expected}`,
        `  got:    ${got}`,
      ].join('\n'),
    );
    return { turns, words, mostAtOnce, wrong, seconds: (Date.now() - startedAt) / 1_000 };
  } finally {
    await real.dispose();
  }
}
