import { createTwoFilesPatch } from 'diff';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  acceptedText,
  amend,
  type DecidedFile,
  describeChoice,
  proposalHunks,
} from '../../../../src/conversation/edits/partialChange';

/** The hunks that lead from one text to the other, as the server sends them. */
function update(before: string, after: string) {
  const patch = createTwoFilesPatch('a', 'b', before, after, '', '', { context: 1 });
  return { kind: 'update', diff: patch.slice(patch.indexOf('@@')).replace(/\n$/, '') } as const;
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => `line ${i}\n`).join('');
const BEFORE = numbers(20);
const change = (...lines: number[]) =>
  lines.reduce((text, line) => text.replace(`line ${line}\n`, `LINE ${line}\nmore\n`), BEFORE);

describe('proposalHunks', () => {
  it('gives each hunk with its header', () => {
    const hunks = proposalHunks(update(BEFORE, change(2, 10)));
    expect(hunks.map(({ lines }) => lines.map(({ kind }) => kind))).toEqual([
      ['hunk', 'context', 'delete', 'add', 'add', 'context'],
      ['hunk', 'context', 'delete', 'add', 'add', 'context'],
    ]);
  });

  it('has none for new and deleted files', () => {
    expect(proposalHunks({ kind: 'add', diff: '@@ x\n' })).toEqual([]);
    expect(proposalHunks({ kind: 'delete', diff: 'x\n' })).toEqual([]);
  });
});

describe('acceptedText', () => {
  it('writes exactly the chosen hunks', () => {
    const proposal = update(BEFORE, change(2, 10, 17));
    const accept = (hunks: number[]) => acceptedText(proposal, BEFORE, { hunks });
    expect(accept([0])).toEqual({ proposed: change(2, 10, 17), accepted: change(2) });
    expect(accept([1, 2])?.accepted).toBe(change(10, 17));
    expect(accept([])?.accepted).toBe(BEFORE);
    expect(accept([0, 1, 2])?.accepted).toBe(change(2, 10, 17));
  });

  it('finds the place of a hunk by those that are left out', () => {
    const block = 'begin\nsame\nend\n';
    const before = `first\n${block.repeat(4)}`;
    const after = before.replace('first', 'FIRST').replace(/^(FIRST\n(?:begin\nsame\nend\n){2}begin\n)same/, '$1other');
    const moved = `${'above\n'.repeat(3)}${before}`;
    const result = acceptedText(update(before, after), moved, { hunks: [1] });
    expect(result?.accepted).toBe(`${'above\n'.repeat(3)}${after.replace('FIRST', 'first')}`);
  });

  it('keeps line ends, and a missing final one', () => {
    const windows = (text: string) => text.replace(/\n/g, '\r\n');
    const proposal = update(BEFORE, change(2, 10));
    expect(acceptedText(proposal, windows(BEFORE), { hunks: [1] })?.accepted).toBe(windows(change(10)));
    const open = update('a\nb\nc\nd\ne', 'A\nb\nc\nd\nE\n');
    expect(acceptedText(open, 'a\nb\nc\nd\ne', { hunks: [0] })?.accepted).toBe('A\nb\nc\nd\ne');
    expect(acceptedText(open, 'a\nb\nc\nd\ne', { hunks: [1] })?.accepted).toBe('a\nb\nc\nd\nE\n');
  });

  it('takes all, nothing, or a text of the person’s own', () => {
    const proposal = update(BEFORE, change(2));
    expect(acceptedText(proposal, BEFORE, 'all')?.accepted).toBe(change(2));
    expect(acceptedText(proposal, BEFORE, 'none')?.accepted).toBe(BEFORE);
    expect(acceptedText(proposal, BEFORE, { text: 'mine' })).toEqual({ proposed: change(2), accepted: 'mine' });
  });

  it('knows new and deleted files', () => {
    const made = { kind: 'add', diff: 'x\n' } as const;
    expect(acceptedText(made, undefined, 'all')).toEqual({ proposed: 'x\n', accepted: 'x\n' });
    expect(acceptedText(made, undefined, 'none')).toEqual({ proposed: 'x\n', accepted: null });
    expect(acceptedText(made, 'old', { hunks: [] })).toEqual({ proposed: 'x\n', accepted: 'old' });
    const deleted = { kind: 'delete', diff: 'x\n' } as const;
    expect(acceptedText(deleted, 'x\n', 'all')).toEqual({ proposed: null, accepted: null });
    expect(acceptedText(deleted, 'x\n', 'none')).toEqual({ proposed: null, accepted: 'x\n' });
  });

  it('gives nothing where the change does not fit, is none, or there is no file', () => {
    const proposal = update(BEFORE, change(2));
    expect(acceptedText(proposal, 'other\n', 'none')).toBeUndefined();
    expect(acceptedText(proposal, undefined, 'all')).toBeUndefined();
    expect(acceptedText({ kind: 'update', diff: '@@ -1 +1 @@\nnonsense' }, 'x\n', 'all')).toBeUndefined();
  });

  it('comes to the proposed text hunk by hunk, in any order', () => {
    const line = fc.constantFrom('a', 'b', '', '  c', '- d', '+ e', '@@ f', '\\ g');
    const text = fc.array(line, { minLength: 1, maxLength: 30 }).map((all) => `${all.join('\n')}\n`);
    fc.assert(
      fc.property(text, text, fc.nat(), (before, after, bits) => {
        fc.pre(before !== after);
        const proposal = update(before, after);
        const count = proposalHunks(proposal).length;
        const chosen = Array.from({ length: count }, (_, i) => i).filter((i) => (bits >> i) & 1);
        const rest = Array.from({ length: count }, (_, i) => i).filter((i) => !chosen.includes(i));
        const first = acceptedText(proposal, before, { hunks: chosen })?.accepted;
        const second = acceptedText(proposal, before, { hunks: rest })?.accepted;
        expect(typeof first).toBe('string');
        if (rest.length === 0) expect(first).toBe(after);
        // What one part leaves out is what the other writes.
        const lengths = (one: unknown, two: unknown) => String(one).length + String(two).length;
        expect(lengths(first, second)).toBe(lengths(before, after));
      }),
      { numRuns: 300 },
    );
  });
});

