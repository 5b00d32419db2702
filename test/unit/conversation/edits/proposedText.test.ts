import { createTwoFilesPatch } from 'diff';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proposedText } from '../../../../src/conversation/edits/proposedText';

/** The hunks that lead from one text to the other, as the server sends them. */
function update(before: string, after: string) {
  const patch = createTwoFilesPatch('a', 'b', before, after);
  return { kind: 'update', diff: patch.slice(patch.indexOf('@@')).replace(/\n$/, '') } as const;
}

describe('proposedText', () => {
  it('makes a change, and takes it back', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', '', '  c', '- d', '+ e', '@@ f'), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(lines, lines, (one, two) => {
        const [before, after] = [one.join('\n') + '\n', two.join('\n') + '\n'];
        fc.pre(before !== after);
        expect(proposedText(update(before, after), before, 'forward')).toBe(after);
        expect(proposedText(update(before, after), after, 'backward')).toBe(before);
      }),
    );
  });

  it('finds its place in a file that has changed elsewhere', () => {
    const lines = (extra: string) => `${extra}one\ntwo\nthree\nfour\nfive\n`;
    const change = update(lines(''), lines('').replace('three', '3'));
    expect(proposedText(change, lines('zero\n'), 'forward')).toBe(lines('zero\n').replace('three', '3'));
  });

  it('keeps the line ends of the file', () => {
    expect(proposedText(update('a\nb\n', 'a\nc\n'), 'a\r\nb\r\n', 'forward')).toBe('a\r\nc\r\n');
  });

  it('gives nothing where the change does not fit, or there is no file', () => {
    expect(proposedText(update('a\n', 'b\n'), 'x\n', 'forward')).toBeUndefined();
    expect(proposedText(update('a\n', 'b\n'), undefined, 'forward')).toBeUndefined();
  });

  it('is the content of a new file, and nothing before it; the other way round for a deleted one', () => {
    const diff = '@@ not a hunk\n';
    expect(proposedText({ kind: 'add', diff }, undefined, 'forward')).toBe(diff);
    expect(proposedText({ kind: 'add', diff }, diff, 'backward')).toBe('');
    expect(proposedText({ kind: 'delete', diff }, diff, 'forward')).toBe('');
    expect(proposedText({ kind: 'delete', diff }, undefined, 'backward')).toBe(diff);
  });
});
