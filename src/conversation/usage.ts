import type { ThreadTokenUsage } from '../protocol/generated/types/v2/ThreadTokenUsage';
import type { TokenUsageBreakdown } from '../protocol/generated/types/v2/TokenUsageBreakdown';
import type { TokenCounts, UsageView } from '../shared/conversation';

/** The tokens of a thread as the context meter shows them. */
export function toUsage({ last, total, modelContextWindow }: ThreadTokenUsage): UsageView {
  return {
    usedTokens: last.totalTokens,
    windowTokens: modelContextWindow,
    last: toCounts(last),
    total: toCounts(total),
  };
}

function toCounts(counts: TokenUsageBreakdown): TokenCounts {
  return {
    input: counts.inputTokens,
    cached: counts.cachedInputTokens,
    output: counts.outputTokens,
    reasoning: counts.reasoningOutputTokens,
  };
}
