// @vitest-environment jsdom
import { describe, expect, it, vi } from 'vitest';
import type { ApprovalView, ProposedFileView, ProposedHunkView } from '../../../src/shared/conversation';
import {
  all,
  approval,
  button,
  composer,
  groups,
  hasButton,
  isEnabled,
  openChatPage,
  posted,
  show,
} from '../../support/chatPage';

openChatPage();

const hunk = (included = true, line = 3): ProposedHunkView => ({
  included,
  lines: [
    { kind: 'hunk', text: `@@ -1,2 +${line},2 @@` },
    { kind: 'context', text: 'same' },
    { kind: 'delete', text: 'old' },
    { kind: 'add', text: 'new' },
  ],
});

const proposed = (name: string, fields: Partial<ProposedFileView> = {}): ProposedFileView => ({
  path: `/project/${name}`,
  label: name,
  kind: 'update',
  added: 2,
  removed: 1,
  outside: false,
  choice: 'all',
  hunks: [],
  ...fields,
});

const proposal = (files: readonly ProposedFileView[]): ApprovalView =>
  approval('a', { kind: 'files', title: 'Change files?', command: null, folder: null, files });

/** Shows a proposal; `answer` is the host's next view of it. */
function propose(...files: ProposedFileView[]) {
  const { change } = show({ status: 'waiting', approvals: [proposal(files)] });
  return {
    answer: (...next: ProposedFileView[]): void => change({ type: 'set', fields: { approvals: [proposal(next)] } }),
  };
}

const boxes = (): HTMLInputElement[] => all('.approval input[type=checkbox]') as HTMLInputElement[];
const stateOf = (box: HTMLInputElement | undefined): string =>
  box?.indeterminate ? 'mixed' : box?.checked ? 'on' : 'off';
const chosen = () =>
  posted.messages.flatMap((message) =>
    message.type === 'chooseHunks' ? [[message.path.replace('/project/', ''), message.hunks]] : [],
  );
const outcome = (): string => all('.approval [aria-live]').map((element) => element.textContent)[0] ?? '';

describe('the files of a proposal', () => {
  it('each have a box with their name that is on, off or mixed', () => {
    propose(
      proposed('all.ts'),
      proposed('some.ts', { choice: 'some', hunks: [hunk(), hunk(false)] }),
      proposed('none.ts', { choice: 'none' }),
      proposed('edited.ts', { choice: 'edited' }),
    );
    expect(boxes().map((box) => `${box.getAttribute('aria-label')}: ${stateOf(box)}`)).toEqual([
      'all.ts: on',
      'some.ts: mixed',
      'none.ts: off',
      'edited.ts: on',
    ]);
  });

  it('are left out and taken in by the box, which shows what the host says', () => {
    const { answer } = propose(proposed('a.ts'));
    boxes()[0]?.click();
    expect(chosen()).toEqual([['a.ts', 'none']]);
    expect(stateOf(boxes()[0])).toBe('on');
    answer(proposed('a.ts', { choice: 'none' }));
    expect(stateOf(boxes()[0])).toBe('off');
    boxes()[0]?.click();
    expect(chosen().at(-1)).toEqual(['a.ts', 'all']);
  });

  it('become whole again when a mixed box is clicked', () => {
    propose(proposed('a.ts', { choice: 'some', hunks: [hunk(), hunk(false)] }));
    boxes()[0]?.click();
    expect(chosen()).toEqual([['a.ts', 'all']]);
  });

  it('open their diff', () => {
    propose(proposed('a.ts'));
    button('Open diff').click();
    expect(posted.messages).toEqual([{ type: 'openDiff', turnId: 'u', itemId: 'i', path: '/project/a.ts' }]);
  });

  it('say when they lie outside the workspace, and when the person edited them', () => {
    propose(proposed('a.ts'), proposed('/etc/hosts', { outside: true }), proposed('b.ts', { choice: 'edited' }));
    const marks = all('.proposed').map((row) => row.querySelector('.proposed-marks')?.textContent);
    expect(marks).toEqual([undefined, 'outside the workspace', 'edited by you']);
  });

  it('are named in the approval’s name as far as one wants to hear them', () => {
    propose(...Array.from({ length: 8 }, (_, index) => proposed(`${index}.ts`)));
    expect(groups()).toContain('Approval: Change files? 0.ts, 1.ts, 2.ts, 3.ts, 4.ts and 3 more files');
  });

  it('are 50 at first when there are hundreds', () => {
    propose(...Array.from({ length: 312 }, (_, index) => proposed(`${index}.ts`)));
    expect(boxes()).toHaveLength(50);
    button('Show all 312 files').focus();
    button('Show all 312 files').click();
    expect(boxes()).toHaveLength(312);
    expect(document.activeElement === boxes()[50]).toBe(true);
  });
});

