// Runs a TypeScript script of this repository on a machine that may have nothing but Node and npm:
// installs the npm dependencies when they are missing or out of date, then hands over to tsx.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const stamp = path.join(root, 'node_modules', '.switchyard-lock');
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

function run(command, args) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32' && command === npm,
  });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

function installIfNeeded() {
  const lock = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.log('Installing npm dependencies…');
  run(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(stamp, lock);
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Switchyard needs Node.js 20.19 or newer to build; this is ${process.version}.`);
  process.exit(1);
}
installIfNeeded();
const [script, ...args] = process.argv.slice(2);
run(process.execPath, ['--import', 'tsx', path.join(root, script), ...args]);
