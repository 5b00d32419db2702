import { beforeEach, describe, expect, it } from 'vitest';
import { RpcError, SwitchyardError } from '../../../src/base/errors';
import { AppServerClient } from '../../../src/router/appServerClient';
import type { TurnHandle } from '../../../src/router/turnHandle';
import type { InitializeResponse } from '../../../src/protocol/generated/types/InitializeResponse';
import { LineLogger, settle } from '../../support/fakeAppServer';
import { ManualServer, ManualTimer } from '../../support/manualServer';

const lost = new SwitchyardError('connectionLost', 'codex ended');
let server: ManualServer;
let clock: ManualTimer;
let client: AppServerClient;
let logger: LineLogger;
let heard: unknown[];

beforeEach(() => {
  server = new ManualServer();
  clock = new ManualTimer();
  logger = new LineLogger();
  client = new AppServerClient(server, logger, clock.timer);
  heard = [];
  client.router.onThread('t', ({ method, turnId }) => method === 'turn/completed' && heard.push(turnId));
});

const started = (id: string, rootTurnId: string | null = id): void =>
  server.notify('turn/started', { threadId: 't', turn: { id, rootTurnId, status: 'inProgress' } });
const completed = (id: string): void =>
  server.notify('turn/completed', { threadId: 't', turn: { id, status: 'completed', error: null } });
const status = (type: string): void =>
  server.notify('thread/status/changed', { threadId: 't', status: { type, activeFlags: [] } });
const lists = () => server.sent.filter(({ method }) => method === 'thread/turns/list');
const ready = (generation: number): void =>
  server.become({ kind: 'ready', generation, info: {} as InitializeResponse });

async function answerList(...turns: { id: string; status: string; error?: { message: string } }[]): Promise<void> {
  server.last('thread/turns/list').resolve({ data: turns, nextCursor: null });
  await settle(1);
}

async function startTurn(id: string): Promise<TurnHandle> {
  const starting = client.startTurn({ threadId: 't', input: [] });
  await settle(1);
  server.last('turn/start').resolve({ turn: { id } });
  return starting;
}

describe('a turn whose end does not come', () => {
  it('T23: ends as the server says when its thread has been idle for a while', async () => {
    const failing = expect((await startTurn('u')).run()).rejects.toMatchObject({
      reason: 'turnFailed',
      message: 'boom',
    });
    started('u');
    status('idle');
    expect([clock.waits, lists()]).toEqual([[2_000], []]);
    clock.elapse();
    expect(lists().map(({ params }) => params)).toEqual([{ threadId: 't', limit: 20, itemsView: 'notLoaded' }]);
    await answerList({ id: 'u', status: 'failed', error: { message: 'boom' } }, { id: 'older', status: 'completed' });
    await failing;
    expect(heard).toEqual(['u']);
  });

  it.each(['systemError', 'notLoaded'])('T23: the same when its thread becomes %s', async (type) => {
    started('u');
    status(type);
    clock.elapse();
    await answerList({ id: 'u', status: 'interrupted' });
    expect(heard).toEqual(['u']);
  });

  it('T23: is asked for also when nobody here started it', async () => {
    started('foreign', null);
    status('idle');
    clock.elapse();
    await answerList({ id: 'foreign', status: 'completed' });
    expect(heard).toEqual(['foreign']);
  });

  it('T23: is known by its root, as a review is', async () => {
    started('x', 'root');
    status('idle');
    clock.elapse();
    await answerList({ id: 'root', status: 'completed' });
    expect(heard).toEqual(['root']);
    status('idle');
    expect(clock.waits).toEqual([]);
  });

  it('T23: that goes on for the server goes on here, until the thread is idle again', async () => {
    const running = (await startTurn('u')).run();
    started('u');
    status('idle');
    clock.elapse();
    await answerList({ id: 'u', status: 'inProgress' });
    expect(heard).toEqual([]);
    status('idle');
    clock.elapse();
    await answerList({ id: 'u', status: 'completed' });
    expect(await running).toMatchObject({ items: [] });
  });

  it('T23: of which the server does not tell goes on, and that is logged', async () => {
    started('u');
    status('idle');
    clock.elapse();
    server.last('thread/turns/list').reject(new RpcError('thread/turns/list', -32601, 'not supported yet'));
    await settle(1);
    expect(heard).toEqual([]);
    expect(logger.lines).toEqual([
      'warn: How a turn ended is not known: thread/turns/list: not supported yet (-32601)',
    ]);
  });
});

