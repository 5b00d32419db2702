// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from 'vitest';
import { ChunkedCode } from '../../../../webview/ui/code/chunkedCode';
import { chunksOf } from '../../../../webview/ui/code/highlighting';

const LINES = Array.from({ length: 130 }, (_, index) => `line ${index}${index % 7 === 0 ? '\n' : ''}`).join('\n');

let code: HTMLElement;
let chunks: ChunkedCode;

beforeEach(() => {
  code = document.createElement('code');
  chunks = new ChunkedCode(code);
});

const texts = () => [...code.children].map((child) => child.textContent);

describe('Code in chunks', () => {
  it.each([1, 3, 50, 1000])('holds the same chunks when it grows by %i characters at a time', (step) => {
    for (let end = step; end < LINES.length + step; end += step) {
      chunks.setText(LINES.slice(0, end));
      expect(code.textContent).toBe(LINES.slice(0, end));
    }
    expect(texts()).toEqual(chunksOf(LINES));
    expect(texts().length).toBeGreaterThan(2);
  });

  it('keeps the elements of what it already shows, and adds to the last only', () => {
    chunks.setText(LINES);
    const before = [...code.children];
    chunks.setText(`${LINES} and more`);
    expect([...code.children]).toEqual(before);
    expect(code.textContent).toBe(`${LINES} and more`);
  });

  it('shows another text as a whole', () => {
    chunks.setText(LINES);
    chunks.setText('other');
    expect(texts()).toEqual(['other']);
    chunks.setText('');
    expect(texts()).toEqual([]);
  });

  it('colours a chunk without changing its text', () => {
    chunks.setText('let a;\n\nb');
    chunks.color(0, [
      [
        { length: 3, color: '#ff0000', fontStyle: 1 | 2 },
        { length: 3, color: undefined, fontStyle: 0 },
      ],
      [],
      [{ length: 1, color: '#00ff00', fontStyle: 4 | 8 }],
    ]);
    expect(code.textContent).toBe('let a;\n\nb');
    const [first, second] = code.querySelectorAll<HTMLElement>('.code-chunk span');
    expect([first!.textContent, first!.style.color, first!.style.fontStyle, first!.style.fontWeight]).toEqual([
      'let',
      'rgb(255, 0, 0)',
      'italic',
      'bold',
    ]);
    expect([second!.textContent, second!.style.textDecoration]).toEqual(['b', 'underline line-through']);
  });

  it('leaves a chunk as it is when the colours are those of another text', () => {
    chunks.setText('let a;');
    chunks.color(0, [[{ length: 3, color: '#ff0000', fontStyle: 0 }]]);
    chunks.color(0, [[{ length: 7, color: '#ff0000', fontStyle: 0 }]]);
    chunks.color(0, [[{ length: 6, color: '#ff0000', fontStyle: 0 }], []]);
    chunks.color(5, [[{ length: 6, color: '#ff0000', fontStyle: 0 }]]);
    expect(code.querySelector('.code-chunk span')).toBeNull();
  });

  it('goes on in plain text where a coloured chunk grows', () => {
    chunks.setText('let');
    chunks.color(0, [[{ length: 3, color: '#ff0000', fontStyle: 0 }]]);
    chunks.setText('let a');
    expect([code.textContent, code.querySelector('.code-chunk span')]).toEqual(['let a', null]);
  });
});
