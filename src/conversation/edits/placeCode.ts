import { applyPatch } from 'diff';

/** Of so many of a file's lines that stand in a code as well, the code is a new version of the whole file. */
const WHOLE_FILE_SHARE = 0.5;
/** "// ... the rest stays as it is", in the ways that models write it. */
const ELISION = /^\W*(?:\.\.\.|…)/;
const PATCH = /^(?:diff --git |--- |@@ )/m;

/** `whole`: the file holds the code and nothing else. `part`: some lines of it are replaced. `misfit`: a patch of something else. */
export type Placement =
  { readonly kind: 'whole' | 'part'; readonly text: string } | { readonly kind: 'misfit' | 'unknown' };

/**
 * Where a code of an answer belongs in a file: a patch where it says, a new version of some lines in their place, a new
 * version of the file instead of it. `unknown` where that would be a guess.
 *
 * @param current the file as it is; `null`: there is none.
 */
export function placeCode(current: string | null, code: string, language: string): Placement {
  if (isPatch(code, language)) return placePatch(current ?? '', code);
  if (current === null || current.trim() === '') return { kind: 'whole', text: withLastLineEnd(code) };
  if (code.split('\n').some((line) => ELISION.test(line))) return { kind: 'unknown' };
  if (sharedLines(current, code) >= WHOLE_FILE_SHARE) return { kind: 'whole', text: withLastLineEnd(code) };
  const text = replaceLines(current, code);
  return text === undefined ? { kind: 'unknown' } : { kind: 'part', text };
}

/** `code` with every line after the first moved in by `indent`, after taking away what all lines are moved in by. */
export function indentCode(code: string, indent: string): string {
  const lines = code.split('\n');
  const common = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => indentOf(line).length));
  return lines
    .map((line, index) => {
      const own = Number.isFinite(common) ? line.slice(Math.min(common, indentOf(line).length)) : line;
      return index === 0 || own === '' ? own : indent + own;
    })
    .join('\n');
}

/** `code` with a line end after its last line. */
export function withLastLineEnd(code: string): string {
  return code === '' || code.endsWith('\n') ? code : `${code}\n`;
}

function isPatch(code: string, language: string): boolean {
  return /^(?:diff|patch)$/i.test(language) && PATCH.test(code);
}

function placePatch(current: string, code: string): Placement {
  try {
    const text = applyPatch(current, withLastLineEnd(code), { autoConvertLineEndings: true });
    return text === false ? { kind: 'misfit' } : { kind: 'part', text };
  } catch {
    return { kind: 'misfit' };
  }
}

/** The share of the file's lines that stand in the code. */
function sharedLines(current: string, code: string): number {
  const ofCode = new Set(code.split('\n').map((line) => line.trim()));
  const lines = current.split(/\r\n|\r|\n/).filter((line) => /\w/.test(line));
  return lines.filter((line) => ofCode.has(line.trim())).length / Math.max(1, lines.length);
}

/**
 * The file with the lines that begin and end like the code replaced by it: a function by its new version. Its first line
 * must stand there once, and its last line after that, moved in alike.
 */
function replaceLines(current: string, code: string): string | undefined {
  const ending = /\r\n|\r|\n/.exec(current)?.[0] ?? '\n';
  const lines = current.split(/\r\n|\r|\n/);
  const wanted = code
    .split('\n')
    .filter((line, index, all) => line.trim() !== '' || (index > 0 && index < all.length - 1));
  const [first] = wanted;
  const last = wanted.at(-1);
  if (first === undefined || last === undefined || wanted.length < 2) return undefined;
  const starts = lines.flatMap((line, index) => (line.trim() === first.trim() ? [index] : []));
  const [start] = starts;
  if (start === undefined || starts.length > 1) return undefined;
  const indent = indentOf(lines[start] ?? '');
  const moved = wanted.map((line) =>
    line.startsWith(indentOf(first)) ? indent + line.slice(indentOf(first).length) : line,
  );
  const end = lines.findIndex((line, index) => index > start && line.trimEnd() === moved.at(-1)?.trimEnd());
  if (end < 0) return undefined;
  return [...lines.slice(0, start), ...moved, ...lines.slice(end + 1)].join(ending);
}

function indentOf(line: string): string {
  return /^[\t ]*/.exec(line)?.[0] ?? '';
}
