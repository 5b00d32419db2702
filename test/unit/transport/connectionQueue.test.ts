import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Connection } from '../../../src/transport/connection';
import { connectTo, FakeAppServer, LineLogger, outcomeOf, settle } from '../../support/fakeAppServer';

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

/** As many requests as may be in flight, all unanswered. */
function fillTheServer(): void {
  for (let index = 0; index < 64; index += 1) outcomeOf(connection.request('thread/read', {}, { deadlineMs: null }));
}

function answerAll(): void {
  server.send(...server.requests('thread/read').map(({ id }) => ({ id: id!, result: null })));
}

describe('a request that waits because 64 are in flight', () => {
  it('T6: rejects at once when it is cancelled, though none of them is answered', async () => {
    fillTheServer();
    const controller = new AbortController();
    const { signal } = controller;
    const waiting = outcomeOf(connection.request('turn/start', {}, { signal }));
    const unsentOnly = outcomeOf(connection.request('turn/start', {}, { signal, cancelOnlyUnsent: true }));
    await settle();
    controller.abort();
    await settle();
    expect([waiting.error, unsentOnly.error]).toMatchObject([{ reason: 'cancelled' }, { reason: 'cancelled' }]);
    answerAll();
    await settle(50);
    expect(server.requests('turn/start')).toEqual([]);
  });

  it('T6: gives its place to the next one when it is cancelled', async () => {
    fillTheServer();
    const controller = new AbortController();
    outcomeOf(connection.request('turn/start', {}, { signal: controller.signal }));
    outcomeOf(connection.request('model/list', {}));
    await settle();
    controller.abort();
    server.send({ id: server.received[0]!.id!, result: null });
    await settle(50);
    expect(server.requests('model/list')).toHaveLength(1);
    expect(server.requests('turn/start')).toEqual([]);
  });

  it('T8: rejects when the connection is lost', async () => {
    fillTheServer();
    const waiting = outcomeOf(connection.request('turn/start', {}, { signal: new AbortController().signal }));
    await settle();
    connection.close('gone');
    await settle(50);
    expect(waiting.error).toMatchObject({ reason: 'connectionLost' });
  });
});

describe('a request that can only be cancelled before it is sent', () => {
  it('T24: is answered though it was cancelled after that', async () => {
    const controller = new AbortController();
    const options = { signal: controller.signal, cancelOnlyUnsent: true };
    const outcome = outcomeOf(connection.request('turn/start', {}, options));
    await settle();
    controller.abort();
    await settle();
    expect(outcome).toEqual({});
    server.send({ id: server.received[0]!.id!, result: 'late' });
    await settle();
    expect(outcome.value).toBe('late');
  });

  it('T24: still has its deadline', async () => {
    const controller = new AbortController();
    const options = { signal: controller.signal, cancelOnlyUnsent: true };
    const outcome = outcomeOf(connection.request('turn/start', {}, options));
    await settle();
    controller.abort();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(outcome.error).toMatchObject({ reason: 'deadline' });
  });
});

describe('deadlines', () => {
  it.each([
    ['environment/add', 5_000],
    ['thread/unsubscribe', 5_000],
    ['turn/steer', 10_000],
    ['turn/interrupt', 10_000],
    ['turn/start', 30_000],
    ['initialize', 30_000],
    ['thread/list', 60_000],
  ])('T6: of %s is %d ms', async (method, ms) => {
    const outcome = outcomeOf(connection.request(method, {}));
    await vi.advanceTimersByTimeAsync(ms - 1);
    expect(outcome).toEqual({});
    await vi.advanceTimersByTimeAsync(1);
    expect(outcome.error).toMatchObject({ reason: 'deadline' });
  });
});

describe('a request of the server', () => {
  it('T29: that is sent twice while it is open is shown and answered once', async () => {
    connection.close('replaced');
    server = new FakeAppServer();
    const answers: ((result: unknown) => void)[] = [];
    connection = connectTo(server, { logger, onRequest: () => new Promise((resolve) => answers.push(resolve)) });
    server.send({ id: 7, method: 'x', params: {} });
    await settle();
    server.send({ id: 7, method: 'x', params: {} }, { id: 8, method: 'x' });
    await settle();
    expect(answers).toHaveLength(2);
    expect(logger.lines).toEqual(['warn: codex repeated the open request 7; it is answered once.']);
    answers[1]?.('eight');
    answers[0]?.('seven');
    answers[0]?.('again');
    await settle();
    expect(server.received).toEqual([
      { id: 8, result: 'eight' },
      { id: 7, result: 'seven' },
    ]);
    server.send({ id: 7, method: 'x' });
    await settle();
    expect(answers).toHaveLength(3);
  });

  it('T29: that fails may come again', async () => {
    connection.close('replaced');
    server = new FakeAppServer();
    connection = connectTo(server, { logger, onRequest: () => Promise.reject(new Error('no panel')) });
    for (let time = 0; time < 2; time += 1) {
      server.send({ id: 'a', method: 'x' });
      await settle();
    }
    expect(server.received.map(({ id, error }) => [id, (error as { message: string }).message])).toEqual([
      ['a', 'no panel'],
      ['a', 'no panel'],
    ]);
  });
});
