import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldPersonChange } from '../../../../src/conversation/review/foldPersonChange';
import { hunksBetween } from '../../../../src/conversation/review/hunks';
import { keepHunk, withoutHunk } from '../../../../src/conversation/review/reviewedText';
import { changedTexts } from './texts';

const text = (...lines: string[]) => lines.map((line) => `${line}\n`).join('');
const fold = (baseline: string, current: string, next: string) => foldPersonChange({ baseline, current, next });

describe('foldPersonChange, outside Codex’s lines', () => {
  const baseline = text('a', 'b', 'c', 'd');
  const current = text('a', 'B', 'c', 'd');

  it.each([
    ['an insertion above', text('mine', 'a', 'B', 'c', 'd'), text('mine', 'a', 'b', 'c', 'd')],
    ['an insertion below', text('a', 'B', 'c', 'd', 'mine'), text('a', 'b', 'c', 'd', 'mine')],
    ['an insertion right before', text('a', 'mine', 'B', 'c', 'd'), text('a', 'mine', 'b', 'c', 'd')],
    ['an insertion right after', text('a', 'B', 'mine', 'c', 'd'), text('a', 'b', 'mine', 'c', 'd')],
    ['a change of the next line', text('a', 'B', 'see', 'd'), text('a', 'b', 'see', 'd')],
    ['a deletion', text('a', 'B', 'd'), text('a', 'b', 'd')],
    ['changes on both sides at once', text('A', 'B', 'c', 'D', 'e'), text('A', 'b', 'c', 'D', 'e')],
  ])('makes %s in the baseline too', (_, next, expected) => {
    expect(fold(baseline, current, next)).toBe(expected);
  });

  it('keeps typing at a place where Codex deleted lines, and the deletion', () => {
    const deleted = text('a', 'd');
    expect(fold(baseline, deleted, text('a', 'mine', 'd'))).toBe(text('a', 'b', 'c', 'mine', 'd'));
    expect(fold(baseline, deleted, text('a', '  d'))).toBe(text('a', 'b', 'c', '  d'));
    expect(fold(baseline, deleted, text('a!', 'd'))).toBe(text('a!', 'b', 'c', 'd'));
  });

  it('lets a line go that is typed again where Codex deleted it', () => {
    expect(fold(baseline, text('a', 'd'), text('a', 'c', 'd'))).toBe(baseline);
    expect(fold(baseline, text('a', 'd'), text('a', 'x', 'b', 'y', 'd'))).toBe(text('a', 'x', 'b', 'c', 'y', 'd'));
  });

  it('does not take a final line end that Codex added for the person’s, nor glue what is typed to the last line', () => {
    expect(fold('a\nb', 'a\nb\n', 'x\na\nb\n')).toBe('x\na\nb');
    expect(fold('a\nb', 'a\nb\n', 'a\nb\nmine\n')).toBe('a\nb\nmine\n');
    expect(fold('a\nb', 'a\n', 'a\nmine')).toBe('a\nb\nmine');
  });

  it('follows the person where they add or remove the final line end', () => {
    expect(fold('a\nb\n', 'A\nb\n', 'A\nb')).toBe('a\nb');
    expect(fold('a\nb', 'A\nb', 'A\nb\n')).toBe('a\nb\n');
  });

  it('converts the baseline when the person changes the line ends of the file', () => {
    expect(fold('a\nb\n', 'a\nB\n', 'a\r\nB\r\n')).toBe('a\r\nb\r\n');
  });
});

