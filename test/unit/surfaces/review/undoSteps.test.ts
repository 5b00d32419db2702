import { describe, expect, it } from 'vitest';
import { hunksBetween } from '../../../../src/conversation/review/hunks';
import type { TrackedFile } from '../../../../src/conversation/review/review';
import { describeUndo, recordedDeletion, undoFileStep, undoHunkStep } from '../../../../src/surfaces/review/undoSteps';

function tracked(baseline: string | null, current: string | null, movedFrom: string | null = null): TrackedFile {
  return { path: '/w/src/a.ts', baseline, current, threads: ['t'], movedFrom, gap: false, round: 1 };
}

function hunkStep(file: TrackedFile, index: number) {
  const hunk = hunksBetween(file.baseline ?? '', file.current ?? '')[index];
  if (!hunk) throw new Error('There is no such hunk');
  return undoHunkStep(file, hunk);
}

describe('undoing', () => {
  it('a hunk writes the current text without it, if that is still the text', () => {
    const file = tracked('a\r\nb\r\nc\r\nd', 'A\r\nb\r\nc\r\nD');
    expect(hunkStep(file, 1)).toMatchObject({ action: 'write', text: 'A\r\nb\r\nc\r\nd', expected: file.current });
    expect(hunkStep(file, 0)).toMatchObject({ action: 'write', text: 'a\r\nb\r\nc\r\nD', status: 'clean' });
  });

  it('the only hunk of a file that Codex made deletes it', () => {
    expect(hunkStep(tracked(null, 'x\ny\n'), 0)).toMatchObject({ action: 'delete', text: null, expected: 'x\ny\n' });
  });

  it('the only hunk of a file that was empty before leaves it empty', () => {
    expect(hunkStep(tracked('', 'x\n'), 0)).toMatchObject({ action: 'write', text: '' });
  });

  it('a file writes its baseline, creates what was deleted, deletes what was created and moves back what was moved', () => {
    expect(undoFileStep(tracked('a\n', 'b\n'))).toMatchObject({ action: 'write', text: 'a\n', movedFrom: null });
    expect(undoFileStep(tracked('a\n', null))).toMatchObject({ action: 'create', text: 'a\n', expected: null });
    expect(undoFileStep(tracked(null, 'b\n'))).toMatchObject({ action: 'delete', text: null, expected: 'b\n' });
    const moved = tracked('a\n', 'b\n', '/w/src/old.ts');
    expect(undoFileStep(moved)).toMatchObject({ action: 'write', text: 'a\n', movedFrom: '/w/src/old.ts' });
  });
});

describe('what is known of a deleted file', () => {
  const turn = (atMs: number, text: string, bytes: string | null, mode: number) => ({
    threadId: 't',
    turnId: `turn-${atMs}`,
    atMs,
    undone: false,
    files: [
      { path: '/w/src/a.ts', before: { text, bytes, mode }, after: 'missing', movedFrom: null, by: 'patch' } as const,
    ],
  });

  it('are the bytes and the mode that were recorded with the same text last', () => {
    const turns = [turn(1, 'hash', 'old', 0o644), turn(3, 'other', 'x', 0o600), turn(2, 'hash', 'new', 0o755)];
    const file = tracked('a\n', null);
    expect(recordedDeletion(file, 'hash', () => turns)).toEqual({ bytes: 'new', mode: 0o755 });
    expect(recordedDeletion(file, 'nowhere', () => turns)).toBeUndefined();
  });
});

describe('what the model is told of an undo', () => {
  const say = (file: TrackedFile, folder?: string) => describeUndo(file, undoFileStep(file), folder);

  it('names the file, and shows what was taken back', () => {
    const text = say(tracked('one\ntwo\n', 'one\n2\n'), '/w');
    expect(text).toContain('The user undid this change in src/a.ts:');
    expect(text).toContain('-2\n+two');
    expect(say(tracked('one\n', '1\n'))).toContain('/w/src/a.ts');
  });

  it('says what happened to a file that came, went or moved', () => {
    expect(say(tracked(null, 'x\n'), '/w')).toBe('The user undid the creation of src/a.ts: the file is gone.');
    expect(say(tracked('x\n', null), '/w')).toBe('The user undid the deletion of src/a.ts: the file is back.');
    expect(say(tracked('x\n', 'y\n', '/w/src/b.ts'), '/w')).toContain('undid the move of src/a.ts');
  });

  it('is never long', () => {
    const long = Array.from({ length: 2000 }, (_, line) => `line ${line}\n`).join('');
    expect(say(tracked(long, 'x\n')).length).toBeLessThan(4200);
  });
});
