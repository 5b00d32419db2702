import type { AppServerClient } from '../router/appServerClient';
import type { Conversations } from './conversations';

/** What to paste into a report: versions, states and counters; no words of a conversation, no paths, no secrets. */
export function describeState(version: string, client: AppServerClient, conversations: Conversations): string {
  const { state } = client;
  const info = state.kind === 'ready' ? state.info : undefined;
  const { unrouted, unknown } = client.router;
  const lines = conversations.all.map(
    ({ view }) =>
      `- ${view.status}, mode ${view.mode}, ${view.turns.length} turns, ${view.approvals.length} approvals, ${view.queue.length} queued`,
  );
  return [
    '# Switchyard diagnostics',
    '',
    `- Switchyard ${version}`,
    `- Server: ${state.kind}${state.kind === 'ready' ? `, process ${state.generation} of this window` : ''}`,
    ...('error' in state ? [`- Reason: ${state.error.reason}`] : []),
    ...(info ? [`- ${info.userAgent}`, `- Platform: ${info.platformOs}`] : []),
    '',
    '## Open conversations',
    ...(lines.length > 0 ? lines : ['- none']),
    '',
    '## Events that nobody took',
    ...counterLines(unrouted),
    '',
    '## Events of an unknown kind or shape',
    ...counterLines(unknown),
    '',
  ].join('\n');
}

function counterLines(counters: ReadonlyMap<string, number>): string[] {
  return counters.size > 0 ? [...counters].map(([method, count]) => `- ${method}: ${count}`) : ['- none'];
}