describe('the hunks of a proposed file', () => {
  const three = (...included: boolean[]) => included.map((each, index) => hunk(each, 10 * (index + 1)));

  it('are shown on demand, each with its place, its lines and a box', () => {
    propose(proposed('a.ts', { choice: 'some', hunks: three(true, false, true) }));
    expect(boxes()).toHaveLength(1);
    button('Choose changes').click();
    expect(button('Choose changes').getAttribute('aria-expanded')).toBe('true');
    expect(all('.hunk-head').map((head) => head.textContent)).toEqual([
      'Change 1 of 3 line 10',
      'Change 2 of 3 line 20',
      'Change 3 of 3 line 30',
    ]);
    expect(boxes().slice(1).map(stateOf)).toEqual(['on', 'off', 'on']);
    const lines = [...(all('.hunk')[0]?.querySelectorAll('.diff-text') ?? [])].map((line) => line.textContent);
    expect(lines).toEqual(['same', 'old', 'new']);
  });

  it.each([
    [three(true, true, true), 1, [0, 2]],
    [three(true, false, true), 1, 'all'],
    [three(false, true, false), 1, 'none'],
    [three(false, true, false), 0, [0, 1]],
  ] as const)('are chosen by their boxes (%#)', (hunks, index, expected) => {
    propose(proposed('a.ts', { choice: hunks.every(({ included }) => included) ? 'all' : 'some', hunks }));
    button('Choose changes').click();
    boxes()[index + 1]?.click();
    expect(chosen()).toEqual([['a.ts', expected]]);
  });

  it('are chosen one after the other without waiting for the host', () => {
    const { answer } = propose(proposed('a.ts', { hunks: three(true, true, true) }));
    button('Choose changes').click();
    boxes()[1]?.click();
    boxes()[2]?.click();
    expect(chosen()).toEqual([
      ['a.ts', [1, 2]],
      ['a.ts', [2]],
    ]);
    answer(proposed('a.ts', { choice: 'some', hunks: three(false, false, true) }));
    boxes()[1]?.click();
    expect(chosen().at(-1)).toEqual(['a.ts', [0, 2]]);
  });

  it('stay unfolded, with the focus on the box, when the host answers', () => {
    const { answer } = propose(proposed('a.ts', { hunks: three(true, true) }));
    button('Choose changes').click();
    boxes()[2]?.focus();
    boxes()[2]?.click();
    const focused = document.activeElement;
    answer(proposed('a.ts', { choice: 'some', hunks: three(true, false) }));
    expect(document.activeElement === focused).toBe(true);
    expect(boxes().map(stateOf)).toEqual(['mixed', 'on', 'off']);
  });

  it('are not chosen among in a file that is written as the person edited it', () => {
    propose(proposed('a.ts', { choice: 'edited', hunks: three(true, true) }));
    expect(hasButton('Choose changes')).toBe(false);
  });
});

describe('what an answer comes to', () => {
  const two = [hunk(), hunk(false)];

  it.each([
    ['Nothing is written yet.', [proposed('a.ts'), proposed('b.ts', { hunks: [hunk(), hunk()] })]],
    [
      '2 of 3 changes will be written; Codex is told.',
      [proposed('a.ts'), proposed('b.ts', { choice: 'some', hunks: two })],
    ],
    ['1 of 2 changes will be written; Codex is told.', [proposed('a.ts'), proposed('b.ts', { choice: 'none' })]],
    ['Nothing will be written; Codex is told.', [proposed('b.ts', { choice: 'none', hunks: two })]],
    ['Your edits will be written; Codex is told.', [proposed('a.ts'), proposed('b.ts', { choice: 'edited' })]],
  ])('is said before it is given: %s', (sentence, files) => {
    propose(...files);
    expect(outcome()).toBe(sentence);
  });

  it('leaves the buttons armed while the person chooses', () => {
    const { answer } = propose(proposed('a.ts'), proposed('b.ts'));
    vi.advanceTimersByTime(1_000);
    boxes()[0]?.click();
    answer(proposed('a.ts', { choice: 'none' }), proposed('b.ts'));
    expect(isEnabled(button('Allow once'))).toBe(true);
    button('Allow once').click();
    expect(posted.messages.map(({ type }) => type)).toEqual(['chooseHunks', 'approve']);
  });
});

describe('an approval that is answered', () => {
  it('leaves the focus where it is in the next one, which moves to its place', () => {
    const [first, second] = [approval('a'), approval('b', { command: 'ls' })];
    const { change } = show({ status: 'waiting', approvals: [first, second] });
    vi.advanceTimersByTime(1_000);
    const decline = button('Decline', 1);
    decline.focus();
    change({ type: 'set', fields: { approvals: [second] } });
    // Chromium takes the focus from what is disabled.
    expect([isEnabled(decline), decline.disabled, document.activeElement === decline]).toEqual([false, false, true]);
    const press = () =>
      decline.dispatchEvent(new KeyboardEvent('keydown', { altKey: true, code: 'KeyY', bubbles: true }));
    press();
    expect(posted.messages).toEqual([]);
    vi.advanceTimersByTime(1_000);
    press();
    expect(posted.messages).toEqual([{ type: 'approve', approvalId: 'b', decisionId: 'accept' }]);
  });

  it('hands the focus to the composer', async () => {
    const { change } = show({ status: 'waiting', approvals: [proposal([proposed('a.ts')])] });
    boxes()[0]?.focus();
    change({ type: 'set', fields: { approvals: [] } });
    await Promise.resolve();
    expect(document.activeElement === composer()).toBe(true);
  });

  it('takes no focus from the rest of the editor, and gives it to the composer when the person comes back', async () => {
    const elsewhere = vi.spyOn(document, 'hasFocus').mockReturnValue(false);
    const { change } = show({ status: 'waiting', approvals: [proposal([proposed('a.ts')])] });
    boxes()[0]?.focus();
    change({ type: 'set', fields: { approvals: [] } });
    await Promise.resolve();
    expect(document.activeElement === document.body).toBe(true);
    elsewhere.mockRestore();
    window.dispatchEvent(new Event('focus'));
    expect(document.activeElement === composer()).toBe(true);
  });
});
