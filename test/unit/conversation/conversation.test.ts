import { describe, expect, it } from 'vitest';
import { RpcError } from '../../../src/base/errors';
import { deferred, openConversation, TURN } from '../../support/conversations';
import { settled, THREAD } from '../../support/fakeClient';

describe('sending a message', () => {
  it('starts the thread with the mode, folder and environment, and then the turn', async () => {
    const { server, conversation } = openConversation({ mode: 'agent' }, { extraFolders: () => ['/other'] });
    await conversation.send('Hello');
    expect(server.sent.map(({ method }) => method)).toEqual(['thread/start', 'turn/start']);
    expect(server.paramsOf('thread/start')[0]).toEqual({
      cwd: '/project',
      approvalPolicy: 'on-request',
      sandbox: 'workspace-write',
      environments: [{ environmentId: 'editor', cwd: '/project' }],
    });
    expect(server.paramsOf('turn/start')[0]).toMatchObject({
      threadId: THREAD,
      input: [{ type: 'text', text: 'Hello' }],
      approvalPolicy: 'on-request',
      sandboxPolicy: { type: 'workspaceWrite', writableRoots: ['/other'] },
    });
  });

  it('shows it at once, and moves it into its turn when it has arrived', async () => {
    const { conversation, say, view, begin } = openConversation();
    const sent = conversation.send('Hello');
    expect([view.status, view.outbox.map(({ text }) => text)]).toEqual(['working', ['Hello']]);
    await sent;
    await begin();
    say.user('id-1');
    expect(view.outbox).toEqual([]);
    expect(view.turns[0]?.items.map(({ type }) => type)).toContain('you');
  });

  it('names the conversation after the first line of the first message', async () => {
    const { conversation, view, begin, say } = openConversation();
    await begin('  Fix the test\nplease');
    say.completed();
    await conversation.send('And then?');
    expect(view.title).toBe('Fix the test');
    const long = openConversation();
    await long.conversation.send('x'.repeat(200));
    expect([long.view.title.length, long.view.title.endsWith('…')]).toEqual([60, true]);
  });

  it('uses model, effort and mode of the moment for each turn', async () => {
    const { server, conversation, say, begin } = openConversation();
    await begin();
    say.completed();
    conversation.configure({ mode: 'plan', model: 'gpt-x', effort: 'high' });
    await conversation.send('Next');
    expect(server.paramsOf('turn/start')[1]).toMatchObject({
      model: 'gpt-x',
      effort: 'high',
      approvalPolicy: 'never',
      sandboxPolicy: { type: 'readOnly' },
    });
    expect(server.paramsOf('turn/start')[1]).not.toHaveProperty('environments');
  });

  it('selects no environment where there is none', async () => {
    const { server, conversation } = openConversation({}, { environmentId: () => null });
    await conversation.send('Hello');
    expect(server.paramsOf('thread/start')[0]).not.toHaveProperty('environments');
  });

  it('keeps a refused message, says why, and sends it again on retry', async () => {
    const { server, conversation, view } = openConversation();
    server.refuse('turn/start', 'model not found');
    await conversation.send('Hello');
    expect([view.status, view.outbox[0]?.text, view.outbox[0]?.problem?.title]).toEqual([
      'failed',
      'Hello',
      'Not sent',
    ]);
    server.respond('turn/start', () => ({ turn: { id: TURN } }));
    await conversation.retry();
    expect(server.paramsOf('turn/start')[1]?.input).toEqual([{ type: 'text', text: 'Hello', text_elements: [] }]);
    expect([view.status, view.outbox.map(({ problem }) => problem)]).toEqual(['working', [null]]);
  });

  it('forgets a refused message when the person removes it', async () => {
    const { server, conversation, view } = openConversation();
    server.refuse('thread/start', 'no');
    await conversation.send('Hello');
    conversation.removeFromOutbox(view.outbox[0]?.id ?? '');
    expect(view.outbox).toEqual([]);
  });

  it('sends the words of a failed turn again on retry, without its problem', async () => {
    const { server, conversation, say, view, begin } = openConversation();
    await begin();
    say.completed('failed');
    expect(view.turns[0]?.problem).not.toBeNull();
    await conversation.retry();
    expect(server.paramsOf('turn/start')[1]?.input).toMatchObject([{ text: 'words of id-1' }]);
    expect([view.status, view.turns[0]?.problem]).toEqual(['working', null]);
  });

  it('starts one thread for two messages that are sent at once', async () => {
    const { server, conversation } = openConversation();
    await Promise.all([conversation.send('one'), conversation.send('two')]);
    expect(server.paramsOf('thread/start')).toHaveLength(1);
  });
});

