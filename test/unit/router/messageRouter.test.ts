import { beforeEach, describe, expect, it } from 'vitest';
import { MessageRouter } from '../../../src/router/messageRouter';
import type { TypedNotification } from '../../../src/router/notification';
import type { TurnLog } from '../../../src/router/turnLog';
import { LineLogger } from '../../support/fakeAppServer';

let router: MessageRouter;
let logger: LineLogger;

beforeEach(() => {
  logger = new LineLogger();
  router = new MessageRouter(logger);
});

function delta(text: string, turnId = 'u', threadId = 't'): void {
  router.route('item/agentMessage/delta', { threadId, turnId, itemId: 'i', delta: text });
}

function complete(turnId = 'u', threadId = 't'): void {
  router.route('turn/completed', { threadId, turn: { id: turnId, status: 'completed' } });
}

const word = ({ method, params }: TypedNotification): string =>
  method === 'item/agentMessage/delta' ? (params as { delta: string }).delta : method;

function listenTo(threadId: string): string[] {
  const heard: string[] = [];
  router.onThread(threadId, (notification) => heard.push(word(notification)));
  return heard;
}

async function wordsOf(log: TurnLog): Promise<string[]> {
  const words: string[] = [];
  for await (const notification of log.readFromStart()) words.push(word(notification));
  return words;
}

describe('a turn', () => {
  it('T16: gets its own events, in order, when two turns interleave', async () => {
    const one = router.reserveTurn('t').claim('one');
    const two = router.reserveTurn('t').claim('two');
    const reading = [wordsOf(one), wordsOf(two)];
    delta('1a', 'one');
    delta('2a', 'two');
    delta('2b', 'two');
    delta('1b', 'one');
    complete('two');
    delta('1c', 'one');
    complete('one');
    expect(await Promise.all(reading)).toEqual([
      ['1a', '1b', '1c', 'turn/completed'],
      ['2a', '2b', 'turn/completed'],
    ]);
  });

  it('T17: gets the events that came between its request and the response, before the later ones', async () => {
    delta('before the request');
    const reservation = router.reserveTurn('t');
    delta('early');
    delta('of another turn', 'other');
    const log = reservation.claim('u');
    delta('later');
    complete();
    expect(await wordsOf(log)).toEqual(['early', 'later', 'turn/completed']);
  });

  it('T17: ends when turn/completed came before the response', async () => {
    const reservation = router.reserveTurn('t');
    delta('early');
    complete();
    const log = reservation.claim('u');
    expect(await wordsOf(log)).toEqual(['early', 'turn/completed']);
    router.failAll(new Error('later'));
    expect(await wordsOf(log)).toEqual([]);
  });

  it('T17: fails when the server went away before its response, unless it had completed', async () => {
    const lost = router.reserveTurn('t');
    const done = router.reserveTurn('t');
    complete('done');
    delta('half', 'lost');
    router.failAll(new Error('gone'));
    router.failAll(new Error('gone again'));
    await expect(wordsOf(lost.claim('lost'))).rejects.toThrow('gone');
    expect(await wordsOf(done.claim('done'))).toEqual(['turn/completed']);
  });

  it('T17: a failed start keeps nothing', async () => {
    const failed = router.reserveTurn('t');
    delta('early');
    failed.dispose();
    failed.dispose();
    const next = router.reserveTurn('t').claim('u');
    complete();
    expect(await wordsOf(next)).toEqual(['turn/completed']);
  });

  it('T17: two requests in one thread each get all that came for their own turn', async () => {
    const first = router.reserveTurn('t');
    delta('a1', 'a');
    const second = router.reserveTurn('t');
    delta('b1', 'b');
    delta('a2', 'a');
    const logs = [first.claim('a'), second.claim('b')];
    complete('a');
    complete('b');
    expect(await Promise.all(logs.map(wordsOf))).toEqual([
      ['a1', 'a2', 'turn/completed'],
      ['b1', 'turn/completed'],
    ]);
  });

  it('T22: claimed by two requests gives each every event once, from its own request on', async () => {
    const first = router.reserveTurn('t').claim('u');
    const readingFirst = wordsOf(first);
    delta('one');
    const reservation = router.reserveTurn('t');
    delta('two');
    const second = reservation.claim('u');
    delta('three');
    complete();
    expect(await readingFirst).toEqual(['one', 'two', 'three', 'turn/completed']);
    expect(await wordsOf(second)).toEqual(['two', 'three', 'turn/completed']);
  });

  it('T14: gets events of unknown methods by the turn id they carry', async () => {
    const log = router.reserveTurn('t').claim('u');
    router.route('future/direct', { threadId: 't', turnId: 'u' });
    router.route('future/nested', { threadId: 't', turn: { id: 'u' } });
    router.route('future/threadless', { turnId: 'u' });
    router.route('future/source', { threadId: 't', sourceTurnId: 'u' });
    complete();
    expect(await wordsOf(log)).toEqual(['future/direct', 'future/nested', 'future/threadless', 'turn/completed']);
  });

  it('T8: fails with the server, after the events it already has; completed ones do not', async () => {
    const running = router.reserveTurn('t').claim('running');
    const done = router.reserveTurn('t').claim('done');
    delta('a', 'running');
    complete('done');
    const reader = running.readFromStart();
    const error = new Error('gone');
    router.failAll(error);
    expect((await reader.next()).value).toMatchObject({ params: { delta: 'a' } });
    await expect(reader.next()).rejects.toBe(error);
    expect(await wordsOf(done)).toEqual(['turn/completed']);
  });
});

