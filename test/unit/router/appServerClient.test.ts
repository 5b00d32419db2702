import { beforeEach, describe, expect, it } from 'vitest';
import { SwitchyardError } from '../../../src/base/errors';
import { nullLogger } from '../../../src/base/logger';
import { SERVER_REQUEST_ROUTES } from '../../../src/protocol/generated/routing';
import type { InitializeResponse } from '../../../src/protocol/generated/types/InitializeResponse';
import type { TurnStartParams } from '../../../src/protocol/generated/types/v2/TurnStartParams';
import { AppServerClient, type RoutedRequest } from '../../../src/router/appServerClient';
import type { ServerState } from '../../../src/transport/appServer';
import { ManualServer } from '../../support/manualServer';

const lost = new SwitchyardError('startFailed', 'codex ended: signal SIGKILL.');
const input: TurnStartParams = { threadId: 't', input: [] };
const info = {} as InitializeResponse;
let server: ManualServer;
let client: AppServerClient;

beforeEach(() => {
  server = new ManualServer();
  client = new AppServerClient(server, nullLogger);
});

function complete(turnId: string, threadId = 't'): void {
  server.notify('turn/completed', { threadId, turn: { id: turnId, status: 'completed', error: null } });
}

function say(turnId: string, text: string, threadId = 't'): void {
  server.notify('item/completed', {
    threadId,
    turnId,
    item: { type: 'agentMessage', id: text, text, phase: null },
  });
}

describe('a turn', () => {
  it('T17: has everything that came before the response to turn/start, also its end', async () => {
    const starting = client.startTurn(input);
    say('u', 'early');
    complete('u');
    server.sent[0]!.resolve({ turn: { id: 'u' } });
    const turn = await starting;
    expect([turn.threadId, turn.id]).toEqual(['t', 'u']);
    expect((await turn.run()).finalAnswer).toBe('early');
  });

  it('T16: two turns that run at once get their own events', async () => {
    const starting = [client.startTurn(input), client.startTurn({ threadId: 't2', input: [] })];
    say('a', 'of a');
    server.sent[1]!.resolve({ turn: { id: 'b' } });
    say('b', 'of b', 't2');
    server.sent[0]!.resolve({ turn: { id: 'a' } });
    complete('b', 't2');
    const running = (await Promise.all(starting)).map((turn) => turn.run());
    complete('a');
    expect((await Promise.all(running)).map(({ finalAnswer }) => finalAnswer)).toEqual(['of a', 'of b']);
  });

  it('passes the params and the signal on', () => {
    const { signal } = new AbortController();
    void client.startTurn(input, signal);
    expect(server.sent[0]).toMatchObject({
      method: 'turn/start',
      params: input,
      options: { signal, cancelOnlyUnsent: true },
    });
  });

  it('T17: rejects with what turn/start was refused with', async () => {
    const starting = client.startTurn(input);
    server.sent[0]!.reject(lost);
    await expect(starting).rejects.toBe(lost);
  });

  it.each<ServerState>([
    { kind: 'waiting', attempt: 1, retryInMs: 250, error: lost },
    { kind: 'failed', error: lost },
  ])('T8: fails with what ended the server when it is $kind', async (state) => {
    const starting = client.startTurn(input);
    server.sent[0]!.resolve({ turn: { id: 'u' } });
    const running = (await starting).run();
    server.become(state);
    await expect(running).rejects.toBe(lost);
  });

  it('T8: fails when the server is stopped, and when the client is disposed', async () => {
    const start = async () => {
      const starting = client.startTurn(input);
      server.sent.at(-1)!.resolve({ turn: { id: `u${server.sent.length}` } });
      return (await starting).run();
    };
    const stopped = start();
    await Promise.resolve();
    server.become({ kind: 'stopped' });
    await expect(stopped).rejects.toMatchObject({ reason: 'connectionLost' });
    const disposed = start();
    client.dispose();
    await expect(disposed).rejects.toMatchObject({ reason: 'connectionLost' });
  });

  it('T11: fails when the client is closed, which ends the server too', async () => {
    const starting = client.startTurn(input);
    server.sent[0]!.resolve({ turn: { id: 'u' } });
    const running = (await starting).run();
    await Promise.all([client.close(), expect(running).rejects.toMatchObject({ reason: 'connectionLost' })]);
    expect(server.stops).toBe(1);
  });

  it('T8: whose response arrives after the client was disposed does not hang', async () => {
    const starting = client.startTurn(input);
    client.dispose();
    server.sent[0]!.resolve({ turn: { id: 'u' } });
    await expect((await starting).run()).rejects.toMatchObject({ reason: 'connectionLost' });
  });

  it('goes on while the server says that it is starting or ready', async () => {
    const starting = client.startTurn(input);
    server.become({ kind: 'starting', attempt: 0 });
    server.become({ kind: 'ready', generation: 1, info });
    server.sent[0]!.resolve({ turn: { id: 'u' } });
    const running = (await starting).run();
    say('u', 'alive');
    complete('u');
    expect((await running).finalAnswer).toBe('alive');
  });
});

