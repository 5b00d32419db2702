import { describe, expect, it } from 'vitest';
import { customRules, parseJsonWithComments, rulesOf } from '../../../../src/surfaces/chat/themeRules';

describe('The rules of a colour theme', () => {
  it('are read with one scope, several, and none', () => {
    expect(
      rulesOf([
        { settings: { foreground: '#D4D4D4', background: '#000' } },
        { name: 'x', scope: 'comment, string.quoted', settings: { foreground: '#6A9955' } },
        { scope: ['a', ' b '], settings: { fontStyle: 'bold italic' } },
        { scope: 'c', settings: { foreground: '#abc', fontStyle: '' } },
      ]),
    ).toEqual([
      { settings: { foreground: '#D4D4D4' } },
      { scope: ['comment', 'string.quoted'], settings: { foreground: '#6A9955' } },
      { scope: ['a', 'b'], settings: { fontStyle: 'bold italic' } },
      { scope: ['c'], settings: { foreground: '#abc', fontStyle: '' } },
    ]);
  });

  it('leave out what is no rule', () => {
    const odd = [
      null,
      1,
      {},
      { scope: 'a' },
      { scope: 'a', settings: { foreground: 'red; x' } },
      { scope: 3, settings: 3 },
    ];
    expect([rulesOf(odd), rulesOf('./old.tmTheme'), rulesOf(undefined)]).toEqual([[], [], []]);
  });

  it('are followed by those of the person, first the general ones, then those of the theme', () => {
    const customizations = {
      comments: '#111111',
      textMateRules: [{ scope: 'x', settings: { foreground: '#222222' } }],
      '[Dark]': { strings: { foreground: '#333333', fontStyle: 'bold' } },
      '[Other]': { strings: '#444444' },
    };
    expect(customRules(customizations, 'Dark').map(({ settings }) => settings)).toEqual([
      { foreground: '#111111' },
      { foreground: '#222222' },
      { foreground: '#333333', fontStyle: 'bold' },
    ]);
    expect(customRules(undefined, 'Dark')).toEqual([]);
  });
});

describe('JSON with comments', () => {
  it('is read as the editor reads it', () => {
    const text = '\ufeff// a\n{ "u": "http://x/*y*/,]", /* b\n */ "list": [1, 2, ], "q": "\\"//", // c\n}';
    expect(parseJsonWithComments(text)).toEqual({ u: 'http://x/*y*/,]', list: [1, 2], q: '"//' });
  });

  it('throws for anything else', () => {
    expect(() => parseJsonWithComments('<plist>')).toThrow();
  });
});
