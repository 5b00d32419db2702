import { build } from 'esbuild';
import { existsSync, readdirSync } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { format, parseArgs } from 'node:util';
import { ensureHost, type Host, type HostVersion } from '../../scripts/host/install';
import { createProfile, type Profile, updateSettings } from '../../scripts/host/profile';
import { type HostServer, installExtension, startHost } from '../../scripts/host/server';
import { openBrowser, type Workbench } from '../support/workbench';
import { prepare } from './environment';
import { SUITE_LINE } from './suiteLine';

const LIMIT_MS = 8 * 60_000;
/** How long clearing up may take after the limit, before this process just ends. */
const CLEAR_UP_MS = 30_000;
const TIMED_OUT = 124;
const PAGE_CRASHED = 70;

const root = path.resolve(__dirname, '..', '..');
const { values: options } = parseArgs({
  options: {
    host: { type: 'string', default: 'current' },
    grep: { type: 'string' },
    vsix: { type: 'string', default: path.join(root, 'dist', 'switchyard.vsix') },
  },
});
/** The suites of two editors can run at the same time. */
const out = path.join(root, 'dist', 'test', options.host);
const testExtension = path.join(out, 'extension');
const failureRecord = path.join(out, 'failure');

/** Runs the suite against the packaged extension in a real editor; gives the exit code. */
async function main(): Promise<number> {
  if (!isHostVersion(options.host)) throw new Error(`--host is "current" or "floor", not "${options.host}"`);
  if (!existsSync(options.vsix)) throw new Error(`${options.vsix} is missing. Run \`npm run package\` first.`);
  await bundleTests();
  const host = await ensureHost(options.host);
  console.log(`Running the suite in VS Code ${host.version}`);
  setTimeout(() => process.exit(TIMED_OUT), LIMIT_MS + CLEAR_UP_MS).unref();
  return runSuite(host, createProfile());
}

function isHostVersion(value: string): value is HostVersion {
  return value === 'current' || value === 'floor';
}

/** Builds the tests, and around them the extension under development that the editor asks for. */
async function bundleTests(): Promise<void> {
  await rm(testExtension, { recursive: true, force: true });
  await mkdir(testExtension, { recursive: true });
  const manifest = { name: 'tests', publisher: 'switchyard', version: '0.0.1', engines: { vscode: '^1.105.0' } };
  await writeFile(path.join(testExtension, 'package.json'), JSON.stringify(manifest));
  const tests = readdirSync(__dirname).filter((file) => file.endsWith('.test.ts'));
  await build({
    entryPoints: ['mochaIndex.ts', ...tests].map((file) => path.join(__dirname, file)),
    outdir: testExtension,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
}

async function runSuite(host: Host, profile: Profile): Promise<number> {
  const until = Date.now() + LIMIT_MS;
  const environment = await prepare(profile);
  try {
    updateSettings(profile, environment.settings);
    await installExtension(host, profile, options.vsix);
    const chosen: Record<string, string> = options.grep === undefined ? {} : { SWITCHYARD_TEST_GREP: options.grep };
    const env = { ...testVariables(), ...environment.env, ...chosen };
    const server = await startHost(host, profile, { smokeDriver: true, env });
    try {
      return await runInEditor(server, profile, until);
    } finally {
      await server.stop();
    }
  } finally {
    await environment.dispose();
  }
}

function testVariables(): Record<string, string> {
  const variables = Object.entries(process.env).filter(([name]) => name.startsWith('SWITCHYARD_TEST_'));
  return Object.fromEntries(variables) as Record<string, string>;
}

async function runInEditor(server: HostServer, profile: Profile, until: number): Promise<number> {
  const workbench = await openBrowser({ server, profile, query: testQuery(server, profile) });
  try {
    const suite = await listenToSuite(workbench);
    await workbench.load();
    const limit = delay(Math.max(0, until - Date.now()), TIMED_OUT, { ref: false });
    const code = await Promise.race([suite.ended, limit]);
    if (code === TIMED_OUT) console.error(`The suite did not end within ${LIMIT_MS / 60_000} minutes.`);
    if (code !== 0) await recordFailure(workbench, server, profile, suite.lines);
    return code;
  } finally {
    await workbench.close();
  }
}

function testQuery(server: HostServer, profile: Profile): URLSearchParams {
  const remote = (file: string) => `vscode-remote://${server.authority}${file}`;
  const payload = [
    ['extensionDevelopmentPath', remote(testExtension)],
    ['extensionTestsPath', remote(path.join(testExtension, 'mochaIndex.js'))],
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
  ];
  return new URLSearchParams({ folder: profile.folder, payload: JSON.stringify(payload) });
}

/** The suite as seen from the page: `ended` settles with its exit code, `lines` grows with all that was printed. */
interface Suite {
  readonly ended: Promise<number>;
  readonly lines: readonly string[];
}

/** Prints what the suite prints. The editor calls these two functions of the page if they are there before it loads. */
async function listenToSuite({ page }: Workbench): Promise<Suite> {
  const lines: string[] = [];
  await page.exposeFunction('codeAutomationLog', (_type: string, values: unknown[]) => {
    const line = format(...values);
    lines.push(line);
    if (line.startsWith(SUITE_LINE)) console.log(line.slice(SUITE_LINE.length));
  });
  let end: (code: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => (end = resolve));
  await page.exposeFunction('codeAutomationExit', (code: number | undefined) => end(code ?? 0));
  page.on('crash', () => end(PAGE_CRASHED));
  return { ended, lines };
}

/** Keeps what explains a failure: the editor as it looked, and all logs. */
async function recordFailure(
  workbench: Workbench,
  server: HostServer,
  profile: Profile,
  lines: readonly string[],
): Promise<void> {
  await rm(failureRecord, { recursive: true, force: true });
  await mkdir(failureRecord, { recursive: true });
  await writeFile(path.join(failureRecord, 'server.log'), server.log());
  await writeFile(path.join(failureRecord, 'console.log'), lines.join('\n'));
  const logs = path.join(profile.userData, 'logs');
  if (existsSync(logs)) await cp(logs, path.join(failureRecord, 'logs'), { recursive: true });
  const screenshot = workbench.screenshot(path.join(failureRecord, 'editor.png'));
  await screenshot.catch((error: unknown) => console.error(`No screenshot: ${String(error)}`));
  console.error(`Logs and a screenshot: ${path.relative(root, failureRecord)}`);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
