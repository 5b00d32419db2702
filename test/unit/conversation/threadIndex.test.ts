import { describe, expect, it, vi } from 'vitest';
import { RpcError } from '../../../src/base/errors';
import type { ConversationContext } from '../../../src/conversation/context';
import { Conversations } from '../../../src/conversation/conversations';
import { WORKSPACE_THREADS } from '../../../src/conversation/threadIndex';
import type { ThreadListParams } from '../../../src/protocol/generated/types/v2/ThreadListParams';
import { fakeClient, memoryOfThreads, settled, THREAD } from '../../support/fakeClient';

const ID = '01a20769-0dbd-76f3-bfca-2cfd0bbf75d8';

const thread = (id: string, updatedAt: number, fields: object = {}) => ({
  id,
  name: null,
  preview: `About ${id}`,
  updatedAt,
  cwd: '/project',
  parentThreadId: null,
  status: { type: 'notLoaded' },
  ...fields,
});

/** Conversations on a server that has `count` threads of its own, and sub-agents of them. */
function setUp(
  count = 0,
  subAgents: readonly ReturnType<typeof thread>[] = [],
  overrides: Partial<ConversationContext> = {},
) {
  const { server, context, client } = fakeClient(overrides);
  const own = Array.from({ length: count }, (_, index) => thread(`t${count - index}`, count - index));
  server.respond('thread/list', (params) => {
    const { sourceKinds, cursor, limit } = params as ThreadListParams;
    if (sourceKinds?.includes('subAgent')) return { data: subAgents, nextCursor: null };
    const from = Number(cursor ?? 0);
    const to = from + (limit ?? 0);
    return { data: own.slice(from, to), nextCursor: to < own.length ? String(to) : null };
  });
  const conversations = new Conversations(context, () => ({ mode: 'ask', model: '', effort: '', folder: '/project' }));
  return { server, client, conversations, index: conversations.index };
}

describe('The stored conversations', () => {
  it('are read a page at a time; reading anew keeps as many as there were', async () => {
    const { conversations, index, server } = setUp(120);
    await conversations.refresh();
    expect([index.threads.length, index.hasMore]).toEqual([50, true]);
    await index.loadMore();
    await index.loadMore();
    expect([index.threads.length, index.hasMore]).toEqual([120, false]);
    await conversations.refresh();
    expect(index.threads.length).toBe(120);
    await index.loadMore();
    expect(server.paramsOf('thread/list').filter(({ cursor }) => typeof cursor === 'string').length).toBe(2);
  });

  it('are those of every folder of the workspace, or of all folders when asked', async () => {
    const { conversations, index, server } = setUp();
    await conversations.refresh();
    await index.show({ ...WORKSPACE_THREADS, allFolders: true });
    expect(server.paramsOf('thread/list').map(({ cwd }) => cwd)).toEqual([['/project'], ['/project'], null, null]);
  });

  it('are searched in all folders and in their words', async () => {
    const { index, conversations, server } = setUp(3);
    server.respond('thread/search', () => ({ data: [{ thread: thread('x', 9, { cwd: '/other' }), snippet: '' }] }));
    await conversations.create().send('Hello');
    await index.show({ ...WORKSPACE_THREADS, text: 'apple' });
    expect(server.paramsOf('thread/search')).toMatchObject([{ searchTerm: 'apple', archived: false }]);
    expect(conversations.summaries()).toMatchObject([{ threadId: 'x', folder: '/other' }]);
    await index.show(WORKSPACE_THREADS);
    expect(conversations.summaries().length).toBe(4);
  });

  it('show nothing of an earlier search that is answered late', async () => {
    const { index, server } = setUp();
    const answers: ((value: unknown) => void)[] = [];
    server.respond('thread/search', () => new Promise((resolve) => answers.push(resolve)));
    const [first, second] = [
      index.show({ ...WORKSPACE_THREADS, text: 'a' }),
      index.show({ ...WORKSPACE_THREADS, text: 'ab' }),
    ];
    await settled();
    answers[1]?.({ data: [{ thread: thread('new', 2) }], nextCursor: null });
    answers[0]?.({ data: [{ thread: thread('old', 1) }], nextCursor: null });
    await Promise.all([first, second]);
    expect(index.threads.map(({ threadId }) => threadId)).toEqual(['new']);
  });

  it('stand under the thread that started them where they are sub-agents', async () => {
    const { conversations } = setUp(1, [thread('sub', 5, { parentThreadId: 't1' }), thread('memory', 6)]);
    await conversations.refresh();
    expect(conversations.summaries().map(({ threadId, parentThreadId }) => [threadId, parentThreadId])).toEqual([
      ['sub', 't1'],
      ['t1', null],
    ]);
  });

  it('list a sub-agent that starts now, with what it does, and read its name when it is done', async () => {
    const subAgents: ReturnType<typeof thread>[] = [];
    const { conversations, server } = setUp(0, subAgents);
    const parent = conversations.create();
    await parent.send('Hello');
    const threadId = parent.view.threadId ?? '';
    const item = { type: 'subAgentActivity', id: 'a', kind: 'started', agentThreadId: 'sub', agentPath: '' };
    server.notify('item/started', { threadId, turnId: 'u', item });
    const status = { type: 'active', activeFlags: ['waitingOnApproval'] };
    server.notify('thread/status/changed', { threadId: 'sub', status });
    const sub = () => conversations.summaries().find((summary) => summary.threadId === 'sub');
    expect(sub()).toMatchObject({ title: 'Sub-agent', status: 'waiting', parentThreadId: threadId });
    subAgents.push(thread('sub', 7, { parentThreadId: threadId }));
    server.notify('thread/status/changed', { threadId: 'sub', status: { type: 'idle' } });
    await settled();
    expect(sub()).toMatchObject({ title: 'About sub', status: 'ready' });
  });

  it('are at rest when the server has ended', async () => {
    const { conversations, server, index } = setUp(1);
    await conversations.refresh();
    server.notify('thread/status/changed', { threadId: 't1', status: { type: 'active', activeFlags: [] } });
    expect(index.get('t1')?.status).toBe('working');
    server.crash();
    expect(index.get('t1')?.status).toBe('ready');
  });

  it('are opened in their own folder', async () => {
    const { conversations, index, server } = setUp();
    server.respond('thread/search', () => ({ data: [{ thread: thread('x', 9, { cwd: '/other' }), snippet: '' }] }));
    await index.show({ ...WORKSPACE_THREADS, text: 'apple' });
    conversations.openThread('x');
    await settled();
    expect(server.paramsOf('thread/resume')).toMatchObject([{ threadId: 'x', cwd: '/other' }]);
  });
});

