import type { ServerNotifications } from '../protocol/generated/methods';
import { NOTIFICATION_ROUTES, type Route } from '../protocol/generated/routing';

/** The ids a message carries; `undefined` where it has none. */
export interface MessageIds {
  readonly threadId: string | undefined;
  readonly turnId: string | undefined;
  readonly itemId: string | undefined;
}

/** A notification whose method and ids are as the generated protocol says. */
export type KnownNotification = {
  [M in keyof ServerNotifications]: {
    readonly known: true;
    readonly method: M;
    readonly params: ServerNotifications[M];
  };
}[keyof ServerNotifications] &
  MessageIds;

/** A notification of a newer server, or one whose ids are not where the protocol says: kept with its raw params. */
export interface UnknownNotification extends MessageIds {
  readonly known: false;
  readonly method: string;
  readonly params: unknown;
}

export type TypedNotification = KnownNotification | UnknownNotification;

const routes: Readonly<Record<string, Route>> = NOTIFICATION_ROUTES;

/** Gives a raw notification its type and ids. Never throws and never drops: what does not fit becomes *unknown*. */
export function typed(method: string, params: unknown): TypedNotification {
  const route = Object.hasOwn(routes, method) ? routes[method] : undefined;
  if (!route) return { known: false, method, params, ...fallbackIds(params) };
  const ids: MessageIds = {
    threadId: idAt(params, route.thread),
    turnId: idAt(params, route.turn),
    itemId: idAt(params, route.item),
  };
  if (!isObject(params) || !hasRequiredIds(route, ids)) return { known: false, method, params, ...fallbackIds(params) };
  return { known: true, method, params, ...ids } as KnownNotification;
}

/** The ids of a message that has no route: the usual places, strings only (`sourceTurnId` is not a routing id). */
export function fallbackIds(params: unknown): MessageIds {
  return {
    threadId: idAt(params, 'threadId') ?? idAt(params, 'thread.id'),
    turnId: idAt(params, 'turnId') ?? idAt(params, 'turn.id'),
    itemId: idAt(params, 'itemId') ?? idAt(params, 'item.id'),
  };
}

/** Whether the ids are there that the protocol always gives: all of an item's, and those inside a `turn` or `thread`. */
function hasRequiredIds({ scope, thread, turn }: Route, { threadId, turnId, itemId }: MessageIds): boolean {
  if (scope === 'item') return threadId !== undefined && turnId !== undefined && itemId !== undefined;
  if (turn?.includes('.') && turnId === undefined) return false;
  return !(thread?.includes('.') && threadId === undefined);
}

/** The string at a dotted path of at most two parts inside `params`. */
function idAt(params: unknown, path: string | undefined): string | undefined {
  if (path === undefined || !isObject(params)) return undefined;
  const dot = path.indexOf('.');
  const parent = dot < 0 ? params : params[path.slice(0, dot)];
  const id = isObject(parent) ? parent[path.slice(dot + 1)] : undefined;
  return typeof id === 'string' ? id : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
