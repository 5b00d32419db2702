import { lineEdits, splitLines } from '../edits/textEdits';

/**
 * One changed run of lines. Line numbers are 0-based and half-open; `baseRange` and `range` are the same lines as
 * offsets into the two texts.
 */
export interface Hunk {
  readonly baseStart: number;
  readonly baseEnd: number;
  readonly start: number;
  readonly end: number;
  readonly baseRange: readonly [number, number];
  readonly range: readonly [number, number];
}

/**
 * The hunks that lead from one text to the other, in order and with at least one common line between them. A line that
 * differs only in its line end is a changed line. Where too many lines differ, one hunk stands for all of them.
 */
export function hunksBetween(baseline: string, current: string): Hunk[] {
  const hunks: Hunk[] = [];
  let [baseLine, line, baseOffset, delta] = [0, 0, 0, 0];
  for (const edit of lineEdits(baseline, current)) {
    const common = countLines(baseline.slice(baseOffset, edit.start));
    const [baseStart, start] = [baseLine + common, line + common];
    baseLine = baseStart + countLines(baseline.slice(edit.start, edit.end));
    line = start + countLines(edit.newText);
    baseOffset = edit.end;
    const from = edit.start + delta;
    const to = from + edit.newText.length;
    hunks.push({
      baseStart,
      baseEnd: baseLine,
      start,
      end: line,
      baseRange: [edit.start, edit.end],
      range: [from, to],
    });
    delta = to - edit.end;
  }
  return hunks;
}

/** Two texts and the hunks between them. */
export interface Compared {
  readonly baseline: string;
  readonly current: string;
  readonly hunks: readonly Hunk[];
}

/**
 * The same as {@link hunksBetween}, found from the hunks `known` between two texts of which these were made: only what
 * lies between the last hunk before the change and the first one after it is compared.
 */
export function hunksAfter(known: Compared, baseline: string, current: string): Hunk[] {
  const [baseChange, change] = [changedRange(known.baseline, baseline), changedRange(known.current, current)];
  const isBefore = ({ baseRange, range }: Hunk): boolean => baseRange[1] < baseChange[0] && range[1] < change[0];
  const isAfter = ({ baseRange, range }: Hunk): boolean => baseRange[0] > baseChange[1] && range[0] > change[1];
  // One hunk more than needed on either side is compared, so that there are common lines where the parts are joined.
  const head = known.hunks.filter(isBefore).slice(0, -1);
  const tail = known.hunks.filter(isAfter).slice(1);
  const growth = [baseline.length - known.baseline.length, current.length - known.current.length] as const;
  const last = head.at(-1);
  const from = [last?.baseRange[1] ?? 0, last?.range[1] ?? 0] as const;
  const first = tail[0];
  const to = first && ([first.baseRange[0] + growth[0], first.range[0] + growth[1]] as const);
  const [baseMiddle, middle] = [baseline.slice(from[0], to?.[0]), current.slice(from[1], to?.[1])];
  const lines = [last?.baseEnd ?? 0, last?.end ?? 0] as const;
  const between = hunksBetween(baseMiddle, middle).map((hunk) => moved(hunk, lines, from));
  if (!first) return [...head, ...between];
  const lineGrowth = [
    lines[0] + countLines(baseMiddle) - first.baseStart,
    lines[1] + countLines(middle) - first.start,
  ] as const;
  return [...head, ...between, ...tail.map((hunk) => moved(hunk, lineGrowth, growth))];
}

/** How many lines the hunks add and remove. */
export function countHunks(hunks: readonly Hunk[]): { readonly added: number; readonly removed: number } {
  let [added, removed] = [0, 0];
  for (const hunk of hunks) {
    added += hunk.end - hunk.start;
    removed += hunk.baseEnd - hunk.baseStart;
  }
  return { added, removed };
}

/** The hunk's lines as they were, and as they are. */
export function textsOf(hunk: Hunk, baseline: string, current: string): { readonly old: string; readonly new: string } {
  return { old: baseline.slice(...hunk.baseRange), new: current.slice(...hunk.range) };
}

/** `text` with the lines of `range` replaced. */
export function splice(text: string, range: readonly [number, number], replacement: string): string {
  return text.slice(0, range[0]) + replacement + text.slice(range[1]);
}

/** Where `before` was changed to become `after`; nowhere when they are the same. */
function changedRange(before: string, after: string): readonly [number, number] {
  if (before === after) return [Infinity, -Infinity];
  const limit = Math.min(before.length, after.length);
  let prefix = 0;
  while (prefix < limit && before.charCodeAt(prefix) === after.charCodeAt(prefix)) prefix++;
  let end = before.length;
  const growth = after.length - end;
  const start = Math.max(prefix, prefix - growth);
  while (end > start && before.charCodeAt(end - 1) === after.charCodeAt(end - 1 + growth)) end--;
  return [prefix, end];
}

function moved(hunk: Hunk, lines: readonly [number, number], offsets: readonly [number, number]): Hunk {
  return {
    baseStart: hunk.baseStart + lines[0],
    baseEnd: hunk.baseEnd + lines[0],
    start: hunk.start + lines[1],
    end: hunk.end + lines[1],
    baseRange: [hunk.baseRange[0] + offsets[0], hunk.baseRange[1] + offsets[0]],
    range: [hunk.range[0] + offsets[1], hunk.range[1] + offsets[1]],
  };
}

function countLines(text: string): number {
  return splitLines(text).length;
}
