/** What the account may use of Codex, as far as the server told. */
export interface LimitsView {
  readonly windows: readonly LimitWindowView[];
  /** As customers know it: "Plus". */
  readonly plan: string | null;
  /** What is left beyond the limits: "12.5 credits". */
  readonly credits: string | null;
}

/** A limit of a span of time. */
export interface LimitWindowView {
  /** "5-hour limit", "weekly limit". */
  readonly name: string;
  readonly usedPercent: number;
  /** `null`: not told. A time in the past: it was reset since, and the server has not told anew. */
  readonly resetsAtMs: number | null;
}
