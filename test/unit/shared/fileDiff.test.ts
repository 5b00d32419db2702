import { describe, expect, it } from 'vitest';
import { countChanges, parseFileDiff } from '../../../src/shared/fileDiff';

describe('a changed file', () => {
  it('is read without signs and without marks of a missing last newline', () => {
    const diff =
      '@@ -1,3 +1,3 @@ function a()\n same\n-old\n\\ No newline at end of file\n+new\n\\ No newline at end of file';
    expect(parseFileDiff({ kind: 'update', diff })).toEqual([
      { kind: 'hunk', text: '@@ -1,3 +1,3 @@ function a()' },
      { kind: 'context', text: 'same' },
      { kind: 'delete', text: 'old' },
      { kind: 'add', text: 'new' },
    ]);
  });

  it('keeps lines that look like signs themselves', () => {
    expect(parseFileDiff({ kind: 'update', diff: '@@ -1 +1 @@\n--- a\n+++ b\n' }).slice(1)).toEqual([
      { kind: 'delete', text: '-- a' },
      { kind: 'add', text: '++ b' },
    ]);
  });

  it('has its whole content as lines when it is new or deleted', () => {
    expect(parseFileDiff({ kind: 'add', diff: '+a\n@@\n\\b\n' })).toEqual([
      { kind: 'add', text: '+a' },
      { kind: 'add', text: '@@' },
      { kind: 'add', text: '\\b' },
    ]);
    expect(parseFileDiff({ kind: 'delete', diff: 'a' })).toEqual([{ kind: 'delete', text: 'a' }]);
  });

  it('counts its lines', () => {
    expect(countChanges({ kind: 'add', diff: 'a\nb\n' })).toEqual({ added: 2, removed: 0 });
    expect(countChanges({ kind: 'delete', diff: 'a\nb' })).toEqual({ added: 0, removed: 2 });
    expect(countChanges({ kind: 'add', diff: '' })).toEqual({ added: 0, removed: 0 });
    expect(countChanges({ kind: 'update', diff: '@@ -1,2 +1,3 @@\n-a\n b\n+c\n+\n' })).toEqual({
      added: 2,
      removed: 1,
    });
  });
});
