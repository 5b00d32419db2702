import { describe, expect, it } from 'vitest';
import { classify } from '../../../../src/surfaces/edits/diskFile';

const text = (content: string) => classify(Buffer.from(content));

describe('classify', () => {
  it('keeps the byte order mark apart from the text', () => {
    expect(text('\ufeffa\n')).toMatchObject({ kind: 'text', text: 'a\n', byteOrderMark: '\ufeff' });
    expect(text('a\n')).toMatchObject({ kind: 'text', text: 'a\n', byteOrderMark: '' });
  });

  it('knows line endings that a document would change', () => {
    for (const mixed of ['a\nb\r\n', 'a\r\nb\n', '\n\r\n', 'a\rb\n', 'a\r']) {
      expect(text(mixed), JSON.stringify(mixed)).toMatchObject({ hasMixedLineEndings: true });
    }
    for (const even of ['', 'a', 'a\nb\n', 'a\r\nb\r\n', '\r\n\r\n', 'a\u2028b\n']) {
      expect(text(even), JSON.stringify(even)).toMatchObject({ hasMixedLineEndings: false });
    }
  });

  it('tells other encodings from binary contents', () => {
    expect(classify(Buffer.from('café', 'latin1')).kind).toBe('encoded');
    expect(classify(Buffer.from('\ufeffé', 'utf16le')).kind).toBe('encoded');
    expect(classify(Buffer.from([0xff, 0, 1])).kind).toBe('unfit');
    expect(text('a\0b').kind).toBe('unfit');
  });
});
