import type { CommandAction } from '../protocol/generated/types/v2/CommandAction';
import { baseName } from '../shared/paths';

/** The command inside the shell call the server makes of it: `/bin/bash -lc 'npm test'` is `npm test`. */
export function unwrapShell(command: string): string {
  const wrapped = /^(?:\/(?:usr\/)?(?:local\/)?bin\/)?(?:ba|z|da)?sh\s+-l?c\s+([\s\S]+)$/.exec(command)?.[1];
  if (wrapped === undefined) return command;
  const single = /^'([\s\S]*)'$/.exec(wrapped)?.[1];
  if (single !== undefined) return single.replaceAll(`'\\''`, "'").replaceAll(`'"'"'`, "'");
  const double = /^"([\s\S]*)"$/.exec(wrapped)?.[1];
  if (double !== undefined) return double.replace(/\\(["\\$`])/g, '$1');
  return wrapped;
}

/** What a command that only looks around does, in words; `null` when it does more or is not understood. */
export function summarize(actions: readonly CommandAction[]): string | null {
  const reads = actions.filter((action) => action.type === 'read');
  if (reads.length > 0 && reads.length === actions.length) {
    return `Read ${[...new Set(reads.map((action) => action.name))].join(', ')}`;
  }
  const [only] = actions;
  if (actions.length !== 1 || only === undefined) return null;
  if (only.type === 'listFiles') return only.path ? `Listed ${only.path}` : 'Listed files';
  if (only.type === 'search')
    return `Searched ${only.query ? `“${only.query}”` : ''}${only.path ? ` in ${only.path}` : ''}`.trim();
  return null;
}

/** `path` as the person reads it: relative to `folder` where it lies inside. */
export function pathLabel(path: string, folder: string): string {
  const inside = folder !== '' && path.startsWith(folder) && /^[\\/]/.test(path.slice(folder.length));
  return inside ? path.slice(folder.length + 1).replaceAll('\\', '/') : path;
}

/** Where a command runs, as the person reads it: `folder` itself by its name. */
export function folderLabel(path: string, folder: string): string {
  return path === folder ? baseName(path) : pathLabel(path, folder);
}
