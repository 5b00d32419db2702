import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { formatSection, saveSection } from './benchmarksFile';
import { observed } from './circumstances';
import { turnIdOf } from './messages';
import type { Measurement } from './meter';
import { type Results, type ThroughputCell, type VariantSamples, reportOf } from './report';
import { type Job, measure, bundleChildren } from './run';

const LARGE_CHUNK = 64 * 1024;
/** About what codex writes at a time while it streams. */
const SMALL_CHUNK = 400;
const VARIANTS = ['bare', 'listeners', 'handlesAndListeners', 'handles', 'star', 'python'];
const SOAK_TURNS = 100;
const MESSAGES_PER_PASS = 10_000;

interface Plan {
  readonly rounds: number;
  readonly messages: number;
  /** Fewer, because each takes so much longer. */
  readonly pythonMessages: number;
  readonly soakMessages: number;
  readonly cells: readonly { readonly turns: number; readonly chunkBytes: number }[];
}

const QUICK: Plan = {
  rounds: 3,
  messages: 200_000,
  pythonMessages: 20_000,
  soakMessages: 1_000_000,
  cells: [
    ...[1, 10, 100, 1_000].map((turns) => ({ turns, chunkBytes: LARGE_CHUNK })),
    { turns: 100, chunkBytes: SMALL_CHUNK },
  ],
};

/** As quick, with small chunks for every number of turns and ten times the long run: about four minutes. */
const FULL: Plan = {
  ...QUICK,
  soakMessages: 10_000_000,
  cells: [LARGE_CHUNK, SMALL_CHUNK].flatMap((chunkBytes) =>
    [1, 10, 100, 1_000].map((turns) => ({ turns, chunkBytes })),
  ),
};

/** Measures, prints the report, and with `save` writes it to docs/benchmarks.md. @throws Error when a variant fails. */
export async function benchRouter({ full, save }: { full: boolean; save: boolean }): Promise<void> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'switchyard-bench-'));
  try {
    await bundleChildren(directory);
    const command = `npm run bench -- router${full ? ' --full' : ''}`;
    const section = reportOf(...(await observed(command, () => measureAll(directory, full ? FULL : QUICK))));
    console.log(await formatSection(section));
    if (save) await saveSection(section);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function measureAll(directory: string, plan: Plan): Promise<Results> {
  const run = (job: Job): Promise<Measurement> => {
    console.error(
      `${job.variant}: ${job.turns} turns, ${job.lineBytes ?? job.messages} ${job.lineBytes ? 'B' : 'messages'}`,
    );
    return measure(
      directory,
      job,
      Array.from({ length: job.turns }, (_, turn) => turnIdOf(turn, 0)),
    );
  };
  const cells = await measureThroughput(plan, run);
  const longLines = await measureLongLines(plan.rounds, run);
  const memory = { turns: SOAK_TURNS, chunkBytes: LARGE_CHUNK, messages: 100 * MESSAGES_PER_PASS, passes: 1 };
  const stuck = await run({ ...memory, variant: 'stuck' });
  const messages = plan.soakMessages;
  const soak = await run({ ...memory, variant: 'soak', messages, passes: messages / MESSAGES_PER_PASS });
  return {
    ...{ cells, rounds: plan.rounds, messages: plan.messages, pythonMessages: plan.pythonMessages },
    ...{ longLines, stuck, soak, soakMessages: messages },
  };
}

type Run = (job: Job) => Promise<Measurement>;

/** One round after the other, each with every variant once, so that a slow minute slows all of them. */
async function measureThroughput(plan: Plan, run: Run): Promise<ThroughputCell[]> {
  const hasPython = spawnSync('python3', ['--version']).status === 0;
  const variants = VARIANTS.filter((variant) => variant !== 'python' || hasPython);
  const cells = plan.cells.map((cell) => ({ ...cell, samples: new Map<string, VariantSamples>() }));
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const { turns, chunkBytes, samples } of cells) {
      const charactersRead = new Set<number>();
      for (const variant of variants) {
        const messages = variant === 'python' ? plan.pythonMessages : plan.messages;
        const measured = await run({ variant, turns, chunkBytes, messages, passes: 1 });
        if (variant !== 'python') charactersRead.add(measured.characters);
        if (charactersRead.size > 1 || (variant === 'python' && measured.messages !== messages)) {
          throw new Error(`${variant} did not read what the others read`);
        }
        const ofVariant = samples.get(variant) ?? { wallUs: [], cpuUs: [], peakRssMb: [] };
        ofVariant.wallUs.push((measured.wallMs * 1_000) / messages);
        ofVariant.cpuUs.push((measured.cpuMs * 1_000) / messages);
        ofVariant.peakRssMb.push(measured.peakRssMb);
        samples.set(variant, ofVariant);
      }
    }
  }
  return cells;
}

async function measureLongLines(rounds: number, run: Run): Promise<Results['longLines']> {
  const samples = { small: [] as Measurement[], large: [] as Measurement[] };
  const line = { variant: 'listeners', turns: 1, chunkBytes: LARGE_CHUNK, messages: 1, passes: 1 };
  for (let round = 0; round < rounds; round += 1) {
    samples.small.push(await run({ ...line, lineBytes: 10_000_000 }));
    samples.large.push(await run({ ...line, lineBytes: 50_000_000 }));
  }
  return samples;
}
