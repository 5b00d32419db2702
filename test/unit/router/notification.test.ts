import { describe, expect, it } from 'vitest';
import { NOTIFICATION_ROUTES, type Route } from '../../../src/protocol/generated/routing';
import { fallbackIds, typed } from '../../../src/router/notification';

describe('typed', () => {
  it.each<[string, string, unknown, object]>([
    [
      'a direct turn id',
      'item/agentMessage/delta',
      { threadId: 't', turnId: 'u', itemId: 'i', delta: 'x' },
      { threadId: 't', turnId: 'u', itemId: 'i' },
    ],
    [
      'a turn id inside the turn',
      'turn/completed',
      { threadId: 't', turn: { id: 'u' } },
      { threadId: 't', turnId: 'u', itemId: undefined },
    ],
    [
      'an item id inside the item',
      'item/completed',
      { threadId: 't', turnId: 'u', item: { id: 'i' } },
      { threadId: 't', turnId: 'u', itemId: 'i' },
    ],
    [
      'a thread id inside the thread',
      'thread/started',
      { thread: { id: 't' } },
      { threadId: 't', turnId: undefined, itemId: undefined },
    ],
    ['no ids at all', 'skills/changed', {}, { threadId: undefined, turnId: undefined, itemId: undefined }],
  ])('T12: finds %s where the protocol says', (_what, method, params, ids) => {
    expect(typed(method, params)).toEqual({ known: true, method, params, ...ids });
  });

  it.each(['thread/goal/updated', 'hook/started', 'hook/completed'])(
    'T12: %s is known with and without its optional turn id',
    (method) => {
      expect(typed(method, { threadId: 't', turnId: 'u' })).toMatchObject({ known: true, turnId: 'u' });
      expect(typed(method, { threadId: 't', turnId: null })).toMatchObject({ known: true, turnId: undefined });
      expect(typed(method, { threadId: 't' })).toMatchObject({ known: true, threadId: 't', turnId: undefined });
    },
  );

  it('T12: every method of the generated table is known when its ids are where they belong', () => {
    const table: Readonly<Record<string, Route>> = NOTIFICATION_ROUTES;
    for (const [method, route] of Object.entries(table)) {
      const params: Record<string, unknown> = {};
      for (const place of [route.thread, route.turn, route.item]) {
        const [parent, child] = place?.split('.') ?? [];
        if (parent !== undefined) params[parent] = child === undefined ? parent : { [child]: parent };
      }
      const notification = typed(method, params);
      expect(notification, method).toMatchObject({ known: true, method });
      expect(notification.threadId !== undefined, method).toBe(route.thread !== undefined);
      expect(notification.turnId !== undefined, method).toBe(route.turn !== undefined);
      expect(notification.itemId !== undefined, method).toBe(route.item !== undefined);
    }
  });

  it('T13: an unknown method keeps its raw params', () => {
    const params = { a: [1, 2] };
    const notification = typed('future/notification', params);
    expect(notification).toMatchObject({ known: false, method: 'future/notification' });
    expect(notification.params).toBe(params);
  });

  it.each(['toString', '__proto__', 'constructor', ''])('T13: a method called %j is unknown', (method) => {
    expect(typed(method, {})).toMatchObject({ known: false, method });
  });

  it.each<[string, unknown]>([
    ['item/agentMessage/delta', { threadId: 't', turnId: 7, itemId: 'i', delta: 'x' }],
    ['item/agentMessage/delta', { threadId: 't', turnId: 'u', delta: 'x' }],
    ['item/completed', { threadId: 't', turnId: 'u' }],
    ['item/completed', { threadId: 't', turnId: 'u', item: 'text' }],
    ['item/completed', { turnId: 'u', item: { id: 'i' } }],
    ['turn/completed', { threadId: 't' }],
    ['turn/started', { threadId: 't', turn: null }],
    ['turn/completed', { threadId: 't', turn: { id: 5 } }],
    ['thread/started', { thread: {} }],
    ['thread/started', {}],
  ])('T13: %s with %j is unknown and keeps its method and params', (method, params) => {
    const notification = typed(method, params);
    expect(notification).toMatchObject({ known: false, method });
    expect(notification.params).toBe(params);
  });

  it.each([[undefined], [null], ['text'], [42], [true], [[1, 2]]])(
    'T13: params that are %j make a known method unknown, without ids',
    (params) => {
      expect(typed('account/updated', params)).toEqual({
        known: false,
        method: 'account/updated',
        params,
        threadId: undefined,
        turnId: undefined,
        itemId: undefined,
      });
    },
  );

  it('T13: a malformed message of a known method is still routed by the ids it has', () => {
    expect(typed('turn/completed', { threadId: 't', turnId: 'u' })).toMatchObject({
      known: false,
      threadId: 't',
      turnId: 'u',
    });
  });
});

describe('fallbackIds', () => {
  it.each<[object, object]>([
    [
      { threadId: 't', turnId: 'u', itemId: 'i' },
      { threadId: 't', turnId: 'u', itemId: 'i' },
    ],
    [
      { thread: { id: 't' }, turn: { id: 'u' }, item: { id: 'i' } },
      { threadId: 't', turnId: 'u', itemId: 'i' },
    ],
    [{ turnId: 'direct', turn: { id: 'nested' } }, { turnId: 'direct' }],
    [{ turnId: 5, turn: { id: 'nested' } }, { turnId: 'nested' }],
    [
      { turnId: null, turn: 'u', threadId: {}, thread: [] },
      { threadId: undefined, turnId: undefined },
    ],
    [{ sourceTurnId: 'u' }, { turnId: undefined }],
  ])('T14: finds the ids in %j', (params, ids) => {
    expect(fallbackIds(params)).toMatchObject(ids);
  });

  it.each([[undefined], [null], ['threadId'], [[{ threadId: 't' }]]])('T14: finds none in %j', (params) => {
    expect(fallbackIds(params)).toEqual({ threadId: undefined, turnId: undefined, itemId: undefined });
  });
});
