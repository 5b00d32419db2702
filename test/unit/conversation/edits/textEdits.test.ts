import fc from 'fast-check';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { describe, expect, it } from 'vitest';
import {
  applyOffsetEdits,
  minimalEdits,
  type OffsetEdit,
  rebase,
  toLspEdits,
  toLspWorkspaceEdit,
} from '../../../../src/conversation/edits/textEdits';

const fragments = ['a', 'beta', ' ', '\n', '\r\n', '\r', '(', 'é', '😀', '\ud83d', 'line 1\n', '\t', '日本', '\u2028'];
const anyText = fc.array(fc.constantFrom(...fragments), { maxLength: 40 }).map((parts) => parts.join(''));

/** A text and a second one made from it by a few splices, so that both have much in common. */
const editedText = (base: string) =>
  fc
    .array(fc.tuple(fc.nat(base.length), fc.nat(6), fc.constantFrom(...fragments, '')), { maxLength: 4 })
    .map((splices) =>
      splices.reduce((text, [at, length, added]) => text.slice(0, at) + added + text.slice(at + length), base),
    );

const threeTexts = anyText.chain((base) => fc.tuple(fc.constant(base), editedText(base), editedText(base)));

const lines = (count: number) => Array.from({ length: count }, (_, i) => `line ${i} alpha beta gamma\n`).join('');

function merge(base: string, ours: string, theirs: string): string {
  const result = rebase(minimalEdits(base, ours), minimalEdits(base, theirs));
  return result.conflicts.length > 0 ? 'conflict' : applyOffsetEdits(theirs, result.edits);
}

/** Where the new texts of `edits` lie in the text they make. */
function insertedRanges(edits: readonly OffsetEdit[]): { start: number; end: number }[] {
  let delta = 0;
  return edits.map((edit) => {
    const start = edit.start + delta;
    delta += edit.newText.length - (edit.end - edit.start);
    return { start, end: start + edit.newText.length };
  });
}

