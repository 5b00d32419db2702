import { beforeEach, describe, expect, it } from 'vitest';
import type { CorrelationKey } from '../../../src/router/correlatedEvents';
import { MessageRouter } from '../../../src/router/messageRouter';
import { LineLogger } from '../../support/fakeAppServer';

let router: MessageRouter;
let logger: LineLogger;

beforeEach(() => {
  logger = new LineLogger();
  router = new MessageRouter(logger);
});

function listenTo(key: CorrelationKey, id: string): string[] {
  const heard: string[] = [];
  router.onCorrelated(key, id, ({ method }) => heard.push(method));
  return heard;
}

const CASES: [CorrelationKey, string][] = [
  ['loginId', 'account/login/completed'],
  ['loginId', 'account/gatewayOAuth/changed'],
  ['loginId', 'mcpServer/oauthLogin/completed'],
  ['processId', 'command/exec/outputDelta'],
  ['processHandle', 'process/outputDelta'],
  ['processHandle', 'process/exited'],
  ['watchId', 'fs/changed'],
  ['sessionId', 'fuzzyFileSearch/sessionUpdated'],
  ['sessionId', 'fuzzyFileSearch/sessionCompleted'],
  ['subscriptionId', 'mcpServer/event/stream/notification'],
  ['importId', 'externalAgentConfig/import/progress'],
  ['importId', 'externalAgentConfig/import/completed'],
  ['projectId', 'project/changed'],
];

describe('a message of no thread', () => {
  it.each(CASES)('T15: with a %s reaches only who asked for that id: %s', (key, method) => {
    const one = listenTo(key, 'one');
    const two = listenTo(key, 'two');
    router.route(method, { [key]: 'one' });
    expect([one, two]).toEqual([[method], []]);
  });

  it.each(CASES)('T15: with a %s that comes before its listener is kept for the first one: %s', (key, method) => {
    router.route(method, { [key]: 'one' });
    expect(listenTo(key, 'one')).toEqual([method]);
    expect(listenTo(key, 'one')).toEqual([]);
  });

  it('T15: keeps its order, for every listener of the id', () => {
    router.route('process/outputDelta', { processHandle: 'p' });
    const first = listenTo('processHandle', 'p');
    const second = listenTo('processHandle', 'p');
    router.route('process/outputDelta', { processHandle: 'p' });
    router.route('process/exited', { processHandle: 'p' });
    expect(first).toEqual(['process/outputDelta', 'process/outputDelta', 'process/exited']);
    expect(second).toEqual(['process/outputDelta', 'process/exited']);
  });

  it.each([[{ loginId: null }], [{ loginId: 3 }], [{}], [undefined], [null], ['text']])(
    'T27: without an id of the kind is only heard by who hears everything: %j',
    (params) => {
      const all: string[] = [];
      router.onAny(({ method }) => all.push(method));
      router.route('account/login/completed', params);
      expect(all).toEqual(['account/login/completed']);
      expect(listenTo('loginId', 'null')).toEqual([]);
    },
  );

  it('T15: of a method that has no such id is nobody’s', () => {
    const heard = listenTo('loginId', 'x');
    router.route('account/updated', { loginId: 'x' });
    expect(heard).toEqual([]);
  });

  it('T15: reaches nobody who has left; an old registration does not end a new one', () => {
    const heard: string[] = [];
    const old = router.onCorrelated('watchId', 'w', () => heard.push('old'));
    const other = router.onCorrelated('watchId', 'w', () => heard.push('other'));
    old.dispose();
    router.route('fs/changed', { watchId: 'w' });
    other.dispose();
    router.onCorrelated('watchId', 'w', () => heard.push('new'));
    other.dispose();
    router.route('fs/changed', { watchId: 'w' });
    expect(heard).toEqual(['other', 'new']);
  });

  it('T31: reaches the others when a listener throws', () => {
    router.onCorrelated('watchId', 'w', () => {
      throw new Error('broken');
    });
    const heard = listenTo('watchId', 'w');
    router.route('fs/changed', { watchId: 'w' });
    expect(heard).toEqual(['fs/changed']);
    expect(logger.lines).toEqual(['error: A listener failed on fs/changed: broken']);
  });

  it('T18: that nobody asks for is kept within bounds, counted, and forgotten with the server', () => {
    for (let index = 0; index < 40; index += 1) router.route('fs/changed', { watchId: `w${index}` });
    expect([...router.unrouted]).toEqual([['fs/changed', 8]]);
    expect(listenTo('watchId', 'w0')).toEqual(['fs/changed']);
    router.failAll(new Error('gone'));
    expect(listenTo('watchId', 'w1')).toEqual([]);
  });
});

describe('messages of an unknown kind', () => {
  it('T13: are counted by method, and each method is logged once', () => {
    for (let index = 0; index < 3; index += 1) router.route('future/x', { threadId: 't' });
    router.route('item/completed', { item: 'malformed' });
    expect([...router.unknown]).toEqual([
      ['future/x', 3],
      ['item/completed', 1],
    ]);
    expect(logger.lines).toEqual([
      'warn: codex sent future/x in a way this version does not know; it is passed on as it is.',
      'warn: codex sent item/completed in a way this version does not know; it is passed on as it is.',
    ]);
  });

  it('T13: do not fill the memory with their names', () => {
    for (let index = 0; index < 300; index += 1) router.route(`future/${index}`, {});
    expect(router.unknown.size).toBe(201);
    expect(router.unknown.get('others')).toBe(100);
  });
});
