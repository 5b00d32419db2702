import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createCodexHome } from '../test/support/codexHome';
import { startModelServer } from '../test/support/modelServer';
import { StdioDriver } from '../test/support/stdioDriver';
import { type Scenario, SCENARIOS } from './transcripts/scenarios';

const target = path.resolve(__dirname, '../test/fixtures/transcripts');

/** Stand-ins in transcripts for what differs from machine to machine. */
const PROJECT = '/project';
const CODEX_HOME = '/codex-home';
const MODEL_URL = 'http://model.invalid/v1';

const FILES: Readonly<Record<string, string>> = {
  'README.md': '# Sample\n\nA project to talk about.\n',
  'greet.js': 'export function greet(name) {\n  return `Hello ${name}`;\n}\n',
};

/** Runs one scenario against the pinned codex and gives what went over the wire, free of this machine's paths. */
async function record(scenario: Scenario): Promise<string> {
  const workspace = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'switchyard-record-')));
  const raw = path.join(mkdtempSync(path.join(os.tmpdir(), 'switchyard-transcript-')), 'raw.jsonl');
  for (const [name, text] of Object.entries(FILES)) writeFileSync(path.join(workspace, name), text);
  const model = await startModelServer();
  const home = await createCodexHome({ modelUrl: model.url, requestMaxRetries: 0, streamMaxRetries: 1 });
  try {
    const driver = await StdioDriver.start({ codexHome: home.path, cwd: workspace, transcript: raw });
    try {
      await scenario.run({ driver, model, workspace });
    } finally {
      await driver.close();
    }
    return scrub(readFileSync(raw, 'utf8'), [
      [workspace, PROJECT],
      [home.path, CODEX_HOME],
      [model.url, MODEL_URL],
      [os.homedir(), '/home/person'],
      [os.hostname(), 'machine'],
    ]);
  } finally {
    await model.close();
    await home.dispose();
    rmSync(workspace, { recursive: true, force: true });
    rmSync(path.dirname(raw), { recursive: true, force: true });
  }
}

function scrub(text: string, replacements: readonly (readonly [from: string, to: string])[]): string {
  // The handshake and the installation tell of the machine, and no test reads them.
  const lines = text.split('\n').filter((line) => !/"method":"initialize|"userAgent":|"installationId":/.test(line));
  return replacements.reduce((scrubbed, [from, to]) => scrubbed.replaceAll(from, to), lines.join('\n'));
}

/** Records the scenarios named on the command line, or all of them. */
async function main(): Promise<void> {
  const names = process.argv.slice(2);
  mkdirSync(target, { recursive: true });
  for (const scenario of SCENARIOS.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const transcript = await record(scenario);
    writeFileSync(path.join(target, `${scenario.name}.jsonl`), transcript);
    console.log(`${scenario.name}: ${transcript.trimEnd().split('\n').length} messages`);
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
