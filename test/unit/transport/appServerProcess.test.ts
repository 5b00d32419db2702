import { afterEach, describe, expect, it } from 'vitest';
import { fakeLaunch, type FakeStep } from '../../support/fakeAppServer';
import {
  answer,
  becomes,
  disposeSupervised,
  heard,
  isGone,
  pidOf,
  saidPid,
  sayPid,
  supervise,
} from '../../support/supervised';

afterEach(disposeSupervised);

describe('starting', () => {
  it('T9: shakes hands once, however many ask at the same time', async () => {
    const { server, starts, kinds } = supervise([
      { on: { initialized: [{ send: [{ method: 'seen/initialized' }] }], 'thread/list': answer('list') } },
    ]);
    const seen = heard(server, 'seen/initialized');
    const results = await Promise.all([
      server.request('thread/list', {}),
      server.start(),
      server.request('thread/list', {}),
    ]);
    await seen;
    expect(results).toEqual(['list', undefined, 'list']);
    expect(starts()).toBe(1);
    expect(kinds()).toEqual(['starting', 'ready']);
    expect(server.state).toMatchObject({ kind: 'ready', generation: 1 });
  });

  it('runs what prepares it before the first request of anybody else', async () => {
    const { server } = supervise(
      [
        {
          on: {
            'environment/add': [{ send: [{ method: 'seen/add' }, { id: '$id', result: {} }] }],
            'thread/list': [{ send: [{ method: 'seen/list' }, { id: '$id', result: {} }] }],
          },
        },
      ],
      {
        prepare: async (request) => {
          await request('environment/add', {
            environmentId: 'e',
            execServerUrl: 'ws://127.0.0.1:1',
            authBearerToken: null,
          });
        },
      },
    );
    const order: string[] = [];
    server.onNotification(({ method }) => order.push(method));
    await server.request('thread/list', {});
    expect(order).toEqual(['seen/add', 'seen/list']);
  });

  it('goes on when preparing fails', async () => {
    const { server, logger } = supervise([{}], { prepare: () => Promise.reject(new Error('no environment')) });
    await server.start();
    expect(server.state.kind).toBe('ready');
    expect(logger.lines).toContain('warn: Preparing codex failed: no environment');
  });

  it('T10: that ends at once fails with the last lines of stderr', async () => {
    const { server } = supervise([
      { start: [{ stderr: `${'noise\n'.repeat(50)}\u001b[31mError\u001b[0m: config.toml: bad key\n` }, { exit: 3 }] },
    ]);
    await expect(server.start()).rejects.toMatchObject({
      reason: 'startFailed',
      message: expect.stringMatching(
        /^codex ended: exit code 3\.\n(noise\n){39}Error: config\.toml: bad key$/,
      ) as string,
    });
    expect(server.state).toMatchObject({ kind: 'failed', error: { reason: 'startFailed' } });
  });

  it('that ends without a word says with which code', async () => {
    const { server } = supervise([{ on: { initialize: [{ exit: 7 }] } }]);
    await expect(server.start()).rejects.toMatchObject({ reason: 'startFailed', message: 'codex ended: exit code 7.' });
  });

  it('fails when the program does not exist, and tries it anew on the next request', async () => {
    let command = '/nowhere/codex';
    const { server } = supervise([], {
      resolve: () =>
        Promise.resolve(
          command === '' ? fakeLaunch({ on: { 'thread/list': answer('list') } }) : { command, args: [], env: {} },
        ),
    });
    await expect(server.request('thread/list', {})).rejects.toMatchObject({
      reason: 'startFailed',
      message: expect.stringContaining('ENOENT') as string,
    });
    command = '';
    expect(await server.request('thread/list', {})).toBe('list');
  });

  it('fails with what finding the program failed with', async () => {
    const failure = new Error('disk on fire');
    const { server, kinds } = supervise([], { resolve: () => Promise.reject(failure) });
    await expect(server.start()).rejects.toMatchObject({
      reason: 'startFailed',
      message: 'disk on fire',
      cause: failure,
    });
    expect(kinds()).toEqual(['starting', 'failed']);
  });

  it('T9: ends the process when the handshake is refused', async () => {
    const { server, logger } = supervise([
      {
        start: [sayPid],
        staysAlive: true,
        on: { initialize: [{ send: [{ id: '$id', error: { code: -32600, message: 'too new' } }] }] },
      },
    ]);
    await expect(server.start()).rejects.toMatchObject({
      reason: 'rpc',
      message: expect.stringContaining('too new') as string,
    });
    await isGone(await saidPid(logger));
  });

  it('ends the process when it closes its output before the handshake', async () => {
    const { server, logger } = supervise([{ start: [sayPid, { closeStdout: true }], staysAlive: true }]);
    await expect(server.start()).rejects.toMatchObject({ reason: 'startFailed' });
    await isGone(await saidPid(logger));
  });

  it('T2: gets over lines that are not messages', async () => {
    const { server } = supervise([
      {
        start: [{ raw: 'Welcome to codex!\n{"broken":\n' }],
        on: { 'thread/list': [{ raw: 'noise\n' }, ...answer('list')] },
      },
    ]);
    expect(await server.request('thread/list', {})).toBe('list');
  });
});

