import { diffArrays } from 'diff';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hunk } from '../../../../src/conversation/review/hunks';
import {
  cursorLine,
  hunkAtLine,
  hunkOfChange,
  type LineChange,
  linesOfChange,
  matchingHunk,
  neighbour,
} from '../../../../src/surfaces/review/hunkTargets';

const editorLines = (text: string): string[] => text.split(/\r\n|\r|\n/);

/** The changes as the editor finds them: by lines without their ends. */
function quickDiff(baseline: string, current: string): LineChange[] {
  const changes: LineChange[] = [];
  let [base, line] = [0, 0];
  let open: { base: number; line: number } | undefined;
  const close = (): void => {
    if (!open) return;
    changes.push({
      originalStartLineNumber: open.base === base ? base : open.base + 1,
      originalEndLineNumber: open.base === base ? 0 : base,
      modifiedStartLineNumber: open.line === line ? line : open.line + 1,
      modifiedEndLineNumber: open.line === line ? 0 : line,
    });
    open = undefined;
  };
  for (const { added, removed, value } of diffArrays(editorLines(baseline), editorLines(current))) {
    if (added || removed) open ??= { base, line };
    else close();
    if (!added) base += value.length;
    if (!removed) line += value.length;
  }
  close();
  return changes;
}

const lines = (start: number, end: number, baseStart = start, baseEnd = end): Hunk => ({
  baseStart,
  baseEnd,
  start,
  end,
  baseRange: [0, 0],
  range: [0, 0],
});

/** The text in which change `index` was taken back. */
function undone(baseline: string, current: string, index = 0): string | undefined {
  const hunk = hunkOfChange(baseline, current, quickDiff(baseline, current), index);
  return hunk && current.slice(0, hunk.range[0]) + baseline.slice(...hunk.baseRange) + current.slice(hunk.range[1]);
}

/** The baseline to which change `index` was added. */
function kept(baseline: string, current: string, index = 0): string | undefined {
  const hunk = hunkOfChange(baseline, current, quickDiff(baseline, current), index);
  return (
    hunk && baseline.slice(0, hunk.baseRange[0]) + current.slice(...hunk.range) + baseline.slice(hunk.baseRange[1])
  );
}

