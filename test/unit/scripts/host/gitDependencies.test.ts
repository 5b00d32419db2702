import { describe, expect, it } from 'vitest';
import {
  isGitSpecifier,
  registryReplacements,
  withoutGitPackages,
  withReplacements,
} from '../../../../scripts/host/gitDependencies';

describe('git dependencies of a host release', () => {
  it.each([
    'git+https://github.com/parcel-bundler/watcher.git#1ca032aa',
    'git+ssh://git@github.com/parcel-bundler/watcher.git',
    'git@github.com:parcel-bundler/watcher.git',
    'github:parcel-bundler/watcher',
    'bpasero/watcher#8ecffb4',
    'https://codeload.github.com/parcel-bundler/watcher/tar.gz/1ca032aa',
  ])('sees that %s comes from a git host', (specifier) => {
    expect(isGitSpecifier(specifier)).toBe(true);
  });

  it.each(['2.5.1', '^1.0.0', 'npm:@parcel/watcher@2.5.1', '*', 'https://registry.example/a/-/a-1.0.0.tgz', ''])(
    'leaves %j to the registry',
    (specifier) => {
      expect(isGitSpecifier(specifier)).toBe(false);
    },
  );

  it('replaces both names of the file watcher, and only those', () => {
    const manifest = {
      name: 'code-oss-dev-server',
      dependencies: {
        '@parcel/watcher': 'parcel-bundler/watcher#1ca032aa',
        '@vscode/watcher': 'bpasero/watcher#8ecffb4',
        minimist: '^1.2.8',
      },
    };

    const replacements = registryReplacements(manifest);

    expect(replacements).toEqual({ '@parcel/watcher': '2.5.1', '@vscode/watcher': 'npm:@parcel/watcher@2.5.1' });
    expect(withReplacements(manifest, replacements)).toEqual({
      name: 'code-oss-dev-server',
      dependencies: { ...replacements, minimist: '^1.2.8' },
    });
  });

  it('has nothing to replace in a release that uses the registry alone', () => {
    expect(registryReplacements({ dependencies: { '@parcel/watcher': '2.5.6' } })).toEqual({});
    expect(registryReplacements({})).toEqual({});
  });

  it('refuses a git dependency that it does not know', () => {
    expect(() => registryReplacements({ dependencies: { other: 'owner/other' } })).toThrow('other');
  });

  it('drops the locked git packages and asks for the replacements in the root package', () => {
    const shrinkwrap = {
      lockfileVersion: 3,
      packages: {
        '': { dependencies: { '@parcel/watcher': 'parcel-bundler/watcher#1ca032aa', minimist: '^1.2.8' } },
        'node_modules/@parcel/watcher': { resolved: 'git+ssh://git@github.com/parcel-bundler/watcher.git#1ca032aa' },
        'node_modules/minimist': { resolved: 'https://registry.example/minimist/-/minimist-1.2.8.tgz' },
      },
    };

    expect(withoutGitPackages(shrinkwrap, { '@parcel/watcher': '2.5.1' })).toEqual({
      lockfileVersion: 3,
      packages: {
        '': { dependencies: { '@parcel/watcher': '2.5.1', minimist: '^1.2.8' } },
        'node_modules/minimist': { resolved: 'https://registry.example/minimist/-/minimist-1.2.8.tgz' },
      },
    });
  });
});
