import { describe, expect, it, vi } from 'vitest';
import { Conversations } from '../../../src/conversation/conversations';
import { WORKSPACE_THREADS } from '../../../src/conversation/threadIndex';
import { fakeClient, memoryOfThreads, settled, THREAD } from '../../support/fakeClient';

const DEFAULTS = { mode: 'ask', model: '', effort: '', folder: '/project' } as const;

function setUp() {
  const { server, context } = fakeClient();
  const conversations = new Conversations(context, () => DEFAULTS);
  const changed: (string | undefined)[] = [];
  conversations.onDidChange((conversation) => changed.push(conversation?.key));
  return { server, conversations, changed };
}

const thread = (id: string, updatedAt: number, name: string | null = null) => ({
  id,
  name,
  preview: `About ${id}\nmore`,
  updatedAt,
  cwd: '/project',
  parentThreadId: null,
  status: { type: 'notLoaded' },
});

describe('Conversations', () => {
  it('sends nothing for a conversation without a message, and lists it only once it has one', async () => {
    const { server, conversations } = setUp();
    const conversation = conversations.create();
    expect([server.sent, conversations.summaries()]).toEqual([[], []]);
    await conversation.send('Hello');
    expect(conversations.summaries()).toMatchObject([{ key: conversation.key, title: 'Hello', status: 'working' }]);
  });

  it('lists open and stored ones, newest first, each once', async () => {
    const { server, conversations } = setUp();
    server.respond('thread/list', () => ({
      data: [thread(THREAD, 1), thread('old', 2, 'Named'), thread('new', 1_000_000)],
      nextCursor: null,
    }));
    const open = conversations.create();
    await open.send('Hello');
    await conversations.refresh();
    expect(server.paramsOf('thread/list')[0]).toMatchObject({ cwd: ['/project'], sortKey: 'updated_at' });
    expect(conversations.summaries().map(({ title }) => title)).toEqual(['About new', 'Hello', 'Named']);
  });

  it('lists a thread that was reverted once, although the server lists each of its histories', async () => {
    const { server, conversations } = setUp();
    server.respond('thread/list', () => ({
      data: [thread('a', 2, 'Now'), thread('a', 1, 'Before')],
      nextCursor: null,
    }));
    await conversations.refresh();
    expect(conversations.summaries().map(({ title }) => title)).toEqual(['Now']);
  });

  it('opens a stored thread once and reads its turns', async () => {
    const { server, conversations } = setUp();
    server.respond('thread/list', () => ({ data: [thread(THREAD, 5)], nextCursor: null }));
    await conversations.refresh();
    const conversation = conversations.openThread(THREAD);
    expect(conversation.view).toMatchObject({ title: `About ${THREAD}`, loading: true, updatedAtMs: 5_000 });
    expect(conversations.openThread(THREAD) === conversation).toBe(true);
    await settled();
    expect([conversation.view.loading, server.paramsOf('thread/resume').length]).toEqual([false, 1]);
  });

  it('shows in the conversation why a stored one could not be read', async () => {
    const { server, conversations } = setUp();
    server.refuse('thread/resume', 'no such thread');
    const conversation = conversations.openThread('gone');
    await settled();
    expect(conversation.view.outbox).toMatchObject([{ problem: { title: 'The conversation could not be read' } }]);
  });

  it('gives each question of the server to the conversation of its thread, and answers others with an error', async () => {
    const { server, conversations } = setUp();
    server.respond(
      'thread/start',
      (() => {
        let count = 0;
        return () => ({ thread: { id: `t${++count}` }, modelProvider: 'm', model: 'x' });
      })(),
    );
    const [first, second] = [conversations.create(), conversations.create()];
    await first.send('one');
    await second.send('two');
    const ask = (params: object) => server.ask('item/fileChange/requestApproval', params);
    void ask({ threadId: 't2', turnId: 'u', itemId: 'i' });
    expect([first.view.approvals.length, second.view.approvals.length]).toEqual([0, 1]);
    await expect(ask({})).rejects.toMatchObject({ code: -32000 });
  });

  it('holds the question of a thread that nobody shows, and lists it', () => {
    const { server, conversations } = setUp();
    void server.ask('item/fileChange/requestApproval', { threadId: 'sub', turnId: 'u', itemId: 'i' });
    expect(conversations.all.map(({ view }) => [view.threadId, view.title, view.approvals.length])).toEqual([
      ['sub', 'Sub-agent', 1],
    ]);
  });

  it('knows title and folder of a thread that asks, and reads its turns once somebody looks', async () => {
    const { server, conversations } = setUp();
    server.respond('thread/list', () => ({
      data: [{ ...thread('sub', 5, 'Look around'), cwd: '/project/part' }],
      nextCursor: null,
    }));
    await conversations.refresh();
    void server.ask('item/fileChange/requestApproval', { threadId: 'sub', turnId: 'u', itemId: 'i' });
    const [adopted] = conversations.all;
    expect(adopted?.view).toMatchObject({ title: 'Look around', folder: '/project/part', status: 'waiting' });
    expect(server.paramsOf('thread/turns/list')).toEqual([]);
    conversations.markRead(adopted?.key ?? '');
    expect(conversations.openThread('sub')).toBe(adopted);
    await settled();
    expect(server.paramsOf('thread/turns/list').length).toBe(1);
  });

  it('gives a sub-agent that is open its name when the list knows it', async () => {
    const { server, conversations } = setUp();
    void server.ask('item/fileChange/requestApproval', { threadId: 'sub', turnId: 'u', itemId: 'i' });
    server.respond('thread/list', () => ({ data: [thread('sub', 5, 'Look around')], nextCursor: null }));
    await conversations.refresh();
    expect(conversations.all.map(({ view }) => view.title)).toEqual(['Look around']);
  });

  it('tells of changes to the list, but not of every word', async () => {
    const { server, conversations, changed } = setUp();
    const conversation = conversations.create();
    await conversation.send('Hello');
    server.notify('turn/started', { threadId: THREAD, turn: { id: 'turn-1', rootTurnId: 'turn-1' } });
    const words = { threadId: THREAD, turnId: 'turn-1', itemId: 'm', delta: 'x' };
    server.notify('item/agentMessage/delta', words);
    changed.length = 0;
    server.notify('item/agentMessage/delta', words);
    expect(changed).toEqual([]);
    server.notify('turn/completed', { threadId: THREAD, turn: { id: 'turn-1', status: 'completed' } });
    expect(new Set(changed)).toEqual(new Set([conversation.key]));
  });

  it('renames here and on the server; one without a thread only here', async () => {
    const { server, conversations } = setUp();
    const conversation = conversations.create();
    await conversations.actions.rename(conversation, 'Before');
    expect([conversation.view.title, server.sent]).toEqual(['Before', []]);
    await conversation.send('Hello');
    await conversations.actions.rename(conversation, 'After');
    expect(server.paramsOf('thread/name/set')).toEqual([{ threadId: THREAD, name: 'After' }]);
  });

  it('archives: takes it off the list, tells the server, and closes what was open', async () => {
    const { server, conversations } = setUp();
    const conversation = conversations.create();
    await conversation.send('Hello');
    server.notify('turn/started', { threadId: THREAD, turn: { id: 'turn-1', rootTurnId: 'turn-1' } });
    const asked = server.ask('item/fileChange/requestApproval', { threadId: THREAD, turnId: 'turn-1', itemId: 'i' });
    const refused = expect(asked).rejects.toThrow('The conversation was closed.');
    await conversations.actions.archive(conversation);
    await refused;
    expect(server.sent.map(({ method }) => method)).toEqual(
      expect.arrayContaining(['turn/interrupt', 'thread/archive']),
    );
    expect([conversations.summaries(), conversations.get(conversation.key)]).toEqual([[], undefined]);
  });

  it('keeps one that cannot be archived, for nothing of it was sent', async () => {
    const { conversations } = setUp();
    const conversation = conversations.create();
    await expect(conversations.actions.archive(conversation)).rejects.toMatchObject({ reason: 'declined' });
    expect(conversations.all).toEqual([conversation]);
  });

  it('forgets a stored one that another window archived', async () => {
    const { server, conversations } = setUp();
    server.respond('thread/list', () => ({ data: [thread('a', 1)], nextCursor: null }));
    await conversations.refresh();
    server.notify('thread/archived', { threadId: 'a' });
    expect(conversations.summaries()).toEqual([]);
  });

  it('remembers which ones ended while nobody looked', async () => {
    const { conversations } = setUp();
    const conversation = conversations.create();
    await conversation.send('Hello');
    conversations.markUnread(conversation.key);
    expect(conversations.summaryOf(conversation).unread).toBe(true);
    conversations.markRead(conversation.key);
    expect(conversations.summaryOf(conversation).unread).toBe(false);
  });

  it('counts the marks of those that the list shows, once it was read, and keeps those of the others', async () => {
    const unfinished = { recall: () => undefined, unread: [THREAD, 'elsewhere', 'further-down'], unsent: [] };
    const { server, context } = fakeClient({ unfinished });
    const conversations = new Conversations(context, () => DEFAULTS);
    server.respond('thread/list', () => ({ data: [thread(THREAD, 1)], nextCursor: null }));
    conversations.openThread('elsewhere');
    expect(conversations.unreadCount).toBe(3);
    await conversations.index.show({ ...WORKSPACE_THREADS, archived: true });
    expect(conversations.unreadCount).toBe(3);
    await conversations.index.show(WORKSPACE_THREADS);
    expect(conversations.unreadCount).toBe(2);
    server.respond('thread/list', () => ({ data: [thread(THREAD, 1), thread('further-down', 2)], nextCursor: null }));
    await conversations.refresh();
    expect(conversations.unreadCount).toBe(3);
  });

  it('takes the marks of those off that were archived or deleted, listed or not', () => {
    const unfinished = { recall: () => undefined, unread: [THREAD, 'archived', 'deleted'], unsent: [] };
    const { server, context } = fakeClient({ unfinished });
    const conversations = new Conversations(context, () => DEFAULTS);
    server.notify('thread/archived', { threadId: 'archived' });
    server.notify('thread/deleted', { threadId: 'deleted' });
    expect(conversations.unreadThreads).toEqual([THREAD]);
  });

  it('lists a new one under the first words that were written in it, and only then', () => {
    const drafts = new Map<string, string>();
    const { context } = fakeClient({ draftOf: ({ key }) => drafts.get(key) ?? '' });
    const conversations = new Conversations(context, () => DEFAULTS);
    const { view } = conversations.create();
    const changed = vi.fn();
    conversations.onDidChange(changed);
    const type = (text: string): void => {
      drafts.set(view.key, text);
      conversations.draftChanged(view);
    };
    type(' \n');
    expect([conversations.summaries(), changed.mock.calls.length]).toEqual([[], 0]);
    type('Sort them\nby');
    type('Sort them\nby name');
    expect(conversations.summaries()).toMatchObject([{ key: view.key, threadId: null, title: 'Sort them' }]);
    expect(changed).toHaveBeenCalledTimes(1);
    type('');
    expect([conversations.summaries(), changed.mock.calls.length]).toEqual([[], 2]);
  });

  it('has those that were not sent again after a reload, with what was chosen for them', () => {
    const kept = new Map<string, object>();
    const memory = {
      ...memoryOfThreads(),
      recall: (id: string) => ({ ...kept.get(id) }),
      keep: (id: string, choices: object) => void kept.set(id, choices),
    };
    const conversation = new Conversations(fakeClient({ memory }).context, () => DEFAULTS).create('kept');
    conversation.configure({ mode: 'plan', model: 'gpt-5.5' });
    const unfinished = { recall: () => undefined, unread: [], unsent: ['kept'] };
    const { context, server } = fakeClient({ memory, unfinished, draftOf: () => 'Sort them' });
    const after = new Conversations(context, () => DEFAULTS);
    expect(after.get('kept')?.view).toMatchObject({ mode: 'plan', model: 'gpt-5.5' });
    expect([after.summaries().map(({ title }) => title), server.sent]).toEqual([['Sort them'], []]);
  });

  it('forgets under its key what was chosen once it has its thread', async () => {
    const memory = { ...memoryOfThreads(), forget: vi.fn() };
    const conversations = new Conversations(fakeClient({ memory }).context, () => DEFAULTS);
    const conversation = conversations.create();
    conversation.configure({ mode: 'plan' });
    expect(memory.forget).not.toHaveBeenCalled();
    await conversation.send('Hello');
    expect(memory.forget).toHaveBeenCalledWith(conversation.key);
  });

  it('keeps its name over a reload', () => {
    expect(setUp().conversations.create('kept').key).toBe('kept');
  });

  it('opens a stored one with the mode and the model that were chosen for it', async () => {
    const kept = new Map<string, object>();
    const memory = {
      ...memoryOfThreads(),
      recall: (threadId: string) => ({ mode: 'ask' as const, ...kept.get(threadId) }),
      keep: (threadId: string, choices: object) => void kept.set(threadId, choices),
    };
    const { context } = fakeClient({ memory });
    const defaults = () => ({ mode: 'agent' as const, model: '', effort: '', folder: '/project' });
    const before = new Conversations(context, defaults).create();
    await before.send('Hello');
    before.configure({ mode: 'plan', effort: 'high' });
    const after = new Conversations(context, defaults).openThread(THREAD);
    expect(after.view).toMatchObject({ mode: 'plan', effort: 'high' });
  });
});
