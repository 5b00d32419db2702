import { describe, expect, it, vi } from 'vitest';
import { SwitchyardError } from '../../../src/base/errors';
import type { ConversationContext } from '../../../src/conversation/context';
import { Conversations } from '../../../src/conversation/conversations';
import { applyDelta } from '../../../src/shared/applyDelta';
import type { ConversationView } from '../../../src/shared/conversation';
import { deferred, openConversation, TURN } from '../../support/conversations';
import { fakeClient, settled, THREAD } from '../../support/fakeClient';

describe('the end of the server', () => {
  const approve = (server: ReturnType<typeof openConversation>['server'], id = 7) =>
    server.ask(
      'item/commandExecution/requestApproval',
      { threadId: THREAD, turnId: TURN, itemId: 'c', kind: 'command', command: 'ls' },
      id,
    );

  it('fails the running turn, closes what was open and keeps what was said', async () => {
    const { server, conversation, say, view, begin } = openConversation();
    await begin();
    say.words('Half');
    const asked = approve(server);
    await conversation.send('queued');
    expect(view.status).toBe('waiting');
    server.crash();
    await expect(asked).rejects.toThrow('Codex stopped.');
    expect(view).toMatchObject({ status: 'failed', approvals: [], retry: null });
    expect(view.turns[0]).toMatchObject({
      status: 'failed',
      problem: { title: 'Codex stopped in the middle of this turn', actions: ['retry', 'showLog'] },
    });
    expect(view.turns[0]?.items.at(-1)).toMatchObject({ type: 'message', text: 'Half', streaming: false });
    expect(view.queue).toHaveLength(1);
  });

  it('resumes the thread with all that the server forgets when the next message is sent', async () => {
    const { server, conversation, begin } = openConversation({ mode: 'agent' });
    await begin();
    server.crash();
    await conversation.send('Go on');
    expect(server.paramsOf('thread/resume')).toEqual([
      {
        threadId: THREAD,
        cwd: '/project',
        approvalPolicy: 'on-request',
        sandbox: 'workspace-write',
        excludeTurns: true,
      },
    ]);
    expect(server.paramsOf('turn/start')[1]).toMatchObject({
      environments: [{ environmentId: 'editor', cwd: '/project' }],
    });
  });

  it('selects the environment once, on the first turn after it', async () => {
    const { server, conversation, say, begin } = openConversation();
    await begin();
    say.completed();
    server.crash();
    await conversation.send('Go on');
    say.completed('completed', 'turn-2');
    await conversation.send('And on');
    const selected = server.paramsOf('turn/start').map((params) => 'environments' in params);
    expect(selected).toEqual([false, true, false]);
  });

  it('keeps the message whose turn was not yet heard of', async () => {
    const { server, conversation, view } = openConversation();
    server.respond('turn/start', () => new Promise(() => undefined));
    const sending = conversation.send('Hello');
    await settled();
    server.crash();
    await sending;
    expect([view.status, view.outbox[0]?.text, view.outbox[0]?.problem?.title]).toEqual([
      'failed',
      'Hello',
      'Codex stopped',
    ]);
  });

  it('fails a turn that was accepted but has not begun, and keeps its message', async () => {
    const { server, conversation, view } = openConversation();
    await conversation.send('Hello');
    server.crash();
    await settled();
    expect([view.status, view.outbox[0]?.text]).toEqual(['failed', 'Hello']);
    expect(view.outbox[0]?.problem?.actions).toContain('retry');
  });

  it('keeps a message that was steered into the turn but had not arrived', async () => {
    const { server, conversation, view, begin } = openConversation();
    await begin();
    await conversation.send('second');
    await conversation.sendQueuedNow(view.queue[0]?.id ?? '');
    server.crash();
    expect(view.outbox).toMatchObject([{ text: 'second', problem: { actions: ['retry', 'showLog'] } }]);
  });

  it('does not touch a conversation that rests', async () => {
    const { server, say, view, begin } = openConversation();
    await begin();
    say.completed();
    server.crash();
    expect([view.status, view.turns[0]?.status]).toEqual(['ready', 'completed']);
  });

  it('shows a failed start beside the message, with what to do', async () => {
    const { server, conversation, view } = openConversation();
    server.start = () => Promise.reject(new SwitchyardError('codexNotFound', 'There is no codex.'));
    await conversation.send('Hello');
    expect(view.outbox[0]?.problem).toMatchObject({
      title: 'Codex was not found',
      actions: ['installCodex', 'chooseCodex', 'retry'],
    });
  });
});

