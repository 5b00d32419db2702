import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compareVersions, locateCodex, type LocateOptions } from '../../../src/transport/locateCodex';
import { nativeCodexPath } from '../../support/codexHome';

const PLATFORM_PACKAGE = `@openai/codex-${process.platform}-${process.arch}`;
let root: string;

beforeEach(async () => {
  root = await realpath(await mkdtemp(path.join(os.tmpdir(), 'switchyard-locate-')));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

function locate(options: Partial<LocateOptions> = {}) {
  return locateCodex({
    configuredPath: '',
    installFolder: path.join(root, 'install'),
    env: {},
    homeFolder: path.join(root, 'home'),
    ...options,
  });
}

async function file(relative: string, text: string, mode = 0o755): Promise<string> {
  const target = path.join(root, relative);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, text);
  await chmod(target, mode);
  return target;
}

/** A program that answers `--version`. */
function program(relative: string, version = '0.169.0'): Promise<string> {
  return file(relative, `#!/bin/sh\necho "codex-cli ${version}"\n`);
}

/** npm's wrapper package inside `modules`, and the platform package inside `platformModules`. */
async function npmPackage(modules: string, platformModules = modules): Promise<{ wrapper: string; native: string }> {
  const wrapper = await file(`${modules}/@openai/codex/bin/codex.js`, '#!/usr/bin/env node\n', 0o644);
  const native = await program(`${platformModules}/${PLATFORM_PACKAGE}/vendor/some-target-triple/bin/codex`);
  return { wrapper, native };
}

describe.skipIf(process.platform === 'win32')('locateCodex', () => {
  describe('with a configured path', () => {
    it('takes the program there', async () => {
      const configuredPath = await program('bin/my-codex', '0.170.2');
      expect(await locate({ configuredPath })).toEqual({ path: configuredPath, version: '0.170.2' });
    });

    it('replaces ~ with the home folder, at the front only', async () => {
      const expected = await program('home/tools/codex');
      expect((await locate({ configuredPath: '~/tools/codex' })).path).toBe(expected);
      await expect(locate({ configuredPath: '~other/tools/codex' })).rejects.toMatchObject({ reason: 'codexNotFound' });
    });

    it('follows links to the program itself', async () => {
      const real = await program('real/codex');
      const configuredPath = path.join(root, 'link');
      await symlink(real, configuredPath);
      expect((await locate({ configuredPath })).path).toBe(real);
    });

    it('takes the native program behind npm’s wrapper', async () => {
      const { wrapper, native } = await npmPackage('lib/node_modules');
      expect((await locate({ configuredPath: wrapper })).path).toBe(native);
    });

    it.each([
      ['missing', 'nothing/here'],
      ['a folder', 'folder'],
      ['a file that is not a program', 'notes.txt'],
    ])('looks nowhere else when it is %s', async (_what, relative) => {
      await mkdir(path.join(root, 'folder'));
      await file('notes.txt', 'hello', 0o644);
      await program('bin/codex');
      const configuredPath = path.join(root, relative);
      await expect(locate({ configuredPath, env: { PATH: path.join(root, 'bin') } })).rejects.toMatchObject({
        reason: 'codexNotFound',
        message: `There is no program at ${configuredPath} (setting switchyard.codex.path).`,
      });
    });
  });

  describe('without one', () => {
    it('prefers what it installed itself over the PATH', async () => {
      const { native } = await npmPackage('install/node_modules');
      await program('bin/codex');
      expect((await locate({ env: { PATH: path.join(root, 'bin') } })).path).toBe(native);
    });

    it('finds the platform package inside the wrapper package', async () => {
      const { native } = await npmPackage('install/node_modules', 'install/node_modules/@openai/codex/node_modules');
      expect((await locate()).path).toBe(native);
    });

    it('goes on when the platform package is missing or has no program', async () => {
      await file('install/node_modules/@openai/codex/bin/codex.js', '');
      await file(`install/node_modules/${PLATFORM_PACKAGE}/vendor/triple/bin/README`, '');
      const onPath = await program('bin/codex');
      expect((await locate({ env: { PATH: path.join(root, 'bin') } })).path).toBe(onPath);
    });

    it('takes the first program on the PATH, over folders that are missing, relative or hold a folder of that name', async () => {
      const first = await program('first/codex');
      await program('second/codex');
      await mkdir(path.join(root, 'checkouts/codex'), { recursive: true });
      const PATH = ['', 'relative', 'missing', 'checkouts', 'first', 'second']
        .map((folder) => (folder === '' || folder === 'relative' ? folder : path.join(root, folder)))
        .join(path.delimiter);
      expect((await locate({ env: { PATH } })).path).toBe(first);
    });

    it('takes the native program behind npm’s link on the PATH', async () => {
      const { wrapper, native } = await npmPackage('prefix/lib/node_modules');
      await mkdir(path.join(root, 'prefix/bin'));
      await symlink(wrapper, path.join(root, 'prefix/bin/codex'));
      expect((await locate({ env: { Path: path.join(root, 'prefix/bin') } })).path).toBe(native);
    });

    it.each([
      ['npm’s folder below the home folder', 'home/.npm-global/lib/node_modules', {}],
      ['npm’s folder of Windows', 'roaming/npm/node_modules', { APPDATA: 'roaming' }],
    ])('looks into %s', async (_what, modules, env: { APPDATA?: string }) => {
      const { native } = await npmPackage(modules);
      const APPDATA = env.APPDATA && path.join(root, env.APPDATA);
      expect((await locate({ env: { APPDATA } })).path).toBe(native);
    });

    const isInstalledForAll = [
      '/usr/local/lib/node_modules',
      '/opt/homebrew/lib/node_modules',
      '/opt/homebrew/bin/codex',
    ]
      .map((place) => (place.endsWith('codex') ? place : `${place}/@openai/codex`))
      .some((place) => existsSync(place));

    it.skipIf(isInstalledForAll)('looks into ~/.local/bin last, and says when there is none at all', async () => {
      await expect(locate({ env: { PATH: root } })).rejects.toMatchObject({ reason: 'codexNotFound' });
      const expected = await program('home/.local/bin/codex');
      expect((await locate()).path).toBe(expected);
    });
  });

  describe('a program that was found', () => {
    it.each(['0.168.9', '0.99.0', '0.0.0'])('T33: is refused when it is as old as %s', async (version) => {
      const configuredPath = await program('codex', version);
      await expect(locate({ configuredPath })).rejects.toMatchObject({
        reason: 'codexTooOld',
        message: `Codex ${version} at ${configuredPath} is too old. Switchyard needs 0.169.0 or newer.`,
      });
    });

    it.each([
      ['says nothing', '#!/bin/sh\n'],
      ['says something else', '#!/bin/sh\necho "Hello, I am codex"\n'],
      ['fails', '#!/bin/sh\necho "wrong libc" >&2\nexit 127\n'],
      ['is not for this machine', '\u007fELF nonsense'],
    ])('is not runnable when it %s', async (_what, text) => {
      const configuredPath = await file('codex', text);
      await expect(locate({ configuredPath })).rejects.toMatchObject({
        reason: 'codexNotRunnable',
        message: expect.stringContaining(`${configuredPath} could not tell its version`) as string,
      });
    });

    it('is asked for its version with the environment it will run in', async () => {
      const configuredPath = await file('codex', '#!/bin/sh\necho "codex-cli $FAKE_VERSION"\n');
      expect((await locate({ configuredPath, env: { FAKE_VERSION: '9.9.9-alpha.1' } })).version).toBe('9.9.9');
    });

    it('may be the real one', async () => {
      const configuredPath = nativeCodexPath();
      expect(await locate({ configuredPath })).toEqual({ path: await realpath(configuredPath), version: '0.169.0' });
    });
  });
});

describe('compareVersions', () => {
  it.each([
    ['0.169.0', '0.169.0', 0],
    ['0.169.0', '0.170.0', -1],
    ['0.169.10', '0.169.9', 1],
    ['1.0.0', '0.999.999', 1],
    ['1.0', '1.0.0', 0],
    ['1.0.1', '1.0', 1],
  ])('orders %s and %s by number', (left, right, expected) => {
    expect(Math.sign(compareVersions(left, right))).toBe(expected);
  });
});
