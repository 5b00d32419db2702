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
  /** The failed tests, where it names them. */
  readonly names?: readonly string[];
}

const MAX_TAIL_CHARACTERS = 200_000;
const MAX_REPORT_CHARACTERS = 4_000;
const MAX_NAMES = 20;

const bin = (name: string, ...args: string[]): string[] => [path.join('node_modules', name), ...args];
const script = (file: string, ...args: string[]): string[] => ['--import', 'tsx', file, ...args];

/** Everything `npm test` runs, cheapest first. What stands together runs at the same time. */
const STEPS: readonly (readonly Step[])[] = [
  [
    { name: 'lint', args: bin('eslint/bin/eslint.js', '.', '--max-warnings', '0') },
    { name: 'format', args: bin('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.') },
    { name: 'stable API', args: script('scripts/lint/stableApi.ts') },
    { name: 'types', args: script('scripts/checkTypes.ts') },
  ],
  [{ name: 'unit', args: bin('vitest/vitest.mjs', 'run') }],
  [{ name: 'package', args: script('scripts/package.ts') }],
  [
    { name: 'host', args: script('test/integration/run.ts'), needs: 'package' },
    { name: 'host (oldest)', args: script('test/integration/run.ts', '--host', 'floor'), needs: 'package' },
  ],
  [{ name: 'end to end', args: script('test/e2e/run.ts'), needs: 'package' }],
];

async function main(): Promise<void> {
  const outcomes = new Map<string, Outcome>();
  for (const group of STEPS) {
    const running = group.map((step) => {
      const isBlocked = step.needs !== undefined && (outcomes.get(step.needs)?.failed ?? 0) > 0;
      return { step, ...(isBlocked ? notRun(step) : start(step)) };
    });
    for (const { step, print, outcome } of running) {
      console.log(`\n── ${step.name} ${'─'.repeat(60 - step.name.length)}`);
      print();
      outcomes.set(step.name, await outcome);
    }
  }
  // Once more at the end, and the names last: of a long run only the end may be kept.
  const failures = [...outcomes].filter(([, outcome]) => outcome.failed > 0);
  for (const [name, { report = '' }] of failures) console.log(`\n── failed: ${name}\n${report}`);
  for (const [name, { names = [] }] of failures) console.log(`\n${name}:\n${names.join('\n')}`);
  const all = [...outcomes.values()];
  const failed = sum(all.map((outcome) => outcome.failed));
  console.log(`\n${sum(all.map((outcome) => outcome.passed))} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

/** A step on its way: it shows what it has printed, and prints, from `print` on. */
interface Running {
  readonly print: () => void;
  readonly outcome: Promise<Outcome>;
}

function notRun({ needs = '' }: Step): Running {
  const report = `Not run: ${needs} failed.`;
  return { print: () => console.log(report), outcome: Promise.resolve({ passed: 0, failed: 1, report }) };
}

function start({ name, args }: Step): Running {
  const started = Date.now();
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const held: (() => void)[] = [];
  let show = (write: () => void): unknown => held.push(write);
  let tail = '';
  // vitest prints its failures as errors, and its summary as output: the tail has both.
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    const decoder = new StringDecoder();
    from.on('data', (chunk: Buffer) => {
      show(() => to.write(chunk));
      tail = (tail + decoder.write(chunk)).slice(-MAX_TAIL_CHARACTERS);
    });
  }
  const print = (): void => {
    for (const write of held.splice(0)) write();
    show = (write) => write();
  };
  const outcome = new Promise<number | null>((resolve) => child.once('close', resolve)).then((code) => {
    const seconds = ((Date.now() - started) / 1000).toFixed(0);
    show(() => console.log(`${name}: ${code === 0 ? 'passed' : 'failed'} in ${seconds} s`));
    return outcomeOf(code, stripVTControlCharacters(tail));
  });
  return { print, outcome };
}

/** What came of a step. One that counts its tests is counted by them, any other as one. */
function outcomeOf(code: number | null, output: string): Outcome {
  const counted = countTests(output);
  if (code === 0) return counted ?? { passed: 1, failed: 0 };
  const failed = Math.max(1, counted?.failed ?? 1);
  // As vitest and Mocha number and name them.
  const names = new Set(output.match(/^ *(?:FAIL {2}|\d+\) )\S.*$/gm));
  return { passed: counted?.passed ?? 0, failed, report: failureReport(output), names: [...names].slice(0, MAX_NAMES) };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
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