describe('foldPersonChange, in Codex’s lines', () => {
  const baseline = text('a', 'let x = old(1);', 'z');
  const current = text('a', 'let x = fresh(1);', 'z');
  const line = (content: string) => text('a', content, 'z');

  it('makes a change beside Codex’s words in the baseline too', () => {
    expect(fold(baseline, current, line('const x = fresh(1);'))).toBe(line('const x = old(1);'));
    expect(fold(baseline, current, line('  let x = fresh(1);'))).toBe(line('  let x = old(1);'));
  });

  it('counts characters typed into Codex’s words as part of the hunk', () => {
    expect(fold(baseline, current, line('let x = freshest(1);'))).toBe(baseline);
    expect(fold(text('a', 'z'), text('a', 'new', 'z'), text('a', 'new and mine', 'z'))).toBe(text('a', 'z'));
    expect(fold(text('a', 'z'), text('a', 'new one', 'z'), text('a', 'new', '  one', 'z'))).toBe(text('a', 'z'));
  });

  it('gives a line to the person when they type over Codex’s words or delete them', () => {
    expect(fold(baseline, current, line('let x = mine(1);'))).toBe(line('let x = mine(1);'));
    expect(fold(baseline, current, text('a', 'z'))).toBe(text('a', 'z'));
  });

  it('leaves the rest of the hunk unreviewed', () => {
    const before = text('a', 'one', 'two', 'three', 'z');
    const after = text('a', 'eins', 'zwei', 'drei', 'z');
    expect(fold(before, after, text('a', 'eins', 'mine', 'drei', 'z'))).toBe(text('a', 'one', 'mine', 'three', 'z'));
    expect(fold(text('a', 'z'), after, text('a', 'eins', 'drei', 'z'))).toBe(text('a', 'z'));
    expect(fold(text('a', 'z'), after, text('a', 'mine', 'zwei', 'drei', 'z'))).toBe(text('a', 'mine', 'z'));
  });

  it('splits a hunk at whole lines that are typed between its lines', () => {
    const after = text('a', 'eins', 'zwei', 'z');
    const next = text('a', 'eins', 'mine', 'zwei', 'z');
    const folded = fold(text('a', 'z'), after, next);
    expect(folded).toBe(text('a', 'mine', 'z'));
    expect(hunksBetween(folded, next)).toHaveLength(2);
  });

  it('takes lines that are broken or joined for what they were', () => {
    const after = text('a', 'new one', 'more', 'z');
    expect(fold(text('a', 'z'), after, text('a', 'new', '  one', 'more', 'z'))).toBe(text('a', 'z'));
    expect(fold(text('a', 'z'), after, text('a', 'new one more', 'z'))).toBe(text('a', 'z'));
  });

  it('keeps whole lines that were typed together with a change of Codex’s line', () => {
    const next = text('a', 'let x = freshest(1);', 'mine', 'z');
    expect(fold(baseline, current, next)).toContain('mine\n');
  });

  it('does not take it for the person’s when only blanks of Codex’s lines go', () => {
    expect(fold(text('a', 'z'), text('a', 'new  ', 'z'), text('a', 'new', 'z'))).toBe(text('a', 'z'));
  });
});

describe('foldPersonChange, always', () => {
  it('has the baseline back when the person restores all, or one hunk', () => {
    fc.assert(
      fc.property(changedTexts, fc.nat(), ({ baseline, current }, index) => {
        expect(fold(baseline, current, baseline)).toBe(baseline);
        const hunks = hunksBetween(baseline, current);
        for (const hunk of hunks.slice(index % (hunks.length + 1)).slice(0, 1)) {
          expect(fold(baseline, current, withoutHunk({ baseline, current }, hunk))).toBe(baseline);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is the person’s text where nothing is Codex’s, and the baseline where the person did nothing', () => {
    fc.assert(
      fc.property(changedTexts, ({ baseline, current, next }) => {
        expect(fold(current, current, next)).toBe(next);
        expect(fold(baseline, current, current)).toBe(baseline);
      }),
    );
  });

  it('leaves nothing unreviewed of an emptied text, and the person’s lines of one that was replaced', () => {
    fc.assert(
      fc.property(changedTexts, ({ baseline, current }) => {
        fc.pre(current !== '');
        expect(fold(baseline, current, '')).toBe('');
        const left = fold(baseline, current, 'mine\nown').split(/\r\n|\r|\n/);
        expect(left).toEqual(expect.arrayContaining(['mine', 'own']));
      }),
      { numRuns: 500 },
    );
  });

  it('never takes whole lines from the person when all hunks are undone, wherever they typed them', () => {
    const places = fc.array(fc.nat(), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(changedTexts, places, ({ baseline, current }, typed) => {
        let file = { baseline, current };
        typed.forEach((place, i) => {
          const lines = file.current.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? [];
          const at = place % (lines.length + 1);
          const glue = at > 0 && !/[\r\n]$/.test(lines[at - 1] ?? '') ? '\n' : '';
          const next = `${lines.slice(0, at).join('')}${glue}MINE${i}\n${lines.slice(at).join('')}`;
          file = { baseline: fold(file.baseline, file.current, next), current: next };
        });
        const left = file.baseline.split(/\r\n|\r|\n/);
        typed.forEach((_, i) => {
          expect(left).toContain(`MINE${i}`);
        });
      }),
      { numRuns: 1000 },
    );
  });

  it('never takes a change from the person that lies apart from Codex’s lines', () => {
    const lines = fc.array(fc.constantFrom('x', 'y', ''), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(changedTexts, lines, lines, ({ baseline, current }, above, edited) => {
        const whole = (before: string[], middle: string) => text(...before, 'FENCE') + middle;
        const folded = fold(whole(above, baseline), whole(above, current), whole(edited, current));
        fc.pre(baseline !== current);
        expect(folded).toBe(whole(edited, baseline));
      }),
      { numRuns: 500 },
    );
  });

  it('comes to the person’s text when all hunks are kept', () => {
    fc.assert(
      fc.property(changedTexts, ({ baseline, current, next }) => {
        const folded = fold(baseline, current, next);
        let kept = folded;
        for (let hunk = hunksBetween(kept, next)[0]; hunk; hunk = hunksBetween(kept, next)[0]) {
          kept = keepHunk({ baseline: kept, current: next }, hunk).baseline ?? '';
        }
        expect(kept).toBe(next);
      }),
    );
  });
});