describe('notifications', () => {
  it('T31: reach the listeners at once, in order, until the client is disposed', () => {
    const heard: string[] = [];
    client.onNotification(({ method }) => heard.push(method));
    server.notify('account/updated', {});
    server.notify('future/x', undefined);
    expect(heard).toEqual(['account/updated', 'future/x']);
    client.dispose();
    server.notify('account/updated', {});
    expect(heard).toHaveLength(2);
  });
});

describe('requests of the server', () => {
  const approval = {
    id: 0,
    method: 'item/fileChange/requestApproval',
    params: { threadId: 't', turnId: 'u', itemId: 'i' },
  };

  it('T29: reach the listener with their id and the thread, turn and item they name', async () => {
    const heard: RoutedRequest[] = [];
    client.onRequest((request) => {
      heard.push(request);
      return Promise.resolve({ decision: 'accept' });
    });
    expect(await server.handler(approval)).toEqual({ decision: 'accept' });
    expect(heard).toEqual([{ ...approval, threadId: 't', turnId: 'u', itemId: 'i' }]);
  });

  it.each(Object.keys(SERVER_REQUEST_ROUTES))('T29: %s is one that reaches the listener', async (method) => {
    client.onRequest((request) => Promise.resolve(request.method));
    expect(await server.handler({ id: 1, method, params: {} })).toBe(method);
  });

  it.each(['future/request', 'toString', ''])('T29: an unknown one (%j) is answered with -32601', async (method) => {
    client.onRequest(() => Promise.resolve('never'));
    await expect(server.handler({ id: 1, method, params: {} })).rejects.toMatchObject({ code: -32601 });
  });

  it('T29: are answered with -32601 while nobody listens', async () => {
    const first = client.onRequest(() => Promise.resolve('first'));
    first.dispose();
    await expect(server.handler(approval)).rejects.toMatchObject({ code: -32601 });
  });

  it('T29: go to the latest listener, also when the one before leaves late', async () => {
    const first = client.onRequest(() => Promise.resolve('first'));
    client.onRequest(() => Promise.resolve('second'));
    first.dispose();
    expect(await server.handler(approval)).toBe('second');
  });

  it('T29: are refused with what the listener throws', async () => {
    client.onRequest(() => Promise.reject(new Error('no panel')));
    await expect(server.handler(approval)).rejects.toThrow('no panel');
  });
});

describe('the rest', () => {
  it('starts and tells the state of the server', async () => {
    await client.start();
    expect(server.starts).toBe(1);
    const states: string[] = [];
    client.onStateChange(({ kind }) => states.push(kind));
    server.become({ kind: 'starting', attempt: 0 });
    expect([client.state.kind, states]).toEqual(['starting', ['starting']]);
  });

  it('starts and resumes threads', async () => {
    const started = client.startThread({ cwd: '/p' });
    const resumed = client.resumeThread({ threadId: 't' });
    expect(server.sent.map(({ method, params }) => [method, params])).toEqual([
      ['thread/start', { cwd: '/p' }],
      ['thread/resume', { threadId: 't' }],
    ]);
    for (const sent of server.sent) sent.resolve(sent.method);
    expect(await Promise.all([started, resumed])).toEqual(['thread/start', 'thread/resume']);
  });
});
