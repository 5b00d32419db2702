import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nullLogger } from '../../../../src/base/logger';
import { splice } from '../../../../src/conversation/review/hunks';
import { Review, type TrackedFile } from '../../../../src/conversation/review/review';
import { changedTexts, editedText } from './texts';

const PATH = '/p/a.ts';
const BEFORE = 'one\ntwo\nthree\n';
const AFTER = 'one\n2\nthree\n3b\n';

function setUp() {
  const review = new Review(nullLogger);
  const fired: (readonly string[])[] = [];
  review.onDidChange((paths) => fired.push(paths));
  const codex = (before: string | null, after: string | null, path = PATH, threadId: string | null = 't1') => {
    review.codexChanged({ path, before, after, threadId });
  };
  const texts = (path = PATH) => {
    const file = review.get(path);
    return file && [file.baseline, file.current];
  };
  const hunk = (index: number, path = PATH) => {
    const found = review.hunks(path)[index];
    if (!found) throw new Error('no such hunk');
    return found;
  };
  return { review, fired, codex, texts, hunk };
}

describe('Review of what Codex changes', () => {
  it('tracks a file with its first text as the baseline, and all threads that changed it', () => {
    const { review, codex, fired } = setUp();
    codex(BEFORE, 'x\n');
    codex('x\n', AFTER, PATH, 't2');
    codex(AFTER, AFTER, PATH, null);
    expect(review.files).toEqual([
      { path: PATH, baseline: BEFORE, current: AFTER, threads: ['t1', 't2'], movedFrom: null, gap: false, round: 1 },
    ]);
    expect(review.counts(PATH)).toEqual({ added: 2, removed: 1 });
    expect(review.hunks(PATH)).toBe(review.hunks(PATH));
    expect(fired[0]).toEqual([PATH]);
  });

  it('lets a file go when Codex restores it, and ignores a change that changes nothing', () => {
    const { review, codex, fired } = setUp();
    codex(BEFORE, AFTER);
    codex(AFTER, BEFORE);
    codex(BEFORE, BEFORE);
    expect(review.files).toEqual([]);
    expect(fired).toHaveLength(2);
  });

  it('tells made and deleted files from empty ones', () => {
    const { review, codex, texts } = setUp();
    codex(null, '');
    expect(texts()).toEqual([null, '']);
    expect(review.hunks(PATH)).toEqual([]);
    codex('', null);
    expect(texts()).toBeUndefined();
    codex('', null);
    expect(texts()).toEqual(['', null]);
  });

  it('gives what the person typed before Codex’s next change to the person', () => {
    const { codex, texts } = setUp();
    codex(BEFORE, AFTER);
    codex(`mine\n${AFTER}`, 'mine\none\n');
    expect(texts()).toEqual([`mine\n${BEFORE}`, 'mine\none\n']);
  });

  it('follows a file that Codex moves, to where it was at first', () => {
    const { review, codex, texts } = setUp();
    codex(BEFORE, AFTER);
    const move = (from: string, to: string, after: string | null = AFTER) => {
      review.codexChanged({ path: to, before: AFTER, after, movedFrom: from, threadId: 't2' });
    };
    move(PATH, '/p/b.ts');
    move('/p/b.ts', '/p/c.ts');
    expect(review.files.map(({ path, movedFrom, threads }) => [path, movedFrom, threads])).toEqual([
      ['/p/c.ts', PATH, ['t1', 't2']],
    ]);
    expect(texts('/p/c.ts')).toEqual([BEFORE, AFTER]);
    move('/p/c.ts', PATH, BEFORE);
    expect(review.files).toEqual([]);
  });

  it('keeps a file that was only moved until that is kept', () => {
    const { review } = setUp();
    review.codexChanged({ path: '/p/b.ts', before: 'x', after: 'x', movedFrom: PATH, threadId: null });
    expect(review.get('/p/b.ts')).toMatchObject({ baseline: 'x', current: 'x', movedFrom: PATH });
    review.keepFiles(['/p/b.ts']);
    expect(review.files).toEqual([]);
  });

  it('has nothing to review of a moved file that is deleted, or taken back to where it was', () => {
    const { review } = setUp();
    review.codexChanged({ path: '/p/b.ts', before: BEFORE, after: AFTER, movedFrom: PATH, threadId: 't1' });
    review.personChanged('/p/b.ts', null);
    expect(review.files).toEqual([]);
  });

  it('counts what a formatter makes of Codex’s text as Codex’s', () => {
    const { review, codex, texts } = setUp();
    codex(BEFORE, AFTER);
    review.reformatted(PATH, `${AFTER}formatted\n`);
    expect(texts()).toEqual([BEFORE, `${AFTER}formatted\n`]);
  });

  it('names a gap where no baseline is known, and keeps one that is', () => {
    const { review, codex, texts } = setUp();
    review.changedWithoutBaseline('/p/gap', 'x', 't1');
    expect(review.get('/p/gap')).toMatchObject({ current: 'x', gap: true });
    codex('x', 'y', '/p/gap');
    review.personChanged('/p/gap', 'z');
    expect(review.get('/p/gap')).toMatchObject({ current: 'z', gap: true });
    expect(review.hunks('/p/gap')).toEqual([]);
    codex(BEFORE, AFTER);
    review.changedWithoutBaseline(PATH, 'other', 't1');
    expect(texts()).toEqual([BEFORE, 'other']);
    review.keepFiles(['/p/gap']);
    expect(review.get('/p/gap')).toBeUndefined();
  });

  it('has nothing to review of a file without a baseline that the person deleted', () => {
    const { review } = setUp();
    review.changedWithoutBaseline(PATH, 'x', 't1');
    review.personChanged(PATH, null);
    expect(review.files).toEqual([]);
  });

  it('holds no texts of a file that is too large, nor of what would make all of them too large', () => {
    const { review, codex } = setUp();
    codex('x', 'y'.repeat(2_000_000));
    expect(review.get(PATH)).toMatchObject({ baseline: null, current: null, gap: true });
    const large = 'z'.repeat(1_999_000);
    for (let i = 0; i < 60; i++) codex('', large, `/p/${i}`);
    const isHeld = ({ gap }: TrackedFile) => !gap;
    expect(review.files.filter(isHeld)).toHaveLength(50);
    review.keepFiles(['/p/0']);
    codex('', large, '/p/new');
    expect(review.files.filter(isHeld)).toHaveLength(50);
  });
});

