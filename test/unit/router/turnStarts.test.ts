import { beforeEach, describe, expect, it } from 'vitest';
import { SwitchyardError } from '../../../src/base/errors';
import { AppServerClient } from '../../../src/router/appServerClient';
import { TurnStarts } from '../../../src/router/turnStarts';
import { LineLogger, settle } from '../../support/fakeAppServer';
import { ManualServer, type SentRequest } from '../../support/manualServer';

let server: ManualServer;
let client: AppServerClient;
let logger: LineLogger;

beforeEach(() => {
  server = new ManualServer();
  logger = new LineLogger();
  client = new AppServerClient(server, logger);
});

const start = (threadId = 't', signal?: AbortSignal) => client.startTurn({ threadId, input: [] }, signal);
const starts = (): SentRequest[] => server.sent.filter(({ method }) => method === 'turn/start');
const complete = (id: string): void =>
  server.notify('turn/completed', { threadId: 't', turn: { id, status: 'completed' } });

describe('starts of turns', () => {
  it('T24: of one thread go one after the other, in order; those of others do not wait', async () => {
    const first = start();
    const second = start();
    const third = start();
    const other = start('other');
    await settle();
    expect(starts().map(({ params }) => params)).toEqual([
      { threadId: 't', input: [] },
      { threadId: 'other', input: [] },
    ]);
    starts()[0]!.resolve({ turn: { id: 'a' } });
    expect((await first).id).toBe('a');
    await settle();
    starts()[2]!.reject(new SwitchyardError('deadline', 'late'));
    await expect(second).rejects.toMatchObject({ reason: 'deadline' });
    await settle();
    starts()[3]!.resolve({ turn: { id: 'c' } });
    starts()[1]!.resolve({ turn: { id: 'o' } });
    expect([(await third).id, (await other).id]).toEqual(['c', 'o']);
  });

  it('T24: that is cancelled before is never sent', async () => {
    await expect(start('t', AbortSignal.abort())).rejects.toMatchObject({ reason: 'cancelled' });
    expect(server.sent).toEqual([]);
  });

  it('T24: that is cancelled while it waits rejects at once, is never sent, and lets the next one through', async () => {
    const first = start();
    const controller = new AbortController();
    const second = start('t', controller.signal);
    const third = start();
    controller.abort();
    await expect(second).rejects.toMatchObject({ reason: 'cancelled' });
    starts()[0]!.resolve({ turn: { id: 'a' } });
    await first;
    await settle();
    expect(starts()).toHaveLength(2);
    starts()[1]!.resolve({ turn: { id: 'c' } });
    expect((await third).id).toBe('c');
  });

  it('T24: that is cancelled after it was sent rejects at once, and its turn is interrupted before the next start', async () => {
    const controller = new AbortController();
    const first = start('t', controller.signal);
    const second = start();
    controller.abort();
    await expect(first).rejects.toMatchObject({ reason: 'cancelled' });
    starts()[0]!.resolve({ turn: { id: 'late' } });
    await settle();
    expect(server.last('turn/interrupt').params).toEqual({ threadId: 't', turnId: 'late' });
    expect(starts()).toHaveLength(1);
    server.last('turn/interrupt').resolve({});
    await settle();
    expect(starts()).toHaveLength(2);
    starts()[1]!.resolve({ turn: { id: 'b' } });
    expect((await second).id).toBe('b');
    complete('late');
    complete('b');
    expect(await (await second).run()).toMatchObject({ items: [] });
  });

  it('T24: goes on when a cancelled turn cannot be interrupted, and says so', async () => {
    const controller = new AbortController();
    const first = start('t', controller.signal);
    const second = start();
    controller.abort();
    await expect(first).rejects.toMatchObject({ reason: 'cancelled' });
    starts()[0]!.resolve({ turn: { id: 'late' } });
    await settle();
    server.last('turn/interrupt').reject(new Error('no active turn to interrupt'));
    await settle();
    expect(starts()).toHaveLength(2);
    expect(logger.lines).toEqual(['info: The turn of a cancelled start was not stopped: no active turn to interrupt']);
    starts()[1]!.resolve({ turn: { id: 'b' } });
    expect((await second).id).toBe('b');
  });

  it('T24: that is cancelled and then fails leaves nothing behind', async () => {
    const controller = new AbortController();
    const first = start('t', controller.signal);
    controller.abort();
    await expect(first).rejects.toMatchObject({ reason: 'cancelled' });
    starts()[0]!.reject(new SwitchyardError('connectionLost', 'gone'));
    await settle();
    expect(server.sent).toHaveLength(1);
    void start();
    expect(starts()).toHaveLength(2);
  });

  it('T24: with a signal that is never aborted leaves no listener on it', async () => {
    const { signal } = new AbortController();
    const listeners = new Set<unknown>();
    signal.addEventListener = (_type: string, listener: unknown) => void listeners.add(listener);
    signal.removeEventListener = (_type: string, listener: unknown) => void listeners.delete(listener);
    const starting = start('t', signal);
    expect(listeners.size).toBe(1);
    starts()[0]!.resolve({ turn: { id: 'a' } });
    await starting;
    expect(listeners.size).toBe(0);
  });

  it('T24: keeps nothing of threads whose starts are over', async () => {
    const queue = new TurnStarts();
    const all = [
      queue.run('a', undefined, () => Promise.resolve(1)),
      queue.run('a', undefined, () => Promise.resolve(2)),
    ];
    expect(queue.size).toBe(1);
    expect(await Promise.all(all)).toEqual([1, 2]);
    await settle(1);
    expect(queue.size).toBe(0);
  });
});
