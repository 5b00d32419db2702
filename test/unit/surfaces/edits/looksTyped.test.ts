import { describe, expect, it } from 'vitest';
import { looksTyped, type Span } from '../../../../src/surfaces/edits/looksTyped';

const document = { name: 'a.txt' };
const span = (line: number, from: number, to = from, endLine = line): Span => ({
  start: { line, character: from },
  end: { line: endLine, character: to },
});
const change = (...ranges: Span[]) => ({ document, contentChanges: ranges.map((range) => ({ range })) });
const at = (...selections: Span[]) => ({ document, selections });

describe('looksTyped', () => {
  it('knows keys at the caret: a letter, Backspace, a replaced selection, a completed word', () => {
    expect(looksTyped(change(span(3, 7)), at(span(3, 7)))).toBe(true);
    expect(looksTyped(change(span(3, 6, 7)), at(span(3, 7)))).toBe(true);
    expect(looksTyped(change(span(3, 2, 9)), at(span(3, 2, 9)))).toBe(true);
    expect(looksTyped(change(span(3, 1, 7)), at(span(3, 7)))).toBe(true);
    expect(looksTyped(change(span(2, 4, 0, 3)), at(span(3, 0)))).toBe(true);
  });

  it('knows keys at several carets, but only when each piece is at one', () => {
    expect(looksTyped(change(span(1, 0), span(5, 0)), at(span(1, 0), span(5, 0)))).toBe(true);
    expect(looksTyped(change(span(1, 0), span(9, 0)), at(span(1, 0), span(5, 0)))).toBe(false);
  });

  it('takes changes elsewhere, of the whole text, or of a document without the focus for those of others', () => {
    expect(looksTyped(change(span(4, 0)), at(span(3, 7)))).toBe(false);
    expect(looksTyped(change(span(3, 8)), at(span(3, 7)))).toBe(false);
    expect(looksTyped(change(span(0, 0, 0, 40)), at(span(3, 7)))).toBe(false);
    expect(looksTyped(change(span(3, 7)), { document: { name: 'b.txt' }, selections: [span(3, 7)] })).toBe(false);
    expect(looksTyped(change(span(3, 7)), undefined)).toBe(false);
    expect(looksTyped(change(), at(span(3, 7)))).toBe(false);
  });

  it('takes undo and redo for the person’s, wherever they change the text', () => {
    expect(looksTyped({ ...change(span(0, 0, 0, 40)), reason: 1 }, undefined)).toBe(true);
  });
});