describe('Review of what the person does', () => {
  it('moves a hunk when they type above it, and says so once', () => {
    const { review, codex, fired } = setUp();
    codex(BEFORE, AFTER);
    review.personChanged(PATH, `mine\n${AFTER}`);
    expect(review.hunks(PATH).map(({ start, end }) => [start, end])).toEqual([
      [2, 3],
      [4, 5],
    ]);
    review.personChanged(PATH, `mine\n${AFTER}`);
    review.personChanged('/p/other', 'x');
    expect(fired).toEqual([[PATH], [PATH]]);
  });

  it('lets a file go that they restore or delete', () => {
    const { review, codex } = setUp();
    codex(BEFORE, AFTER);
    review.personChanged(PATH, BEFORE);
    expect(review.files).toEqual([]);
    codex(BEFORE, AFTER);
    review.personChanged(PATH, null);
    expect(review.files).toEqual([]);
  });

  it('keeps one hunk, and the file goes with the last', () => {
    const { review, codex, texts, hunk } = setUp();
    codex(BEFORE, AFTER);
    review.keepHunk(PATH, hunk(0));
    expect(texts()).toEqual(['one\n2\nthree\n', AFTER]);
    review.keepHunk(PATH, hunk(0));
    expect(review.files).toEqual([]);
  });

  it('ignores a hunk that does not fit the texts any more', () => {
    const { review, codex, texts, hunk } = setUp();
    codex(BEFORE, AFTER);
    const last = hunk(1);
    codex(AFTER, 'one\n');
    review.keepHunk(PATH, last);
    expect(texts()).toEqual([BEFORE, 'one\n']);
  });

  it('keeps files at once', () => {
    const { review, codex, fired } = setUp();
    codex(null, 'x', '/p/a');
    codex('x', null, '/p/b');
    fired.length = 0;
    review.keepFiles(['/p/a', '/p/b', '/p/c', '/p/a']);
    expect(review.files).toEqual([]);
    expect(fired).toEqual([['/p/a', '/p/b']]);
  });

  it('follows a file and a folder that they rename', () => {
    const { review, codex, texts } = setUp();
    codex(BEFORE, AFTER, '/p/src/a.ts');
    codex(BEFORE, AFTER, '/p/src2/b.ts');
    review.moved('/p/src', '/p/lib');
    expect(review.files.map(({ path }) => path).sort()).toEqual(['/p/lib/a.ts', '/p/src2/b.ts']);
    review.moved('/p/lib/a.ts', '/p/lib/z.ts');
    expect(texts('/p/lib/z.ts')).toEqual([BEFORE, AFTER]);
    review.moved('/p/none', '/p/other');
    expect(review.files).toHaveLength(2);
  });

  it('has no move left to review when they move the file back', () => {
    const { review } = setUp();
    review.codexChanged({ path: '/p/b.ts', before: 'x', after: 'x', movedFrom: PATH, threadId: null });
    review.moved('/p/b.ts', PATH);
    expect(review.files).toEqual([]);
  });

  it('gives another round to a file that comes again', () => {
    const { review, codex } = setUp();
    codex(BEFORE, AFTER);
    const first = review.get(PATH)?.round ?? NaN;
    codex(AFTER, 'x');
    expect(review.get(PATH)?.round).toBe(first);
    review.keepFiles([PATH]);
    codex(BEFORE, AFTER);
    expect(review.get(PATH)?.round).toBeGreaterThan(first);
  });
});