describe('amend', () => {
  it('writes what was accepted, with what the server itself adds', () => {
    expect(amend('a\nB\nc\nD', 'a\nB\nc\nd', 'a\nB\nc\nD')).toBe('a\nB\nc\nd');
    expect(amend('A\nb\nc', 'a\nb\nc', 'A\nb\nc\n')).toBe('a\nb\nc\n');
    expect(amend('A\nb\n', 'a\nb\n', 'more\nA\nb\n')).toBe('more\na\nb\n');
  });

  it('leaves alone what was accepted as it is', () => {
    expect(amend('a', 'a', 'other')).toBe('other');
  });

  it('keeps a file that was to be deleted', () => {
    expect(amend(null, 'mine', 'x')).toBe('mine');
  });

  it('gives nothing on a conflict, and where there is to be no file', () => {
    expect(amend('a\nB\n', 'a\nmine\n', 'a\nother\n')).toBeUndefined();
    expect(amend('a', null, 'a')).toBeUndefined();
  });
});

describe('describeChoice', () => {
  const proposal = update(BEFORE, change(2, 10));
  const some: DecidedFile = {
    label: 'src/a.ts',
    change: proposal,
    choice: { hunks: [0] },
    proposed: change(2, 10),
    accepted: change(2),
  };
  const whole = (label: string, proposed: string | null, accepted: string | null): DecidedFile => ({
    label,
    change: { kind: proposed === null ? 'delete' : 'add', diff: proposed ?? accepted ?? '' },
    choice: 'none',
    proposed,
    accepted,
  });

  it('says nothing when all was written', () => {
    expect(describeChoice([{ ...some, choice: 'all', accepted: some.proposed }])).toBe('');
  });

  it('names what was left out or edited, with the differences', () => {
    const text = describeChoice([
      some,
      whole('new.ts', 'x\n', null),
      whole('old.ts', null, 'y\n'),
      { ...some, label: 'b.ts', choice: { text: 'mine' }, accepted: 'mine' },
      { ...some, label: 'c.ts', choice: 'none', accepted: BEFORE },
    ]);
    expect(text).toContain('- src/a.ts: 1 of 2 hunks rejected (2).');
    expect(text).toContain('- new.ts: rejected, the file was not made.');
    expect(text).toContain('- old.ts: the deletion was rejected, the file is still there.');
    expect(text).toContain('- b.ts: the user edited the proposed text.');
    expect(text).toContain('- c.ts: rejected, the file is as it was.');
    expect(text).toContain('--- proposed/src/a.ts');
    expect(text).toContain('-LINE 10\n-more\n+line 10\n');
  });

  it('stays below 8,000 characters whatever there is to say', () => {
    const long = 'long '.repeat(4000);
    const many = Array.from({ length: 1000 }, (_, i) => whole(`${'folder/'.repeat(60)}${i}.ts`, long, null));
    const text = describeChoice([...many, some]);
    expect(text.length).toBeLessThanOrEqual(8000);
    expect(text).toContain('- and 961 more files');
    expect(text).toContain('too long to show');
    expect(describeChoice([whole('a.ts', long, null)])).toContain('The differences are too long to show here');
    expect(describeChoice([whole('a.ts', long, null), some])).toContain('+line 10\n');
  });
});