describe('A list that is being read', () => {
  /** A list whose first reading is answered by `answer`, with what the server knew when it was asked. */
  async function whileReading() {
    const { conversations, index, server } = setUp(2);
    await conversations.refresh();
    const before = { data: index.threads.map(({ threadId }) => thread(threadId, 1)), nextCursor: null };
    let answer: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (answer = resolve));
    server.respond('thread/list', async (params) => {
      await asked;
      return (params as ThreadListParams).sourceKinds?.includes('subAgent') ? { data: [], nextCursor: null } : before;
    });
    const done = conversations.refresh();
    await settled();
    return { conversations, index, server, done: () => (answer(), done) };
  }

  it('does not bring back what was archived meanwhile', async () => {
    const { index, server, done } = await whileReading();
    server.notify('thread/archived', { threadId: 't1' });
    await done();
    expect(index.threads.map(({ threadId }) => threadId)).toEqual(['t2']);
  });

  it('keeps what was added and renamed meanwhile', async () => {
    const { index, server, done } = await whileReading();
    const added = {
      threadId: 'copy',
      title: 'Copy',
      updatedAtMs: 9,
      folder: '/project',
      parentThreadId: null,
    } as const;
    index.add({ ...added, archived: false, status: 'ready' });
    server.notify('thread/name/updated', { threadId: 't2', threadName: 'Renamed' });
    await done();
    expect(index.threads.map(({ title }) => title)).toEqual(['Copy', 'Renamed', 'About t1']);
  });
});

describe('Opening by id', () => {
  it('reads the thread, whatever folder it is of, and takes the id out of what was pasted', async () => {
    const { conversations, server } = setUp();
    server.respond('thread/read', () => ({ thread: thread(ID, 4, { cwd: '/elsewhere' }) }));
    const conversation = await conversations.actions.openById(`codex resume ${ID.toUpperCase()} `);
    expect(conversation.view).toMatchObject({ threadId: ID, folder: '/elsewhere', title: `About ${ID}` });
    expect(await conversations.actions.openById(ID)).toBe(conversation);
  });

  it('says when there is no such conversation', async () => {
    const { conversations, server } = setUp();
    server.refuse('thread/read', 'thread not loaded');
    await expect(conversations.actions.openById('nonsense')).rejects.toMatchObject({ reason: 'notFound' });
    await expect(conversations.actions.openById(ID)).rejects.toMatchObject({ reason: 'notFound' });
  });
});

