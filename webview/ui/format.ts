const SECOND_MS = 1_000;
const MINUTE_S = 60;

/** A duration as a step shows it: "0.4 s", "42 s", "3 min 5 s". Under a tenth of a second it is not worth showing. */
export function formatDuration(ms: number | null): string {
  if (ms === null || ms < SECOND_MS / 10) return '';
  const seconds = ms / SECOND_MS;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < MINUTE_S) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / MINUTE_S)} min ${whole % MINUTE_S} s`;
}

/** "1 file", "3 files". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
