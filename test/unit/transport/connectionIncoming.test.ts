import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RpcError } from '../../../src/base/errors';
import type { IncomingRequest } from '../../../src/transport/appServer';
import type { Connection } from '../../../src/transport/connection';
import { connectTo, FakeAppServer, LineLogger, settle } from '../../support/fakeAppServer';

let server: FakeAppServer;
let logger: LineLogger;
let connection: Connection;
let notifications: [string, unknown][];
let requests: IncomingRequest[];
let onNotification: (method: string, params: unknown) => void;
let onRequest: (request: IncomingRequest) => Promise<unknown>;

beforeEach(() => {
  server = new FakeAppServer();
  logger = new LineLogger();
  notifications = [];
  requests = [];
  onNotification = (method, params) => notifications.push([method, params]);
  onRequest = () => Promise.resolve({});
  connection = connectTo(server, {
    logger,
    onNotification: (method, params) => onNotification(method, params),
    onRequest: (request) => {
      requests.push(request);
      return onRequest(request);
    },
  });
});

afterEach(() => {
  connection.close('the test is over');
});

describe('notifications', () => {
  it('T31: come in wire order, and before a response that was written ahead of them in the same chunk', async () => {
    const order: string[] = [];
    onNotification = (method) => order.push(method);
    const answer = connection.request('turn/start', {}).then(() => order.push('response'));
    await settle();
    server.send(
      { id: server.received[0]!.id!, result: {} },
      ...['turn/started', 'item/started', 'turn/completed'].map((method) => ({ method, params: {} })),
    );
    await answer;
    expect(order).toEqual(['turn/started', 'item/started', 'turn/completed', 'response']);
  });

  it('T31: reach the handler even if it failed on the one before', async () => {
    onNotification = (method) => {
      if (method === 'bad') throw new Error('handler broke');
      notifications.push([method, undefined]);
    };
    server.send({ method: 'bad' }, { method: 'good' });
    await settle();
    expect(notifications).toEqual([['good', undefined]]);
    expect(logger.lines).toContain('error: Handling bad failed: handler broke');
  });

  it('T31: thousands in one go keep their order', async () => {
    server.send(...Array.from({ length: 5_000 }, (_, index) => ({ method: 'n', params: index })));
    await settle();
    expect(notifications.map(([, params]) => params)).toEqual([...Array(5_000).keys()]);
  });

  it('T9: are not delivered any more after the connection was closed', async () => {
    connection.close('stopped');
    server.send({ method: 'late' });
    await settle();
    expect(notifications).toEqual([]);
  });

  it('are sent with and without params', async () => {
    connection.notify('initialized');
    connection.notify('custom', { a: 1 });
    await settle();
    expect(server.received).toEqual([{ method: 'initialized' }, { method: 'custom', params: { a: 1 } }]);
  });

  it('that cannot be sent are logged and end the connection', async () => {
    server.stdin.destroy();
    connection.notify('initialized');
    await settle();
    expect(logger.lines.join('\n')).toContain('initialized was not sent');
    await expect(connection.request('thread/list', {})).rejects.toMatchObject({ reason: 'connectionLost' });
  });
});

describe('requests of the server', () => {
  it.each([[0], ['req-7'], ['']])(
    'T29: reach the handler with their id %j and params, and are answered under it',
    async (id) => {
      onRequest = () => Promise.resolve({ decision: 'accept' });
      server.send({ id, method: 'item/fileChange/requestApproval', params: { itemId: 'i' } });
      await settle();
      expect(requests).toEqual([{ id, method: 'item/fileChange/requestApproval', params: { itemId: 'i' } }]);
      expect(server.received).toEqual([{ id, result: { decision: 'accept' } }]);
    },
  );

  it.each([[undefined], [['a', 'b']]])('T29: keep params that are %j', async (params) => {
    server.send({ id: 1, method: 'x', params });
    await settle();
    expect(requests[0]?.params).toEqual(params);
  });

  it('T29: any number of them wait at the same time and are answered in whatever order', async () => {
    const answers = new Map<unknown, (result: unknown) => void>();
    onRequest = ({ id }) => new Promise((resolve) => answers.set(id, resolve));
    server.send({ id: 1, method: 'a' }, { id: 2, method: 'b' }, { id: 3, method: 'c' });
    await settle();
    expect([...answers.keys()]).toEqual([1, 2, 3]);
    const listing = connection.request('model/list', {});
    await settle();
    server.send({ id: server.requests('model/list')[0]!.id!, result: [] });
    expect(await listing).toEqual([]);
    answers.get(3)?.('C');
    answers.get(1)?.('A');
    await settle();
    expect(server.received.slice(1)).toEqual([
      { id: 3, result: 'C' },
      { id: 1, result: 'A' },
    ]);
  });

  it('T29: are answered with null when there is nothing to say', async () => {
    onRequest = () => Promise.resolve(undefined);
    server.send({ id: 1, method: 'x' });
    await settle();
    expect(server.received).toEqual([{ id: 1, result: null }]);
  });

  it('T29: are answered with the code and words of an RpcError, once', async () => {
    onRequest = () => Promise.reject(new RpcError('x', -32601, 'not here'));
    server.send({ id: 1, method: 'x' });
    await settle();
    expect(server.received).toEqual([{ id: 1, error: { code: -32601, message: 'not here' } }]);
  });

  it('T29: are answered with an internal error for whatever else the handler throws', async () => {
    onRequest = () => {
      throw new Error('no panel');
    };
    server.send({ id: 1, method: 'x' });
    await settle();
    expect(server.received).toEqual([{ id: 1, error: { code: -32603, message: 'no panel' } }]);
  });

  it('T29: an answer that comes after the connection was lost goes nowhere', async () => {
    let answer: (result: unknown) => void = () => undefined;
    onRequest = () => new Promise((resolve) => (answer = resolve));
    server.send({ id: 1, method: 'x' });
    await settle();
    server.stdin.destroy();
    connection.close('gone');
    answer({ decision: 'accept' });
    await settle();
    expect(server.received).toEqual([]);
  });
});
