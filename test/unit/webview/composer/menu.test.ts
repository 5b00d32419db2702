// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import '../../../support/webviewApi';
import { tokenAt } from '../../../../webview/chat/composer/menu';

/** The token at the bar in a text. */
const at = (marked: string) => {
  const token = tokenAt(marked.replace('|', ''), marked.indexOf('|'));
  return token && `${token.trigger}${token.query} ${token.start}-${token.end}`;
};

describe('what the menu completes', () => {
  it.each([
    ['@|', '@ 0-1'],
    ['see @src/a.t| now', '@src/a.t 4-12'],
    ['("@x|', '@x 2-4'],
    ['use $rev|', '$rev 4-8'],
    ['/comp|', '/comp 0-5'],
    ['line\n@a|', '@a 5-7'],
  ])('is a word that begins with its sign: %s', (text, token) => {
    expect(at(text)).toBe(token);
  });

  it.each(['me@home|', 'see @a.ts |', 'a /compact|', '/usr/bin|', 'plain|', '@a|@b'.replace('|@', '@') + '|'])(
    'is nothing else: %s',
    (text) => {
      expect(at(text)).toBeUndefined();
    },
  );
});
