import { describe, expect, it } from 'vitest';
import { decimal, formatTable, growthOf, median, medianRatio } from '../../../../scripts/bench/statistics';

describe('the statistics of the benchmarks', () => {
  it('take the middle value, or the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([10, 9, 1, 2])).toBe(5.5);
    expect(() => median([])).toThrow(RangeError);
  });

  it('compare values of the same round, so that a slow round does not count', () => {
    expect(medianRatio([2, 200, 4], [1, 100, 2])).toBe(2);
    expect(medianRatio([3, 20, 8], [1, 10, 2])).toBe(3);
    expect(() => medianRatio([1, 2], [1])).toThrow(RangeError);
  });

  it('see growth between the second and the last quarter, and neither the warming up nor one outlier', () => {
    expect(growthOf([90, 80, 5, 5, 5, 5, 5, 5])).toBe(0);
    expect(growthOf([1, 2, 3, 4, 5, 6, 7, 8])).toBe(4);
    expect(growthOf([9, 9, 9, 5, 5, 5, 5, 5, 5, 5, 99, 5])).toBe(0);
  });

  it('show a dash for what was not measured', () => {
    expect(decimal(1.005, 1)).toBe('1.0');
    expect(decimal(undefined)).toBe('–');
    expect(decimal(NaN)).toBe('–');
  });

  it('align a Markdown table, numbers to the right', () => {
    expect(
      formatTable(
        ['variant', 'µs'],
        [
          ['bare', '1.20'],
          ['ours', '12.00'],
        ],
      ),
    ).toBe(['| variant |    µs |', '| ------- | ----: |', '| bare    |  1.20 |', '| ours    | 12.00 |'].join('\n'));
  });

  it('align as many columns of text to the left as there are', () => {
    const table = formatTable(['a', 'b', 'c'], [['x', 'y', '1']], { textColumns: 2 });
    expect(table).toBe(['| a   | b   |   c |', '| --- | --- | --: |', '| x   | y   |   1 |'].join('\n'));
  });

  it('keep a table whole when a row is short', () => {
    expect(formatTable(['a', 'b'], [['x']])).toBe(['| a   |   b |', '| --- | --: |', '| x   |     |'].join('\n'));
  });
});
