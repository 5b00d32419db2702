/** The parts of a `package.json` that matter here. */
export interface Manifest {
  dependencies?: Record<string, string>;
}

/** The parts of an `npm-shrinkwrap.json` (version 2 or 3) that matter here. */
export interface Shrinkwrap {
  packages?: Record<string, Manifest & { resolved?: string }>;
}

const WATCHER = '2.5.1';

/** The same code from the registry, by the name under which a release of VS Code takes it from a git host. */
const REGISTRY_RELEASES: ReadonlyMap<string, string> = new Map([
  ['@parcel/watcher', WATCHER],
  ['@vscode/watcher', `npm:@parcel/watcher@${WATCHER}`],
]);

/** True when npm would ask a git host, not the registry, for this version specifier. */
export function isGitSpecifier(specifier: string): boolean {
  const named = /^(git\+|git:|git@|github:|gitlab:|bitbucket:|https?:\/\/([\w-]+\.)?github\.com\/)/;
  const ownerAndRepository = /^[\w-]+\/[\w.-]+(#.*)?$/;
  return named.test(specifier) || ownerAndRepository.test(specifier);
}

/**
 * The registry versions that replace the git dependencies of `manifest`, by dependency name. Empty when it has none.
 * Throws for a git dependency without a known registry release: installing it would hang where there is no git host.
 */
export function registryReplacements(manifest: Manifest): Record<string, string> {
  const replacements: Record<string, string> = {};
  for (const [name, specifier] of Object.entries(manifest.dependencies ?? {})) {
    if (!isGitSpecifier(specifier)) continue;
    const release = REGISTRY_RELEASES.get(name);
    if (release === undefined) throw new Error(`${name} is taken from ${specifier}; no registry release is known.`);
    replacements[name] = release;
  }
  return replacements;
}

/** A copy of `manifest` that asks for `replacements` instead. */
export function withReplacements<T extends Manifest>(manifest: T, replacements: Record<string, string>): T {
  return { ...manifest, dependencies: { ...manifest.dependencies, ...replacements } };
}

/** A copy of `shrinkwrap` without the packages resolved to a git host, and with `replacements` in its root package. */
export function withoutGitPackages<T extends Shrinkwrap>(shrinkwrap: T, replacements: Record<string, string>): T {
  const kept = Object.entries(shrinkwrap.packages ?? {}).filter(([, entry]) => !isGitSpecifier(entry.resolved ?? ''));
  const packages = Object.fromEntries(kept);
  if (packages['']?.dependencies) packages[''] = withReplacements(packages[''], replacements);
  return { ...shrinkwrap, packages };
}
