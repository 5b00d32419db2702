import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';

/**
 * Whether writing at `file` would change something outside of `roots`, the workspace folders, by way of a link: the file
 * or a folder above it is one. What lies outside by its own path does only when it is itself a link.
 */
export async function leadsOutside(file: string, roots: readonly string[]): Promise<boolean> {
  const real = await realPathOf(file);
  if (real === undefined) return true;
  const realRoots = await Promise.all(roots.map((root) => realPathOf(root)));
  if (realRoots.some((root) => root !== undefined && isAtOrInside(real, root))) return false;
  return roots.some((root) => isAtOrInside(file, root)) || (await isLink(file));
}

/** The real path of the nearest ancestor that exists, and the rest; `undefined`: a link on the way leads nowhere. */
async function realPathOf(file: string): Promise<string | undefined> {
  try {
    return await realpath(file);
  } catch {
    const parent = path.dirname(file);
    if (parent === file || (await isLink(file))) return undefined;
    const real = await realPathOf(parent);
    return real === undefined ? undefined : path.join(real, path.basename(file));
  }
}

async function isLink(file: string): Promise<boolean> {
  return lstat(file).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  );
}

function isAtOrInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative.split(path.sep)[0] !== '..' && !path.isAbsolute(relative);
}
