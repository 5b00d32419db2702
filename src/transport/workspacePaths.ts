import fs from 'node:fs';
import path from 'node:path';

export interface WorkspacePath {
  /** The path as the editor knows it: a root as it was given, and the real path below it. */
  readonly path: string;
  /** Whether a link below the root lies on the way. */
  readonly isThroughLink: boolean;
}

/** Whether `child` is `parent` or lies below it. */
export function isInside(parent: string, child: string): boolean {
  const relative = path.relative(parent, child);
  return relative === '' || (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
}

/**
 * Finds the workspace folder that really holds `file`, following links on the way; the file itself and folders above
 * it need not exist. `undefined`: it is, or may be, outside all of `roots`.
 */
export function findInWorkspace(file: string, roots: readonly string[]): WorkspacePath | undefined {
  const requested = path.resolve(file);
  const real = realPathOf(requested);
  if (real === undefined) return undefined;
  let best: { root: string; realRoot: string } | undefined;
  for (const root of roots) {
    const realRoot = realPathOf(path.resolve(root));
    if (realRoot === undefined || !isInside(realRoot, real)) continue;
    if (best === undefined || realRoot.length > best.realRoot.length) best = { root, realRoot };
  }
  if (best === undefined) return undefined;
  const found = path.join(best.root, path.relative(best.realRoot, real));
  return { path: found, isThroughLink: found !== requested && real !== requested };
}

/** Whether `file` itself is a symbolic link, as far as can be told. */
export function mayBeLink(file: string): boolean {
  try {
    return fs.lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  } catch {
    return true;
  }
}

/** The real path of the nearest ancestor that exists, and the rest; `undefined` when a link on the way leads nowhere. */
function realPathOf(file: string): string | undefined {
  const missing: string[] = [];
  for (let current = file; ; current = path.dirname(current)) {
    try {
      return path.join(fs.realpathSync.native(current), ...missing);
    } catch {
      if (current === path.dirname(current) || mayBeLink(current)) return undefined;
      missing.unshift(path.basename(current));
    }
  }
}
