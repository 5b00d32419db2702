import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, readdir, realpath, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { SwitchyardError, messageOf } from '../base/errors';

/** The oldest codex whose protocol this extension was built on. */
export const MINIMUM_CODEX_VERSION = '0.169.0';

/** Where to look for codex. */
export interface LocateOptions {
  /** `switchyard.codex.path`; empty: look for it. */
  readonly configuredPath: string;
  /** Folder that "Install Codex" installs into (an npm prefix). */
  readonly installFolder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly homeFolder?: string;
}

/** A codex that can be started. */
export interface LocatedCodex {
  /** Absolute path of the native program, never of npm's JavaScript wrapper. */
  readonly path: string;
  readonly version: string;
}

const exe = process.platform === 'win32' ? 'codex.exe' : 'codex';
const platformPackage = path.join('@openai', `codex-${process.platform}-${process.arch}`);

/**
 * Finds codex and checks its version.
 *
 * @throws SwitchyardError `codexNotFound`, `codexNotRunnable` or `codexTooOld`, with a message for the person.
 */
export async function locateCodex(options: LocateOptions): Promise<LocatedCodex> {
  const program = await findProgram(options);
  const version = await readVersion(program, options.env);
  if (compareVersions(version, MINIMUM_CODEX_VERSION) < 0) {
    throw new SwitchyardError(
      'codexTooOld',
      `Codex ${version} at ${program} is too old. Switchyard needs ${MINIMUM_CODEX_VERSION} or newer.`,
    );
  }
  return { path: program, version };
}

async function findProgram(options: LocateOptions): Promise<string> {
  const home = options.homeFolder ?? os.homedir();
  if (options.configuredPath !== '') {
    const configured = options.configuredPath.replace(/^~(?=[/\\])/, home);
    const found = await resolveNative(configured);
    if (found) return found;
    throw new SwitchyardError('codexNotFound', `There is no program at ${configured} (setting switchyard.codex.path).`);
  }
  for (const candidate of candidates(options, home)) {
    const found = await resolveNative(candidate);
    if (found) return found;
  }
  throw new SwitchyardError('codexNotFound', 'Codex is not installed, or not on the PATH of this editor.');
}

function candidates({ installFolder, env }: LocateOptions, home: string): string[] {
  const onPath = (env.PATH ?? env.Path ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  const globalModules = [
    ...(env.APPDATA ? [path.join(env.APPDATA, 'npm/node_modules')] : []),
    '/usr/local/lib/node_modules',
    '/opt/homebrew/lib/node_modules',
    path.join(home, '.npm-global/lib/node_modules'),
  ];
  return [
    path.join(installFolder, 'node_modules/@openai/codex/bin/codex.js'),
    ...onPath.map((folder) => path.join(folder, exe)),
    ...globalModules.map((folder) => path.join(folder, '@openai/codex/bin/codex.js')),
    path.join('/opt/homebrew/bin', exe),
    path.join(home, '.local/bin', exe),
  ];
}

/** The native program behind `candidate`, which may be npm's wrapper; `undefined` when there is none. */
async function resolveNative(candidate: string): Promise<string | undefined> {
  const real = await realpath(candidate).catch(() => undefined);
  if (real === undefined) return undefined;
  if (!real.endsWith('.js')) return (await isExecutable(real)) ? real : undefined;
  const wrapperPackage = path.resolve(path.dirname(real), '..');
  const places = [path.join(wrapperPackage, 'node_modules'), path.resolve(wrapperPackage, '..', '..')];
  for (const place of places) {
    const native = await nativeIn(path.join(place, platformPackage));
    if (native) return native;
  }
  return undefined;
}

/** The program inside a platform package of npm: `vendor/<target triple>/bin/codex`. */
async function nativeIn(packageFolder: string): Promise<string | undefined> {
  const vendor = path.join(packageFolder, 'vendor');
  for (const triple of await readdir(vendor).catch(() => [])) {
    const program = path.join(vendor, triple, 'bin', exe);
    if (await isExecutable(program)) return program;
  }
  return undefined;
}

/** A folder counts as executable for the system, so a checkout that is called `codex` has to be told apart. */
async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

async function readVersion(program: string, env: NodeJS.ProcessEnv): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, ['--version'], { env, timeout: 15_000 });
    const version = /\d+\.\d+\.\d+/.exec(stdout)?.[0];
    if (version !== undefined) return version;
    throw new Error(`it answered ${JSON.stringify(stdout.slice(0, 200))}`);
  } catch (error) {
    throw new SwitchyardError('codexNotRunnable', `${program} could not tell its version: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Compares `a.b.c` versions: negative when `left` is older. */
export function compareVersions(left: string, right: string): number {
  const parts = (version: string): number[] => version.split('.').map(Number);
  const [a, b] = [parts(left), parts(right)];
  for (let index = 0; index < 3; index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
