import type { ConversationView, Mode } from '../../src/shared/conversation';
import type { AppView } from '../../src/shared/messages';

export const MODE_LABELS: Readonly<Record<Mode, string>> = {
  ask: 'Ask',
  agent: 'Agent',
  plan: 'Plan',
  fullAccess: 'Full access',
};

/** The codicon of a change to a file. */
export const CHANGE_ICONS = { add: 'diff-added', delete: 'diff-removed', update: 'diff-modified' } as const;

/** Whether a turn runs, or is about to. */
export function isBusy({ status }: Pick<ConversationView, 'status'>): boolean {
  return status === 'working' || status === 'waiting' || status === 'stopping';
}

/** The status line: what is going on, in as few words as can be. */
export function statusLine(conversation: ConversationView, app: AppView): string {
  if (app.server === 'reconnecting' || conversation.retry !== null) return 'Reconnecting…';
  switch (conversation.status) {
    case 'working':
      return app.server === 'starting' ? 'Starting Codex…' : 'Working';
    case 'waiting':
      return 'Waiting for approval';
    case 'stopping':
      return 'Stopping…';
    case 'stopped':
      return 'Stopped';
    case 'failed':
      return `Failed: ${failure(conversation)}`;
    case 'ready':
      if (conversation.loading) return 'Loading…';
      return app.problem ? `Failed: ${app.problem.title}` : 'Ready';
  }
}

function failure({ outbox, turns }: ConversationView): string {
  const refused = outbox.find((message) => message.problem !== null);
  return refused?.problem?.title ?? turns.at(-1)?.problem?.title ?? 'unknown';
}
