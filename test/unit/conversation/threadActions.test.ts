import { describe, expect, it } from 'vitest';
import { ThreadActions, type ThreadLists } from '../../../src/conversation/threadActions';
import { ThreadIndex } from '../../../src/conversation/threadIndex';
import { deferred, openConversation } from '../../support/conversations';
import { settled, THREAD } from '../../support/fakeClient';

/** A conversation that was taken back, so that a copy of it is kept for a redo. */
async function openWithCopy() {
  const opened = openConversation();
  const { server, context, conversation, begin, say } = opened;
  server.respond('thread/fork', () => ({ thread: { id: 'copy' } }));
  await begin();
  say.completed();
  await conversation.revertBefore('turn-1');
  const index = new ThreadIndex(
    server.request,
    () => [],
    () => undefined,
  );
  const lists: ThreadLists = {
    index,
    ofThread: () => conversation,
    openThread: () => conversation,
    close: () => undefined,
    deleted: () => undefined,
  };
  return { ...opened, actions: new ThreadActions(context, lists) };
}

describe('putting a conversation away', () => {
  it('deletes the copy that is kept for a redo before the conversation: the server would refuse', async () => {
    const { server, conversation, actions } = await openWithCopy();
    const answer = deferred<object>();
    server.respond('thread/delete', () => answer.promise);
    const deleting = actions.delete(conversation);
    await settled();
    expect(server.paramsOf('thread/delete')).toEqual([{ threadId: 'copy' }]);
    answer.resolve({});
    await deleting;
    expect(server.paramsOf('thread/delete')).toEqual([{ threadId: 'copy' }, { threadId: THREAD }]);
  });

  it('leaves no copy beside it in the archive', async () => {
    const { server, conversation, actions } = await openWithCopy();
    await actions.archive(conversation);
    expect(server.paramsOf('thread/delete')).toEqual([{ threadId: 'copy' }]);
    expect(server.paramsOf('thread/archive').at(-1)).toEqual({ threadId: THREAD });
    expect(conversation.canRedoRevert).toBe(false);
  });
});
