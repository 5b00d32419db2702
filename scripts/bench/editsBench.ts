import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createCodexHome } from '../../test/support/codexHome';
import { ManyFiles } from '../../test/support/manyFiles';
import { script, startScriptedModel } from '../../test/support/scriptedModel';
import { StdioDriver } from '../../test/support/stdioDriver';
import { type Goal, verdictOf } from './goals';
import { decimal, formatTable } from './statistics';

const ROOT = path.resolve(__dirname, '..', '..');
const FEW = 1_000;
const MANY = 10_000;
const TURN_LIMIT_MS = 5 * 60_000;

/** What one step of the test in the editor took, and the longest time in which the extension host did nothing else. */
interface Step {
  readonly ms: number;
  readonly stallMs: number;
  readonly rssMb: number;
  /** Rows of unreviewed files that the chat was told of. */
  readonly rows: number;
}

type Steps = Readonly<Record<string, Step>>;

/**
 * What it costs that the editor writes, reviews and takes back what Codex changes in 10,000 files: against codex alone,
 * and against a tenth of the files. Needs `npm run package` first. @throws Error when a run fails.
 */
export async function benchEdits(): Promise<void> {
  const [few, many] = [inEditor(FEW), inEditor(MANY)];
  const alone = await codexAlone(FEW);
  const names = Object.keys(many);
  const rows = names.map((name) => {
    const step = many[name];
    const growth = ratio(step?.ms, few[name]?.ms, MANY / FEW);
    const cells = [step?.ms, step && step.ms / MANY, growth, step?.stallMs, step?.rssMb, step && step.rows / MANY];
    return [name, ...cells.map((value) => decimal(value))];
  });
  const header = [
    'step',
    'ms',
    'ms a file',
    `against ${FEW} files`,
    'longest stall, ms',
    'RSS, MB',
    'rows told a file',
  ];
  console.log(`\n${MANY} files. Codex alone takes ${decimal(alone / FEW)} ms a file, for ${FEW} files.\n`);
  console.log(formatTable(header, rows));
  console.log(`\n${formatTable(['goal', 'limit', 'measured', ''], goalsOf(few, many, alone).map(goalRow))}`);
}

function goalsOf(few: Steps, many: Steps, aloneMs: number): Goal[] {
  return [
    { name: 'turn: a file against codex alone', limit: 1, unit: '×', value: ratio(many.turn?.ms, aloneMs, MANY / FEW) },
    ...Object.keys(many).map((name): Goal => ({
      name: `${name}: a file against one of ${FEW}`,
      limit: 2,
      unit: '×',
      value: ratio(many[name]?.ms, few[name]?.ms, MANY / FEW),
    })),
  ];
}

function goalRow(goal: Goal): string[] {
  return [goal.name, `${goal.limit} ${goal.unit}`, decimal(goal.value), verdictOf(goal)];
}

/** How many times as long as `base` something took that was `size` times as large. */
function ratio(ms: number | undefined, base: number | undefined, size: number): number | undefined {
  return ms === undefined || base === undefined ? undefined : ms / base / size;
}

/** Runs the test of very many files in the editor. */
function inEditor(files: number): Steps {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'switchyard-bench-'));
  const report = path.join(folder, 'report.json');
  try {
    const test = path.join(ROOT, 'test', 'integration', 'run.ts');
    const args = ['--import', 'tsx', test, '--grep', 'A turn that changes very many files'];
    const env = { ...process.env, SWITCHYARD_TEST_FILES: String(files), SWITCHYARD_TEST_REPORT: report };
    const { status } = spawnSync(process.execPath, args, { cwd: ROOT, env, stdio: 'inherit' });
    if (status !== 0) throw new Error(`The run with ${files} files failed (${status})`);
    return JSON.parse(readFileSync(report, 'utf8')) as Steps;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same turn of a codex that writes the files by itself, in milliseconds. */
async function codexAlone(count: number): Promise<number> {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'switchyard-bench-')));
  const model = await startScriptedModel();
  const home = await createCodexHome({ modelUrl: model.url });
  const codex = await StdioDriver.start({ codexHome: home.path, cwd: folder });
  try {
    const files = new ManyFiles(folder, folder, count);
    files.write();
    const { thread } = await codex.request<{ thread: { id: string } }>('thread/start', {
      cwd: folder,
      approvalPolicy: 'never',
      sandbox: 'workspace-write',
    });
    const startedAtMs = performance.now();
    await codex.runTurn(thread.id, script({ patch: files.patch }), {}, TURN_LIMIT_MS);
    const ms = performance.now() - startedAtMs;
    if (files.unpatched().length > 0) throw new Error('codex alone did not write all files');
    return ms;
  } finally {
    await codex.close();
    await model.close();
    await home.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}
