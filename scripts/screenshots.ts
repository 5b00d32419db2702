import { cpSync, mkdirSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createCodexHome, nativeCodexPath } from '../test/support/codexHome';
import { startDemoModel } from '../test/support/demoModel';
import { openWorkbench, type Workbench } from '../test/support/workbench';
import { ensureHost } from './host/install';
import { onProcessEnd, removeTemporary } from './host/processEnd';
import { createProfile, writeMachineSettings } from './host/profile';
import { installExtension, startHost } from './host/server';
import { productDemoSettings } from './host/settings';
import { packageExtension } from './package';

const root = path.resolve(__dirname, '..');
const THEMES: Readonly<Record<string, string>> = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  'high-contrast': 'Default High Contrast',
  'high-contrast-light': 'Default High Contrast Light',
};

const { values: options } = parseArgs({
  options: { out: { type: 'string', default: path.join(root, 'docs/images') }, theme: { type: 'string' } },
});

/** Plays the demo in each theme and takes pictures: an approval, the review of what was written, and a tab. */
async function main(): Promise<void> {
  mkdirSync(options.out, { recursive: true });
  const host = await ensureHost('current');
  const vsix = await packageExtension();
  for (const [name, theme] of Object.entries(THEMES)) {
    if (options.theme !== undefined && options.theme !== name) continue;
    const base = mkdtempSync(path.join(os.tmpdir(), 'switchyard-pictures-'));
    onProcessEnd(() => removeTemporary(base));
    const folder = path.join(base, 'corner-shop');
    cpSync(path.join(root, 'test/fixtures/sample-workspace'), folder, { recursive: true });
    const model = await startDemoModel({ gapMs: 5 });
    const home = await createCodexHome({ modelUrl: model.url, providerId: 'switchyard_demo' });
    const profile = createProfile({ base: path.join(base, 'profile'), folder, defaults: productDemoSettings });
    writeMachineSettings(profile, { 'switchyard.codex.path': nativeCodexPath() });
    await installExtension(host, profile, vsix);
    const server = await startHost(host, profile, { env: { CODEX_HOME: home.path } });
    const workbench = await openWorkbench({ server, profile, theme, viewport: { width: 1280, height: 860 } });
    try {
      await takePictures(workbench, name);
    } finally {
      await workbench.close();
      await server.stop();
      await model.close();
      await home.dispose();
    }
    console.log(`${name}: done`);
  }
}

async function takePictures(workbench: Workbench, name: string): Promise<void> {
  const picture = (what: string): Promise<unknown> =>
    workbench.page.screenshot({ path: path.join(options.out, `${what}-${name}.png`) });
  /** Of the list, by how its label ends. */
  const row = (label: RegExp) => workbench.page.getByRole('treeitem', { name: label });
  await workbench.openFile('src/offers.js');
  await workbench.openSwitchyard();
  const sidebar = await workbench.chatFrame('sidebar');
  await sidebar.getByText('What shall we work on').waitFor();
  await picture('empty');
  await sidebar.getByRole('textbox', { name: 'Message Codex' }).fill('Find and fix the failing test');
  await sidebar.getByRole('button', { name: 'Send', exact: true }).click();
  const allow = sidebar.getByRole('button', { name: 'Allow once' });
  await allow.waitFor();
  await sidebar.getByRole('button', { name: 'Show changes' }).first().click();
  await sidebar.locator('.approval .button[aria-disabled="false"]').first().waitFor();
  await row(/, needs you$/).waitFor();
  await picture('approval');
  await allow.click();
  await sidebar.getByRole('status').filter({ hasText: 'Ready' }).waitFor();
  await sidebar.getByRole('region', { name: 'Unreviewed changes' }).waitFor();
  await workbench.page.locator('.codelens-decoration').first().waitFor();
  await row(/, working$/).waitFor({ state: 'hidden' });
  await picture('review');
  await sidebar.getByRole('button', { name: 'New conversation' }).click();
  await sidebar.getByRole('heading', { name: 'New conversation' }).waitFor();
  await sidebar.getByRole('textbox', { name: 'Message Codex' }).fill('Explain how this project is built');
  await sidebar.getByRole('button', { name: 'Send', exact: true }).click();
  await sidebar.getByRole('status').filter({ hasText: 'Ready' }).waitFor();
  await sidebar.getByRole('button', { name: 'Open in editor' }).click();
  const tab = await workbench.chatFrame('editor');
  await tab.getByRole('article', { name: 'Codex' }).last().waitFor();
  await tab.locator('.code-chunk > span').first().waitFor();
  await picture('tab');
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
