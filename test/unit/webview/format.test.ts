import { describe, expect, it } from 'vitest';
import { counted, formatDuration, formatTokens } from '../../../webview/ui/format';

describe('formatDuration', () => {
  it.each([
    [null, ''],
    [0, ''],
    [99, ''],
    [100, '0.1 s'],
    [449, '0.4 s'],
    [9_949, '9.9 s'],
    [10_000, '10 s'],
    [41_600, '42 s'],
    [59_400, '59 s'],
    [60_000, '1 min 0 s'],
    [185_000, '3 min 5 s'],
    [3_600_000, '60 min 0 s'],
  ])('shows %j ms as %j', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('never shows a part beyond its range', () => {
    for (let ms = 9_900; ms < 200_000; ms += 37) {
      const text = formatDuration(ms);
      expect(text).not.toMatch(/\b60 s/);
      expect(text).not.toBe('10.0 s');
    }
  });
});

describe('counted', () => {
  it('speaks of one and of several', () => {
    expect([counted(1, 'file'), counted(0, 'file'), counted(2, 'file')]).toEqual(['1 file', '0 files', '2 files']);
    expect(counted(3, 'query', 'queries')).toBe('3 queries');
  });
});

describe('formatTokens', () => {
  it('rounds', () => {
    expect([undefined, 1, 999, 12_345, 20_000, 999_960].map(formatTokens)).toEqual([
      '',
      '1 token',
      '999 tokens',
      '12.3k tokens',
      '20k tokens',
      '1M tokens',
    ]);
  });
});