describe('Review and the editor’s undo', () => {
  it('brings the baseline back with the text', () => {
    const { review, codex, texts } = setUp();
    codex(BEFORE, AFTER);
    const over = AFTER.replace('2', 'mine');
    review.personChanged(PATH, over);
    expect(texts()).toEqual([BEFORE.replace('two', 'mine'), over]);
    review.personChanged(PATH, AFTER, true);
    expect(texts()).toEqual([BEFORE, AFTER]);
  });

  it('brings a file back that had left, and lets it go again', () => {
    const { review, codex, texts } = setUp();
    codex(BEFORE, AFTER);
    review.personChanged(PATH, BEFORE, true);
    expect(review.files).toEqual([]);
    review.personChanged(PATH, AFTER, true);
    expect(texts()).toEqual([BEFORE, AFTER]);
    expect(review.get(PATH)?.threads).toEqual(['t1']);
  });

  it('does not bring back what the person has kept', () => {
    const { review, codex, texts, hunk } = setUp();
    codex(BEFORE, AFTER);
    review.keepHunk(PATH, hunk(0));
    const kept = texts();
    review.personChanged(PATH, BEFORE, true);
    review.personChanged(PATH, AFTER, true);
    expect(texts()).toEqual(kept);
    review.keepFiles([PATH]);
    review.personChanged(PATH, BEFORE, true);
    review.personChanged(PATH, AFTER, true);
    expect(review.files).toEqual([]);
  });

  it('remembers what Codex left longer than what was typed', () => {
    const { review, codex, texts } = setUp();
    codex(BEFORE, AFTER);
    for (let i = 0; i < 40; i++) review.personChanged(PATH, `${i}\n${AFTER.replace('2', 'mine')}`);
    review.personChanged(PATH, AFTER, true);
    expect(texts()).toEqual([BEFORE, AFTER]);
  });

  it('takes the same text for the person’s when they typed it', () => {
    const { review, codex } = setUp();
    codex(BEFORE, AFTER);
    review.personChanged(PATH, BEFORE);
    review.personChanged(PATH, AFTER);
    expect(review.files).toEqual([]);
  });
});

describe('Review, always', () => {
  it('has the text as it is, and hunks that are its difference from the baseline', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom('codex', 'person', 'undo', 'hunk'), fc.nat()), { maxLength: 12 });
    const session = fc.tuple(changedTexts, fc.array(fc.gen(), { minLength: 1, maxLength: 1 }), steps);
    fc.assert(
      fc.property(session, ([{ baseline, current }, [gen], all]) => {
        const { review, codex } = setUp();
        codex(baseline, current);
        let live = current;
        const past = [baseline, current];
        for (const [step, at] of all) {
          const next = step === 'undo' ? (past[at % past.length] ?? '') : (gen?.(editedText, live) ?? '');
          const hunk = review.hunks(PATH)[0];
          if (step === 'hunk' && hunk) review.keepHunk(PATH, hunk);
          else if (step === 'codex') codex(live, next);
          else review.personChanged(PATH, next, step === 'undo');
          if (step !== 'hunk' || !hunk) live = next;
          past.push(live);
          const file = review.get(PATH);
          if (!file) continue;
          expect(file.current).toBe(live);
          let undone = live;
          for (const each of [...review.hunks(PATH)].reverse()) {
            undone = splice(undone, each.range, (file.baseline ?? '').slice(...each.baseRange));
          }
          expect(undone).toBe(file.baseline ?? '');
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('Review.restore', () => {
  it('has the same files, and goes on counting rounds', () => {
    const { review, codex } = setUp();
    codex(BEFORE, AFTER);
    codex(null, 'new', '/p/new');
    review.changedWithoutBaseline('/p/gap', 'x', null);
    const other = setUp();
    other.codex('a', 'b', '/p/old');
    other.review.restore(review.snapshot());
    expect(other.review.files).toEqual(review.files);
    expect(other.fired.at(-1)).toEqual(['/p/old', PATH, '/p/new', '/p/gap']);
    other.codex('a', 'b', '/p/more');
    expect(other.review.get('/p/more')?.round).toBe(4);
  });

  it('is of the thread that a conversation goes on in, too', () => {
    const { review, codex, fired } = setUp();
    codex(BEFORE, AFTER);
    codex(BEFORE, AFTER, '/p/b.ts', 't2');
    fired.length = 0;
    review.continueAs('t1', 'copy');
    expect(review.files.map(({ threads }) => threads)).toEqual([['t1', 'copy'], ['t2']]);
    expect(fired).toEqual([[PATH]]);
  });
});