describe('a thread', () => {
  it('T26: every listener of it hears its events, and nobody hears those of others', () => {
    const one = listenTo('t');
    const two = listenTo('t');
    const other = listenTo('other');
    delta('a');
    router.route('thread/name/updated', { threadId: 't', threadName: 'x' });
    router.route('account/updated', {});
    expect([one, two, other]).toEqual([['a', 'thread/name/updated'], ['a', 'thread/name/updated'], []]);
  });

  it('T21: hears events of turns that nobody started here, and those after turn/completed', () => {
    const heard = listenTo('t');
    delta('foreign', 'elsewhere');
    complete('elsewhere');
    delta('late', 'elsewhere');
    complete('elsewhere');
    expect(heard).toEqual(['foreign', 'turn/completed', 'late', 'turn/completed']);
  });

  it('T14: hears unknown and malformed messages that name it', () => {
    const heard = listenTo('t');
    router.route('future/x', { threadId: 't' });
    router.route('future/y', { thread: { id: 't' } });
    router.route('item/completed', { threadId: 't', turnId: null, item: 'what?' });
    router.route('thread/started', { thread: { id: 't' } });
    expect(heard).toEqual(['future/x', 'future/y', 'item/completed', 'thread/started']);
  });

  it('T17: its first listener hears first what came before it, once', () => {
    delta('early');
    complete();
    const first = listenTo('t');
    const second = listenTo('t');
    delta('later');
    expect([first, second]).toEqual([['early', 'turn/completed', 'later'], ['later']]);
  });

  it('hears nothing after it was disposed, while others do; what comes then is kept again', () => {
    const heard: string[] = [];
    const leaving = router.onThread('t', (notification) => heard.push(word(notification)));
    const staying: string[] = [];
    const other = router.onThread('t', (notification) => staying.push(word(notification)));
    leaving.dispose();
    leaving.dispose();
    delta('a');
    other.dispose();
    delta('b');
    expect([heard, staying, listenTo('t')]).toEqual([[], ['a'], ['b']]);
  });

  it('an old registration that is disposed late does not end a new one', () => {
    const old = router.onThread('t', () => undefined);
    old.dispose();
    const heard = listenTo('t');
    old.dispose();
    delta('a');
    expect(heard).toEqual(['a']);
  });

  it('T31: a listener that throws is logged and keeps nobody from hearing', () => {
    router.onAny(() => {
      throw new Error('broken panel');
    });
    router.onThread('t', () => {
      throw new Error('broken conversation');
    });
    const heard = listenTo('t');
    delta('a');
    expect(heard).toEqual(['a']);
    expect(logger.lines).toEqual([
      'error: A listener failed on item/agentMessage/delta: broken panel',
      'error: A listener failed on item/agentMessage/delta: broken conversation',
    ]);
  });

  it('a listener may leave, or bring another, while it is called', () => {
    const heard: string[] = [];
    const once = router.onThread('t', (notification) => {
      heard.push(`once ${word(notification)}`);
      once.dispose();
      router.onThread('t', (later) => heard.push(`new ${word(later)}`));
    });
    router.onThread('t', (notification) => heard.push(`old ${word(notification)}`));
    delta('a');
    delta('b');
    expect(heard).toEqual(['once a', 'old a', 'old b', 'new b']);
  });
});

describe('every message', () => {
  it('T31: is heard in order by whoever listens to all, before its thread hears it', () => {
    const heard: string[] = [];
    const all = router.onAny((notification) => heard.push(`any ${word(notification)}`));
    router.onThread('t', (notification) => heard.push(`thread ${word(notification)}`));
    router.route('configWarning', { summary: 'x' });
    delta('a');
    router.route('future/global', undefined);
    expect(heard).toEqual(['any configWarning', 'any a', 'thread a', 'any future/global']);
    all.dispose();
    router.route('configWarning', { summary: 'y' });
    expect(heard).toHaveLength(4);
  });

  it.each([[undefined], [null], ['text'], [3], [[1]], [{ threadId: 5, turn: null, item: [] }]])(
    'T13: never throws, whatever its params are: %j',
    (params) => {
      const heard: TypedNotification[] = [];
      router.onAny((notification) => heard.push(notification));
      for (const method of ['turn/completed', 'item/completed', 'thread/started', 'future/x'])
        router.route(method, params);
      expect(heard.map(({ known }) => known)).toEqual([false, false, false, false]);
      expect(router.unrouted.size).toBe(0);
    },
  );
});

describe('events of threads that nobody listens to', () => {
  it('T18: are kept up to 2,000 for each thread; the rest is counted', () => {
    for (let index = 0; index < 2_003; index += 1) delta(String(index));
    expect([...router.unrouted]).toEqual([['item/agentMessage/delta', 3]]);
    const heard = listenTo('t');
    expect([heard.length, heard[0], heard.at(-1)]).toEqual([2_000, '0', '1999']);
  });

  it('T18: are kept for up to 64 threads; the rest is counted', () => {
    for (let index = 0; index < 66; index += 1) delta('x', 'u', `thread ${index}`);
    delta('more', 'u', 'thread 0');
    expect([...router.unrouted]).toEqual([['item/agentMessage/delta', 2]]);
    expect(listenTo('thread 63')).toEqual(['x']);
    expect(listenTo('thread 64')).toEqual([]);
    expect(listenTo('thread 0')).toEqual(['x', 'more']);
  });

  it('T18: are forgotten when the server is gone', () => {
    delta('old');
    router.failAll(new Error('gone'));
    expect(listenTo('t')).toEqual([]);
  });
});
