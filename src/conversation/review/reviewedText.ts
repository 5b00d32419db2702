import { foldPersonChange } from './foldPersonChange';
import { type Hunk, splice } from './hunks';

/** One file under review: as it was when Codex first changed it, and as it is. `null`: there is no file. */
export interface ReviewedText {
  readonly baseline: string | null;
  readonly current: string | null;
}

/**
 * The file after Codex's change from `before` to `after`. What made `before` of the text known so far was the person's,
 * and is folded into the baseline first.
 *
 * @param hunks those of the file, if they are known already.
 */
export function afterCodex(
  file: ReviewedText,
  before: string | null,
  after: string | null,
  hunks?: readonly Hunk[],
): ReviewedText {
  return { baseline: afterPerson(file, before, hunks).baseline, current: after };
}

/**
 * The file after the person made `next` of it. What they wrote belongs to the baseline as well, what is still Codex's
 * stays unreviewed: see {@link foldPersonChange}. A file that the person made or deleted has nothing unreviewed.
 *
 * @param hunks those of the file, if they are known already.
 */
export function afterPerson(file: ReviewedText, next: string | null, hunks?: readonly Hunk[]): ReviewedText {
  const { baseline, current } = file;
  if (next === current) return file;
  if (next === null || current === null) return { baseline: next, current: next };
  const folded = foldPersonChange({ baseline: baseline ?? '', current, next, hunks });
  const isStillNew = baseline === null && folded === '' && next !== '';
  return { baseline: isStillNew ? null : folded, current: next };
}

/** The file with one hunk counted as reviewed: the baseline gets its lines as they are. */
export function keepHunk(file: ReviewedText, hunk: Hunk): ReviewedText {
  const current = file.current ?? '';
  const baseline = splice(file.baseline ?? '', hunk.baseRange, current.slice(...hunk.range));
  return { baseline: baseline === current ? file.current : baseline, current: file.current };
}

/** The current text with one hunk taken back. Empty, too, when a file that Codex made is to go. */
export function withoutHunk(file: ReviewedText, hunk: Hunk): string {
  return splice(file.current ?? '', hunk.range, (file.baseline ?? '').slice(...hunk.baseRange));
}
