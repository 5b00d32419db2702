import type { UsageView } from '../../../src/shared/conversation';
import type { LimitWindowView } from '../../../src/shared/limits';
import { formatTokens, resetText } from '../../ui/format';

/** From here on the context meter warns. */
const NEARLY_FULL_PERCENT = 80;
/** From here on a line above the composer says so as well. */
export const NOTICE_PERCENT = 90;
const FULL_PERCENT = 100;

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