describe('the queue', () => {
  it('holds what is sent while a turn runs, and sends it one by one when the turns are done', async () => {
    const { server, conversation, say, view, begin } = openConversation();
    await begin();
    await conversation.send('second');
    await conversation.send('third');
    expect(view.queue.map(({ text }) => text)).toEqual(['second', 'third']);
    say.completed();
    await settled();
    say.started('turn-2');
    expect(view.queue.map(({ text }) => text)).toEqual(['third']);
    say.completed('completed', 'turn-2');
    await settled();
    const texts = server.paramsOf('turn/start').map(({ input }) => input[0]?.type === 'text' && input[0].text);
    expect(texts).toEqual(['Hello', 'second', 'third']);
    expect(view.queue).toEqual([]);
  });

  it.each(['interrupted', 'failed'])('stays when the turn was %s', async (status) => {
    const { server, conversation, say, view, begin } = openConversation();
    await begin();
    await conversation.send('second');
    say.completed(status);
    await settled();
    expect([view.queue.length, server.paramsOf('turn/start').length]).toEqual([1, 1]);
  });

  it('gives a message back to be edited', async () => {
    const { conversation, view, begin } = openConversation();
    await begin();
    await conversation.send('second');
    expect(conversation.takeFromQueue(view.queue[0]?.id ?? '')?.text).toBe('second');
    expect([view.queue, conversation.takeFromQueue('gone')]).toEqual([[], undefined]);
  });

  it('steers the running turn with "Send now"', async () => {
    const { server, conversation, say, view, begin } = openConversation();
    await begin();
    await conversation.send('second');
    const id = view.queue[0]?.id ?? '';
    await conversation.sendQueuedNow(id);
    expect(server.paramsOf('turn/steer')).toEqual([
      {
        threadId: THREAD,
        expectedTurnId: TURN,
        clientUserMessageId: id,
        input: [{ type: 'text', text: 'second', text_elements: [] }],
      },
    ]);
    expect([view.queue, view.outbox.map(({ text }) => text)]).toEqual([[], ['second']]);
    say.user(id);
    expect(view.outbox).toEqual([]);
  });

  it('keeps its place at the head when the turn takes no input', async () => {
    const { server, conversation, view, begin } = openConversation();
    await begin();
    await conversation.send('second');
    await conversation.send('third');
    server.refuse('turn/steer', 'cannot steer a review turn');
    await conversation.sendQueuedNow(view.queue[1]?.id ?? '');
    expect([view.queue.map(({ text }) => text), view.outbox]).toEqual([['third', 'second'], []]);
  });

  it('sends a message as its own turn when the one it was for has just ended', async () => {
    const { server, conversation, say, view, begin } = openConversation();
    await begin();
    await conversation.send('second');
    const steer = deferred<object>();
    server.respond('turn/steer', () => steer.promise);
    const sending = conversation.sendQueuedNow(view.queue[0]?.id ?? '');
    await settled();
    say.completed();
    steer.reject(new RpcError('turn/steer', -32600, 'no active turn to steer'));
    await sending;
    expect(server.paramsOf('turn/start').map(({ input }) => input[0])).toMatchObject([
      { text: 'Hello' },
      { text: 'second' },
    ]);
    expect(view.queue).toEqual([]);
  });

  it('does not start Codex again by itself when it ended during a "Send now"', async () => {
    const { server, conversation, view, begin } = openConversation();
    await begin();
    await conversation.send('second');
    server.respond('turn/steer', () => new Promise(() => undefined));
    const sending = conversation.sendQueuedNow(view.queue[0]?.id ?? '');
    await settled();
    server.crash();
    await sending;
    expect([view.status, view.queue.map(({ text }) => text), view.outbox]).toEqual(['failed', ['second'], []]);
    expect(server.paramsOf('thread/resume')).toEqual([]);
  });
});

