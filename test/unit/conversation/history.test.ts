import { describe, expect, it } from 'vitest';
import { historyDeltas } from '../../../src/conversation/history';
import type { Turn } from '../../../src/protocol/generated/types/v2/Turn';
import { applyDelta } from '../../../src/shared/applyDelta';
import { notificationsOf, readTranscript, replay, replayStart } from '../../support/replay';

const turn = (fields: Partial<Turn>): Turn => ({
  id: 'u',
  rootTurnId: null,
  items: [],
  itemsView: 'full',
  status: 'completed',
  error: null,
  startedAt: 5,
  completedAt: 6,
  durationMs: 1_000,
  ...fields,
});

function shown(turns: readonly Turn[]) {
  const view = replayStart();
  for (const delta of historyDeltas(turns, '/project')) applyDelta(view, delta);
  return view.turns;
}

describe('historyDeltas', () => {
  it('shows stored turns as they were shown while they ran', () => {
    const live = replay('files-accepted').view.turns[0]?.items;
    const items = notificationsOf(readTranscript('files-accepted')).flatMap((notification) =>
      notification.known && notification.method === 'item/completed' ? [notification.params.item] : [],
    );
    expect(shown([turn({ items })])[0]?.items).toEqual(live);
  });

  it.each([
    ['completed', 'completed'],
    ['interrupted', 'stopped'],
    ['failed', 'failed'],
    ['inProgress', 'stopped'],
  ] as const)('shows a turn that is %s as %s', (status, expected) => {
    expect(shown([turn({ status })])[0]).toMatchObject({ status: expected, startedAtMs: 5_000, durationMs: 1_000 });
  });

  it('says why a stored turn failed', () => {
    const error = {
      message: 'No more',
      codexErrorInfo: 'usageLimitExceeded',
      additionalDetails: null,
    } as Turn['error'];
    expect(shown([turn({ status: 'failed', error })])[0]?.problem?.title).toBe('Usage limit reached');
    expect(shown([turn({ error })])[0]?.problem).toBeNull();
  });

  it('keeps the order of turns', () => {
    expect(shown([turn({ id: 'a' }), turn({ id: 'b', startedAt: null })]).map(({ id }) => id)).toEqual(['a', 'b']);
  });
});
