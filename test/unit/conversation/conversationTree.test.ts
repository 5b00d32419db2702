import { describe, expect, it } from 'vitest';
import { arrange } from '../../../src/conversation/conversationTree';
import type { ConversationSummary } from '../../../src/shared/messages';

const TODAY = new Date(2026, 2, 20).getTime();
const HOUR = 3_600_000;

const summary = (threadId: string, hours: number, parentThreadId: string | null = null): ConversationSummary => ({
  key: threadId,
  threadId,
  title: threadId,
  status: 'ready',
  updatedAtMs: TODAY + hours * HOUR,
  unread: false,
  folder: '/project',
  parentThreadId,
  archived: false,
});

const shape = (summaries: readonly ConversationSummary[]) =>
  arrange(summaries, TODAY).groups.map(({ age, conversations }) => [age, ...conversations.map(({ key }) => key)]);

describe('arrange', () => {
  it('groups by age, newest first, without empty groups', () => {
    const all = [9, 0, -1, -24, -25, -7 * 24, -7 * 24 - 1, -30 * 24 - 1].map((hours) => summary(`${hours}`, hours));
    expect(shape(all)).toEqual([
      ['today', '9', '0'],
      ['yesterday', '-1', '-24'],
      ['week', '-25', '-168'],
      ['month', '-169'],
      ['older', '-721'],
    ]);
  });

  it('puts sub-agents under their parents, at any depth, and by themselves where the parent is not listed', () => {
    const all = [summary('grandchild', 4, 'child'), summary('child', 3, 'a'), summary('a', 2), summary('lost', 1, 'x')];
    const tree = arrange(all, TODAY);
    expect(shape(all)).toEqual([['today', 'a', 'lost']]);
    expect(tree.childrenOf('a').map(({ key }) => key)).toEqual(['child']);
    expect(tree.childrenOf('child').map(({ key }) => key)).toEqual(['grandchild']);
    expect(tree.childrenOf('lost')).toEqual([]);
  });
});
