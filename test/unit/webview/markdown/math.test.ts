import type { Token } from 'marked';
import { describe, expect, it } from 'vitest';
import { markdown } from '../../../../webview/ui/markdown/blocks';
import type { MathToken } from '../../../../webview/ui/markdown/math';

interface Found {
  readonly tex: string;
  readonly display: boolean;
}

/** All formulas of a text, in its order. */
function formulas(text: string): Found[] {
  const found: Found[] = [];
  void markdown.walkTokens(markdown.lexer(text), (token: Token) => {
    if (token.type !== 'math') return;
    const { tex, display } = token as MathToken;
    found.push({ tex, display });
  });
  return found;
}

describe('formulas of a text', () => {
  it.each([
    ['$x^2$ and \\(y\\)', [false, false], ['x^2', 'y']],
    ['$$x$$ within a line', [true], ['x']],
    ['words\n\\[ a + b \\]\nwords', [true], ['a + b']],
    ['Look:\n$$\na\n- b\n# c\n$$\nwords', [true], ['a\n- b\n# c']],
    ['Look:\n$$\na\n=\nb\n$$', [true], ['a\n=\nb']],
    ['Title\n===\n$$a$$', [true], ['a']],
    ['- item\n\n  $$\n  a\n  $$', [true], ['a']],
    ['$a*b$ and $c*d$', [false, false], ['a*b', 'c*d']],
    ['($x$), **$y$**', [false, false], ['x', 'y']],
    ['$5\\%$ and $\\$5$', [false, false], ['5\\%', '\\$5']],
    ['| a |\n|---|\n| $x$ |', [false], ['x']],
  ])('are found in %j', (text, display, tex) => {
    expect(formulas(text)).toEqual(tex.map((source, index) => ({ tex: source, display: display[index] })));
  });

  it.each([
    'It costs $5 and $6.',
    'It costs $5 for one, 6$ for two.',
    'between US$5 and A$6',
    '$HOME/$USER',
    'echo ${a}-${b}',
    '`$x$`',
    '```\n$$\nx\n$$\n```',
    '    $$\n    x\n    $$',
    '\\$x\\$',
    '$ x $',
    '$x',
    '$$\na\n\nb\n$$',
    '$$ $$',
    'a line break \\\\[2pt] of TeX',
    '$`x`$',
  ])('are none in %j', (text) => {
    expect(formulas(text)).toEqual([]);
  });

  it('stand below a heading that is underlined', () => {
    expect(markdown.lexer('Title\n===\n$$a$$').map(({ type }) => type)).toEqual(['heading', 'math']);
  });

  it('leave emphasis around them alone', () => {
    const [paragraph] = markdown.lexer('*a $x*y$ b*');
    expect(paragraph).toMatchObject({ tokens: [{ type: 'em', tokens: [{}, { type: 'math', tex: 'x*y' }, {}] }] });
  });

  it('are looked for in a time that does not explode with what only opens them', () => {
    expect(formulas('\\('.repeat(20_000))).toEqual([]);
    expect(formulas('$$'.repeat(5_001) + ' '.repeat(20_000))).toEqual([]);
  });
});
