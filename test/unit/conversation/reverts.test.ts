import { describe, expect, it } from 'vitest';
import { deferred, openConversation } from '../../support/conversations';
import { settled, THREAD } from '../../support/fakeClient';

/** A conversation with two turns that are over. */
async function openWithTurns() {
  const opened = openConversation();
  const { server, conversation, say } = opened;
  server.respond('thread/fork', () => ({ thread: { id: 'copy' } }));
  for (const [index, words] of ['first', 'second'].entries()) {
    const turn = `turn-${index + 1}`;
    await conversation.send(words);
    say.started(turn);
    say.user(server.paramsOf('turn/start').at(-1)?.clientUserMessageId ?? '', turn);
    say.completed('completed', turn);
  }
  return opened;
}

/** The same, after the server would not take the second back; a message was written meanwhile. */
async function openAfterRefusal() {
  const opened = await openWithTurns();
  const { server, conversation } = opened;
  const revert = deferred<object>();
  server.respond('thread/revert', () => revert.promise);
  const reverting = conversation.revertBefore('turn-2');
  await conversation.send('written meanwhile');
  revert.reject(new Error('turn not found'));
  await expect(reverting).rejects.toThrow('turn not found');
  return opened;
}

describe('taking turns back', () => {
  it('keeps a copy in the archive before it takes anything', async () => {
    const { server, conversation, view } = await openWithTurns();
    const before = server.sent.length;
    await conversation.revertBefore('turn-2');
    expect(server.sent.slice(before).map(({ method }) => method)).toEqual([
      'thread/fork',
      'thread/archive',
      'thread/revert',
    ]);
    expect(server.paramsOf('thread/archive')).toEqual([{ threadId: 'copy' }]);
    expect(server.paramsOf('thread/revert')).toEqual([{ threadId: THREAD, beforeTurnId: 'turn-2' }]);
    expect(view.turns.map(({ id }) => id)).toEqual(['turn-1']);
  });

  it('selects the environment again with the next turn: the thread was loaded anew', async () => {
    const { server, conversation } = await openWithTurns();
    await conversation.revertBefore('turn-2');
    await conversation.send('other');
    expect(server.paramsOf('turn/start').at(-1)).toMatchObject({
      environments: [{ environmentId: 'editor', cwd: '/project' }],
    });
  });

  it('works without a copy, and then cannot be redone', async () => {
    const { server, conversation, view } = await openWithTurns();
    server.refuse('thread/fork', 'no room');
    await conversation.revertBefore('turn-1');
    expect([view.turns, conversation.canRedoRevert]).toEqual([[], false]);
    await expect(conversation.redoRevert(() => undefined)).rejects.toMatchObject({ reason: 'declined' });
  });

  it('changes nothing that is shown when the server refuses', async () => {
    const { server, conversation, view } = await openWithTurns();
    server.refuse('thread/revert', 'turn not found');
    await expect(conversation.revertBefore('turn-2')).rejects.toThrow('turn not found');
    expect([view.turns.length, conversation.canRedoRevert]).toEqual([2, false]);
    await expect(conversation.revertBefore('turn-9')).rejects.toMatchObject({ reason: 'notFound' });
  });

  it('shows nothing that a command of a turn taken back still says', async () => {
    const { server, conversation, view } = await openWithTurns();
    await conversation.revertBefore('turn-2');
    const item = { type: 'agentMessage', id: 'late', text: 'Late words' };
    server.notify('item/completed', { threadId: THREAD, turnId: 'turn-2', item });
    expect(view.turns.map(({ id }) => id)).toEqual(['turn-1']);
  });

  it('cannot be redone while Codex works, nor after the next message', async () => {
    const { conversation, say } = await openWithTurns();
    await conversation.revertBefore('turn-2');
    await conversation.send('other');
    say.started('turn-3');
    await expect(conversation.redoRevert(() => undefined)).rejects.toMatchObject({ reason: 'declined' });
    say.completed('completed', 'turn-3');
    await settled();
    expect(conversation.canRedoRevert).toBe(false);
  });

  it('sends what was written meanwhile afterwards, and leaves what was queued for the turns before', async () => {
    const { server, conversation, say, view } = await openWithTurns();
    await conversation.send('third');
    say.started('turn-3');
    await conversation.send('queued before');
    const fork = deferred<object>();
    server.respond('thread/fork', () => fork.promise);
    const started = server.paramsOf('turn/start').length;
    const reverting = conversation.revertBefore('turn-2');
    await settled();
    say.completed('interrupted', 'turn-3');
    await conversation.send('written meanwhile');
    await conversation.sendQueuedNow(view.queue[1]?.id ?? '');
    await conversation.retry();
    await expect(conversation.review({ type: 'uncommittedChanges' })).rejects.toMatchObject({ reason: 'declined' });
    await expect(conversation.revertBefore('turn-1')).rejects.toMatchObject({ reason: 'declined' });
    expect(server.paramsOf('turn/start')).toHaveLength(started);
    fork.resolve({ thread: { id: 'copy' } });
    await reverting;
    await settled();
    expect(server.sent.slice(-2)).toMatchObject([
      { method: 'thread/revert' },
      { method: 'turn/start', params: { input: [{ text: 'written meanwhile' }] } },
    ]);
    say.started('turn-4');
    expect(view.turns.map(({ id }) => id)).toEqual(['turn-1', 'turn-4']);
    expect(view.queue.map(({ text }) => text)).toEqual(['queued before']);
  });

  it('keeps what was written meanwhile in the queue when the server refuses', async () => {
    const { server, conversation, view } = await openAfterRefusal();
    expect(view.queue.map(({ text }) => text)).toEqual(['written meanwhile']);
    expect(server.paramsOf('turn/start')).toHaveLength(2);
    await conversation.sendQueuedNow(view.queue[0]?.id ?? '');
    expect(server.paramsOf('turn/start')).toHaveLength(3);
  });

  it('does not send that unasked when the next turn is stopped', async () => {
    const { server, conversation, say, view } = await openAfterRefusal();
    await conversation.review({ type: 'uncommittedChanges' });
    say.started('turn-3');
    say.completed('interrupted', 'turn-3');
    expect(view.queue.map(({ text }) => text)).toEqual(['written meanwhile']);
    expect(server.paramsOf('turn/start')).toHaveLength(2);
  });

  it('cannot be redone after a turn that no message began', async () => {
    const { conversation, say } = await openWithTurns();
    await conversation.revertBefore('turn-2');
    await conversation.review({ type: 'uncommittedChanges' });
    say.started('inner', 'review');
    say.completed('completed', 'review');
    expect(conversation.canRedoRevert).toBe(false);
  });

  it('deletes the copy when it is of no use any more', async () => {
    const { server, conversation, say } = await openWithTurns();
    let copies = 0;
    server.respond('thread/fork', () => ({ thread: { id: `copy-${++copies}` } }));
    const deleted = () => server.paramsOf('thread/delete').map(({ threadId }) => threadId);
    await conversation.revertBefore('turn-2');
    expect(deleted()).toEqual([]);
    server.refuse('thread/revert', 'not now');
    await expect(conversation.revertBefore('turn-1')).rejects.toThrow();
    expect([deleted(), conversation.canRedoRevert]).toEqual([['copy-2'], true]);
    server.respond('thread/revert', () => ({}));
    await conversation.revertBefore('turn-1');
    expect(deleted()).toEqual(['copy-2', 'copy-1']);
    server.refuse('thread/delete', 'not now');
    await conversation.send('other');
    say.started('turn-3');
    await settled();
    expect(deleted()).toEqual(['copy-2', 'copy-1', 'copy-3']);
  });

  it('takes what is still to be told along into the copy', async () => {
    const { server, conversation } = await openWithTurns();
    await conversation.revertBefore('turn-2');
    await conversation.tellAgent('Undone.');
    expect(await conversation.redoRevert(() => undefined)).toEqual({ from: THREAD, to: 'copy' });
    expect(server.paramsOf('thread/archive').at(-1)).toEqual({ threadId: THREAD });
    await conversation.send('next');
    expect(server.paramsOf('turn/start').at(-1)).toMatchObject({ threadId: 'copy', input: [{ text: 'next' }, {}] });
  });

  it('tells of the copy it goes on in before anything else is asked of the server', async () => {
    const { server, conversation, view } = await openWithTurns();
    await conversation.revertBefore('turn-2');
    const archived = deferred<object>();
    server.respond('thread/archive', () => archived.promise);
    const moved: unknown[] = [];
    const redoing = conversation.redoRevert((threads) => moved.push([threads, view.threadId]));
    await settled();
    expect(moved).toEqual([[{ from: THREAD, to: 'copy' }, 'copy']]);
    expect(server.sent.at(-1)?.method).toBe('thread/archive');
    archived.resolve({});
    await redoing;
    expect(moved).toHaveLength(1);
  });

  it('is redone also when the turns cannot be read afterwards: that can be tried again', async () => {
    const { server, conversation, view } = await openWithTurns();
    await conversation.revertBefore('turn-2');
    server.refuse('thread/turns/list', 'not now');
    const unarchived = deferred<object>();
    server.respond('thread/unarchive', () => unarchived.promise);
    const redoing = conversation.redoRevert(() => undefined);
    await conversation.send('written meanwhile');
    unarchived.resolve({});
    expect(await redoing).toEqual({ from: THREAD, to: 'copy' });
    expect(view.outbox.map(({ text }) => text)).toEqual(['', 'written meanwhile']);
    await settled();
    expect(server.paramsOf('turn/start').at(-1)).toMatchObject({ threadId: 'copy' });
  });

  it('lets neither a review nor a goal begin whose full access was being asked about when it began', async () => {
    const asked = deferred<boolean>();
    const { server, conversation } = openConversation({ threadId: THREAD }, { mayStartTurn: () => asked.promise });
    server.notify('turn/started', { threadId: THREAD, turn: { id: 'turn-1', status: 'inProgress' } });
    server.notify('turn/completed', { threadId: THREAD, turn: { id: 'turn-1', status: 'completed', error: null } });
    const reviewing = conversation.review({ type: 'uncommittedChanges' });
    const pursuing = conversation.goal.pursue('Be done');
    const revert = deferred<object>();
    server.respond('thread/revert', () => revert.promise);
    const reverting = conversation.revertBefore('turn-1');
    asked.resolve(true);
    await expect(reviewing).rejects.toMatchObject({ reason: 'declined' });
    await expect(pursuing).rejects.toMatchObject({ reason: 'declined' });
    revert.resolve({});
    await reverting;
    const started = server.sent.filter(({ method }) => ['review/start', 'thread/goal/set'].includes(method));
    expect(started).toEqual([]);
  });

  it('lets what is sent from it go before what was written meanwhile, which then waits like any other', async () => {
    const { server, conversation, say, view } = await openWithTurns();
    const revert = deferred<object>();
    server.respond('thread/revert', () => revert.promise);
    const reverting = conversation.revertBefore('turn-2', () => void conversation.send('edited'));
    await conversation.send('written meanwhile');
    revert.resolve({});
    await reverting;
    await settled();
    expect(server.paramsOf('turn/start').at(-1)).toMatchObject({ input: [{ text: 'edited' }] });
    say.started('turn-3');
    say.completed('interrupted', 'turn-3');
    expect(view.queue.map(({ text }) => text)).toEqual(['written meanwhile']);
  });
});
