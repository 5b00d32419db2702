import { describe, expect, it } from 'vitest';
import { nullLogger, redact, truncate } from '../../../src/base/logger';

describe('redact', () => {
  it.each([
    ['an API key', 'key sk-proj-abcdefghijklmnop used', 'key sk-proj-abc… used'],
    ['a bearer token', 'Authorization: Bearer abcdef.ghi-jkl_mno', 'Authorization: Bearer …'],
    ['a bearer token in lower case', 'bearer 0123456789abcdef', 'bearer …'],
    ['a JSON member', '{"apiKey": "hunter2", "n": 1}', '{"apiKey": "…", "n": 1}'],
    ['a token of the exec-server', '{"authBearerToken":"t0p"}', '{"authBearerToken":"…"}'],
    ['several secrets', '{"access_token":"a","password":"b"}', '{"access_token":"…","password":"…"}'],
  ])('removes %s', (_what, text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it('leaves ordinary text as it is', () => {
    const text = 'The bearer of news; "tokens": "12"; task sk-1';
    expect(redact(text)).toBe(text);
  });

  it('removes the same secret every time it is called', () => {
    const text = 'sk-abcdefgh12345678';
    expect([redact(text), redact(text)]).toEqual(['sk-abcdefgh…', 'sk-abcdefgh…']);
  });
});

describe('truncate', () => {
  it('leaves text alone that is not longer than the limit', () => {
    expect(truncate('12345', 5)).toBe('12345');
  });

  it('says how much it left out', () => {
    expect(truncate('123456789', 5)).toBe('12345… (4 more characters)');
  });
});

describe('nullLogger', () => {
  it('takes every level and returns nothing', () => {
    for (const level of ['trace', 'debug', 'info', 'warn', 'error'] as const) {
      nullLogger[level]('x');
    }
    expect(Object.keys(nullLogger)).toHaveLength(5);
  });
});
