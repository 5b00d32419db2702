import type { ConversationSummary } from '../shared/messages';

export type AgeGroup = 'today' | 'yesterday' | 'week' | 'month' | 'older';

/** The conversations of one span of time, newest first. */
export interface ConversationGroup {
  readonly age: AgeGroup;
  readonly conversations: readonly ConversationSummary[];
}

/** A list of conversations as a tree: by age, with sub-agents under the conversation that started them. */
export interface ConversationTree {
  readonly groups: readonly ConversationGroup[];
  /** Of the thread with this id. */
  childrenOf(threadId: string): readonly ConversationSummary[];
}

const DAY_MS = 86_400_000;

/** Arranges conversations, newest first. `startOfTodayMs`: the person's midnight. */
export function arrange(summaries: readonly ConversationSummary[], startOfTodayMs: number): ConversationTree {
  const listed = new Set(summaries.map(({ threadId }) => threadId));
  const children = new Map<string, ConversationSummary[]>();
  const groups = new Map<AgeGroup, ConversationSummary[]>();
  for (const summary of summaries) {
    const { parentThreadId } = summary;
    // Without its parent a sub-agent stands by itself: nothing is hidden.
    if (parentThreadId !== null && listed.has(parentThreadId)) put(children, parentThreadId, summary);
    else put(groups, ageGroup(summary.updatedAtMs, startOfTodayMs), summary);
  }
  return {
    groups: [...groups].map(([age, conversations]) => ({ age, conversations })),
    childrenOf: (threadId) => children.get(threadId) ?? [],
  };
}

function ageGroup(atMs: number, startOfTodayMs: number): AgeGroup {
  if (atMs >= startOfTodayMs) return 'today';
  if (atMs >= startOfTodayMs - DAY_MS) return 'yesterday';
  if (atMs >= startOfTodayMs - 7 * DAY_MS) return 'week';
  return atMs >= startOfTodayMs - 30 * DAY_MS ? 'month' : 'older';
}

function put<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
