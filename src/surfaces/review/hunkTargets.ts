import type { Hunk } from '../../conversation/review/hunks';

/**
 * A change as the editor's quick diff hands it to commands of `scm/change/title`: 1-based lines, both ends included. An
 * end of 0 is an empty range *after* the start line.
 */
export interface LineChange {
  readonly originalStartLineNumber: number;
  readonly originalEndLineNumber: number;
  readonly modifiedStartLineNumber: number;
  readonly modifiedEndLineNumber: number;
}

type HunkLines = Pick<Hunk, 'baseStart' | 'baseEnd' | 'start' | 'end'>;

/** The lines of a text as the editor counts them: a final line end is followed by one more, empty line. */
interface EditorLines {
  readonly text: string;
  readonly contents: readonly string[];
  /** Offset of the first character of each line. */
  readonly starts: readonly number[];
}

/**
 * The hunk that the editor shows as change `index` of `changes`. Its own diff may cut a change otherwise than ours, and
 * what the person sees is what counts. `undefined` when `changes` do not belong to these two texts: they are up to half
 * a second old, and may leave out changes of blanks.
 */
export function hunkOfChange(
  baseline: string,
  current: string,
  changes: readonly LineChange[],
  index: number,
): Hunk | undefined {
  const before = editorLines(baseline);
  const after = editorLines(current);
  const all = changes.map(linesOfChange);
  const wanted = all[index];
  return wanted && isDifference(before, after, all) ? toHunk(wanted, before, after) : undefined;
}

/** The 0-based, half-open lines of a change. */
export function linesOfChange(change: LineChange): HunkLines {
  const [baseStart, baseEnd] = halfOpen(change.originalStartLineNumber, change.originalEndLineNumber);
  const [start, end] = halfOpen(change.modifiedStartLineNumber, change.modifiedEndLineNumber);
  return { baseStart, baseEnd, start, end };
}

/** The hunk with exactly these lines, else the only one that overlaps them. */
export function matchingHunk(hunks: readonly Hunk[], wanted: HunkLines): Hunk | undefined {
  const exact = hunks.find((hunk) => isSameLines(hunk, wanted));
  if (exact) return exact;
  const overlapping = hunks.filter((hunk) => overlaps(hunk, wanted));
  return overlapping.length === 1 ? overlapping[0] : undefined;
}

/** The hunk that a cursor in `line` (0-based) is about. Where lines were only removed, the lines around the gap count. */
export function hunkAtLine(hunks: readonly Hunk[], line: number): Hunk | undefined {
  return (
    hunks.find(({ start, end }) => start <= line && line < end) ??
    hunks.find((hunk) => hunk.start === hunk.end && (line === hunk.start || line === cursorLine(hunk)))
  );
}

/** Where the cursor goes for a hunk: to its first line, or where lines were only removed to the line before the gap. */
export function cursorLine({ start, end }: Pick<Hunk, 'start' | 'end'>): number {
  return start < end ? start : Math.max(0, start - 1);
}

/** A place where the person stops while going through the unreviewed changes. */
export interface Stop {
  readonly path: string;
  /** 0-based. */
  readonly line: number;
}

/**
 * The stop after or before `here`, over the ends of the files and around. `linesOf` gives the sorted lines to stop at in
 * a file; one without any is a single stop. `undefined` when there are no files.
 */
export function neighbour(
  paths: readonly string[],
  linesOf: (path: string) => readonly number[],
  here: Stop | undefined,
  direction: 'next' | 'previous',
): Stop | undefined {
  const isNext = direction === 'next';
  const index = here === undefined ? -1 : paths.indexOf(here.path);
  if (here && index >= 0) {
    const lines = linesOf(here.path);
    const line = isNext ? lines.find((each) => each > here.line) : lines.findLast((each) => each < here.line);
    if (line !== undefined) return { path: here.path, line };
  }
  const wrapped = isNext ? (index + 1) % paths.length : (index <= 0 ? paths.length : index) - 1;
  const path = paths[wrapped];
  return path === undefined ? undefined : { path, line: linesOf(path).at(isNext ? 0 : -1) ?? 0 };
}

function halfOpen(startLine: number, endLine: number): [number, number] {
  return endLine === 0 ? [startLine, startLine] : [startLine - 1, endLine];
}

function editorLines(text: string): EditorLines {
  const starts = [0];
  const contents: string[] = [];
  for (const match of text.matchAll(/\r\n|\r|\n/g)) {
    contents.push(text.slice(starts.at(-1), match.index));
    starts.push(match.index + match[0].length);
  }
  contents.push(text.slice(starts.at(-1)));
  return { text, contents, starts };
}

/** Whether the lines outside of `changes` are the same in both texts. */
function isDifference(before: EditorLines, after: EditorLines, changes: readonly HunkLines[]): boolean {
  const end = { baseStart: before.contents.length, start: after.contents.length, baseEnd: 0, end: 0 };
  let [base, line] = [0, 0];
  for (const change of [...changes, end]) {
    if (change.baseStart < base || change.baseStart - base !== change.start - line) return false;
    for (; base < change.baseStart; base++, line++) {
      if (before.contents[base] === undefined || before.contents[base] !== after.contents[line]) return false;
    }
    [base, line] = [change.baseEnd, change.end];
  }
  return true;
}

function toHunk(lines: HunkLines, before: EditorLines, after: EditorLines): Hunk {
  const reachesEnd = lines.baseEnd === before.contents.length && lines.end === after.contents.length;
  // At the end of the texts one of the line ends that changed may be the one of the line before the change.
  const isAfterLine = reachesEnd && lines.baseStart > 0 && lines.start > 0;
  return {
    ...lines,
    baseRange: rangeOf(before, lines.baseStart, lines.baseEnd, isAfterLine),
    range: rangeOf(after, lines.start, lines.end, isAfterLine),
  };
}

function rangeOf(lines: EditorLines, start: number, end: number, isAfterLine: boolean): [number, number] {
  const startOf = (line: number): number => lines.starts[line] ?? lines.text.length;
  const from = isAfterLine ? startOf(start - 1) + (lines.contents[start - 1] ?? '').length : startOf(start);
  return [from, startOf(end)];
}

function isSameLines(a: HunkLines, b: HunkLines): boolean {
  return a.baseStart === b.baseStart && a.baseEnd === b.baseEnd && a.start === b.start && a.end === b.end;
}

function overlaps(hunk: HunkLines, wanted: HunkLines): boolean {
  const from = Math.max(hunk.start, wanted.start);
  const to = Math.min(hunk.end, wanted.end);
  const isEmpty = hunk.start === hunk.end || wanted.start === wanted.end;
  return from < to || (isEmpty && from === to);
}