describe('a change of the quick diff', () => {
  it('has 0-based half-open lines; an end of 0 is an empty range after the start', () => {
    const change = { originalStartLineNumber: 11, originalEndLineNumber: 0, modifiedStartLineNumber: 13 };
    expect(linesOfChange({ ...change, modifiedEndLineNumber: 14 })).toEqual({
      baseStart: 11,
      baseEnd: 11,
      start: 12,
      end: 14,
    });
    expect(
      linesOfChange({
        originalStartLineNumber: 18,
        originalEndLineNumber: 19,
        modifiedStartLineNumber: 20,
        modifiedEndLineNumber: 0,
      }),
    ).toMatchObject({ baseStart: 17, baseEnd: 19, start: 20, end: 20 });
  });

  const cases: [title: string, baseline: string, current: string][] = [
    ['a changed line', 'a\nb\nc\n', 'a\nB\nc\n'],
    ['a changed line of a file with CRLF', 'a\r\nb\r\nc\r\n', 'a\r\nB\r\nc\r\n'],
    ['lines added at the start', 'a\n', 'x\ny\na\n'],
    ['lines removed at the start', 'x\ny\na\n', 'a\n'],
    ['lines added at the end', 'a\n', 'a\nx\ny\n'],
    ['lines removed at the end', 'a\nx\ny\n', 'a\n'],
    ['lines added after a last line without a line end', 'a\nb', 'a\nb\nc'],
    ['lines added after a last line without a line end, with CRLF', 'a\r\nb', 'a\r\nb\r\nc'],
    ['a last line removed that had no line end', 'a\nb\nc', 'a\nb'],
    ['a final line end added', 'a\nb', 'a\nb\n'],
    ['a final line end removed', 'a\nb\n', 'a\nb'],
    ['a file filled', '', 'a\nb\n'],
    ['a file emptied', 'a\nb\n', ''],
    ['a file replaced', 'a\nb\n', 'x\ny'],
  ];
  it.each(cases)('is taken back and kept exactly: %s', (_title, baseline, current) => {
    expect(quickDiff(baseline, current)).toHaveLength(1);
    expect(undone(baseline, current)).toBe(baseline);
    expect(kept(baseline, current)).toBe(current);
  });

  it('takes back only the one that was chosen', () => {
    expect(undone('a\nb\nc\nd\ne', 'A\nb\nc\nD\nd\n', 0)).toBe('a\nb\nc\nD\nd\n');
    expect(undone('a\nb\nc\nd\ne', 'A\nb\nc\nD\nd\n', 2)).toBe('A\nb\nc\nD\nd\ne');
    expect(kept('a\nb\nc\nd\ne', 'A\nb\nc\nD\nd\n', 1)).toBe('a\nb\nc\nD\nd\ne');
  });

  it('is not found when the texts have changed since', () => {
    const changes = quickDiff('a\nb\nc\n', 'a\nB\nc\n');
    expect(hunkOfChange('a\nb\nc\n', 'a\nB\nc\nd\n', changes, 0)).toBeUndefined();
    expect(hunkOfChange('a\nb\nc\n', 'x\na\nB\nc\n', changes, 0)).toBeUndefined();
    expect(hunkOfChange('a\nb\nc\n', 'a\nB\nc\n', changes, 1)).toBeUndefined();
  });

  it('joins the texts again whatever they are: undoing all is the baseline, keeping all the current text', () => {
    const text = fc
      .array(fc.tuple(fc.constantFrom('a', 'b', 'c', ''), fc.constantFrom('\n', '\n', '\r\n')), { maxLength: 8 })
      .chain((parts) => fc.constantFrom('', 'z').map((end) => parts.flat().join('') + end));
    fc.assert(
      fc.property(text, text, (baseline, current) => {
        let [left, right] = [baseline, current];
        for (let count = quickDiff(left, right).length; count > 0; count--) {
          const before = quickDiff(left, right).length;
          [left, right] = count % 2 === 0 ? [left, undone(left, right) ?? ''] : [kept(left, right) ?? '', right];
          expect(quickDiff(left, right).length).toBeLessThan(before);
        }
        expect(editorLines(left)).toEqual(editorLines(right));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the hunk for some lines', () => {
  it('is the one with the same lines, else the only one that overlaps', () => {
    const hunks = [lines(2, 4), lines(6, 6, 6, 8), lines(10, 20, 12, 12)];
    expect(matchingHunk(hunks, lines(2, 4))).toBe(hunks[0]);
    expect(matchingHunk(hunks, lines(3, 5))).toBe(hunks[0]);
    expect(matchingHunk(hunks, lines(6, 6, 6, 7))).toBe(hunks[1]);
    expect(matchingHunk(hunks, lines(3, 12))).toBeUndefined();
    expect(matchingHunk(hunks, lines(4, 5))).toBeUndefined();
  });

  it('is found by a cursor in it, or beside the gap where lines were removed', () => {
    const hunks = [lines(0, 0, 0, 1), lines(2, 4, 3, 5), lines(6, 6, 7, 9)];
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((line) => hunks.indexOf(hunkAtLine(hunks, line) as Hunk))).toEqual([
      0, -1, 1, 1, -1, 2, 2, -1,
    ]);
    expect(hunks.map(cursorLine)).toEqual([0, 2, 5]);
  });
});

describe('going through the changes', () => {
  const files: Readonly<Record<string, readonly number[]>> = { a: [2, 8], deleted: [], b: [0] };
  const go = (direction: 'next' | 'previous', here?: { path: string; line: number }) =>
    neighbour(Object.keys(files), (path) => files[path] ?? [], here, direction);

  it('stops at every change of every file, and goes around', () => {
    const visited = [];
    let here = go('next');
    for (let count = 0; count < 5; count++, here = go('next', here)) visited.push(here);
    expect(visited).toEqual([
      { path: 'a', line: 2 },
      { path: 'a', line: 8 },
      { path: 'deleted', line: 0 },
      { path: 'b', line: 0 },
      { path: 'a', line: 2 },
    ]);
  });

  it('goes back the same way', () => {
    expect(go('previous', { path: 'b', line: 0 })).toEqual({ path: 'deleted', line: 0 });
    expect(go('previous', { path: 'deleted', line: 0 })).toEqual({ path: 'a', line: 8 });
    expect(go('previous', { path: 'a', line: 5 })).toEqual({ path: 'a', line: 2 });
    expect(go('previous', { path: 'a', line: 2 })).toEqual({ path: 'b', line: 0 });
  });

  it('begins at either end from a file without changes, and nowhere when there are none', () => {
    expect(go('next', { path: 'other', line: 5 })).toEqual({ path: 'a', line: 2 });
    expect(go('previous', { path: 'other', line: 5 })).toEqual({ path: 'b', line: 0 });
    expect(neighbour([], () => [], undefined, 'next')).toBeUndefined();
    expect(neighbour([], () => [], undefined, 'previous')).toBeUndefined();
  });
});
