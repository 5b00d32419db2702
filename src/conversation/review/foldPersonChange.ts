import { applyOffsetEdits, type OffsetEdit, rebase, splitLines, wordEdits } from '../edits/textEdits';
import { type Hunk, hunksBetween, splice, textsOf } from './hunks';

export interface PersonChange {
  readonly baseline: string;
  readonly current: string;
  /** What the person made of `current`. */
  readonly next: string;
  /** Those between `baseline` and `current`, if they are known already. */
  readonly hunks?: readonly Hunk[] | undefined;
}

/** The three texts of a change with a line end after the last line, and where Codex and the person changed them. */
interface Change {
  readonly baseline: string;
  readonly current: string;
  readonly next: string;
  readonly codex: readonly Hunk[];
  readonly typed: readonly Hunk[];
}

const LINE_END = /\r\n|\r|\n/;
const ALL_LINE_ENDS = /\r\n|\r|\n/g;
const WHOLE_LINE = /[\r\n][^\r\n]*[^\s][^\r\n]*[\r\n]/;
const HAS_WORD = /[\p{L}\p{N}]/u;
const BLANK = /^\s*$/;

/**
 * Gives the baseline after the person's change, so that what they wrote is on both sides and only Codex's changes are
 * left between them:
 * - Outside Codex's lines, and on a line of Codex's beside the words it changed, the change is made to the baseline too.
 * - Whole lines typed between Codex's lines go to the baseline: the hunk splits.
 * - Characters typed into Codex's words become part of the hunk: nothing happens to the baseline.
 * - Where Codex's words were deleted or replaced, the lines are the person's: the baseline takes them as they are now.
 * - Lines of before that are restored are not Codex's change any more.
 */
export function foldPersonChange({ baseline, current, next, hunks }: PersonChange): string {
  if (next === current) return baseline;
  if (baseline === current || next === '') return next;
  const codex = hunks ?? hunksBetween(baseline, current);
  if (next === baseline || codex.some((hunk) => isTakenBack(hunk, baseline, current, next))) return baseline;
  const converted = withLineEndsOf(next, current, baseline);
  if (converted !== undefined) return converted;

  // A missing line end after the last line would make lines differ that are the same, and glue lines together.
  const lineEnd = firstLineEnd(next) ?? firstLineEnd(current) ?? firstLineEnd(baseline) ?? '\n';
  const complete = (text: string): string => (text === '' || endsLine(text) ? text : text + lineEnd);
  const texts = { baseline: complete(baseline), current: complete(current), next: complete(next) };
  const typed = hunksBetween(texts.current, texts.next);
  const isComplete = texts.baseline === baseline && texts.current === current;
  const change = { ...texts, codex: isComplete ? codex : hunksBetween(texts.baseline, texts.current), typed };
  const folded = applyOffsetEdits(texts.baseline, baselineEdits(change));

  const isEndTyped = typed.at(-1)?.range[1] === texts.next.length || endsLine(next) !== endsLine(current);
  const keepsLineEnd = isEndTyped || baseline === '' ? endsLine(next) : endsLine(baseline);
  return keepsLineEnd ? folded : folded.slice(0, folded.length - (folded.endsWith('\r\n') ? 2 : 1));
}

function endsLine(text: string): boolean {
  return text.endsWith('\n') || text.endsWith('\r');
}

function firstLineEnd(text: string): string | undefined {
  return LINE_END.exec(text)?.[0];
}

/** Whether all that the person did was to restore the lines of one hunk. */
function isTakenBack(hunk: Hunk, baseline: string, current: string, next: string): boolean {
  const texts = textsOf(hunk, baseline, current);
  if (next.length !== current.length - texts.new.length + texts.old.length) return false;
  return next === splice(current, hunk.range, texts.old);
}

/** The baseline with the line ends of `next`, when all of them were changed and nothing else. */
function withLineEndsOf(next: string, current: string, baseline: string): string | undefined {
  const lineEnd = firstLineEnd(next);
  if (lineEnd === undefined || lineEnd === firstLineEnd(current)) return undefined;
  const isSame = next.replace(ALL_LINE_ENDS, '\n') === current.replace(ALL_LINE_ENDS, '\n');
  return isSame ? baseline.replace(ALL_LINE_ENDS, lineEnd) : undefined;
}

/** What is to be done to the baseline, sorted. */
function baselineEdits(change: Change): OffsetEdit[] {
  const lines: OffsetEdit[] = [];
  const words: OffsetEdit[] = [];
  for (const typed of change.typed) {
    const met = change.codex.filter((hunk) => hunk.start < typed.baseEnd && typed.baseStart < hunk.end);
    const carried = met.length > 0 && typed.baseStart < typed.baseEnd ? carryWords(change, typed, met) : undefined;
    if (carried) words.push(...carried);
    else lines.push(foldLines(change, typed));
  }
  const free = words.filter((word) => !lines.some((edit) => word.start < edit.end && edit.start < word.end));
  return [...lines, ...free].sort((a, b) => a.start - b.start);
}

/** The baseline takes the person's lines, in the place of those that they changed. */
function foldLines({ baseline, next, codex }: Change, typed: Hunk): OffsetEdit {
  const newText = next.slice(...typed.range);
  const isInsertion = typed.baseStart === typed.baseEnd;
  const gap = isInsertion && codex.find((hunk) => hunk.start === hunk.end && hunk.start === typed.baseStart);
  if (gap) {
    const [start, end] = gap.baseRange;
    return { start, end, newText: union(baseline.slice(start, end), newText) };
  }
  return { start: baseStartOf(baseline, codex, typed), end: baseEndOf(baseline, codex, typed), newText };
}

