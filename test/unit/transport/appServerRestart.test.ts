import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AppServerProcess } from '../../../src/transport/appServerProcess';
import { isRunning } from '../../support/fakeAppServer';
import { answer, becomes, disposeSupervised, pidOf, saidPid, sayPid, supervise } from '../../support/supervised';

afterEach(async () => {
  vi.useRealTimers();
  await disposeSupervised();
});

describe('restarting', () => {
  /** Only the supervisor's clock stands still; processes and streams go on. */
  function stopTheClock(): void {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  }

  async function crash(server: AppServerProcess): Promise<void> {
    process.kill(await pidOf(server), 'SIGKILL');
  }

  it('waits longer after each crash, and gives up after the fourth within three minutes', async () => {
    stopTheClock();
    const { server, starts } = supervise();
    await server.start();
    for (const [index, retryInMs] of [250, 1_000, 3_000].entries()) {
      await crash(server);
      expect(await becomes(server, 'waiting')).toMatchObject({ attempt: index + 1, retryInMs });
      vi.advanceTimersByTime(retryInMs - 1);
      expect(server.state.kind).toBe('waiting');
      vi.advanceTimersByTime(1);
      expect(server.state).toEqual({ kind: 'starting', attempt: index + 1 });
      expect(await becomes(server, 'ready')).toMatchObject({ generation: index + 2 });
    }
    await crash(server);
    expect(await becomes(server, 'failed')).toMatchObject({ error: { reason: 'startFailed' } });
    vi.advanceTimersByTime(3600_000);
    expect([server.state.kind, starts()]).toEqual(['failed', 4]);
  });

  it('forgets crashes that are older than three minutes', async () => {
    stopTheClock();
    const { server } = supervise();
    await server.start();
    for (let round = 0; round < 5; round += 1) {
      await crash(server);
      expect(await becomes(server, 'waiting')).toMatchObject({ attempt: 1, retryInMs: 250 });
      vi.advanceTimersByTime(250);
      await becomes(server, 'ready');
      vi.advanceTimersByTime(3 * 60_000);
    }
  });

  it('a request ends the wait, and the timer that was set does not start another process', async () => {
    stopTheClock();
    const { server, starts } = supervise([{ on: { 'thread/list': answer('list') } }]);
    await server.start();
    await crash(server);
    await becomes(server, 'waiting');
    expect(await server.request('thread/list', {})).toBe('list');
    vi.advanceTimersByTime(10_000);
    expect([server.state.kind, starts()]).toEqual(['ready', 2]);
  });

  it('when asked to, replaces the process and forgets the crashes', async () => {
    stopTheClock();
    const { server } = supervise();
    await server.start();
    await crash(server);
    await becomes(server, 'waiting');
    await server.restart();
    const first = await pidOf(server);
    expect(server.state).toMatchObject({ kind: 'ready', generation: 2 });
    await server.restart();
    expect(isRunning(first)).toBe(false);
    expect(server.state).toMatchObject({ kind: 'ready', generation: 3 });
    await crash(server);
    expect(await becomes(server, 'waiting')).toMatchObject({ attempt: 1 });
  });

  it('a restart rejects what was pending', async () => {
    const { server } = supervise();
    await server.start();
    const pending = server.request('turn/start', { threadId: 't', input: [] }, { deadlineMs: null });
    const rejected = expect(pending).rejects.toMatchObject({ reason: 'connectionLost' });
    await server.restart();
    await rejected;
  });

  it('a start that fails is not repeated by itself', async () => {
    stopTheClock();
    const { server, starts } = supervise([{}, { start: [{ exit: 2 }] }]);
    await server.start();
    await crash(server);
    await becomes(server, 'waiting');
    vi.advanceTimersByTime(250);
    await becomes(server, 'failed');
    vi.advanceTimersByTime(3600_000);
    expect([server.state.kind, starts()]).toEqual(['failed', 2]);
  });
});

describe('stopping', () => {
  it('T11: closes stdin, and the process ends by itself', async () => {
    const { server, kinds } = supervise();
    await server.start();
    const pid = await pidOf(server);
    await server.stop();
    expect(isRunning(pid)).toBe(false);
    expect(kinds()).toEqual(['starting', 'ready', 'stopped']);
  });

  it('T11: kills a process that does not care for stdin or SIGTERM', async () => {
    const { server } = supervise([{ staysAlive: true, ignoredSignals: ['SIGTERM'] }]);
    await server.start();
    const pid = await pidOf(server);
    await server.dispose();
    expect(isRunning(pid)).toBe(false);
  });

  it('T9: what the old process still says is not heard', async () => {
    const { server } = supervise([{ onStdinEnd: [{ send: [{ method: 'last/words' }] }] }]);
    await server.start();
    const methods: string[] = [];
    server.onNotification(({ method }) => methods.push(method));
    await server.restart();
    expect(methods).toEqual([]);
  });

  it('T11: does not wait for a start that hangs, and leaves no process', async () => {
    const { server, logger, kinds } = supervise([{ start: [sayPid], staysAlive: true, on: { initialize: [] } }]);
    const starting = expect(server.start()).rejects.toMatchObject({ reason: 'connectionLost' });
    const pid = await saidPid(logger);
    await server.stop();
    await starting;
    expect(isRunning(pid)).toBe(false);
    expect(kinds()).toEqual(['starting', 'stopped']);
  });

  it('T11: does not wait for a program that is not found, nor for what prepares the server', async () => {
    const never = new Promise<never>(() => undefined);
    const { server: finding } = supervise([], { resolve: () => never });
    let prepares: () => void = () => undefined;
    const isPreparing = new Promise<void>((resolve) => (prepares = resolve));
    const { server: preparing, logger } = supervise([{ start: [sayPid] }], {
      prepare: () => {
        prepares();
        return never;
      },
    });
    const outcomes = [finding, preparing].map((server) =>
      expect(server.start()).rejects.toMatchObject({ reason: 'connectionLost' }),
    );
    await isPreparing;
    await Promise.all([finding.stop(), preparing.stop()]);
    await Promise.all(outcomes);
    const pid = await saidPid(logger);
    expect(isRunning(pid)).toBe(false);
  });

  it('starts again on the next request', async () => {
    const { server } = supervise([{ on: { 'thread/list': answer('list') } }]);
    await server.start();
    await server.stop();
    expect(await server.request('thread/list', {})).toBe('list');
    expect(server.state).toMatchObject({ generation: 2 });
  });

  it('T11: disposing refuses requests from the first moment, and can be repeated', async () => {
    const { server, starts } = supervise([{ staysAlive: true }]);
    await server.start();
    const pid = await pidOf(server);
    const disposing = server.dispose();
    await expect(server.request('thread/list', {})).rejects.toMatchObject({ reason: 'connectionLost' });
    await disposing;
    await server.dispose();
    await expect(server.start()).rejects.toMatchObject({ reason: 'connectionLost' });
    expect([isRunning(pid), starts()]).toEqual([false, 1]);
  });

  it('T11: disposing while it waits to restart starts nothing more', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const { server, starts } = supervise();
    await server.start();
    process.kill(await pidOf(server), 'SIGKILL');
    await becomes(server, 'waiting');
    await server.dispose();
    vi.advanceTimersByTime(10_000);
    expect(starts()).toBe(1);
  });
});
