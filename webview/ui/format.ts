const SECOND_MS = 1_000;
const TENTH_MS = SECOND_MS / 10;
const MINUTE_S = 60;
const DAY_MS = 24 * 60 * 60 * SECOND_MS;
const WEEKDAYS_MS = 6 * DAY_MS;

/** A duration as a step shows it: "0.4 s", "42 s", "3 min 5 s". Under a tenth of a second it is not worth showing. */
export function formatDuration(ms: number | null): string {
  if (ms === null || ms < TENTH_MS) return '';
  const tenths = Math.round(ms / TENTH_MS);
  if (tenths < 100) return `${(tenths / 10).toFixed(1)} s`;
  const seconds = Math.round(ms / SECOND_MS);
  if (seconds < MINUTE_S) return `${seconds} s`;
  return `${Math.floor(seconds / MINUTE_S)} min ${seconds % MINUTE_S} s`;
}

/** "1 file", "3 files". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** "840 tokens", "12.3k tokens", "1.2M tokens"; nothing where it is not known. */
export function formatTokens(tokens: number | undefined): string {
  if (tokens === undefined) return '';
  if (tokens < 1_000) return counted(tokens, 'token');
  const [scaled, unit] = tokens < 999_950 ? [tokens / 1_000, 'k'] : [tokens / 1_000_000, 'M'];
  return `${scaled.toFixed(1).replace(/\.0$/, '')}${unit} tokens`;
}

/** "resets at 13:20", in the time and the words of the person's own computer. Nothing where it is not told. */
export function resetText(resetsAtMs: number | null, nowMs: number): string {
  if (resetsAtMs === null) return '';
  const when = new Date(resetsAtMs);
  const time = when.toLocaleTimeString(undefined, { hour: 'numeric', minute: '2-digit' });
  if (resetsAtMs <= nowMs) return `was due to reset at ${time}`;
  if (when.toDateString() === new Date(nowMs).toDateString()) return `resets at ${time}`;
  if (resetsAtMs - nowMs < WEEKDAYS_MS) {
    return `resets on ${when.toLocaleDateString(undefined, { weekday: 'long' })} at ${time}`;
  }
  return `resets on ${when.toLocaleDateString(undefined, { day: 'numeric', month: 'long' })} at ${time}`;
}
