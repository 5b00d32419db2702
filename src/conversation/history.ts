import type { Turn } from '../protocol/generated/types/v2/Turn';
import type { Delta, TurnStatus } from '../shared/conversation';
import { toItemViews } from './items';
import { turnProblem } from './problems';

const STATUS: Readonly<Record<Turn['status'], TurnStatus>> = {
  completed: 'completed',
  interrupted: 'stopped',
  failed: 'failed',
  // Only a running turn of this very process is in progress, and its own events tell more.
  inProgress: 'stopped',
};

/** The deltas that show turns as the server has stored them, oldest first. */
export function historyDeltas(turns: readonly Turn[], folder: string): Delta[] {
  return turns.flatMap((turn): Delta[] => [
    {
      type: 'turn',
      turn: {
        id: turn.id,
        status: STATUS[turn.status],
        startedAtMs: turn.startedAt === null ? null : turn.startedAt * 1_000,
        durationMs: turn.durationMs,
        problem: turn.status === 'failed' ? turnProblem(turn.error) : null,
      },
    },
    ...turn.items
      .flatMap((item) => toItemViews(item, folder, true))
      .map((item): Delta => ({ type: 'item', turnId: turn.id, item })),
  ]);
}
