import * as z from 'zod';
import type { Conversation } from '../../conversation/conversation';
import type { Conversations } from '../../conversation/conversations';
import type { PanelState } from '../../shared/messages';

const panelState = z.object({ threadId: z.string().nullable(), key: z.string() }) satisfies z.ZodType<PanelState>;

/** The conversation a panel showed before the window was reloaded; a new one where that is not known. */
export function restoreConversation(conversations: Conversations, state: unknown): Conversation {
  const parsed = panelState.safeParse(state);
  if (!parsed.success) return conversations.create();
  const { threadId, key } = parsed.data;
  return threadId === null ? (conversations.get(key) ?? conversations.create(key)) : conversations.openThread(threadId);
}

/** What to remember of the conversation a panel shows. */
export function toPanelState({ view: { threadId, key } }: Conversation): PanelState {
  return { threadId, key };
}

/** Whether a remembered state is one of this conversation. */
export function isStateOf(state: unknown, { view }: Conversation): boolean {
  const { data } = panelState.safeParse(state);
  if (!data) return false;
  return data.threadId === null ? data.key === view.key : data.threadId === view.threadId;
}
