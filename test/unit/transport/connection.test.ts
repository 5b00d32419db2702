import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RpcError } from '../../../src/base/errors';
import type { Connection } from '../../../src/transport/connection';
import { connectTo, FakeAppServer, LineLogger, outcomeOf, settle, type WireMessage } from '../../support/fakeAppServer';

let server: FakeAppServer;
let logger: LineLogger;
let connection: Connection;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  server = new FakeAppServer();
  logger = new LineLogger();
  connection = connectTo(server, { logger });
});

afterEach(() => {
  connection.close('the test is over');
  vi.useRealTimers();
});

function answerEverything(result: (message: WireMessage) => unknown): void {
  server.onMessage = (message) => {
    if (message.method !== undefined && message.id !== undefined)
      server.send({ id: message.id, result: result(message) });
  };
}

describe('a request', () => {
  it('T4: gets the answer with its own id, in whatever order the answers come', async () => {
    const first = connection.request('thread/read', { threadId: 'a' });
    const second = connection.request('thread/read', { threadId: 'b' });
    await settle();
    const [one, two] = server.requests('thread/read');
    server.send({ id: two!.id!, result: 'B' }, { id: one!.id!, result: 'A' });
    expect(await Promise.all([first, second])).toEqual(['A', 'B']);
  });

  it('T3: leaves the params out when there are none', async () => {
    outcomeOf(connection.request('account/logout', undefined));
    outcomeOf(connection.request('thread/list', { limit: 1 }));
    await settle();
    expect(server.received.map(({ method, params }) => [method, params])).toEqual([
      ['account/logout', undefined],
      ['thread/list', { limit: 1 }],
    ]);
    expect(server.received[0]).not.toHaveProperty('jsonrpc');
  });

  it.each([[null], [0], [''], [false], [{ a: 1 }]])('T5: resolves with %j', async (result) => {
    answerEverything(() => result);
    expect(await connection.request('thread/list', {})).toEqual(result);
  });

  it('T5: rejects with code, message and data of an error answer', async () => {
    const outcome = outcomeOf(connection.request('turn/start', {}));
    await settle();
    server.send({ id: server.received[0]!.id!, error: { code: -32602, message: 'too large', data: { max_chars: 1 } } });
    await settle();
    expect(outcome.error).toBeInstanceOf(RpcError);
    expect(outcome.error).toMatchObject({
      reason: 'rpc',
      method: 'turn/start',
      code: -32602,
      rpcMessage: 'too large',
      data: { max_chars: 1 },
    });
  });

  it.each<[string, WireMessage]>([
    ['an error that is only text', { error: 'boom' }],
    ['an empty error object', { error: {} }],
    ['neither a result nor an error', {}],
  ])('T5: rejects, and does not ask again, when the answer has %s', async (_what, answer) => {
    const outcome = outcomeOf(connection.request('thread/list', {}));
    await settle();
    server.send({ id: server.received[0]!.id!, ...answer });
    await settle();
    expect(outcome.error).toMatchObject({ reason: 'rpc', code: -32000 });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(server.received).toHaveLength(1);
  });

  it('T4: is settled by its first answer; a second one and one for nobody are harmless', async () => {
    const first = connection.request('thread/list', {});
    await settle();
    const id = server.received[0]!.id!;
    server.send({ id, result: 1 });
    await settle();
    server.send({ id, result: 2 }, { id: 4711, result: 3 }, { id: 'nobody', error: { code: 1, message: 'x' } });
    expect(await first).toBe(1);
    answerEverything(() => 'still here');
    expect(await connection.request('thread/list', {})).toBe('still here');
  });

  it('T2: goes on over lines that are not messages, which are logged without secrets and in short', async () => {
    const answer = connection.request('thread/list', {});
    await settle();
    server.sendRaw(`warning: key sk-abcdefgh12345678 ${'x'.repeat(500)}\n`);
    server.send({ id: server.received[0]!.id!, result: 'fine' });
    expect(await answer).toBe('fine');
    const [line] = logger.lines;
    expect(line).toMatch(/^warn: Skipped a line/);
    expect(line).toContain('sk-abcdefgh…');
    expect(line!.length).toBeLessThan(400);
  });
});

