const SECOND_MS = 1_000;
const TENTH_MS = SECOND_MS / 10;
const MINUTE_S = 60;

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

/** When something comes, as a person says it: "at 14:32 (in 2 h 10 min)", "on 3 May at 09:00". */
export function formatUntil(atMs: number, nowMs: number): string {
  const at = new Date(atMs);
  const time = at.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
  if (atMs <= nowMs) return 'now';
  const minutes = Math.ceil((atMs - nowMs) / (MINUTE_S * SECOND_MS));
  if (minutes >= 24 * 60) return `on ${at.toLocaleDateString(undefined, { day: 'numeric', month: 'long' })} at ${time}`;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  const left = [hours > 0 ? `${hours} h` : '', rest > 0 ? `${rest} min` : ''].filter((part) => part !== '').join(' ');
  return `at ${time} (in ${left})`;
}