describe('minimalEdits', () => {
  it('is empty for equal texts', () => {
    expect(minimalEdits('a\nb', 'a\nb')).toEqual([]);
  });

  it('touches only the word that changed', () => {
    const base = lines(3);
    const at = base.indexOf('beta', base.indexOf('line 1'));
    expect(minimalEdits(base, lines(3).replace('line 1 alpha beta', 'line 1 alpha BETA'))).toEqual([
      { start: at, end: at + 4, newText: 'BETA' },
    ]);
  });

  it('inserts whole lines without touching the lines around them', () => {
    expect(minimalEdits('a\r\nc\r\n', 'a\r\nb\r\nc\r\n')).toEqual([{ start: 3, end: 3, newText: 'b\r\n' }]);
  });

  it('makes one edit of words with only punctuation between them', () => {
    expect(minimalEdits('f(a, b)\n', 'f(c, d)\n')).toEqual([{ start: 2, end: 6, newText: 'c, d' }]);
  });

  it('gives up on lines that differ too much and replaces what lies between the common beginning and end', () => {
    const many = (word: string) => Array.from({ length: 5000 }, (_, i) => `${word} ${i}\n`).join('');
    const base = `first\n${many('a')}last\n`;
    const next = `first\n${many('b')}last\n`;
    expect(minimalEdits(base, next)).toEqual([{ start: 6, end: base.length - 5, newText: many('b') }]);
  });

  it('always turns the first text into the second', () => {
    fc.assert(
      fc.property(fc.oneof(fc.tuple(anyText, anyText), threeTexts), ([base, next]) => {
        expect(applyOffsetEdits(base, minimalEdits(base, next))).toBe(next);
      }),
      { numRuns: 1000 },
    );
  });

  it('gives sorted edits that do not touch and never cut a CRLF or a surrogate pair', () => {
    fc.assert(
      fc.property(threeTexts, ([base, next]) => {
        let last = -1;
        for (const edit of minimalEdits(base, next)) {
          expect(edit.start).toBeGreaterThan(last);
          expect(edit.end).toBeGreaterThanOrEqual(edit.start);
          last = edit.end;
          for (const at of [edit.start, edit.end]) {
            const around = base.slice(Math.max(0, at - 1), at + 1);
            expect(around).not.toMatch(/^(?:\r\n|[\ud800-\udbff][\udc00-\udfff])$/);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('rebase', () => {
  const base = 'line 10 alpha beta gamma\n';
  const ours = 'line 10 alpha BETA gamma\n';

  it.each([
    ['inserted at the start of the line', '~~line 10 alpha beta gamma\n', '~~line 10 alpha BETA gamma\n'],
    ['inserted in another word', 'line 10 al~~pha beta gamma\n', 'line 10 al~~pha BETA gamma\n'],
    ['inserted at the end of the line', 'line 10 alpha beta gamma~~\n', 'line 10 alpha BETA gamma~~\n'],
    ['made by both', ours, ours],
    ['inserted in the same word', 'line 10 alpha be~~ta gamma\n', 'conflict'],
    ['that retypes the line', 'USER LINE\n', 'conflict'],
    ['that deletes the line', '', 'conflict'],
  ])('merges a word with a change %s', (_, theirs, expected) => {
    expect(merge(base, ours, theirs)).toBe(expected);
  });

  it('names both sides of a conflict', () => {
    const { edits, conflicts } = rebase([{ start: 2, end: 4, newText: 'X' }], [{ start: 3, end: 3, newText: 'y' }]);
    expect(edits).toEqual([]);
    expect(conflicts).toEqual([
      { ours: { start: 2, end: 4, newText: 'X' }, theirs: { start: 3, end: 3, newText: 'y' } },
    ]);
  });

  it('does not glue typing to the line after one that is deleted', () => {
    expect(merge('a b\nc\n', 'c\n', '~~a b\nc\n')).toBe('conflict');
    expect(merge('a b\nc\n', '~~a b\nc\n', 'c\n')).toBe('conflict');
  });

  it('keeps both when two lines are inserted at one place', () => {
    expect(merge('a\nb\n', 'a\nours\nb\n', 'a\ntheirs\nb\n')).toBe('a\ntheirs\nours\nb\n');
  });

  it('puts an inserted line before what was typed at the start of the next one', () => {
    expect(merge('a\n(b)\n', 'a\nours\n(b)\n', 'a\n~~(b)\n')).toBe('a\nours\n~~(b)\n');
  });

  it('never removes a character that the person inserted', () => {
    fc.assert(
      fc.property(threeTexts, ([common, next, typed]) => {
        const theirs = minimalEdits(common, typed);
        const { edits } = rebase(minimalEdits(common, next), theirs);
        for (const edit of edits) {
          for (const kept of insertedRanges(theirs)) expect(edit.start < kept.end && edit.end > kept.start).toBe(false);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('without a conflict removes what either side removed and inserts what either side inserted', () => {
    fc.assert(
      fc.property(threeTexts, ([common, next, typed]) => {
        const theirs = minimalEdits(common, typed);
        const mine = minimalEdits(common, next);
        const { edits, conflicts } = rebase(mine, theirs);
        fc.pre(conflicts.length === 0);
        const onlyMine = mine.filter((edit) => !theirs.some((other) => JSON.stringify(other) === JSON.stringify(edit)));
        const length = [...onlyMine, ...theirs].reduce(
          (n, e) => n + e.newText.length - (e.end - e.start),
          common.length,
        );
        const merged = applyOffsetEdits(typed, edits);
        expect(merged).toHaveLength(length);
        expect(edits.map((edit) => edit.newText)).toEqual(onlyMine.map((edit) => edit.newText));
        edits.forEach((edit, i) => {
          expect(typed.slice(edit.start, edit.end)).toBe(common.slice(onlyMine[i]?.start, onlyMine[i]?.end));
        });
      }),
      { numRuns: 1000 },
    );
  });

  it('gives the next text when the person changed nothing, and the typed one when Codex changed nothing', () => {
    fc.assert(
      fc.property(threeTexts, ([common, next]) => {
        expect(merge(common, next, common)).toBe(next);
        expect(merge(common, common, next)).toBe(next);
        expect(merge(common, next, next)).toBe(next);
      }),
    );
  });
});

describe('toLspEdits', () => {
  it('counts lines and UTF-16 columns', () => {
    const text = 'é😀\r\nab\n';
    expect(toLspEdits(text, [{ start: 3, end: 6, newText: 'X' }])).toEqual([
      { range: { start: { line: 0, character: 3 }, end: { line: 1, character: 1 } }, newText: 'X' },
    ]);
  });

  it('makes the same text as the offsets do', () => {
    fc.assert(
      fc.property(threeTexts, ([base, next]) => {
        const document = TextDocument.create('file:///a', 'plaintext', 1, base);
        expect(TextDocument.applyEdits(document, toLspEdits(base, minimalEdits(base, next)))).toBe(next);
      }),
      { numRuns: 1000 },
    );
  });

  it('names the document in a workspace edit', () => {
    expect(toLspWorkspaceEdit('file:///a', 'a', [{ start: 0, end: 1, newText: 'b' }])).toEqual({
      documentChanges: [
        {
          textDocument: { uri: 'file:///a', version: null },
          edits: [{ range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } }, newText: 'b' }],
        },
      ],
    });
  });
});
