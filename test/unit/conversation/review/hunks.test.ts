import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countHunks,
  type Hunk,
  hunksAfter,
  hunksBetween,
  splice,
  textsOf,
} from '../../../../src/conversation/review/hunks';
import { keepHunk, withoutHunk } from '../../../../src/conversation/review/reviewedText';
import { anyText, changedTexts, editedText } from './texts';

const lines = ({ baseStart, baseEnd, start, end }: Hunk) => [baseStart, baseEnd, start, end];

function expectDifference(hunks: readonly Hunk[], baseline: string, current: string): void {
  let text = baseline;
  for (const hunk of [...hunks].reverse()) {
    text = splice(text, hunk.baseRange, textsOf(hunk, baseline, current).new);
    expect(hunk.baseStart).toBe(countLines(baseline.slice(0, hunk.baseRange[0])));
    expect(hunk.baseEnd).toBe(countLines(baseline.slice(0, hunk.baseRange[1])));
    expect(hunk.start).toBe(countLines(current.slice(0, hunk.range[0])));
    expect(hunk.end).toBe(countLines(current.slice(0, hunk.range[1])));
  }
  expect(text).toBe(current);
  hunks.slice(1).forEach((hunk, i) => {
    expect(hunk.start).toBeGreaterThan(hunks[i]?.end ?? NaN);
    expect(hunk.baseStart).toBeGreaterThan(hunks[i]?.baseEnd ?? NaN);
  });
}

const countLines = (text: string) => text.split(/\r\n|\r|\n/).length - (/[^\r\n]$/.test(text) ? 0 : 1);

/** Takes one hunk after another back, or keeps it, until there are none; `pick` says which is next. */
function settle(baseline: string, current: string, pick: (count: number) => number, undo: boolean): [string, string] {
  let file = { baseline, current };
  for (let rounds = 0; file.baseline !== file.current; rounds++) {
    const hunks = hunksBetween(file.baseline, file.current);
    const hunk = hunks[pick(hunks.length)];
    if (!hunk || rounds > 100) throw new Error('The hunks do not come to an end');
    file = undo
      ? { ...file, current: withoutHunk(file, hunk) }
      : { ...file, baseline: keepHunk(file, hunk).baseline ?? 'gone' };
  }
  return [file.baseline, file.current];
}

describe('hunksBetween', () => {
  it('gives 0-based half-open lines and offsets', () => {
    expect(hunksBetween('a\nb\nc\nd\n', 'a\nB\nc\nnew\nd\n')).toEqual([
      { baseStart: 1, baseEnd: 2, start: 1, end: 2, baseRange: [2, 4], range: [2, 4] },
      { baseStart: 3, baseEnd: 3, start: 3, end: 4, baseRange: [6, 6], range: [6, 10] },
    ]);
  });

  it('counts CRLF and CR as one line end, and a line end that differs as a change', () => {
    expect(hunksBetween('a\r\nb\rc', 'a\r\nx\rc').map(lines)).toEqual([[1, 2, 1, 2]]);
    expect(hunksBetween('a\r\nb\r\n', 'a\r\nb\n').map(lines)).toEqual([[1, 2, 1, 2]]);
  });

  it('tells a last line without a line end from one with', () => {
    expect(hunksBetween('a\nb', 'a\nb\n').map(lines)).toEqual([[1, 2, 1, 2]]);
    expect(hunksBetween('a\nb', 'a\nb\nc').map(lines)).toEqual([[1, 2, 1, 3]]);
  });

  it('has one hunk for all of a new or emptied file, and none between empty texts', () => {
    expect(hunksBetween('', 'a\nb').map(lines)).toEqual([[0, 0, 0, 2]]);
    expect(hunksBetween('a\nb\n', '').map(lines)).toEqual([[0, 2, 0, 0]]);
    expect(hunksBetween('', '')).toEqual([]);
  });

  it('is one hunk where too many lines differ', () => {
    const many = (word: string) => Array.from({ length: 20_000 }, (_, i) => `${word} ${i}\n`).join('');
    expect(hunksBetween(`a\n${many('x')}z\n`, `a\n${many('y')}z\n`).map(lines)).toEqual([[1, 20_001, 1, 20_001]]);
  });

  it('makes one text of the other, with a common line between any two hunks', () => {
    fc.assert(
      fc.property(changedTexts, ({ baseline, current }) => {
        expectDifference(hunksBetween(baseline, current), baseline, current);
      }),
      { numRuns: 500 },
    );
  });

  it('comes to exactly the baseline when one hunk after another is undone, and to the current text when kept', () => {
    const orders = fc.infiniteStream(fc.nat());
    fc.assert(
      fc.property(
        fc.oneof(changedTexts, fc.record({ baseline: anyText, current: anyText })),
        orders,
        (texts, order) => {
          const { baseline, current } = texts;
          const pick = (count: number) => (order.next().value ?? 0) % count;
          expect(settle(baseline, current, pick, true)).toEqual([baseline, baseline]);
          expect(settle(baseline, current, pick, false)).toEqual([current, current]);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('hunksAfter', () => {
  it('is a difference of the new texts, with a common line between any two hunks', () => {
    const line = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const lineTexts = fc.array(line, { minLength: 8, maxLength: 40 }).map((all) => all.join('\n'));
    const fourTexts = lineTexts.chain((base) =>
      fc.tuple(fc.constant(base), editedText(base), editedText(base), fc.nat()),
    );
    fc.assert(
      fc.property(fourTexts, fc.boolean(), ([baseline, current, nextBaseline, at], isBoth) => {
        const next = `${current.slice(0, at % (current.length + 1))}x\n${current.slice(at % (current.length + 1))}`;
        const hunks = hunksAfter(
          { baseline, current, hunks: hunksBetween(baseline, current) },
          isBoth ? nextBaseline : baseline,
          next,
        );
        expectDifference(hunks, isBoth ? nextBaseline : baseline, next);
      }),
      { numRuns: 1000 },
    );
  });

  it('only moves the hunks that lie apart from the change', () => {
    const base = Array.from({ length: 40 }, (_, i) => `line ${i}\n`).join('');
    const current = base.replace(/line (5|15|25|35)\n/g, 'new $1\n');
    const hunks = hunksBetween(base, current);
    const [nextBase, next] = [base, current].map((text) => text.replace('line 20\n', 'line 20\nmine\n'));
    expect(hunksAfter({ baseline: base, current, hunks }, nextBase ?? '', next ?? '')).toEqual(
      hunksBetween(nextBase ?? '', next ?? ''),
    );
  });
});

describe('countHunks', () => {
  it('counts the lines that were added and removed', () => {
    expect(countHunks(hunksBetween('a\nb\nc\nd\n', 'a\nB\nB2\nc\n'))).toEqual({ added: 2, removed: 2 });
  });
});
