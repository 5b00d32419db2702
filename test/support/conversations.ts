import type { ConversationContext } from '../../src/conversation/context';
import { Conversation } from '../../src/conversation/conversation';
import { emptyConversation } from '../../src/conversation/emptyConversation';
import type { ConversationFields } from '../../src/shared/conversation';
import { fakeClient, THREAD } from './fakeClient';

/** The id of a conversation's first turn. */
export const TURN = 'turn-1';

/** A conversation on a fake server, what the server can `say` of its turns, and the way to `begin` one. */
export function openConversation(
  fields: Partial<ConversationFields> = {},
  overrides: Partial<ConversationContext> = {},
) {
  const { server, client, context } = fakeClient(overrides);
  const conversation = new Conversation(
    emptyConversation('key', { mode: 'ask', model: '', effort: '', folder: '/project', updatedAtMs: 0, ...fields }),
    context,
  );
  client.onRequest((request) => conversation.approvals.ask(request));
  const say = {
    started: (id = TURN, rootTurnId = id) =>
      server.notify('turn/started', { threadId: THREAD, turn: { id, rootTurnId, status: 'inProgress' } }),
    completed: (status = 'completed', id = TURN) =>
      server.notify('turn/completed', { threadId: THREAD, turn: { id, status, error: null, durationMs: 5 } }),
    user: (clientId: string, id = TURN) => {
      const content = [{ type: 'text', text: `words of ${clientId}`, text_elements: [] }];
      const item = { type: 'userMessage', id: `user-${clientId}`, clientId, content };
      server.notify('item/started', { threadId: THREAD, turnId: id, item });
    },
    words: (delta: string, id = TURN) =>
      server.notify('item/agentMessage/delta', { threadId: THREAD, turnId: id, itemId: 'message', delta }),
  };
  /** Sends a message and lets its turn begin. */
  const begin = async (text = 'Hello'): Promise<void> => {
    await conversation.send(text);
    say.started();
    say.user(server.paramsOf('turn/start').at(-1)?.clientUserMessageId ?? '');
  };
  return { server, context, conversation, say, begin, view: conversation.view };
}

/** A promise that the test settles. */
export function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => ([resolve, reject] = [yes, no]));
  return { promise, resolve: (value: T) => resolve(value), reject: (error: Error) => reject(error) };
}
