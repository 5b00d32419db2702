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

/** Where an id is: a member of `params`, or of the object that is the member `parent` of `params`. */
interface IdPlace {
  readonly parent: string | undefined;
  readonly key: string;
}

interface CompiledRoute {
  readonly route: Route;
  readonly thread: IdPlace | undefined;
  readonly turn: IdPlace | undefined;
  readonly item: IdPlace | undefined;
}

/** Every method's route with its paths taken apart once: this is looked up for each line that comes. */
const routes: ReadonlyMap<string, CompiledRoute> = new Map(
  Object.entries<Route>(NOTIFICATION_ROUTES).map(([method, route]) => [
    method,
    { route, thread: placeOf(route.thread), turn: placeOf(route.turn), item: placeOf(route.item) },
  ]),
);

/** Gives a raw notification its type and ids. Never throws and never drops: what does not fit becomes *unknown*. */
export function typed(method: string, params: unknown): TypedNotification {
  const compiled = routes.get(method);
  if (compiled && isObject(params)) {
    const threadId = idAt(params, compiled.thread);
    const turnId = idAt(params, compiled.turn);
    const itemId = idAt(params, compiled.item);
    if (hasRequiredIds(compiled.route, threadId, turnId, itemId)) {
      return { known: true, method, params, threadId, turnId, itemId } as unknown as KnownNotification;
    }
  }
  return { known: false, method, params, ...fallbackIds(params) };
}

const USUAL_PLACES = {
  thread: [placeOf('threadId'), placeOf('thread.id')],
  turn: [placeOf('turnId'), placeOf('turn.id')],
  item: [placeOf('itemId'), placeOf('item.id')],
} as const;

/** The ids of a message that has no route: the usual places, strings only (`sourceTurnId` is not a routing id). */
export function fallbackIds(params: unknown): MessageIds {
  const first = (places: readonly [IdPlace | undefined, IdPlace | undefined]): string | undefined =>
    isObject(params) ? (idAt(params, places[0]) ?? idAt(params, places[1])) : undefined;
  return {
    threadId: first(USUAL_PLACES.thread),
    turnId: first(USUAL_PLACES.turn),
    itemId: first(USUAL_PLACES.item),
  };
}

/** Whether the ids are there that the protocol always gives: all of an item's, and those inside a `turn` or `thread`. */
function hasRequiredIds(
  { scope, thread, turn }: Route,
  threadId: string | undefined,
  turnId: string | undefined,
  itemId: string | undefined,
): boolean {
  if (scope === 'item') return threadId !== undefined && turnId !== undefined && itemId !== undefined;
  if (turnId === undefined && turn?.includes('.')) return false;
  return !(threadId === undefined && thread?.includes('.'));
}

/** Takes apart a dotted path of at most two parts. */
function placeOf(path: string | undefined): IdPlace | undefined {
  if (path === undefined) return undefined;
  const dot = path.indexOf('.');
  return { parent: dot < 0 ? undefined : path.slice(0, dot), key: path.slice(dot + 1) };
}

/** The string at `place`. */
function idAt(params: Record<string, unknown>, place: IdPlace | undefined): string | undefined {
  if (place === undefined) return undefined;
  const parent = place.parent === undefined ? params : params[place.parent];
  const id = isObject(parent) ? parent[place.key] : undefined;
  return typeof id === 'string' ? id : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