describe('nothing is asked', () => {
  it('T23: when the end comes before the while is over', () => {
    started('u');
    status('idle');
    completed('u');
    clock.elapse();
    expect([lists(), heard]).toEqual([[], ['u']]);
  });

  it('T23: when the end came first, as a review’s does under its root', () => {
    started('x', 'root');
    completed('root');
    status('idle');
    expect(clock.waits).toEqual([]);
  });

  it('T23: when the thread is active again before that, or after the client was disposed', () => {
    started('u');
    status('idle');
    status('active');
    expect(clock.waits).toEqual([]);
    status('idle');
    client.dispose();
    expect(clock.waits).toEqual([]);
    status('idle');
    expect(clock.waits).toEqual([]);
  });

  it('T23: twice for one thread, however often it says that it is idle', () => {
    started('u');
    status('idle');
    status('idle');
    expect(clock.waits).toEqual([2_000]);
  });

  it('T23: of a thread without a running turn, nor by a client without a timer', () => {
    status('idle');
    expect(clock.waits).toEqual([]);
    const other = new ManualServer();
    new AppServerClient(other, logger);
    other.notify('turn/started', { threadId: 't', turn: { id: 'u', rootTurnId: 'u' } });
    other.notify('thread/status/changed', { threadId: 't', status: { type: 'idle' } });
    expect(other.sent).toEqual([]);
  });
});

describe('a restart', () => {
  it('T23: tells the thread how the turns ended that ran when the server went away', async () => {
    const running = (await startTurn('u')).run();
    started('u');
    status('idle');
    server.become({ kind: 'waiting', attempt: 1, retryInMs: 250, error: lost });
    await expect(running).rejects.toBe(lost);
    expect([clock.waits, lists()]).toEqual([[], []]);
    ready(2);
    await answerList({ id: 'u', status: 'interrupted' });
    expect(heard).toEqual(['u']);
    ready(3);
    expect(lists()).toHaveLength(1);
  });

  it('T23: forgets nothing over a second loss, and asks for each thread once', async () => {
    started('u');
    server.become({ kind: 'waiting', attempt: 1, retryInMs: 250, error: lost });
    server.become({ kind: 'failed', error: lost });
    ready(2);
    await answerList({ id: 'u', status: 'completed' });
    expect([lists().length, heard]).toEqual([1, ['u']]);
  });
});

describe('a turn/start that became part of the running turn', () => {
  it('T22: under the id of that turn ends with it, also for the second handle', async () => {
    const first = await startTurn('u');
    started('u');
    const second = await startTurn('u');
    const running = [first.run(), second.run()];
    completed('u');
    completed('u');
    expect(await Promise.all(running)).toHaveLength(2);
    expect(heard).toEqual(['u', 'u']);
  });

  it('T22: under an id that never gets an event ends with the turn that took it', async () => {
    started('u');
    const running = (await startTurn('never')).run();
    completed('u');
    status('idle');
    clock.elapse();
    await answerList({ id: 'u', status: 'completed' });
    expect(await running).toMatchObject({ items: [] });
    expect(heard).toEqual(['u']);
    status('idle');
    expect(clock.waits).toEqual([]);
  });

  it('T22: is left alone while its own turn, or the other one, runs', async () => {
    started('u');
    await startTurn('own');
    status('idle');
    clock.elapse();
    await answerList({ id: 'own', status: 'inProgress' }, { id: 'u', status: 'completed' });
    expect(heard).toEqual(['u']);
    status('idle');
    clock.elapse();
    await answerList({ id: 'own', status: 'completed' }, { id: 'u', status: 'completed' });
    expect(heard).toEqual(['u', 'own']);
  });

  it('T22: is left alone when no other turn ran beside it', async () => {
    await startTurn('new');
    status('idle');
    clock.elapse();
    await answerList({ id: 'older', status: 'completed' });
    expect(heard).toEqual([]);
  });
});

describe('duplicates', () => {
  it('T22: a second turn/completed changes no result', async () => {
    const running = (await startTurn('u')).run();
    completed('u');
    server.notify('turn/completed', {
      threadId: 't',
      turn: { id: 'u', status: 'failed', error: { message: 'too late' } },
    });
    expect(await running).toMatchObject({ items: [] });
  });
});