describe('approvals', () => {
  const files = { threadId: THREAD, turnId: TURN, itemId: 'patch' };
  const item = {
    type: 'fileChange',
    id: 'patch',
    status: 'inProgress',
    changes: [{ path: '/project/a.ts', kind: { type: 'add' }, diff: 'x\n' }],
  };

  it('hold the conversation until they are answered', async () => {
    const { server, conversation, view, begin } = openConversation();
    await begin();
    server.notify('item/started', { ...files, item });
    const asked = server.ask('item/fileChange/requestApproval', files);
    expect(view.status).toBe('waiting');
    expect(view.approvals).toMatchObject([{ kind: 'files', files: [{ label: 'a.ts', added: 1 }] }]);
    await conversation.approvals.decide(view.approvals[0]?.id ?? '', 'accept');
    expect(await asked).toEqual({ decision: 'accept' });
    expect([view.status, view.approvals]).toEqual(['working', []]);
  });

  it('save the files of a change first, and decline it where that does not work', async () => {
    const save = vi.fn<ConversationContext['beforeFilesAreWritten']>(() => Promise.resolve({ write: false }));
    const { server, conversation, view, begin } = openConversation({}, { beforeFilesAreWritten: save });
    await begin();
    server.notify('item/started', { ...files, item });
    const asked = server.ask('item/fileChange/requestApproval', files);
    await conversation.approvals.decide(view.approvals[0]?.id ?? '', 'acceptForSession');
    expect(save.mock.calls).toMatchObject([
      [{ ...files, files: [{ path: '/project/a.ts', kind: 'add', diff: 'x\n', choice: 'all' }] }],
    ]);
    expect(await asked).toEqual({ decision: 'decline' });
  });

  it('save nothing when the change is declined', async () => {
    const save = vi.fn<ConversationContext['beforeFilesAreWritten']>(() => Promise.resolve({ write: true }));
    const { server, conversation, view, begin } = openConversation({}, { beforeFilesAreWritten: save });
    await begin();
    const asked = server.ask('item/fileChange/requestApproval', files);
    await conversation.approvals.decide(view.approvals[0]?.id ?? '', 'decline');
    expect([await asked, save.mock.calls]).toEqual([{ decision: 'decline' }, []]);
  });

  it('stay open when the files could not even be looked at', async () => {
    const { server, conversation, view, begin } = openConversation(
      {},
      { beforeFilesAreWritten: () => Promise.reject(new Error('disk')) },
    );
    await begin();
    void server.ask('item/fileChange/requestApproval', files);
    await expect(conversation.approvals.decide(view.approvals[0]?.id ?? '', 'accept')).rejects.toThrow('disk');
    expect(view.approvals).toHaveLength(1);
  });

  it('are closed when the server says that they are resolved', async () => {
    const { server, say, view, begin } = openConversation();
    await begin();
    const asked = server.ask('item/fileChange/requestApproval', files, 'request-9');
    server.notify('serverRequest/resolved', { threadId: THREAD, requestId: 'request-8' });
    expect(view.approvals).toHaveLength(1);
    server.notify('serverRequest/resolved', { threadId: THREAD, requestId: 'request-9' });
    await expect(asked).rejects.toThrow('It was answered elsewhere');
    expect([view.approvals, view.status]).toEqual([[], 'working']);
    say.completed('interrupted');
    expect(view.status).toBe('stopped');
  });

  it('are not shown when the server has resolved them before they came', async () => {
    const leases = { waitingForApproval: vi.fn(), accepted: vi.fn() };
    const { server, view, begin } = openConversation({}, { leases });
    await begin();
    server.notify('serverRequest/resolved', { threadId: THREAD, requestId: 'request-9' });
    await expect(server.ask('item/fileChange/requestApproval', files, 'request-9')).rejects.toMatchObject({
      code: -32000,
    });
    expect([view.approvals, view.status]).toEqual([[], 'working']);
    expect(leases.waitingForApproval).not.toHaveBeenCalled();
  });

  it('are closed when their turn has ended, and the queue goes on', async () => {
    const { server, conversation, say, view, begin } = openConversation();
    await begin();
    const asked = server.ask('item/fileChange/requestApproval', files);
    const elsewhere = server.ask('item/fileChange/requestApproval', { ...files, turnId: 'another' });
    await conversation.send('next');
    say.completed();
    await expect(asked).rejects.toThrow('its turn ended');
    expect(view.approvals).toMatchObject([{ turnId: 'another' }]);
    await settled();
    expect(server.paramsOf('turn/start').at(-1)?.input).toMatchObject([{ text: 'next' }]);
    conversation.dispose();
    await expect(elsewhere).rejects.toThrow();
  });

  it('are closed with the conversation', async () => {
    const { server, conversation, begin } = openConversation();
    await begin();
    const asked = server.ask('item/fileChange/requestApproval', files);
    conversation.dispose();
    await expect(asked).rejects.toThrow('The conversation was closed.');
  });

  it.each(['item/tool/call', 'something/ofTomorrow'])(
    'never accept what they do not know: %s is answered with an error',
    async (method) => {
      const { server, view, begin } = openConversation();
      await begin();
      await expect(server.ask(method, files)).rejects.toMatchObject({ code: -32601 });
      expect(view.approvals).toEqual([]);
    },
  );
});