describe('waiting for an answer', () => {
  it('T6: ends after the deadline of the method', async () => {
    const ordinary = outcomeOf(connection.request('turn/start', {}));
    const short = outcomeOf(connection.request('turn/interrupt', {}));
    await vi.advanceTimersByTimeAsync(9_999);
    expect(short).toEqual({});
    await vi.advanceTimersByTimeAsync(1);
    expect(short.error).toMatchObject({
      reason: 'deadline',
      message: expect.stringContaining('turn/interrupt within 10 s') as string,
    });
    expect(ordinary).toEqual({});
    await vi.advanceTimersByTimeAsync(50_000);
    expect(ordinary.error).toMatchObject({ reason: 'deadline' });
  });

  it('T6: ends after the deadline of the request, or never when it has none', async () => {
    const own = outcomeOf(connection.request('turn/start', {}, { deadlineMs: 5 }));
    const none = outcomeOf(connection.request('turn/start', {}, { deadlineMs: null }));
    const command = outcomeOf(connection.request('command/exec', {}));
    await vi.advanceTimersByTimeAsync(5);
    expect(own.error).toMatchObject({ reason: 'deadline' });
    await vi.advanceTimersByTimeAsync(24 * 3600_000);
    expect([none, command]).toEqual([{}, {}]);
  });

  it('T4: a late answer after the deadline is dropped and the next request works', async () => {
    const outcome = outcomeOf(connection.request('thread/list', {}, { deadlineMs: 5 }));
    await vi.advanceTimersByTimeAsync(5);
    await settle();
    server.send({ id: server.received[0]!.id!, result: 'late' });
    await settle();
    expect(outcome.value).toBeUndefined();
    answerEverything(() => 'next');
    expect(await connection.request('thread/list', {})).toBe('next');
  });

  it('T24: a request that was cancelled before is never sent', async () => {
    const outcome = outcomeOf(connection.request('turn/start', {}, { signal: AbortSignal.abort() }));
    await settle();
    expect(outcome.error).toMatchObject({ reason: 'cancelled' });
    expect(server.received).toEqual([]);
  });

  it('T6: cancelling a request that was sent rejects it at once, and its answer is dropped', async () => {
    const controller = new AbortController();
    const outcome = outcomeOf(connection.request('turn/start', {}, { signal: controller.signal }));
    await settle();
    controller.abort();
    await settle();
    expect(outcome.error).toMatchObject({ reason: 'cancelled' });
    server.send({ id: server.received[0]!.id!, result: {} });
    await settle();
    expect(outcome.value).toBeUndefined();
  });

  it('an answer leaves no listener and no timer behind', async () => {
    answerEverything(() => null);
    const controller = new AbortController();
    const add = vi.spyOn(controller.signal, 'addEventListener');
    const remove = vi.spyOn(controller.signal, 'removeEventListener');
    await connection.request('thread/list', {}, { signal: controller.signal });
    expect(remove.mock.calls).toEqual(add.mock.calls);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('many requests', () => {
  it('never has more than 64 of them in flight, and sends the others as answers come', async () => {
    const answers = Array.from({ length: 130 }, (_, index) => connection.request('thread/read', { index }));
    await settle();
    expect(server.received).toHaveLength(64);
    server.send({ id: server.received[0]!.id!, result: null });
    await settle();
    expect(server.received).toHaveLength(65);
    answerEverything(() => null);
    server.send(...server.received.slice(1).map(({ id }) => ({ id: id!, result: null })));
    expect(await Promise.all(answers)).toHaveLength(130);
    expect(server.received.map(({ params }) => (params as { index: number }).index)).toEqual([...answers.keys()]);
  });

  it('T24: one that is cancelled while it waits for its turn is not sent', async () => {
    for (let index = 0; index < 64; index += 1) outcomeOf(connection.request('thread/read', {}));
    const controller = new AbortController();
    const waiting = outcomeOf(connection.request('turn/start', {}, { signal: controller.signal }));
    await settle();
    controller.abort();
    answerEverything(() => null);
    server.send(...server.received.map(({ id }) => ({ id: id!, result: null })));
    await settle(100);
    expect(waiting.error).toMatchObject({ reason: 'cancelled' });
    expect(server.requests('turn/start')).toEqual([]);
  });
});

describe('a busy server', () => {
  const busy = { code: -32001, message: 'Server overloaded; retry later.' };

  function refuse(times: number): void {
    let refusals = 0;
    server.onMessage = ({ id }) => {
      refusals += 1;
      server.send(refusals <= times ? { id: id!, error: busy } : { id: id!, result: 'accepted' });
    };
  }

  it('T7: is asked again with growing pauses', async () => {
    refuse(2);
    const outcome = outcomeOf(connection.request('thread/list', {}));
    await settle();
    expect(server.received).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(186);
    expect(server.received).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(130);
    await settle();
    expect(server.received).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(2_000);
    await settle();
    expect(outcome.value).toBe('accepted');
    expect(server.received).toHaveLength(3);
    expect(server.received[2]!.params).toEqual(server.received[0]!.params);
  });

  it('T7: is asked four times, then the refusal is the answer', async () => {
    refuse(Infinity);
    const outcome = outcomeOf(connection.request('thread/list', {}));
    for (let attempt = 0; attempt < 6; attempt += 1) {
      await settle();
      await vi.advanceTimersByTimeAsync(2_500);
    }
    expect(outcome.error).toMatchObject({ reason: 'overloaded', code: -32001 });
    expect(server.received).toHaveLength(4);
  });

  it('T7: other errors are not repeated', async () => {
    server.onMessage = ({ id }) => {
      server.send({ id: id!, error: { code: -32600, message: 'no' } });
    };
    await expect(connection.request('thread/list', {})).rejects.toMatchObject({ reason: 'rpc' });
    expect(server.received).toHaveLength(1);
  });

  it('T7: cancelling, or the end of the connection, ends the pause', async () => {
    refuse(Infinity);
    const controller = new AbortController();
    const cancelled = outcomeOf(connection.request('thread/list', {}, { signal: controller.signal }));
    const lost = outcomeOf(connection.request('thread/list', {}));
    await settle();
    controller.abort();
    await settle();
    expect(cancelled.error).toMatchObject({ reason: 'cancelled' });
    expect(lost).toEqual({});
    connection.close('gone');
    await settle();
    expect(lost.error).toMatchObject({ reason: 'connectionLost' });
    expect(server.received).toHaveLength(2);
  });
});

describe('the end of the connection', () => {
  const ends: [string, () => void][] = [
    ['stdout ends', () => server.stdout.end()],
    ['stdout breaks', () => server.stdout.destroy(new Error('EIO'))],
    ['stdin breaks', () => server.stdin.destroy(new Error('EPIPE'))],
    ['a hundred lines in a row are no messages', () => server.sendRaw('noise\n'.repeat(100))],
    [
      'it is closed twice',
      () => {
        connection.close('once');
        connection.close('twice');
      },
    ],
  ];

  it.each(ends)('T8: rejects everything that is pending or waiting when %s', async (_what, end) => {
    const outcomes = Array.from({ length: 70 }, () => outcomeOf(connection.request('turn/start', {})));
    await settle();
    end();
    await settle();
    for (const { error } of outcomes) expect(error).toMatchObject({ reason: 'connectionLost' });
    expect(server.received).toHaveLength(64);
    await expect(connection.request('thread/list', {})).rejects.toMatchObject({ reason: 'connectionLost' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('T8: says why', async () => {
    const outcome = outcomeOf(connection.request('turn/start', {}));
    await settle();
    connection.close('exit code 3');
    connection.close('something later');
    await settle();
    expect(outcome.error).toMatchObject({ message: 'The connection to codex was lost: exit code 3' });
  });

  it('T3: a request that cannot be written rejects with the loss of the connection', async () => {
    server.stdin.write = (_chunk: unknown, done: unknown) => {
      (done as (error: Error) => void)(new Error('EPIPE'));
      return false;
    };
    await expect(connection.request('thread/list', {})).rejects.toMatchObject({ reason: 'connectionLost' });
  });
});
