import Mocha from 'mocha';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import { SUITE_LINE } from './suiteLine';

/** How long one test may take: it may wait for a whole turn of Codex. */
const TEST_LIMIT_MS = 60_000;

/**
 * What the extension host calls to run the suite: every `*.test.js` beside this file. `SWITCHYARD_TEST_GREP` chooses
 * tests by title. Rejects when a test failed, or when there was none to run.
 */
export async function run(): Promise<void> {
  const { passed, failed } = await runTests().catch((error: unknown) => {
    // A test file that cannot be loaded. The editor itself only says so on the console, among much else.
    printLine(error instanceof Error ? error.stack : error);
    throw error;
  });
  printLine(`${passed} passed, ${failed} failed`);
  if (failed > 0) throw new Error(`${failed} tests failed`);
  if (passed === 0) throw new Error('No test was run');
}

async function runTests(): Promise<{ passed: number; failed: number }> {
  Mocha.reporters.Base.consoleLog = printLine;
  const mocha = new Mocha({
    ui: 'bdd',
    color: false,
    forbidOnly: true,
    grep: process.env.SWITCHYARD_TEST_GREP || undefined,
    timeout: TEST_LIMIT_MS,
  });
  const files = readdirSync(__dirname).filter((file) => file.endsWith('.test.js'));
  for (const file of files.sort()) mocha.addFile(path.join(__dirname, file));

  let passed = 0;
  const failed = await new Promise<number>((resolve) => {
    mocha.run(resolve).on(Mocha.Runner.constants.EVENT_TEST_PASS, () => passed++);
  });
  return { passed, failed };
}

function printLine(...values: unknown[]): void {
  console.log(SUITE_LINE + format(...values));
}