describe('Forking', () => {
  it('goes on in a copy with another name, the same mode and the same folder', async () => {
    const { conversations, server } = setUp();
    server.respond('thread/fork', () => ({ thread: { id: 'copy' } }));
    const original = conversations.create();
    await original.send('Tidy up');
    server.notify('turn/started', { threadId: original.view.threadId, turn: { id: 'u', rootTurnId: 'u' } });
    original.configure({ mode: 'plan' });
    const copy = await conversations.actions.fork(original);
    expect(server.paramsOf('thread/fork')).toMatchObject([{ threadId: original.view.threadId, excludeTurns: true }]);
    expect(copy.view).toMatchObject({ threadId: 'copy', title: 'Tidy up (fork)', folder: '/project' });
    server.respond('thread/fork', () => ({ thread: { id: 'copy-2' } }));
    server.notify('turn/started', { threadId: 'copy', turn: { id: 'v', rootTurnId: 'v' } });
    expect((await conversations.actions.fork(copy, 'v')).view.title).toBe('Tidy up (fork 2)');
    expect(server.paramsOf('thread/fork')[1]).toMatchObject({ beforeTurnId: 'v' });
  });

  it('is refused while there is nothing to copy', async () => {
    const { conversations } = setUp();
    await expect(conversations.actions.fork(conversations.create())).rejects.toMatchObject({ reason: 'declined' });
  });
});

describe('Deleting', () => {
  it('removes it here and on the server', async () => {
    const { conversations, server } = setUp(1);
    await conversations.refresh();
    const conversation = conversations.openThread('t1');
    await conversations.actions.delete(conversation);
    expect(server.paramsOf('thread/delete')).toEqual([{ threadId: 't1' }]);
    expect([conversations.summaries(), conversations.all]).toEqual([[], []]);
  });

  it('deletes also one that could not be read, and one whose turns were all taken back', async () => {
    const { conversations, server } = setUp(1);
    await conversations.refresh();
    server.refuse('thread/turns/list', 'not now');
    const unread = conversations.openThread('t1');
    await settled();
    expect(unread.view.turns).toEqual([]);
    await conversations.actions.delete(unread);
    const emptied = conversations.create();
    await emptied.send('Hello');
    expect(emptied.view.turns).toEqual([]);
    await conversations.actions.archive(emptied);
    expect(server.paramsOf('thread/delete')).toEqual([{ threadId: 't1' }]);
    expect(server.paramsOf('thread/archive')).toEqual([{ threadId: THREAD }]);
  });

  it('closes one that is gone from the server already, and none that the server keeps', async () => {
    const { conversations, server } = setUp(2);
    server.refuse('thread/archive', 'no rollout found for thread id t1');
    await conversations.actions.archive(conversations.openThread('t1'));
    expect(conversations.all).toEqual([]);
    server.refuse('thread/archive', 'disk full');
    await expect(conversations.actions.archive(conversations.openThread('t2'))).rejects.toThrow('disk full');
    expect(conversations.all.length).toBe(1);
  });

  it('lets everybody forget what they keep of it', async () => {
    const memory = { ...memoryOfThreads(), forget: vi.fn() };
    const { conversations } = setUp(1, [], { memory });
    const deleted: object[] = [];
    conversations.onDidDelete((id) => deleted.push(id));
    await conversations.actions.archive(conversations.openThread('t1'));
    expect(deleted).toEqual([]);
    expect(memory.forget).not.toHaveBeenCalledWith('t1');
    const conversation = conversations.openThread('t1');
    await conversations.actions.delete(conversation);
    expect(deleted).toEqual([{ key: conversation.key, threadId: 't1' }]);
    expect(memory.forget).toHaveBeenCalledWith('t1');
  });

  it('keeps it, and says why, while a fork needs it', async () => {
    const { conversations, server } = setUp(1);
    await conversations.refresh();
    server.refuse('thread/delete', 'cannot delete thread t1: forked history still references it');
    const conversation = conversations.openThread('t1');
    await expect(conversations.actions.delete(conversation)).rejects.toThrow('A fork of this conversation still uses');
    expect(conversations.summaries().length).toBe(1);
    server.respond('thread/delete', () => {
      throw new RpcError('thread/delete', -32600, 'thread t1 already has an active writer');
    });
    await expect(conversations.actions.delete(conversation)).rejects.toThrow('Another window');
  });
});

