import { describe, expect, it } from 'vitest';
import { ProposalChoices } from '../../../src/conversation/proposalChoices';
import type { FileChangeView } from '../../../src/shared/conversation';

const DIFF = '@@ -1,2 +1,2 @@\n-a\n+A\n b\n@@ -9,2 +9,2 @@\n-y\n+Y\n z\n@@ -20 +20 @@\n-p\n+P\n';

function change(path: string, fields: Partial<FileChangeView> = {}): FileChangeView {
  return { path, label: path, kind: 'update', movedTo: null, diff: DIFF, added: 3, removed: 3, ...fields };
}

function open(...changes: FileChangeView[]) {
  return new ProposalChoices(changes.length > 0 ? changes : [change('/project/a.ts')], ['/project', '/other/']);
}

describe('the hunks of a proposed change', () => {
  it('are all written unless the person leaves some out', () => {
    const choices = open();
    expect(choices.files).toMatchObject([{ choice: 'all', hunks: [{}, {}, {}].map(() => ({ included: true })) }]);
    expect(choices.approved).toMatchObject([{ path: '/project/a.ts', choice: 'all' }]);
    choices.choose('/project/a.ts', [2, 0]);
    expect(choices.approved).toMatchObject([{ choice: { hunks: [0, 2] } }]);
    expect(choices.files).toMatchObject([
      { choice: 'some', hunks: [{ included: true }, { included: false }, { included: true }] },
    ]);
  });

  it('are the whole file when all are chosen, and nothing of it when none is', () => {
    const choices = open();
    choices.choose('/project/a.ts', [0, 1, 2]);
    expect(choices.approved).toMatchObject([{ choice: 'all' }]);
    choices.choose('/project/a.ts', []);
    expect([choices.approved[0]?.choice, choices.files[0]?.choice]).toEqual(['none', 'none']);
  });

  it('are not taken from a webview that names others', () => {
    const choices = open();
    choices.choose('/project/a.ts', [1, 1, 7, -1]);
    choices.choose('/project/b.ts', 'none');
    expect(choices.approved.map(({ choice }) => choice)).toEqual([{ hunks: [1] }]);
  });

  it('are not shown where there are too many files or lines to read them', () => {
    const many = Array.from({ length: 201 }, (_, index) => change(`/project/${index}.ts`));
    expect(new ProposalChoices(many, ['/project']).files.every(({ hunks }) => hunks.length === 0)).toBe(true);
    const long = change('/project/a.ts', { diff: `${DIFF}${' x\n'.repeat(100_000)}` });
    expect(open(long).files[0]?.hunks).toEqual([]);
  });

  it('give way to a text of the person’s own, and come back when one is chosen again', () => {
    const choices = open();
    choices.edit('/project/a.ts', 'mine');
    expect([choices.approved[0]?.choice, choices.files[0]?.choice]).toEqual([{ text: 'mine' }, 'edited']);
    choices.choose('/project/a.ts', 'all');
    expect(choices.approved[0]?.choice).toBe('all');
  });
});

describe('a proposed file', () => {
  it.each([
    ['/project/a.ts', null, false],
    ['/other/deep/a.ts', null, false],
    ['/projects/a.ts', null, true],
    ['/etc/passwd', null, true],
    ['/project/../etc/passwd', null, true],
    ['/project/a.ts', '/tmp/a.ts', true],
  ])('%s, moved to %s, lies outside the workspace: %s', (path, movedTo, outside) => {
    expect(open(change(path, { movedTo })).files[0]?.outside).toBe(outside);
  });
});