describe('stopping', () => {
  it('interrupts the turn and ends the commands it leaves behind', async () => {
    const { server, conversation, say, view, begin } = openConversation();
    await begin();
    await conversation.stop();
    expect(server.sent.slice(-2)).toEqual([
      { method: 'turn/interrupt', params: { threadId: THREAD, turnId: TURN } },
      { method: 'thread/backgroundTerminals/clean', params: { threadId: THREAD } },
    ]);
    expect(view.status).toBe('stopping');
    say.completed('interrupted');
    expect(view.status).toBe('stopped');
  });

  it('waits for the id of the turn when it is not known yet', async () => {
    const { server, conversation, view } = openConversation();
    const started = deferred<object>();
    server.respond('turn/start', () => started.promise);
    const sending = conversation.send('Hello');
    await settled();
    await conversation.stop();
    expect([view.status, server.paramsOf('turn/interrupt')]).toEqual(['stopping', []]);
    started.resolve({ turn: { id: TURN } });
    await sending;
    expect(server.paramsOf('turn/interrupt')).toEqual([{ threadId: THREAD, turnId: TURN }]);
  });

  it('never names a turn that had ended before its start was answered', async () => {
    const { server, conversation, say, view } = openConversation();
    const started = deferred<object>();
    server.respond('turn/start', () => started.promise);
    const sending = conversation.send('Hello');
    await settled();
    say.started();
    say.completed();
    started.resolve({ turn: { id: TURN } });
    await sending;
    server.respond('turn/start', () => new Promise(() => undefined));
    void conversation.send('Next');
    await settled();
    await conversation.stop();
    expect([view.status, server.paramsOf('turn/interrupt')]).toEqual(['stopping', []]);
  });

  it('interrupts a review by the id it began under', async () => {
    const { server, conversation, say, begin } = openConversation();
    await begin();
    say.completed();
    say.started('inner', 'outer');
    await conversation.stop();
    expect(server.paramsOf('turn/interrupt').at(-1)?.turnId).toBe('inner');
  });

  it('is over when the message was refused meanwhile', async () => {
    const { server, conversation, view } = openConversation();
    const started = deferred<object>();
    server.respond('turn/start', () => started.promise);
    const sending = conversation.send('Hello');
    await settled();
    await conversation.stop();
    started.reject(new RpcError('turn/start', -32600, 'no'));
    await sending;
    expect([view.status, view.outbox.length]).toEqual(['stopped', 1]);
  });

  it('is over when the server says that nothing runs', async () => {
    const { server, conversation, say, view, begin } = openConversation();
    await begin();
    say.words('Half');
    server.refuse('turn/interrupt', 'no active turn to interrupt');
    await conversation.stop();
    expect([view.status, view.turns[0]?.status]).toEqual(['stopped', 'stopped']);
    expect(view.turns[0]?.items.some((item) => item.type === 'message' && item.streaming)).toBe(false);
  });

  it('does nothing when nothing runs', async () => {
    const { server, conversation } = openConversation();
    await conversation.stop();
    expect(server.sent).toEqual([]);
  });
});

describe('full access', () => {
  it('that the person does not give keeps the message, with a way to send it again', async () => {
    const { conversation, server } = openConversation(
      { mode: 'fullAccess' },
      { mayStartTurn: () => Promise.resolve(false) },
    );
    await conversation.send('rm -rf');
    expect(server.paramsOf('turn/start')).toEqual([]);
    expect(conversation.view.status).toBe('failed');
    expect(conversation.view.outbox).toMatchObject([
      { text: 'rm -rf', problem: { title: 'Not sent', actions: ['retry'] } },
    ]);
  });
});

describe('what a person expects of Stop and Retry', () => {
  it('a message written after Stop was pressed is sent when the turn has ended', async () => {
    const { conversation, begin, say, server, view } = openConversation();
    await begin();
    await conversation.send('queued before');
    await conversation.stop();
    await conversation.send('instead');
    say.completed('interrupted');
    await settled();
    expect(server.paramsOf('turn/start').at(-1)?.input).toMatchObject([{ text: 'instead' }]);
    expect(view.queue.map(({ text }) => text)).toEqual(['queued before']);
  });

  it('Stop can be pressed again when the server did not take it', async () => {
    const { conversation, begin, server, view } = openConversation();
    await begin();
    server.respond('turn/interrupt', () => Promise.reject(new Error('lost')));
    await expect(conversation.stop()).rejects.toThrow();
    expect(view.status).toBe('working');
  });

  it('a message that its turn never took can be sent again', async () => {
    const { conversation, say, view } = openConversation();
    await conversation.send('Hello');
    say.started();
    say.completed('interrupted');
    expect(view.outbox).toMatchObject([{ text: 'Hello', problem: { actions: ['retry'] } }]);
  });

  it('Retry beside an old failure sends nothing', async () => {
    const { conversation, begin, say, server } = openConversation();
    await begin('first');
    say.completed('failed');
    await begin('second');
    say.started('turn-2');
    say.completed('completed', 'turn-2');
    const sent = server.paramsOf('turn/start').length;
    await conversation.retry(TURN);
    await conversation.retry();
    expect(server.paramsOf('turn/start')).toHaveLength(sent);
  });

  it('a request that cannot be shown is refused, and the transcript says so', async () => {
    const { begin, server, view } = openConversation();
    await begin();
    const ids = { threadId: THREAD, turnId: TURN, itemId: 'i' };
    await expect(server.ask('item/tool/call', ids)).rejects.toMatchObject({
      code: -32601,
    });
    expect(view.turns[0]?.items.at(-1)).toMatchObject({ type: 'notice' });
  });
});

