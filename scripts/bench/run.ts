import { spawn } from 'node:child_process';
import path from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import type { Measurement } from './meter';
import type { Feed } from './messages';

const SOURCES = __dirname;

/** One measurement to make. `messages` is what the variant must have handled at the end, when that is to be checked. */
export interface Job extends Feed {
  readonly variant: string;
  readonly chunkBytes: number;
}

const DEADLINE_MS = 180_000;

/** Bundles the child processes into `directory`, so that they start at once and run what ships. */
export async function bundleChildren(directory: string): Promise<void> {
  const options: BuildOptions = { bundle: true, platform: 'node', target: 'node20', logLevel: 'warning' };
  const entryPoints = ['feeder', 'variants'].map((name) => path.join(SOURCES, `${name}.ts`));
  await build({ ...options, entryPoints, outdir: directory, outExtension: { '.js': '.cjs' } });
}

/**
 * Runs one variant in a process of its own, fed through a pipe by another.
 * @throws Error when it fails or is not done within three minutes.
 */
export async function measure(directory: string, job: Job, turnIds: readonly string[]): Promise<Measurement> {
  const node = `"${process.execPath}"`;
  const feeder = `${node} "${path.join(directory, 'feeder.cjs')}"`;
  const consumer =
    job.variant === 'python'
      ? `python3 "${path.join(SOURCES, 'pythonRouter.py')}"`
      : `${node} --expose-gc "${path.join(directory, 'variants.cjs')}"`;
  const options = { ...job, deadlineMs: DEADLINE_MS, ...(job.variant === 'python' ? { turnIds } : {}) };
  // A shell, because only it connects two processes by a pipe that this one has no part in.
  const pipeline = spawn(`${feeder} | ${consumer}`, {
    shell: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, BENCH_OPTIONS: JSON.stringify(options) },
  });
  let output = '';
  pipeline.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => pipeline.once('close', resolve));
  if (code !== 0) throw new Error(`${job.variant} failed (${code})`);
  return JSON.parse(output) as Measurement;
}
