import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isInside } from './workspacePaths';

export type FileAccess = 'read' | 'write';

interface Rule {
  readonly folder: string;
  readonly rank: number;
}

/** Of two rules for one folder the higher rank counts, as in Codex itself: a ban, then writing, then reading. */
const RANKS: Readonly<Record<string, number>> = { read: 1, write: 2, none: 3, deny: 3 };
const NEEDED: Readonly<Record<FileAccess, readonly number[]>> = { read: [1, 2], write: [2] };

/**
 * Whether the sandbox that the server sent with a file call (`null`: none) surely lets it touch `file`. Anything that
 * is not understood here counts as "no": such a call is left to the exec-server, which has the real sandbox.
 */
export function permits(sandbox: unknown, file: string, access: FileAccess): boolean {
  if (sandbox === null || sandbox === undefined) return true;
  const permissions = member(sandbox, 'permissions');
  if (member(permissions, 'type') === 'disabled') return true;
  const fileSystem = member(permissions, 'file_system');
  if (member(fileSystem, 'type') === 'unrestricted') return true;
  const entries = member(fileSystem, 'entries');
  if (member(fileSystem, 'type') !== 'restricted' || !Array.isArray(entries)) return false;
  return permitsByEntries(entries, workspaceRoots(sandbox), file, access);
}

function permitsByEntries(
  entries: readonly unknown[],
  roots: readonly string[],
  file: string,
  access: FileAccess,
): boolean {
  let best: Rule = { folder: '', rank: 0 };
  for (const entry of entries) {
    const rules = rulesOf(entry, roots);
    if (rules === undefined) return false;
    for (const rule of rules.filter(({ folder }) => isInside(folder, file))) {
      const isCloser = rule.folder.length > best.folder.length;
      if (isCloser || (rule.folder.length === best.folder.length && rule.rank > best.rank)) best = rule;
    }
  }
  return NEEDED[access].includes(best.rank);
}

/** The folders that an entry speaks of; `undefined` when it takes something away and is not understood. */
function rulesOf(entry: unknown, roots: readonly string[]): Rule[] | undefined {
  const rank = RANKS[String(member(entry, 'access'))];
  if (rank === undefined) return undefined;
  const folders = foldersOf(member(entry, 'path'), roots);
  if (folders === undefined) return rank === RANKS.write ? [] : undefined;
  return folders.map((folder) => ({ folder, rank }));
}

function foldersOf(location: unknown, roots: readonly string[]): string[] | undefined {
  if (member(location, 'type') === 'path') {
    const folder = nativePath(member(location, 'path'));
    return folder === undefined ? undefined : [folder];
  }
  const special = member(location, 'value');
  const subpath = member(special, 'subpath');
  if (member(special, 'kind') === 'root') return roots.map((root) => path.parse(root).root);
  if (member(special, 'kind') !== 'project_roots') return undefined;
  return roots.map((root) => (typeof subpath === 'string' ? path.join(root, subpath) : root));
}

function workspaceRoots(sandbox: unknown): string[] {
  const roots = member(member(sandbox, 'policyContext'), 'workspaceRoots');
  return Array.isArray(roots) ? roots.flatMap((root) => nativePath(root) ?? []) : [];
}

/** The path of a `file:` address; `undefined` for anything else. */
export function nativePath(address: unknown): string | undefined {
  if (typeof address !== 'string') return undefined;
  try {
    return path.normalize(fileURLToPath(address));
  } catch {
    return undefined;
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
