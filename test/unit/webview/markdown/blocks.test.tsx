import fc from 'fast-check';
import { lexer, type Token } from 'marked';
import { describe, expect, it } from 'vitest';
import { type Block, MarkdownBlocks } from '../../../../webview/ui/markdown/blocks';

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

const whole = (text: string): Token[] => lexer(text, { gfm: true });

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
      { numRuns: Number(process.env.FC_RUNS ?? 300) },
    );
  });
});
