/** The middle of `values`, the mean of the two middle ones when their number is even. @throws RangeError when empty. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new RangeError('no values');
  return (lower + upper) / 2;
}

/** The smallest of `values` that the `share` of them do not exceed. @throws RangeError when empty. */
export function percentile(values: readonly number[], share: number): number {
  const value = [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)];
  if (value === undefined) throw new RangeError('no values');
  return value;
}

/**
 * The median of `numerators[i] / denominators[i]`. Both come from the same rounds, so that what slows the machine
 * slows both halves of each ratio. @throws RangeError when empty or of different lengths.
 */
export function medianRatio(numerators: readonly number[], denominators: readonly number[]): number {
  if (numerators.length !== denominators.length) throw new RangeError('rounds do not match');
  return median(numerators.map((value, round) => value / (denominators[round] ?? NaN)));
}

/** How much the middle of the last quarter of `samples` lies above the middle of the second quarter (the first warms up). */
export function growthOf(samples: readonly number[]): number {
  const quarter = Math.max(1, Math.floor(samples.length / 4));
  return median(samples.slice(-quarter)) - median(samples.slice(quarter, 2 * quarter));
}

/** A number with `digits` decimals, or a dash where there is none. */
export function decimal(value: number | undefined, digits = 2): string {
  return value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(digits);
}

/**
 * A Markdown table; the first `textColumns` columns are aligned to the left, the others to the right. Rows may be shorter
 * than the header.
 */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  { textColumns = 1 } = {},
): string {
  const widths = header.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string => {
    const padded = widths.map((width, column) => {
      const text = cells[column] ?? '';
      return column < textColumns ? text.padEnd(width) : text.padStart(width);
    });
    return `| ${padded.join(' | ')} |`;
  };
  const rule = widths.map((width, column) => (column < textColumns ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(header), line(rule), ...rows.map(line)].join('\n');
}