describe('Stopping a thread that is not open', () => {
  it('interrupts its running turn, and says when there is none', async () => {
    const { conversations, server } = setUp();
    expect(await conversations.actions.interrupt('sub')).toBe(false);
    server.respond('thread/turns/list', () => ({ data: [{ id: 'u', status: 'inProgress' }], nextCursor: null }));
    expect(await conversations.actions.interrupt('sub')).toBe(true);
    expect(server.paramsOf('turn/interrupt')).toEqual([{ threadId: 'sub', turnId: 'u' }]);
    expect(conversations.all).toEqual([]);
  });
});

describe('Releasing', () => {
  it('forgets an idle conversation, unsubscribes, and keeps it in the list with its mark', async () => {
    const { conversations, server } = setUp(1);
    await conversations.refresh();
    const conversation = conversations.openThread('t1');
    expect(conversations.release(conversation)).toBe(false);
    await settled();
    conversations.markUnread(conversation.key);
    expect(conversations.release(conversation)).toBe(true);
    await settled();
    expect(server.paramsOf('thread/unsubscribe')).toEqual([{ threadId: 't1' }]);
    expect(conversations.summaries()).toMatchObject([{ key: 't1', unread: true, status: 'ready' }]);
    expect(conversations.summaryOf(conversations.openThread('t1')).unread).toBe(true);
  });

  it('lists it nowhere but where it belongs', async () => {
    const { conversations, index } = setUp(1);
    await conversations.refresh();
    const conversation = conversations.openThread('t1');
    await settled();
    await index.show({ ...WORKSPACE_THREADS, archived: true });
    index.forget('t1');
    expect(conversations.release(conversation)).toBe(true);
    expect(index.threads.map(({ threadId }) => threadId)).toEqual([]);
  });

  it('lets a conversation that is meant by what was shown of it be opened again', async () => {
    const { conversations } = setUp(1);
    const conversation = conversations.openThread('t1');
    await settled();
    expect(conversations.reopen(conversation.view)).toBe(conversation);
    conversations.release(conversation);
    const again = conversations.reopen(conversation.view);
    expect([again === conversation, again.view.threadId, conversations.all]).toEqual([false, 't1', [again]]);
  });

  it('keeps one that works, or that holds what only this window knows', async () => {
    const { conversations, server } = setUp();
    const conversation = conversations.create();
    expect(conversations.release(conversation)).toBe(false);
    await conversation.send('Hello');
    expect(conversations.release(conversation)).toBe(false);
    expect(server.paramsOf('thread/unsubscribe')).toEqual([]);
  });
});

describe('A conversation that cannot be continued here', () => {
  it.each([
    ['another window holds it', 'thread t1 already has an active writer', 'Another window has this conversation open'],
    ['it is archived', 'session t1 is archived. Run `codex unarchive t1`', 'This conversation is archived'],
  ])('is read all the same: %s', async (_why, refusal, title) => {
    const { conversations, server } = setUp(1);
    server.refuse('thread/resume', refusal);
    const turn = { id: 'u', items: [], status: 'completed', startedAt: 1, durationMs: 1, error: null };
    server.respond('thread/turns/list', () => ({ data: [turn], nextCursor: null }));
    await conversations.refresh();
    const conversation = conversations.openThread('t1');
    await settled();
    expect(conversation.view.turns.length).toBe(1);
    expect(conversation.view.outbox).toMatchObject([{ problem: { title } }]);
  });

  it('can be continued once it is out of the archive', async () => {
    const { conversations, server } = setUp(1);
    server.refuse('thread/resume', 'session t1 is archived.');
    const conversation = conversations.openThread('t1');
    await settled();
    server.respond('thread/resume', () => ({ thread: { id: 't1', name: null, preview: '' }, modelProvider: 'm' }));
    await conversations.actions.unarchive('t1');
    await settled();
    expect([conversation.view.outbox, server.paramsOf('thread/unarchive')]).toEqual([[], [{ threadId: 't1' }]]);
  });
});
