import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markdown, MarkdownBlocks } from '../../../../webview/ui/markdown/blocks';
import { lexedCharacters } from '../../../support/lexedCharacters';

const FRAGMENTS = [
  'plain words',
  'words with *emphasis*, **strong**, ~~gone~~ and `code`',
  'line one\nline two  \nline three',
  '# Heading',
  '### Heading ###',
  'Setext one\n===',
  'Setext two\n---',
  '---',
  '* * *',
  '- one\n- two\n  - nested\n\n    more of nested\n- three',
  '- loose\n\n- list',
  '* star\n+ plus',
  '1. first\n2. second',
  '2) second\n3) third',
  '7. seven',
  '- [ ] to do\n- [x] done',
  '- item\n\n  ```js\n  const a = 1;\n  ```',
  '-',
  '```ts\nconst a = 1;\n\nconst b = `x`;\n```',
  '~~~\n```\ntilde\n~~~~',
  '```',
  '````md\n```\ninner\n```\n````',
  '   ```\n   indented fence\n   ```',
  '    indented code\n\n    more',
  '> quote\n> more\nlazy',
  '> - list in a quote\n>\n> > nested\n> > > deeper',
  '> ```\n> code',
  '| a | b |\n|---|:-:|\n| 1 | `2` |\n| 3 | **4** |',
  '| a | b |\n| 1 | 2 |',
  '<div>\n\nin a div\n\n</div>',
  '<!-- comment',
  '-->',
  '<pre>\nraw\n\nraw</pre>',
  '<script>alert(1)</script>',
  '<details><summary>x</summary>',
  'an <a href="x"> open anchor and https://example.com',
  'an </a> end and www.example.com',
  '[label] and [text][label] and [text](src/a.ts:12 "title")',
  '![picture](a.png)',
  '[label]: https://example.com/target',
  '[label]: <b c> "title"',
  '[other]: /url\n"a title that\nis open',
  '[third]: /u (open',
  'closes" it) here"',
  '- [label]: /in/a/list',
  '> [label]: /in/a/quote',
  '\\# escaped \\[label]',
  '\t tab',
  '   ',
  'a\r\nb\rc',
  '&amp; &#35; ©',
  '$$\nx = 1\n- 2\n$$',
  'words\n\\[ a \\]\nwords\n$$\nx\n---\n$$',
  '$$',
  'words\n$$\na\n# b',
  '\\[ a \\]\nwords',
  '- item\n  $$\n  a',
  'words with $x_1*y_2$, $5 and $6, \\(a\\) and $$b$$',
  'trailing backslash\\',
];

const document = fc
  .array(
    fc.tuple(
      fc.constantFrom(...FRAGMENTS),
      fc.constantFrom('\n\n', '\n\n', '\n', '\r\n\r\n', '\n   \n', ' ', '\n\n\n'),
    ),
    {
      minLength: 1,
      maxLength: 7,
    },
  )
  .map((parts) => parts.flat().join(''));

const noisy = fc
  .array(fc.constantFrom(...'$`~*_-#>|[]():"\'<a /!\\ \n\r\t1.x'.split(''), '\n\n', '\n\nx\n\n'), { maxLength: 40 })
  .map((characters) => characters.join(''));

function expectSameAsOneParse(blocks: MarkdownBlocks, text: string): void {
  expect(blocks.blocks).toEqual([...markdown.lexer(text)]);
}

/** Grows a text and checks every prefix. `steps` are the lengths of the deltas, taken in turn. */
function growAndCompare(text: string, steps: readonly number[]): void {
  const blocks = new MarkdownBlocks();
  for (let at = 0, turn = 0; at < text.length; turn += 1) {
    const end = Math.min(text.length, at + (steps[turn % steps.length] ?? 1));
    blocks.append(text.slice(at, end));
    at = end;
    expectSameAsOneParse(blocks, text.slice(0, at));
  }
}

describe('MarkdownBlocks', () => {
  it('equals one parse of the whole text at every prefix', () => {
    fc.assert(
      fc.property(document, (text) => growAndCompare(text, [1])),
      { numRuns: 150 },
    );
  });

  it('equals one parse whatever the sizes of the deltas', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(document, steps, (text, sizes) => growAndCompare(text, sizes)),
      { numRuns: 150 },
    );
  });

  it('equals one parse for strings of markup characters', () => {
    fc.assert(
      fc.property(noisy, (text) => growAndCompare(text, [1])),
      { numRuns: 300 },
    );
  });

  it('equals one parse for each fragment next to each other fragment', () => {
    for (const first of FRAGMENTS) {
      for (const second of FRAGMENTS) growAndCompare(`${first}\n\n${second}\n\nend`, [13, 1, 4]);
    }
  });

  it('never parses a finished block again and keeps its identity', () => {
    const blocks = new MarkdownBlocks();
    blocks.append('# Title\n\nfirst *paragraph*\n\n- a\n- b\n\nafter the list\n\nlast');
    const before = blocks.blocks.slice(0, -1);
    for (const delta of [' words', ' and more', '\n\nnext', ' one\n\n', '```\ncode\n']) blocks.append(delta);
    expect(before.length).toBeGreaterThan(6);
    before.forEach((block, index) => expect(blocks.blocks[index]).toBe(block));
  });

  it('keeps the identity of blocks without brackets when a link definition arrives', () => {
    const blocks = new MarkdownBlocks();
    blocks.append('plain\n\n[used]\n\nend\n\n');
    const [plain, , used] = blocks.blocks;
    blocks.append('[used]: https://example.com\n');
    expect(blocks.blocks[0]).toBe(plain);
    expect(blocks.blocks[2]).not.toBe(used);
    expect(blocks.blocks[2]).toMatchObject({ tokens: [{ type: 'link', href: 'https://example.com' }] });
  });

  it('costs the same for a delta at the end of a long message as of a short one', () => {
    const part = 'Some *words* in a paragraph.\n\n- one\n- two\n\n```ts\nconst a = [1];\n```\n\n';
    const costAfter = (parts: number): number => {
      const blocks = new MarkdownBlocks();
      blocks.append(part.repeat(parts));
      blocks.append('Closing words');
      return lexedCharacters(() => {
        for (let index = 0; index < 20; index += 1) blocks.append(' more');
      });
    };
    expect(costAfter(300)).toBe(costAfter(3));
  });

  it('parses nothing for a delta inside a long code block', () => {
    const blocks = new MarkdownBlocks();
    blocks.append(`Look:\n\n\`\`\`ts\n${'const a = 1;\n'.repeat(500)}`);
    expect(lexedCharacters(() => blocks.append('const b = 2;\n'))).toBe(0);
    expect(blocks.blocks.at(-1)?.raw).toContain('const b = 2;\n');
  });

  it('follows a text that is set whole: grown, replaced, emptied', () => {
    const blocks = new MarkdownBlocks();
    for (const text of ['# A\n\nb', '# A\n\nb and c\n\nd', 'other', '', 'x']) {
      blocks.update(text);
      expectSameAsOneParse(blocks, text);
    }
  });

  it('shows the text as it is when quotes are nested too deep to parse', () => {
    const blocks = new MarkdownBlocks();
    blocks.append('> '.repeat(20_000));
    expect(blocks.blocks).toEqual([{ type: 'text', raw: '> '.repeat(20_000), text: '> '.repeat(20_000) }]);
  });

  it('costs nothing when the same text is set again', () => {
    const blocks = new MarkdownBlocks();
    blocks.update('# A\n\nwords');
    expect(lexedCharacters(() => blocks.update('# A\n\nwords'))).toBe(0);
  });
});