describe('what a thread says before its conversation is opened', () => {
  it('is received when it is opened', () => {
    const { server, context } = fakeClient();
    server.notify('turn/started', { threadId: THREAD, turn: { id: TURN, rootTurnId: TURN, status: 'inProgress' } });
    server.notify('item/agentMessage/delta', { threadId: THREAD, turnId: TURN, itemId: 'm', delta: 'Early words' });
    const fields = { mode: 'ask', model: '', effort: '', folder: '/project' } as const;
    const conversations = new Conversations(context, () => fields);
    const { view } = conversations.openThread(THREAD);
    expect(view).toMatchObject({ status: 'working', turns: [{ id: TURN, items: [{ text: 'Early words' }] }] });
  });
});

describe('reading a stored conversation', () => {
  const stored = (id: string) => ({ id, items: [], status: 'completed', error: null, startedAt: 1, durationMs: 1 });

  const pages = (params: unknown) =>
    (params as { cursor: string | null }).cursor === null
      ? { data: [stored('c'), stored('b')], nextCursor: 'more' }
      : { data: [stored('a')], nextCursor: null };

  it('shows its newest turns first, and those before them when they are asked for', async () => {
    const { server, conversation, view } = openConversation({ threadId: THREAD });
    server.respond('thread/turns/list', pages);
    const loading = conversation.load();
    expect(view.loading).toBe(true);
    await loading;
    expect([view.turns.map(({ id }) => id), view.loading, view.earlier]).toEqual([['b', 'c'], false, 'more']);
    const earlier = conversation.loadEarlier();
    expect(view.earlier).toBe('loading');
    await earlier;
    expect([view.turns.map(({ id }) => id), view.earlier]).toEqual([['a', 'b', 'c'], 'none']);
    await conversation.loadEarlier();
    expect(server.paramsOf('thread/turns/list').map(({ cursor }) => cursor)).toEqual([null, 'more']);
  });

  it('reads a page once, however often it is asked for at the same time', async () => {
    const { server, conversation, view } = openConversation({ threadId: THREAD });
    server.respond('thread/turns/list', pages);
    await conversation.load();
    await Promise.all([conversation.loadEarlier(), conversation.loadEarlier()]);
    expect([view.turns.length, server.paramsOf('thread/turns/list').length]).toEqual([3, 2]);
  });

  it('can be asked for earlier turns again when the server refused', async () => {
    const { server, conversation, view } = openConversation({ threadId: THREAD });
    server.respond('thread/turns/list', pages);
    await conversation.load();
    server.refuse('thread/turns/list', 'not now');
    await expect(conversation.loadEarlier()).rejects.toMatchObject({ rpcMessage: 'not now' });
    expect([view.turns.length, view.earlier]).toEqual([2, 'more']);
    server.respond('thread/turns/list', pages);
    await conversation.loadEarlier();
    expect(view.turns.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  it('forgets a page of earlier turns that arrives after everything was read anew', async () => {
    const { server, conversation, view } = openConversation({ threadId: THREAD });
    const page = deferred<object>();
    server.respond('thread/turns/list', (params) =>
      (params as { cursor: string | null }).cursor === null ? pages(params) : page.promise,
    );
    await conversation.load();
    const earlier = conversation.loadEarlier();
    await settled();
    await conversation.load();
    page.resolve(pages({ cursor: 'more' }));
    await earlier;
    expect([view.turns.map(({ id }) => id), view.earlier]).toEqual([['b', 'c'], 'more']);
  });

  it('keeps a turn that began while it was read, with its words', async () => {
    const { server, conversation, say, view } = openConversation({ threadId: THREAD });
    const page = deferred<object>();
    server.respond('thread/turns/list', () => page.promise);
    const loading = conversation.load();
    await settled();
    say.started('live');
    say.words('Hel', 'live');
    page.resolve({ data: [{ ...stored('live'), status: 'inProgress' }, stored('old')], nextCursor: null });
    await loading;
    say.words('lo', 'live');
    expect(view.turns).toMatchObject([
      { id: 'old', status: 'completed' },
      { id: 'live', status: 'working', items: [{ text: 'Hello', streaming: true }] },
    ]);
  });

  describe('with a turn that runs', () => {
    const said = (id: string, text: string) => ({ type: 'agentMessage', id, text, phase: null, questions: null });
    const running = { ...stored('live'), status: 'inProgress', items: [said('first', 'First'), said('second', 'Sec')] };

    it('follows it to its end, and can stop it', async () => {
      const { server, conversation, say, view } = openConversation({ threadId: THREAD });
      server.respond('thread/turns/list', () => ({ data: [running], nextCursor: null }));
      await conversation.load();
      expect(view).toMatchObject({ status: 'working', turns: [{ id: 'live', status: 'working' }] });
      await conversation.stop();
      expect(server.paramsOf('turn/interrupt')).toEqual([{ threadId: THREAD, turnId: 'live' }]);
      say.completed('interrupted', 'live');
      expect(view).toMatchObject({ status: 'stopped', turns: [{ status: 'stopped' }] });
    });

    it('shows its beginning, which was not heard, and what was heard of it', async () => {
      const { server, conversation, say, view } = openConversation({ threadId: THREAD });
      const completed = { threadId: THREAD, turnId: 'live', item: said('second', 'Second') };
      server.notify('item/completed', completed);
      say.words('Third', 'live');
      server.respond('thread/turns/list', () => ({ data: [running, stored('old')], nextCursor: null }));
      await conversation.load();
      expect(view.turns).toMatchObject([
        { id: 'old' },
        { id: 'live', startedAtMs: 1_000, items: [{ text: 'First' }, { text: 'Second' }, { text: 'Third' }] },
      ]);
      expect(view.status).toBe('working');
    });

    it('believes its end, when that is heard while it is read', async () => {
      const { server, conversation, say, view } = openConversation({ threadId: THREAD });
      const page = deferred<object>();
      say.started('live');
      server.respond('thread/turns/list', () => page.promise);
      const loading = conversation.load();
      await settled();
      say.completed('completed', 'live');
      page.resolve({ data: [running], nextCursor: null });
      await loading;
      expect(view).toMatchObject({ status: 'ready', turns: [{ status: 'completed', items: [{ text: 'First' }, {}] }] });
    });

    it('shows it as stopped where another window follows it', async () => {
      const { server, conversation, view } = openConversation({ threadId: THREAD });
      server.refuse('thread/resume', 'thread already has an active writer');
      server.respond('thread/turns/list', () => ({ data: [running], nextCursor: null }));
      await expect(conversation.load()).rejects.toThrow();
      expect(view).toMatchObject({ status: 'ready', turns: [{ status: 'stopped' }] });
    });
  });

  it('says why it could not be read, and reads it again on retry', async () => {
    const { server, conversation, view } = openConversation({ threadId: THREAD });
    server.refuse('thread/resume', 'thread already has an active writer');
    await conversation.load().catch((error: unknown) => conversation.reportLoadFailure(error));
    expect(view.outbox[0]).toMatchObject({ text: '', problem: { title: 'Another window has this conversation open' } });
    server.respond('thread/resume', () => ({
      thread: { id: THREAD, name: 'n', preview: '' },
      modelProvider: 'm',
      model: 'x',
    }));
    await conversation.retry();
    expect([view.outbox, view.loading, view.provider]).toEqual([[], false, 'm']);
  });
});

describe('what panels hear', () => {
  it('is every delta, numbered without gaps: what they hold is what the conversation holds', async () => {
    const { conversation, say, begin } = openConversation();
    const { view, seq } = conversation.snapshot();
    const mirror = structuredClone<ConversationView>(view);
    let last = seq;
    conversation.onDidChange((change) => {
      expect(change.seq).toBe(last + change.deltas.length);
      last = change.seq;
      for (const delta of structuredClone(change.deltas)) applyDelta(mirror, delta);
    });
    await begin();
    say.words('Some ');
    say.words('words');
    await conversation.send('queued');
    say.completed();
    await settled();
    expect(mirror).toEqual(conversation.view);
  });

  it('is a note beside the newest change of a file that the editor did not write', async () => {
    const { server, conversation, say, view, begin } = openConversation();
    await begin();
    const changes = [{ path: '/project/a.ts', kind: { type: 'add' }, diff: 'x' }];
    for (const id of ['one', 'two'])
      server.notify('item/started', {
        threadId: THREAD,
        turnId: TURN,
        itemId: id,
        item: { type: 'fileChange', id, status: 'inProgress', changes },
      });
    expect(conversation.noteFile('/project/a.ts', 'Not saved.')).toBeDefined();
    expect(conversation.noteFile('/project/a.ts', 'Not saved.')).toBeDefined();
    expect(conversation.noteFile('/project/other.ts', 'Not saved.')).toBeUndefined();
    say.completed();
    expect(view.turns[0]?.items.flatMap((item) => (item.type === 'files' ? [item.notes] : []))).toEqual([
      [],
      ['Not saved.'],
    ]);
  });
});
