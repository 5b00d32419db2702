import { existsSync } from 'node:fs';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

export interface CodexHomeOptions {
  /** Base address of the model server, ending in `/v1`. */
  readonly modelUrl: string;
  readonly model?: string;
  readonly providerId?: string;
  readonly providerName?: string;
  /** Appended to `config.toml` as it is: whole tables only, since the file ends inside one. */
  readonly extraToml?: string;
  /** Features to turn on. */
  readonly features?: readonly string[];
  /** How often Codex repeats a request that was answered with a 5xx. */
  readonly requestMaxRetries?: number;
  /** How often Codex repeats a turn's request after its stream broke. */
  readonly streamMaxRetries?: number;
}

export interface CodexHome {
  /** The folder to pass as `CODEX_HOME`. */
  readonly path: string;
  /** Deletes the folder. Call it after the processes that use it have ended. */
  dispose(): Promise<void>;
}

/**
 * Makes a temporary `CODEX_HOME` whose only model provider is the scripted server: no sign-in, no plugin sync, no
 * update check, no analytics, so that Codex talks to nothing but `modelUrl`.
 */
export async function createCodexHome(options: CodexHomeOptions): Promise<CodexHome> {
  const home = await realpath(await mkdtemp(path.join(homeParent(), 'switchyard-codex-home-')));
  await writeFile(path.join(home, 'config.toml'), configToml(options));
  return {
    path: home,
    dispose: () => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }),
  };
}

// Codex puts the helper that enters its sandbox into CODEX_HOME, and refuses to when that lies in the folder for
// temporary files: then every sandboxed command fails. So a home needs a folder which is temporary under another name.
function homeParent(): string {
  const temporary = path.resolve(os.tmpdir());
  if (process.platform === 'win32') return path.dirname(temporary);
  return temporary === '/var/tmp' || temporary.startsWith('/var/tmp/') ? '/tmp' : '/var/tmp';
}

function configToml(options: CodexHomeOptions): string {
  const { modelUrl, model = 'gpt-5.5', providerId = 'mock', providerName = 'Scripted model' } = options;
  const { extraToml = '', features = [], requestMaxRetries = 0, streamMaxRetries = 0 } = options;
  // JSON strings are valid TOML basic strings.
  return `model = ${JSON.stringify(model)}
model_provider = ${JSON.stringify(providerId)}
check_for_update_on_startup = false

[model_providers.${JSON.stringify(providerId)}]
name = ${JSON.stringify(providerName)}
base_url = ${JSON.stringify(modelUrl)}
wire_api = "responses"
requires_openai_auth = false
request_max_retries = ${requestMaxRetries}
stream_max_retries = ${streamMaxRetries}

[features]
plugins = false
${features.map((feature) => `${feature} = true\n`).join('')}
[analytics]
enabled = false

[feedback]
enabled = false

${extraToml}
`;
}

const TARGETS: Readonly<Record<string, string>> = {
  'linux-x64': 'x86_64-unknown-linux-musl',
  'linux-arm64': 'aarch64-unknown-linux-musl',
  'darwin-x64': 'x86_64-apple-darwin',
  'darwin-arm64': 'aarch64-apple-darwin',
  'win32-x64': 'x86_64-pc-windows-msvc',
  'win32-arm64': 'aarch64-pc-windows-msvc',
};

/**
 * The native `codex` program of the npm package `@openai/codex` in the nearest `node_modules` above this file.
 * Throws when the package for this platform is not installed.
 */
export function nativeCodexPath(): string {
  const platform = `${process.platform}-${process.arch}`;
  const target = TARGETS[platform];
  if (target === undefined) throw new Error(`@openai/codex has no program for ${platform}`);
  const program = process.platform === 'win32' ? 'codex.exe' : 'codex';
  const inPackage = path.join('node_modules', '@openai', `codex-${platform}`, 'vendor', target, 'bin', program);
  for (let folder = __dirname; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, inPackage);
    if (existsSync(candidate)) return candidate;
    if (folder === path.dirname(folder)) break;
  }
  throw new Error(`${inPackage} is missing: install the optional dependencies of @openai/codex with npm`);
}
