import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge'];
const DEBIAN_PACKAGES = ['chromium', 'fonts-dejavu-core', 'fonts-liberation'];

/**
 * Absolute path of a Chromium-based browser: what `CHROMIUM` names, else an installed one. On Debian, as root, it is
 * installed when there is none. Rejects with what to install otherwise.
 */
export async function findChromium(): Promise<string> {
  const named = process.env.CHROMIUM;
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`CHROMIUM names ${named}, which does not exist.`);
  }
  const installed = usualPaths().find((candidate) => existsSync(candidate));
  if (installed) return installed;
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) return installOnDebian();
  throw new Error(
    'No Chromium found. Install Chromium or Chrome, or run `npx playwright-core install chromium`, ' +
      'or set CHROMIUM to the path of the browser program.',
  );
}

function usualPaths(): string[] {
  return [...pathsOfPlatform(), chromium.executablePath()];
}

function pathsOfPlatform(): string[] {
  if (process.platform === 'darwin') {
    const applications = ['Google Chrome', 'Chromium', 'Microsoft Edge'];
    return applications.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
  }
  if (process.platform === 'win32') {
    const roots = [process.env.ProgramFiles, process.env['ProgramFiles(x86)'], process.env.LOCALAPPDATA];
    const programs = ['Google/Chrome/Application/chrome.exe', 'Microsoft/Edge/Application/msedge.exe'];
    return roots.flatMap((root) => (root ? programs.map((program) => path.join(root, program)) : []));
  }
  const directories = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  return PROGRAMS.flatMap((program) => directories.map((directory) => path.join(directory, program)));
}

function installOnDebian(): string {
  console.log('Installing Chromium from Debian…');
  aptGet('update');
  aptGet('install', '-y', '--no-install-recommends', ...DEBIAN_PACKAGES);
  const installed = pathsOfPlatform().find((candidate) => existsSync(candidate));
  if (!installed) throw new Error('Debian installed Chromium, but it is not on PATH.');
  return installed;
}

function aptGet(...args: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const result = spawnSync('apt-get', ['-q', ...args], { env, encoding: 'utf8' });
  if (result.status !== 0) {
    throw new Error(`apt-get ${args.join(' ')} failed:\n${(result.stderr || result.stdout || '').slice(-2000)}`);
  }
}