describe('messages', () => {
  it('T31: notifications are delivered in wire order, before a response of the same chunk', async () => {
    const { server, logger } = supervise([
      {
        on: {
          'turn/start': [
            { send: [{ method: 'a' }, { id: '$id', result: {} }, { method: 'b' }, { method: 'turn/completed' }] },
          ],
        },
      },
    ]);
    const order: string[] = [];
    server.onNotification(() => {
      throw new Error('broken listener');
    });
    server.onNotification(({ method }) => order.push(method));
    await server.request('turn/start', { threadId: 't', input: [] });
    order.push('response');
    expect(order).toEqual(['a', 'b', 'turn/completed', 'response']);
    expect(logger.lines).toContain('error: broken listener');
  });

  it('T29: requests of the server are answered by the handler, or with an error when there is none', async () => {
    const { server } = supervise([
      {
        on: {
          'thread/list': [
            {
              send: [
                { id: 5, method: 'attestation/generate', params: {} },
                { id: '$id', result: 'list' },
              ],
            },
          ],
          answer: [{ send: [{ method: 'seen/answer', params: '$message' }] }],
        },
      },
    ]);
    const first = heard(server, 'seen/answer');
    await server.request('thread/list', {});
    expect(await first).toMatchObject({ id: 5, error: { code: -32603 } });
    server.setRequestHandler(({ id, method }) => Promise.resolve({ id, method }));
    const second = heard(server, 'seen/answer');
    await server.request('thread/list', {});
    expect(await second).toEqual({ id: 5, result: { id: 5, method: 'attestation/generate' } });
  });

  it('T1: a flood of notifications around a long line comes through whole', async () => {
    const line = 'x'.repeat(3_000_000);
    const { server } = supervise([
      { on: { 'thread/list': [{ flood: 20_000 }, { longAnswer: line.length }, { flood: 1 }] } },
    ]);
    const numbers: unknown[] = [];
    const end = new Promise<void>((resolve) => {
      server.onNotification(({ params }) => {
        numbers.push(params);
        if (numbers.length === 20_001) resolve();
      });
    });
    expect(await server.request('thread/list', {})).toBe(line);
    await end;
    expect(numbers).toEqual([...Array(20_000).keys(), 0]);
  });
});

describe('the end of the process', () => {
  it.each<[string, FakeStep]>([
    ['is killed', { signal: 'SIGKILL' }],
    ['exits', { exit: 1 }],
    ['closes its output but goes on running', { closeStdout: true }],
    ['writes a hundred lines of nonsense', { raw: 'nonsense\n'.repeat(100) }],
    ['is killed half way through a line', { raw: '{"id":1,"resu' }],
  ])('T8: leaves nothing pending when it %s, and it is started again', async (_what, step) => {
    const steps = [step, ...(step.raw?.startsWith('{') ? [{ signal: 'SIGKILL' as const }] : [])];
    const { server, starts } = supervise([{ on: { 'turn/start': steps } }, { on: { 'turn/start': answer('second') } }]);
    await server.start();
    const pid = await pidOf(server);
    const requests = [
      server.request('thread/list', {}, { deadlineMs: null }),
      server.request('turn/start', { threadId: 't', input: [] }, { deadlineMs: null }),
    ];
    const waiting = becomes(server, 'waiting');
    for (const { reason } of (await Promise.allSettled(requests)) as PromiseRejectedResult[])
      expect(reason).toMatchObject({ reason: 'connectionLost' });
    expect(await waiting).toMatchObject({ attempt: 1, retryInMs: 250 });
    await isGone(pid);
    expect(await server.request('turn/start', { threadId: 't', input: [] })).toBe('second');
    expect(starts()).toBe(2);
    expect(server.state).toMatchObject({ generation: 2 });
  });

  it('T8: is noticed although something it started keeps its pipes open', async () => {
    const { server } = supervise([{ on: { 'turn/start': [{ leaveHolder: true }, { signal: 'SIGKILL' }] } }]);
    const holder = heard(server, 'holder');
    await server.start();
    const waiting = becomes(server, 'waiting');
    await expect(
      server.request('turn/start', { threadId: 't', input: [] }, { deadlineMs: null }),
    ).rejects.toMatchObject({ reason: 'connectionLost' });
    expect(await waiting).toMatchObject({ error: { message: expect.stringContaining('signal SIGKILL') as string } });
    process.kill((await holder) as number, 'SIGKILL');
  });

  it('T10: is told with the last lines of stderr', async () => {
    const { server } = supervise([{ on: { 'turn/start': [{ stderr: 'panicked at main.rs\n' }, { exit: 101 }] } }]);
    await server.start();
    const waiting = becomes(server, 'waiting');
    await expect(server.request('turn/start', { threadId: 't', input: [] })).rejects.toThrow();
    expect((await waiting).error.message).toBe('codex ended: exit code 101.\npanicked at main.rs');
  });
});
