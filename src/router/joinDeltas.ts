import type { ServerNotifications } from '../protocol/generated/methods';
import type { TypedNotification } from './notification';

/** The messages that carry a piece of a growing text in `delta`, and nothing else that changes. */
const TEXT_DELTAS: ReadonlySet<string> = new Set([
  'item/agentMessage/delta',
  'item/plan/delta',
  'item/reasoning/textDelta',
  'item/reasoning/summaryTextDelta',
  'item/commandExecution/outputDelta',
] satisfies (keyof ServerNotifications)[]);

/** One message with the text of both, if they are two pieces of the same text; else `undefined`. */
export function joinDeltas(first: TypedNotification, second: TypedNotification): TypedNotification | undefined {
  if (!first.known || !second.known || first.method !== second.method || !TEXT_DELTAS.has(first.method))
    return undefined;
  const [before, after] = [first.params, second.params] as unknown as Record<string, unknown>[];
  if (typeof before?.delta !== 'string' || typeof after?.delta !== 'string') return undefined;
  const keys = Object.keys(before);
  if (keys.length !== Object.keys(after).length) return undefined;
  if (keys.some((key) => key !== 'delta' && before[key] !== after[key])) return undefined;
  return { ...first, params: { ...before, delta: before.delta + after.delta } } as unknown as TypedNotification;
}
