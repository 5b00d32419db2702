import fc from 'fast-check';
import type { Token } from 'marked';
import { describe, expect, it } from 'vitest';
import { markdown, MarkdownBlocks } from '../../../../webview/ui/markdown/blocks';
import { lexedCharacters } from '../../../support/lexedCharacters';

/** What may stand at the beginning of a line, and what may follow it: every construct that can reach over lines. */
const FRAGMENTS = [
  'plain words',
  'two words  ',
  '- item',
  '* star',
  '+ plus',
  '1. first',
  '2. second',
  '10) tenth',
  '  - nested',
  '    - deep',
  '   continued',
  '  lazy',
  '- [ ] task',
  '- [x] done',
  '-',
  '1.',
  '```',
  '```js',
  '~~~',
  '  ```',
  '# Heading',
  '#',
  '===',
  '---',
  '***',
  '> quote',
  '> - quoted item',
  '>',
  '| a | b |',
  '|---|:-:|',
  '| 1 | 2 |',
  'a | b',
  '-|-',
  '<div>',
  '</div>',
  '<!-- comment',
  '-->',
  '<script>',
  '</script>',
  '<?php',
  '<b>bold</b>',
  '    indented code',
  '$$',
  '$$ x = 1 $$',
  '$$x$$ and words',
  '\\[',
  'a + b \\]',
  '  $$',
  'a price of $5 and $6',
  'a formula $a*b$ and $c*d$',
  '\\(a\\) inline',
  '\tindented by tab',
  '[link](https://example.com)',
  '[reference][1]',
  '[shortcut]',
  '[1]: https://example.com',
  '[shortcut]: <https://example.com> "title"',
  '> [1]: https://example.com/quoted',
  '- [1]: https://example.com/item',
  '**bold',
  'still bold**',
  '`code',
  'code`',
  '\\',
  ' ',
  '  ',
  '\t',
  '',
  '',
  '',
  '',
];

const documents = fc
  .array(fc.tuple(fc.constantFrom(...FRAGMENTS), fc.constantFrom('\n', '\n', '\n', '\n\n', ' ')), { maxLength: 12 })
  .map((parts) => parts.map(([text, end]) => text + end).join(''));

/** Blank space between blocks is not shown, and a parse that begins behind it does not see it. */
const shown = (blocks: readonly Token[]) => blocks.filter(({ type }) => type !== 'space');

const whole = (text: string): Token[] => markdown.lexer(text);

const PARAGRAPH = 'A paragraph of some words, **bold** ones and `code` among them.\n\n';

/** Gives `text` to a parser as a stream does, in small pieces. */
function stream(text: string, chunk = 8): MarkdownBlocks {
  const parser = new MarkdownBlocks();
  for (let length = chunk; length < text.length + chunk; length += chunk) parser.update(text.slice(0, length));
  return parser;
}

describe('MarkdownBlocks', () => {
  it('gives at every prefix the blocks of one parse of the whole text', () => {
    fc.assert(
      fc.property(documents, (text) => {
        const parser = new MarkdownBlocks();
        for (let length = 1; length <= text.length; length += 1) {
          const prefix = text.slice(0, length);
          expect(shown(parser.update(prefix)), JSON.stringify(prefix)).toEqual(shown(whole(prefix)));
        }
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    ['a definition in a quote', '[1] is far\n\n> [1]: https://example.com\n\nend'],
    ['a definition in a list', '[1] is far\n\n- [1]: https://example.com\n\nend'],
    ['an item after a blank line', '- one\n\n2'],
    ['an item after a blank line, then words', '- one\n\n  still one\n\nnot one'],
    ['a fence that is still open', 'words\n\n```js\nlet a;\n\nlet b;\n'],
    ['a table that begins as a paragraph', 'words\n\n| a |\n|---|\n| 1 |\n\nend'],
    ['a heading underlined later', 'words\n\nTitle\n===\n\nend'],
  ])('stays right with %s', (_, text) => {
    const parser = new MarkdownBlocks();
    for (let length = 1; length <= text.length; length += 1) {
      const prefix = text.slice(0, length);
      expect(shown(parser.update(prefix)), JSON.stringify(prefix)).toEqual(shown(whole(prefix)));
    }
  });

  it('keeps the identity of finished blocks while the text grows', () => {
    const parser = stream(PARAGRAPH.repeat(3));
    const [first, , second] = parser.blocks;
    parser.update(`${PARAGRAPH.repeat(3)}And more`);
    expect(first?.type).toBe('paragraph');
    expect(second?.type).toBe('paragraph');
    expect([parser.blocks[0], parser.blocks[2]].map((block, index) => block === [first, second][index])).toEqual([
      true,
      true,
    ]);
  });

  it('parses a number of characters that grows with the text, not with its square', () => {
    const once = lexedCharacters(() => stream(PARAGRAPH.repeat(20)));
    const tenTimes = lexedCharacters(() => stream(PARAGRAPH.repeat(200)));
    expect(once).toBeGreaterThan(0);
    expect(tenTimes).toBeLessThan(once * 11);
  });

  it('parses nothing when the text stays as it is', () => {
    const parser = stream(PARAGRAPH);
    expect(lexedCharacters(() => parser.update(PARAGRAPH))).toBe(0);
  });

  it('begins anew with a text that does not continue the last', () => {
    const parser = stream(PARAGRAPH.repeat(2));
    expect(shown(parser.update('# Other'))).toEqual(shown(whole('# Other')));
    expect(parser.update('')).toEqual([]);
  });

  it('reads Windows line ends like others, also when a piece ends between the two characters', () => {
    const parser = new MarkdownBlocks();
    for (const text of ['# A\r', '# A\r\n', '# A\r\n\r', '# A\r\n\r\nwords']) parser.update(text);
    expect(shown(parser.blocks)).toEqual(shown(whole('# A\n\nwords')));
  });
});
