import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withLineEndingsOf } from '../../../../src/surfaces/edits/lineEndings';

test('lines that were left alone keep their own line endings', () => {
  expect(withLineEndingsOf('a\r\nb\nc\r\n', 'a\r\nB\r\nc\r\n')).toBe('a\r\nB\nc\r\n');
  expect(withLineEndingsOf('a\nb\r\nc\n', 'a\nx\nb\nc\n')).toBe('a\nx\nb\r\nc\n');
});

test('a text with one kind of line ending is taken as it was edited', () => {
  expect(withLineEndingsOf('a\r\nb\r\n', 'a\r\nB\r\n')).toBe('a\r\nB\r\n');
  expect(withLineEndingsOf('', 'new\n')).toBe('new\n');
  expect(withLineEndingsOf('a\nb', 'only one line')).toBe('only one line');
});

test('what was not edited comes back as it was, whatever the editor made of the line endings', () => {
  const lines = fc.array(fc.tuple(fc.constantFrom('', 'a', 'bc '), fc.constantFrom('\n', '\r\n', '\r')));
  fc.assert(
    fc.property(lines, fc.constantFrom('\n', '\r\n'), (parts, ending) => {
      const original = parts.flat().join('');
      expect(withLineEndingsOf(original, original.replace(/\r\n|\r|\n/g, ending))).toBe(original);
    }),
  );
});
