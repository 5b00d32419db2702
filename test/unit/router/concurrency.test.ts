import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Emitter } from '../../../src/base/event';
import { nullLogger } from '../../../src/base/logger';
import { AppServerClient } from '../../../src/router/appServerClient';
import type { AppServer, Notification, ServerState } from '../../../src/transport/appServer';
import type { Connection } from '../../../src/transport/connection';
import { connectTo, FakeAppServer, settle, type WireMessage } from '../../support/fakeAppServer';

let wire: FakeAppServer;
let connection: Connection;
let client: AppServerClient;

/** The client on a real connection over in-memory pipes. */
beforeEach(() => {
  wire = new FakeAppServer();
  const notifications = new Emitter<Notification>();
  connection = connectTo(wire, { onNotification: (method, params) => notifications.fire({ method, params }) });
  const server: AppServer = {
    state: { kind: 'stopped' },
    onDidChangeState: new Emitter<ServerState>().event,
    onNotification: notifications.event,
    request: (method: string, params: unknown, options) => connection.request(method, params, options),
    setRequestHandler: () => undefined,
    start: () => Promise.resolve(),
    restart: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  };
  client = new AppServerClient(server, nullLogger);
});

afterEach(() => connection.close('the test is over'));

const delta = (turnId: string, text: string): WireMessage => ({
  method: 'item/agentMessage/delta',
  params: { threadId: `thread of ${turnId}`, turnId, itemId: 'i', delta: text },
});
const completed = (turnId: string): WireMessage => ({
  method: 'turn/completed',
  params: { threadId: `thread of ${turnId}`, turn: { id: turnId, status: 'completed', error: null } },
});

/** Answers every turn/start with the name that its thread ends with, and everything else with `result`. */
function answer(result: unknown): void {
  wire.onMessage = ({ id, method, params }) => {
    if (method === undefined) return;
    const { threadId = '' } = (params ?? {}) as { threadId?: string };
    const turn = { id: threadId.replace('thread of ', '') };
    wire.send({ id: id!, result: method === 'turn/start' ? { turn } : result });
  };
}

const start = (turnId: string) => client.startTurn({ threadId: `thread of ${turnId}`, input: [] });

async function textOf(words: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const word of words) text += word;
  return text;
}

describe('while a turn streams', () => {
  it('T34: other requests are answered, and the first words are out before the end', async () => {
    answer({ data: ['a model'] });
    const words = (await start('u')).streamText();
    wire.send(delta('u', 'first'));
    expect((await words.next()).value).toBe('first');
    wire.send(...Array.from({ length: 5_000 }, (_, index) => delta('u', `${index} `)));
    expect(await client.request('model/list', {})).toEqual({ data: ['a model'] });
    wire.send(delta('u', 'last'), completed('u'));
    expect(await textOf(words)).toBe(`${Array.from({ length: 5_000 }, (_, index) => `${index} `).join('')}last`);
  });

  it('T34: two requests overlap, and are answered in whatever order the server likes', async () => {
    const both = [client.request('model/list', {}), client.request('thread/list', {})];
    await settle();
    expect(wire.received).toHaveLength(2);
    const [first, second] = wire.received.map(({ id }) => id!);
    wire.send({ id: second!, result: 'threads' }, { id: first!, result: 'models' });
    expect(await Promise.all(both)).toEqual(['models', 'threads']);
  });

  it('T34: a consumer that has stopped keeps nobody else from getting their words', async () => {
    answer({});
    const stuck = await start('stuck');
    const quick = await start('quick');
    const reading = textOf(quick.streamText());
    for (let index = 0; index < 100; index += 1) wire.send(delta('stuck', 'x'), delta('quick', 'y'));
    wire.send(completed('quick'));
    expect(await reading).toBe('y'.repeat(100));
    wire.send(completed('stuck'));
    expect(await textOf(stuck.streamText())).toBe('x'.repeat(100));
  });
});

describe('a wait for an event', () => {
  it('T19: that is given up takes no event from whoever reads on', async () => {
    answer({});
    const turn = await start('u');
    const abandoned = turn.stream();
    const waiting = abandoned.next();
    const staying = textOf(turn.streamText());
    await abandoned.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    wire.send(delta('u', 'a'), delta('u', 'b'), completed('u'));
    expect(await staying).toBe('ab');
  });
});
