/** One thing the router has to hold to. */
export interface Goal {
  readonly name: string;
  /** The largest value that meets it. */
  readonly limit: number;
  readonly unit: '×' | 'MB' | 'kB' | 'ms';
  /** What was measured; `undefined` when it could not be. */
  readonly value: number | undefined;
}

/** Whether a goal is met. What was not measured is not met. */
export function isMet({ value, limit }: Goal): boolean {
  return value !== undefined && value <= limit;
}

/** "met", "not met" or "not measured". */
export function verdictOf(goal: Goal): string {
  if (goal.value === undefined) return 'not measured';
  return isMet(goal) ? 'met' : '**not met**';
}
