import { describe, expect, it } from 'vitest';
import { type FileState, isSame, KnownFiles, textOf } from '../../../../../src/surfaces/edits/recording/fileContent';

const text = (value: string, mode: number | null = 0o644): FileState => ({ text: value, bytes: null, mode });
const binary = (...bytes: number[]): FileState => ({ text: null, bytes: Uint8Array.from(bytes), mode: 0o644 });

describe('Two states of a file', () => {
  it.each<[FileState, FileState, boolean]>([
    ['missing', 'missing', true],
    ['unknown', 'unknown', false],
    ['missing', text(''), false],
    [text('a'), text('a'), true],
    [text('a'), text('b'), false],
    [text('a', 0o644), text('a', 0o755), false],
    [text('a', null), text('a', 0o755), true],
    [binary(1, 2), binary(1, 2), true],
    [binary(1, 2), binary(1, 3), false],
    [binary(1), text('a'), false],
    [{ text: null, bytes: null, mode: null }, { text: null, bytes: null, mode: null }, false],
  ])('%j and %j are the same: %s', (a, b, same) => {
    expect(isSame(a, b)).toBe(same);
    expect(isSame(b, a)).toBe(same);
  });

  it('have a text, none, or one that is not known', () => {
    expect([textOf(text('')), textOf('missing'), textOf('unknown'), textOf(binary(0))]).toEqual([
      '',
      null,
      undefined,
      undefined,
    ]);
  });
});

describe('What is known of files', () => {
  it('keeps the exact bytes only while the text stays', () => {
    const known = new KnownFiles();
    const exact: FileState = { text: 'a', bytes: Uint8Array.from([0xef, 0xbb, 0xbf, 97]), mode: 0o755 };
    known.set('/a', exact);
    known.setText('/a', 'a');
    expect(known.get('/a')).toEqual(exact);
    known.setText('/a', 'b');
    expect(known.get('/a')).toEqual({ text: 'b', bytes: null, mode: 0o755 });
    known.setText('/a', null);
    expect(known.get('/a')).toBe('missing');
  });

  it('forgets what was noted longest ago when it grows too large, never what was noted last', () => {
    const known = new KnownFiles(1000);
    known.set('/a', text('x'.repeat(200)));
    known.set('/b', text('y'.repeat(100)));
    known.set('/a', text('x'.repeat(400)));
    expect([...known.paths]).toEqual(['/a']);
    known.set('/c', text('z'.repeat(5000)));
    expect([...known.paths]).toEqual(['/c']);
  });

  it('has no entry for what is unknown', () => {
    const known = new KnownFiles();
    known.set('/a', text('a'));
    known.set('/a', 'unknown');
    expect(known.get('/a')).toBeUndefined();
  });
});
