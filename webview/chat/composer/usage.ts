import type { UsageView } from '../../../src/shared/conversation';
import type { LimitWindowView } from '../../../src/shared/limits';
import { formatTokens } from '../../ui/format';

/** From here on the context meter warns. */
const NEARLY_FULL_PERCENT = 80;
/** From here on a line above the composer says so as well. */
export const NOTICE_PERCENT = 90;
const FULL_PERCENT = 100;
const DAY_MS = 24 * 60 * 60 * 1_000;
const WEEKDAYS_MS = 6 * DAY_MS;

/** How full the model's context is, in percent; `null` where that is not known. */
export function contextPercent(usage: UsageView | null): number | null {
  if (!usage) return 0;
  return usage.windowTokens ? Math.min(FULL_PERCENT, Math.round((usage.usedTokens / usage.windowTokens) * 100)) : null;
}

export function isNearlyFull(percent: number | null): boolean {
  return percent !== null && percent >= NEARLY_FULL_PERCENT;
}

/** "42 %"; where the size of the context is not known, "12.3k tokens". */
export function contextLabel(usage: UsageView | null): string {
  const percent = contextPercent(usage);
  return percent === null ? formatTokens(usage?.usedTokens) : `${percent} %`;
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

/** The limit that is nearest to its end, if it is near; one that was due to reset is left out. */
export function tightestLimit(windows: readonly LimitWindowView[], nowMs: number): LimitWindowView | undefined {
  return windows
    .filter(({ usedPercent, resetsAtMs }) => usedPercent >= NOTICE_PERCENT && (resetsAtMs ?? Infinity) > nowMs)
    .sort((one, other) => other.usedPercent - one.usedPercent)[0];
}

/** "92 % of the 5-hour limit is used; it resets at 13:20." */
export function limitText({ name, usedPercent, resetsAtMs }: LimitWindowView, nowMs: number): string {
  const used = usedPercent >= FULL_PERCENT ? `The ${name} is used up` : `${usedPercent}\u00a0% of the ${name} is used`;
  const reset = resetText(resetsAtMs, nowMs);
  return reset === '' ? `${used}.` : `${used}; it ${reset}.`;
}
