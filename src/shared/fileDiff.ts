/** One changed file as the app-server describes it: content for `add` and `delete`, hunks for `update` (0.169.0). */
export interface FileDiff {
  readonly kind: 'add' | 'delete' | 'update';
  readonly diff: string;
}

export interface DiffLine {
  readonly kind: 'add' | 'delete' | 'context' | 'hunk';
  readonly text: string;
}

/** The server appends this to the hunks of a file that moves. */
const MOVE_NOTE = /\n\nMoved to: [^\n]*$/;

/** The lines of a change, without their signs and line ends. "No newline at end of file" marks are left out. */
export function parseFileDiff({ kind, diff }: FileDiff): DiffLine[] {
  if (kind !== 'update') return linesOf(diff).map((text) => ({ kind, text }));
  return linesOf(diff.replace(MOVE_NOTE, ''))
    .filter((line) => !line.startsWith('\\'))
    .map(parseHunkLine);
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function parseHunkLine(line: string): DiffLine {
  if (line.startsWith('@@')) return { kind: 'hunk', text: line };
  const text = line.slice(1);
  if (line.startsWith('+')) return { kind: 'add', text };
  return line.startsWith('-') ? { kind: 'delete', text } : { kind: 'context', text };
}

/** How many lines a change adds and removes. */
export function countChanges(change: FileDiff): { readonly added: number; readonly removed: number } {
  const lines = parseFileDiff(change);
  const count = (kind: DiffLine['kind']): number => lines.filter((line) => line.kind === kind).length;
  return { added: count('add'), removed: count('delete') };
}
