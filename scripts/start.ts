import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createCodexHome, nativeCodexPath } from '../test/support/codexHome';
import { startDemoModel } from '../test/support/demoModel';
import { ensureHost } from './host/install';
import { onProcessEnd, removeTemporary } from './host/processEnd';
import { createProfile, writeMachineSettings } from './host/profile';
import { installExtension, startHost } from './host/server';
import { productDemoSettings } from './host/settings';
import { packageExtension } from './package';
import { packageGuide } from './startGuide';

const root = path.resolve(__dirname, '..');
/** `src/conversation/codexStatus.ts` knows the demo by this name. */
const DEMO_PROVIDER = 'switchyard_demo';

const { values: options } = parseArgs({
  options: {
    port: { type: 'string' },
    folder: { type: 'string' },
    'no-open': { type: 'boolean', default: false },
    account: { type: 'boolean', default: false },
  },
});

/** A real VS Code with the extension, on loopback, until Ctrl+C. */
async function main(): Promise<void> {
  const base = mkdtempSync(path.join(os.tmpdir(), 'switchyard-start-'));
  onProcessEnd(() => removeTemporary(base));
  const folder = options.folder === undefined ? sampleWorkspace(base) : path.resolve(options.folder);
  const codexHome = options.account ? (process.env.CODEX_HOME ?? path.join(os.homedir(), '.codex')) : await demoHome();

  console.log('Preparing VS Code (the first time, it is fetched from npm)…');
  const [host, vsix] = [await ensureHost('current'), await packageExtension()];
  const profile = createProfile({
    base: path.join(base, 'profile'),
    folder,
    defaults: productDemoSettings,
  });
  // The codex of this repository, so that what is tried is what was tested.
  writeMachineSettings(profile, { 'switchyard.codex.path': nativeCodexPath() });
  await installExtension(host, profile, vsix);
  await installExtension(host, profile, packageGuide(base, options.folder === undefined ? 'src/offers.js' : undefined));
  const port = options.port === undefined ? undefined : Number(options.port);
  const server = await startHost(host, profile, {
    env: { CODEX_HOME: codexHome },
    ...(port !== undefined && { port }),
  });
  const address = `${server.url}/?folder=${encodeURIComponent(folder)}`;
  console.log(
    options.account
      ? 'Codex uses your own account.'
      : 'The demo model answers: no account is needed, and nothing leaves this machine.',
  );
  console.log(`ready ${address}`);
  if (!options['no-open']) openBrowser(address);
}

function sampleWorkspace(base: string): string {
  const folder = path.join(base, 'corner-shop');
  cpSync(path.join(root, 'test/fixtures/sample-workspace'), folder, { recursive: true });
  return folder;
}

async function demoHome(): Promise<string> {
  const model = await startDemoModel();
  const home = await createCodexHome({ modelUrl: model.url, providerId: DEMO_PROVIDER, providerName: 'Demo model' });
  onProcessEnd(() => removeTemporary(home.path));
  return home.path;
}

/** Opens a browser where there is one; the address is printed anyway. */
function openBrowser(address: string): void {
  const [command = '', ...args]: string[] =
    process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open'];
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return;
  spawn(command, [...args, address], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
