import { describe, expect, it } from 'vitest';
import type { CodeTheme } from '../../../../src/shared/codeTheme';
import { grammarOf, GRAMMARS, loadGrammar } from '../../../../webview/ui/code/grammars';
import { HighlightWorker } from '../../../../webview/ui/code/highlightWorker';
import { chunksOf, type FromHighlightWorker } from '../../../../webview/ui/code/highlighting';
import { paletteOf } from '../../../../webview/ui/code/palettes';

const THEME: CodeTheme = [
  { settings: { foreground: '#123456' } },
  { scope: ['comment'], settings: { foreground: '#00ff00', fontStyle: 'italic' } },
  { scope: ['string'], settings: { foreground: '#ff0000' } },
  { scope: ['storage'], settings: { foreground: '#0000ff' } },
];

async function highlight(code: string, language: string, theme = THEME) {
  const answers: FromHighlightWorker[] = [];
  const worker = new HighlightWorker((message) => answers.push(message));
  worker.receive({ type: 'grammar', registrations: await loadGrammar(language) });
  worker.receive({ type: 'theme', name: 'one', isLight: false, theme });
  worker.receive({ type: 'code', id: 7, code, language, theme: 'one' });
  const chunks = answers.filter((answer) => answer.type === 'chunk');
  return { answers, lines: chunks.flatMap(({ lines }) => lines), chunks };
}

/** Each line as its parts, with the colour behind those that have one. */
function spelled(code: string, lines: Awaited<ReturnType<typeof highlight>>['lines']): string[] {
  return code.split('\n').map((text, index) => {
    let at = 0;
    return (lines[index] ?? [])
      .map(({ length, color, fontStyle }) => {
        const part = text.slice(at, (at += length));
        return color === undefined ? part : `[${part} ${color.toLowerCase()}${fontStyle === 0 ? '' : ` ${fontStyle}`}]`;
      })
      .join('');
  });
}

describe('The highlighting worker', () => {
  it('gives each part of a line the colour of the theme, and none where the theme names none', async () => {
    const code = "const a = 'b'; // c";
    const { lines } = await highlight(code, 'typescript');
    expect(spelled(code, lines)).toEqual(["[const #0000ff] a = ['b' #ff0000]; [// c #00ff00 1]"]);
  });

  it('carries what is open over from one chunk to the next', async () => {
    const code = `/*\n${'words\n'.repeat(120)}*/ 'x'`;
    const { lines, chunks } = await highlight(code, 'typescript');
    expect(chunks.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(spelled(code, lines).slice(110, 113)).toEqual(Array(3).fill('[words #00ff00 1]'));
    expect(spelled(code, lines).at(-1)).toBe("[*/ #00ff00 1] ['x' #ff0000]");
  });

  it('leaves a line that is too long in one piece', async () => {
    const code = `'${'x'.repeat(3000)}'\n'y'`;
    const { lines } = await highlight(code, 'typescript');
    expect(lines[0]).toEqual([{ length: 3002, color: undefined, fontStyle: 0 }]);
    expect(spelled(code, lines)[1]).toBe("['y' #ff0000]");
  });

  it('says that it is done, and that it failed', async () => {
    const { answers } = await highlight('a', 'json');
    expect(answers.at(-1)).toEqual({ type: 'done', id: 7 });
    const failed: FromHighlightWorker[] = [];
    const worker = new HighlightWorker((message) => failed.push(message));
    worker.receive({ type: 'code', id: 3, code: 'a', language: 'typescript', theme: 'one' });
    expect(failed).toMatchObject([{ type: 'failed', id: 3 }]);
  });

  it.each(Object.keys(GRAMMARS))('splits %s into lines of the same length', async (name) => {
    const code = '# a "b" { c: 1 }\n\n<d e="f">/* g */</d>\n$h = `i`; // 😀\n';
    const { answers, lines } = await highlight(code, name, paletteOf('dark'));
    expect(answers.at(-1)?.type).toBe('done');
    expect(lines.map((line) => line.reduce((sum, { length }) => sum + length, 0))).toEqual(
      chunksOf(code).flatMap((chunk) =>
        chunk
          .replace(/\n$/, '')
          .split('\n')
          .map((line) => line.length),
      ),
    );
  });

  it.each([
    ['ts', 'typescript'],
    ['C++', 'cpp'],
    ['sh', 'shellscript'],
    ['constructor', undefined],
    ['', undefined],
    ['klingon', undefined],
  ])('knows %s as %s', (language, grammar) => {
    expect(grammarOf(language)).toBe(grammar);
  });
});