describe('what else a conversation does', () => {
  it('goes on with a turn whose stop the busy server refused', async () => {
    const { conversation, begin, server, view } = openConversation();
    await begin();
    server.respond('turn/interrupt', () => Promise.reject(new RpcError('turn/interrupt', -32001, 'busy')));
    await expect(conversation.stop()).rejects.toMatchObject({ reason: 'overloaded' });
    expect([view.status, view.turns[0]?.status]).toEqual(['working', 'working']);
  });

  it('shows an approval of a thread that runs nothing it knows of as waiting, and is ready after it', async () => {
    const { conversation, server, view } = openConversation({ threadId: THREAD });
    const ids = { threadId: THREAD, turnId: 'elsewhere', itemId: 'i' };
    const answer = server.ask('item/commandExecution/requestApproval', { ...ids, kind: 'command', command: 'ls' });
    await settled();
    expect(view.status).toBe('waiting');
    await conversation.approvals.decide(view.approvals[0]?.id ?? '', 'accept');
    expect(await answer).toEqual({ decision: 'accept' });
    expect(view.status).toBe('ready');
  });

  it('says what the editor refused to write, tells Codex, and does not ask whether to try without the sandbox', async () => {
    const { conversation, begin, server, view } = openConversation();
    await begin();
    const changes = [{ path: '/project/a.ts', kind: { type: 'add' }, diff: 'a\n' }];
    const item = { type: 'fileChange', id: 'f', changes, status: 'inProgress' };
    server.notify('item/started', { threadId: THREAD, turnId: TURN, item });
    expect(conversation.noteRefusal('/project/other.ts', 'Not written: no.')).toBe(false);
    expect(conversation.noteRefusal('/project/a.ts', 'Not written: you changed it.')).toBe(true);
    expect(view.turns[0]?.items.at(-1)).toMatchObject({ notes: ['Not written: you changed it.'] });
    await settled();
    const steered = JSON.stringify(server.paramsOf('turn/steer'));
    expect(steered).toContain('/project/a.ts. Not written: you changed it.');
    const reason = 'command failed; retry without sandbox?';
    const ids = { threadId: THREAD, turnId: TURN, itemId: 'f' };
    expect(await server.ask('item/fileChange/requestApproval', { ...ids, reason })).toEqual({ decision: 'decline' });
    expect(view.approvals).toEqual([]);
  });

  it('notes only beside the newest change of that file, and says when there is none', async () => {
    const { conversation, begin, server, view } = openConversation();
    await begin();
    const changes = [{ path: '/project/a.ts', kind: { type: 'add' }, diff: 'a\n' }];
    const item = { type: 'fileChange', id: 'f', changes, status: 'completed' };
    server.notify('item/completed', { threadId: THREAD, turnId: TURN, item });
    expect(conversation.noteFile('/project/b.ts', 'no')).toBeUndefined();
    expect(conversation.noteFile('/project/a.ts', 'not saved')).toBeDefined();
    expect(conversation.noteFile('/project/a.ts', 'not saved')).toBeDefined();
    expect(view.turns[0]?.items.at(-1)).toMatchObject({ notes: ['not saved'] });
  });

  it('does nothing for a stop, a retry or a queued message that is not there', async () => {
    const { conversation, server } = openConversation();
    await conversation.stop();
    await conversation.retry();
    await conversation.sendQueuedNow('none');
    expect(server.sent).toEqual([]);
  });
});
