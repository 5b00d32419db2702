import type { ConversationFields, ConversationView } from '../shared/conversation';

/** A new, empty conversation's state. */
export function emptyConversation(
  key: string,
  fields: Pick<ConversationFields, 'mode' | 'model' | 'effort' | 'folder' | 'updatedAtMs'> &
    Partial<ConversationFields>,
): ConversationView {
  return {
    key,
    threadId: null,
    title: '',
    status: 'ready',
    provider: '',
    loading: false,
    earlier: 'none',
    turns: [],
    approvals: [],
    queue: [],
    outbox: [],
    usage: null,
    retry: null,
    unreviewed: [],
    changedTurns: [],
    contention: [],
    side: null,
    ...fields,
  };
}
