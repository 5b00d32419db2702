import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Host } from './install';
import { onProcessEnd, removeTemporary } from './processEnd';
import type { Profile } from './profile';

/** A running editor server; a browser opened at `url` shows the editor. */
export interface HostServer {
  /** For example `http://127.0.0.1:41234`. The folder is named in the query: `?folder=/absolute/path`. */
  readonly url: string;
  readonly port: number;
  /** Host and port, the authority of `vscode-remote:` addresses. */
  readonly authority: string;
  /** What the server has printed since it was started. */
  log(): string;
  /** Ends the server and every process below it. May be called more than once. */
  stop(): Promise<void>;
}

export interface StartOptions {
  /** Needed to run tests in the extension host. The editor then shows no modal dialog. Off unless asked for. */
  readonly smokeDriver?: boolean;
  /** Loopback port. A free one unless given. */
  readonly port?: number;
  /** Environment of the server and so of the extension host, over a clean one with `PATH` and little more. */
  readonly env?: Readonly<Record<string, string>>;
}

const START_LIMIT_MS = 60_000;
const INSTALL_LIMIT_MS = 120_000;
const STOP_GRACE_MS = 4_000;
/** Without these no program starts on Windows. */
const WINDOWS_VARIABLES = ['SystemRoot', 'ComSpec', 'PATHEXT', 'windir'];

/** Installs a packaged extension into the profile, over an older one. Rejects with what the server said. */
export async function installExtension(host: Host, profile: Profile, vsixPath: string): Promise<void> {
  const args = [host.serverMain, '--accept-server-license-terms', ...profileArguments(profile)];
  const env = cleanEnvironment(profile, profile.home, {});
  const install = ['--install-extension', path.resolve(vsixPath), '--force'];
  await promisify(execFile)(host.node, [...args, ...install], { env, timeout: INSTALL_LIMIT_MS });
}

/**
 * Starts the editor server on the loopback interface and waits until it listens. Rejects with the server's output
 * when it does not. The server ends with this process, also when that is interrupted.
 */
export async function startHost(host: Host, profile: Profile, options: StartOptions = {}): Promise<HostServer> {
  const temporary = mkdtempSync(path.join(shortTemporaryFolder(), 'sy-'));
  const logFile = path.join(profile.base, 'server.log');
  const output = openSync(logFile, 'w');
  const child = spawn(host.node, serverArguments(host, profile, options), {
    env: cleanEnvironment(profile, temporary, options.env ?? {}),
    stdio: ['ignore', output, output],
    // A process group of its own, so that everything the server starts can be ended with it.
    detached: process.platform !== 'win32',
  });
  closeSync(output);
  const release = onProcessEnd(() => {
    killTree(child, 'SIGKILL');
    removeTemporary(temporary);
  });
  const stop = async () => {
    await endTree(child);
    release();
  };
  const log = () => readFileSync(logFile, 'utf8');
  try {
    const port = await listeningPort(child, log);
    const authority = `127.0.0.1:${port}`;
    return { url: `http://${authority}`, port, authority, log, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function serverArguments(host: Host, profile: Profile, options: StartOptions): string[] {
  return [
    host.serverMain,
    ...['--host', '127.0.0.1', '--port', String(options.port ?? 0)],
    '--without-connection-token',
    '--accept-server-license-terms',
    ...profileArguments(profile),
    '--disable-telemetry',
    '--disable-workspace-trust',
    ...(options.smokeDriver ? ['--enable-smoke-test-driver'] : []),
  ];
}

function profileArguments(profile: Profile): string[] {
  return [
    ...['--server-data-dir', profile.serverData],
    ...['--user-data-dir', profile.userData],
    ...['--extensions-dir', profile.extensions],
  ];
}

/** `temporary` must be short: sockets are made in it, and their paths end at about a hundred characters. */
function cleanEnvironment(
  profile: Profile,
  temporary: string,
  extra: Readonly<Record<string, string>>,
): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    ...(process.platform === 'win32' ? windowsEnvironment(profile, temporary) : unixEnvironment(profile, temporary)),
    // No extension marketplace: nothing is looked up outside.
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
    ...extra,
  };
}

function unixEnvironment(profile: Profile, temporary: string): Record<string, string> {
  return {
    LANG: 'C.UTF-8',
    SHELL: '/bin/bash',
    HOME: profile.home,
    XDG_CONFIG_HOME: path.join(profile.home, '.config'),
    XDG_DATA_HOME: path.join(profile.home, '.local', 'share'),
    XDG_CACHE_HOME: path.join(profile.home, '.cache'),
    XDG_RUNTIME_DIR: temporary,
    TMPDIR: temporary,
  };
}

function windowsEnvironment(profile: Profile, temporary: string): Record<string, string> {
  const needed = WINDOWS_VARIABLES.map((name) => [name, process.env[name] ?? '']);
  return {
    ...(Object.fromEntries(needed) as Record<string, string>),
    USERPROFILE: profile.home,
    APPDATA: path.join(profile.home, 'AppData', 'Roaming'),
    LOCALAPPDATA: path.join(profile.home, 'AppData', 'Local'),
    TEMP: temporary,
    TMP: temporary,
  };
}

/** The system's temporary folder has a long path on macOS. */
function shortTemporaryFolder(): string {
  return process.platform === 'darwin' ? '/tmp' : os.tmpdir();
}

async function listeningPort(child: ChildProcess, log: () => string): Promise<number> {
  let failure: Error | undefined;
  child.once('error', (error) => (failure = error));
  const until = Date.now() + START_LIMIT_MS;
  for (;;) {
    const port = /Extension host agent listening on (\d+)/.exec(log())?.[1];
    if (port !== undefined) return Number(port);
    if (failure) throw failure;
    if (hasEnded(child)) throw new Error(`The editor server ended at once:\n${log()}`);
    if (Date.now() > until) throw new Error(`The editor server does not listen:\n${log()}`);
    await delay(30);
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

/** Asks the processes to end, and ends those that have not done so in time. */
async function endTree(child: ChildProcess): Promise<void> {
  if (!hasEnded(child)) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    killTree(child, 'SIGTERM');
    await Promise.race([ended, delay(STOP_GRACE_MS, undefined, { ref: false })]);
  }
  killTree(child, 'SIGKILL');
}

function killTree(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore' });
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}
