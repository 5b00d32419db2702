import { spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const root = path.resolve(__dirname, '..');

interface Step {
  readonly name: string;
  readonly args: readonly string[];
  /** A step after a failed one is still run, unless it needs what that one should have made. */
  readonly needs?: string;
}

interface Outcome {
  readonly passed: number;
  readonly failed: number;
  /** What the step printed of its failures. */
  readonly report?: string;
}

const MAX_TAIL_CHARACTERS = 200_000;
const MAX_REPORT_CHARACTERS = 4_000;

const bin = (name: string, ...args: string[]): string[] => [path.join('node_modules', name), ...args];
const script = (file: string, ...args: string[]): string[] => ['--import', 'tsx', file, ...args];

/** Everything `npm test` runs, cheapest first. */
const STEPS: readonly Step[] = [
  { name: 'lint', args: bin('eslint/bin/eslint.js', '.', '--max-warnings', '0') },
  { name: 'format', args: bin('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.') },
  { name: 'stable API', args: script('scripts/lint/stableApi.ts') },
  { name: 'types', args: script('scripts/checkTypes.ts') },
  { name: 'unit', args: bin('vitest/vitest.mjs', 'run') },
  { name: 'package', args: script('scripts/package.ts') },
  { name: 'host', args: script('test/integration/run.ts'), needs: 'package' },
  { name: 'host (oldest)', args: script('test/integration/run.ts', '--host', 'floor'), needs: 'package' },
  { name: 'end to end', args: script('test/e2e/run.ts'), needs: 'package' },
];

async function main(): Promise<void> {
  const failedSteps = new Map<string, string>();
  let total: Outcome = { passed: 0, failed: 0 };
  for (const step of STEPS) {
    console.log(`\n── ${step.name} ${'─'.repeat(60 - step.name.length)}`);
    const outcome =
      step.needs !== undefined && failedSteps.has(step.needs) ? { passed: 0, failed: 1 } : await runStep(step);
    if (outcome.failed > 0) failedSteps.set(step.name, outcome.report ?? '');
    total = { passed: total.passed + outcome.passed, failed: total.failed + outcome.failed };
  }
  // Once more at the end: of a long run only the end may be kept.
  for (const [name, report] of failedSteps) console.log(`\n── failed: ${name}\n${report}`);
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

/** Runs one step, showing its output. A step that counts its tests is counted by them, any other as one. */
async function runStep({ name, args }: Step): Promise<Outcome> {
  const started = Date.now();
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let tail = '';
  // vitest prints its failures as errors, and its summary as output: the tail has both.
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    const decoder = new StringDecoder();
    from.on('data', (chunk: Buffer) => {
      to.write(chunk);
      tail = (tail + decoder.write(chunk)).slice(-MAX_TAIL_CHARACTERS);
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  console.log(`${name}: ${code === 0 ? 'passed' : 'failed'} in ${((Date.now() - started) / 1000).toFixed(0)} s`);
  const output = stripVTControlCharacters(tail);
  const counted = countTests(output);
  if (code === 0) return counted ?? { passed: 1, failed: 0 };
  return { passed: counted?.passed ?? 0, failed: Math.max(1, counted?.failed ?? 1), report: failureReport(output) };
}

/** The part about the failures: vitest and Mocha print them last, under a heading; other tools print little else. */
function failureReport(output: string): string {
  const heading = /^.*(?:Failed (?:Tests|Suites)|Unhandled Errors|^\s+\d+ failing).*$/m.exec(output);
  return heading
    ? output.slice(heading.index).slice(0, MAX_REPORT_CHARACTERS)
    : output.trimEnd().slice(-MAX_REPORT_CHARACTERS);
}

/** The summary of vitest ("Tests  2 failed | 30 passed (32)") or of the editor's suite ("30 passed, 2 failed"). */
function countTests(output: string): Outcome | undefined {
  const line = output.match(/^(?:\s*Tests\s.*|\d+ passed, \d+ failed)$/gm)?.at(-1);
  if (line === undefined) return undefined;
  const count = (word: string): number => Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
  return { passed: count('passed'), failed: count('failed') };
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