/** All lines of both texts; those that the texts have in common once. */
function union(deleted: string, typed: string): string {
  const both = hunksBetween(deleted, typed).map(({ baseRange: [, end], range }) => {
    return { start: end, end, newText: typed.slice(...range) };
  });
  return applyOffsetEdits(deleted, both);
}

/** Where in the baseline the lines begin that `typed` replaced. Deleted lines right before them stay before them. */
function baseStartOf(baseline: string, codex: readonly Hunk[], typed: Hunk): number {
  const line = typed.baseStart;
  const around = codex.find((hunk) => hunk.start < line && line < hunk.end);
  if (around) return offsetInside(baseline, around, line) ?? around.baseRange[1];
  return typed.baseRange[0] + shiftOf(codex.filter((hunk) => hunk.end <= line));
}

/** Where they end. Deleted lines right after them stay after them. */
function baseEndOf(baseline: string, codex: readonly Hunk[], typed: Hunk): number {
  const line = typed.baseEnd;
  const around = codex.find((hunk) => hunk.start < line && line < hunk.end);
  if (around) return offsetInside(baseline, around, line) ?? around.baseRange[typed.baseStart > around.start ? 1 : 0];
  return typed.baseRange[1] + shiftOf(codex.filter((hunk) => hunk.start < line && hunk.end <= line));
}

/** Where a line inside a hunk has its counterpart; only known where the hunk has as many lines as there were. */
function offsetInside(baseline: string, hunk: Hunk, line: number): number | undefined {
  if (isReshaped(hunk)) return undefined;
  const before = splitLines(baseline.slice(...hunk.baseRange)).slice(0, line - hunk.start);
  return hunk.baseRange[0] + before.join('').length;
}

/** How much longer the baseline is than the current text up to the end of these hunks. */
function shiftOf(hunks: readonly Hunk[]): number {
  return hunks.reduce((sum, { baseRange, range }) => sum + baseRange[1] - baseRange[0] - (range[1] - range[0]), 0);
}

/**
 * The person's change of lines that Codex changed too, as far as it lies beside Codex's words, as edits of the baseline.
 * `undefined` when it is not that small: the lines are the person's then.
 */
function carryWords(change: Change, typed: Hunk, met: readonly Hunk[]): readonly OffsetEdit[] | undefined {
  const { baseline, current, next, codex } = change;
  const before = current.slice(...typed.baseRange);
  const after = next.slice(...typed.range);
  const hasOtherLines = typed.end - typed.start !== typed.baseEnd - typed.baseStart;
  if (BLANK.test(before) || (hasOtherLines && !isReflow(before, after))) return undefined;
  const words = wordEdits(before, after);
  if (isRewritten(before, words)) return undefined;
  const ours = shifted(words, typed.baseRange[0]);
  const theirs = codex.flatMap((hunk) => {
    const texts = textsOf(hunk, baseline, current);
    const whole = { start: 0, end: texts.new.length, newText: texts.old };
    return shifted(met.includes(hunk) ? wordEdits(texts.new, texts.old) : [whole], hunk.range[0]);
  });
  const { edits, conflicts } = rebase(ours, theirs);
  if (edits.length > 0 && typed.baseEnd - typed.baseStart > 1 && met.some(isReshaped)) return undefined;
  return conflicts.every((conflict) => takesOnlyBlanks(current, conflict.ours)) ? edits : undefined;
}

/** Whether Codex broke or joined lines: what was typed on several of them has no lines to go to in the baseline. */
function isReshaped(hunk: Hunk): boolean {
  return hunk.end - hunk.start !== hunk.baseEnd - hunk.baseStart;
}

/** Whether the edits leave no word of `text`. */
function isRewritten(text: string, edits: readonly OffsetEdit[]): boolean {
  const left = applyOffsetEdits(
    text,
    edits.map((edit) => ({ ...edit, newText: '' })),
  );
  return !HAS_WORD.test(left) && edits.some((edit) => !takesOnlyBlanks(text, edit));
}

function shifted(edits: readonly OffsetEdit[], by: number): OffsetEdit[] {
  return edits.map(({ start, end, newText }) => ({ start: start + by, end: end + by, newText }));
}

/** Whether lines were only broken or joined: no words went, and no line came that has no words of before. */
function isReflow(before: string, after: string): boolean {
  const { start, end, newText } = narrowed(before, { start: 0, end: before.length, newText: after });
  if (!BLANK.test(before.slice(start, end))) return false;
  const isAtLineStart = start === 0 || endsLine(before.slice(0, start));
  const isAtLineEnd = /^[\r\n]/.test(before.slice(end));
  return !WHOLE_LINE.test(`${isAtLineStart ? '\n' : ''}${newText}${isAtLineEnd ? '\n' : ''}`);
}

function takesOnlyBlanks(text: string, edit: OffsetEdit): boolean {
  const { start, end } = narrowed(text, edit);
  return BLANK.test(text.slice(start, end));
}

/** The edit without what its old and new text begin and end with alike. */
function narrowed(text: string, { start, end, newText }: OffsetEdit): OffsetEdit {
  const old = text.slice(start, end);
  const limit = Math.min(old.length, newText.length);
  let prefix = 0;
  while (prefix < limit && old[prefix] === newText[prefix]) prefix++;
  let suffix = 0;
  while (suffix < limit - prefix && old.at(-1 - suffix) === newText.at(-1 - suffix)) suffix++;
  return { start: start + prefix, end: end - suffix, newText: newText.slice(prefix, newText.length - suffix) };
}
