import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { isTemporaryFile } from '../writeBytes';

/** Never anybody's work: data of version control, and installed packages. */
const ALWAYS = new Set(['.git', '.hg', '.svn', '.jj', 'node_modules']);
const IGNORE_FILE = '.gitignore';

/**
 * Which files are nobody's work, by the `.gitignore` files of their folders up to the top of the repository, or up to
 * the workspace folder where there is none. The person's global ignore file is not read.
 */
export class IgnoredFiles {
  private readonly rules = new Map<string, Promise<Ignore | undefined>>();
  private readonly tops = new Map<string, Promise<string>>();

  /** Whether `file`, which lies inside `root`, is ignored. Never rejects. */
  async isIgnored(file: string, root: string): Promise<boolean> {
    const segments = path.relative(root, file).split(path.sep);
    if (isTemporaryFile(file) || segments.some((segment) => ALWAYS.has(segment))) return true;
    const top = await this.topOf(root);
    const inTop = path.relative(top, file).split(path.sep);
    for (let depth = 1; depth <= inTop.length; depth++) {
      const verdict = await this.verdict(top, inTop.slice(0, depth), depth < inTop.length);
      if (verdict) return true;
    }
    return false;
  }

  /** An ignore file was changed, made or removed. */
  forget(file: string): void {
    if (path.basename(file) === IGNORE_FILE) this.rules.delete(path.dirname(file));
  }

  /** The nearest ignore file that says something about this file or folder decides. */
  private async verdict(top: string, segments: readonly string[], isFolder: boolean): Promise<boolean> {
    for (let depth = segments.length - 1; depth >= 0; depth--) {
      const rules = await this.rulesOf(path.join(top, ...segments.slice(0, depth)));
      const result = rules?.test(segments.slice(depth).join('/') + (isFolder ? '/' : ''));
      if (result?.ignored) return true;
      if (result?.unignored) return false;
    }
    return false;
  }

  private rulesOf(folder: string): Promise<Ignore | undefined> {
    const known = this.rules.get(folder);
    if (known) return known;
    const rules = readFile(path.join(folder, IGNORE_FILE), 'utf8').then(
      (text) => ignore().add(text),
      () => undefined,
    );
    this.rules.set(folder, rules);
    return rules;
  }

  private topOf(root: string): Promise<string> {
    const known = this.tops.get(root);
    if (known) return known;
    const top = findTop(root, root);
    this.tops.set(root, top);
    return top;
  }
}

async function findTop(folder: string, root: string): Promise<string> {
  const isTop = await stat(path.join(folder, '.git')).then(
    () => true,
    () => false,
  );
  if (isTop) return folder;
  const parent = path.dirname(folder);
  return parent === folder ? root : findTop(parent, root);
}
