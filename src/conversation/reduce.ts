import type { ThreadTokenUsage } from '../protocol/generated/types/v2/ThreadTokenUsage';
import type { KnownNotification, TypedNotification } from '../router/notification';
import { findItem, findTurn } from '../shared/applyDelta';
import type { ConversationView, Delta, ItemView, TurnHead, TurnView } from '../shared/conversation';
import { toGoal } from './goal';
import { toItemViews } from './items';
import type { LimitReached } from './limits';
import { turnProblem } from './problems';
import { retryLine } from './turnErrors';
import { toUsage } from './usage';
import { headOf } from './viewStore';

const NOTHING: readonly Delta[] = [];

/**
 * What one notification of the conversation's thread changes in its view. Pure: `nowMs` is passed in, `view` is not
 * touched. Turns are created by whatever names them first: items can come before `turn/started` and after
 * `turn/completed` (codex app-server 0.169.0). `limit`: what a turn that fails for want of allowance is up against.
 */
export function reduce(
  view: ConversationView,
  notification: TypedNotification,
  nowMs: number,
  limit?: LimitReached,
): readonly Delta[] {
  if (!notification.known) return NOTHING;
  switch (notification.method) {
    case 'turn/started':
    case 'turn/completed':
      return reduceTurn(view, notification, nowMs, limit);
    case 'item/started':
    case 'item/completed':
      return reduceItem(view, notification, nowMs);
    case 'item/agentMessage/delta':
    case 'item/plan/delta':
      return appendTo(view, notification, 'message', nowMs);
    case 'item/reasoning/summaryTextDelta':
    case 'item/reasoning/textDelta':
      return appendTo(view, notification, 'reasoning', nowMs);
    case 'item/commandExecution/outputDelta':
      return appendTo(view, notification, 'command', nowMs);
    case 'item/reasoning/summaryPartAdded': {
      const { turnId, itemId } = notification.params;
      const item = findItem(view, turnId, itemId);
      return item?.type === 'reasoning' && item.text !== ''
        ? [{ type: 'append', turnId, itemId, text: '\n\n' }]
        : NOTHING;
    }
    case 'turn/plan/updated':
      return reducePlan(view, notification, nowMs);
    case 'error':
      return reduceError(view, notification);
    case 'thread/tokenUsage/updated': {
      return [
        { type: 'set', fields: { usage: toUsage(notification.params.tokenUsage) } },
        ...countTokens(findTurn(view, notification.params.turnId), notification.params.tokenUsage),
      ];
    }
    case 'thread/name/updated': {
      const { threadName } = notification.params;
      return threadName ? [{ type: 'set', fields: { title: threadName } }] : NOTHING;
    }
    case 'thread/goal/updated':
      return [{ type: 'set', fields: { goal: toGoal(notification.params.goal) } }];
    case 'thread/goal/cleared':
      return view.goal ? [{ type: 'set', fields: { goal: null } }] : NOTHING;
    default:
      return NOTHING;
  }
}

type Of<M extends KnownNotification['method']> = Extract<KnownNotification, { method: M }>;

function reduceTurn(
  view: ConversationView,
  { method, params }: Of<'turn/started' | 'turn/completed'>,
  nowMs: number,
  limit: LimitReached | undefined,
): readonly Delta[] {
  const { turn } = params;
  // A review's turn starts under one id and lives under another, its root.
  const id = method === 'turn/started' ? (turn.rootTurnId ?? turn.id) : turn.id;
  const existing = findTurn(view, id);
  if (method === 'turn/started') {
    if (existing && existing.status !== 'working') return NOTHING;
    return [
      { type: 'turn', turn: { ...newTurn(id, nowMs), startedAtMs: existing?.startedAtMs ?? nowMs } },
      { type: 'set', fields: { status: view.status === 'stopping' ? 'stopping' : 'working', retry: null } },
    ];
  }
  if (existing && existing.status !== 'working') return NOTHING;
  const failed = turn.status === 'failed';
  const stopped = turn.status === 'interrupted';
  const startedAtMs = existing?.startedAtMs ?? null;
  const head: TurnHead = {
    id,
    status: failed ? 'failed' : stopped ? 'stopped' : 'completed',
    startedAtMs,
    durationMs: turn.durationMs ?? (startedAtMs === null ? null : nowMs - startedAtMs),
    problem: failed ? turnProblem(turn.error, limit) : null,
  };
  // A late end of an older turn never changes what the newest one is doing.
  const newest = view.turns.at(-1);
  const isCurrent = newest === undefined || newest.id === id || newest.status !== 'working';
  return [
    { type: 'turn', turn: head },
    ...closeOpenItems(existing),
    ...(isCurrent
      ? [{ type: 'set', fields: { status: failed ? 'failed' : stopped ? 'stopped' : 'ready', retry: null } } as const]
      : []),
  ];
}

function reduceItem(
  view: ConversationView,
  { method, params }: Of<'item/started' | 'item/completed'>,
  nowMs: number,
): readonly Delta[] {
  const { item, turnId } = params;
  const completed = method === 'item/completed';
  const deltas: Delta[] = [...ensureTurn(view, turnId, nowMs)];
  if (item.type === 'userMessage') {
    const { clientId } = item;
    if (view.outbox.some((message) => message.id === clientId)) {
      deltas.push({ type: 'set', fields: { outbox: view.outbox.filter((message) => message.id !== clientId) } });
    }
    // Steering cuts the model's stream: the half-written message is never completed by the server.
    if (!completed) deltas.push(...closeOpenItems(findTurn(view, turnId), 'message'));
  }
  for (const next of toItemViews(item, view.folder, completed)) {
    deltas.push({ type: 'item', turnId, item: keepWhatWasStreamed(next, findItem(view, turnId, next.id)) });
  }
  if (view.retry !== null) deltas.push({ type: 'set', fields: { retry: null } });
  return deltas;
}

/** Output of fast commands comes only with the completed item, that of others only before it: keep the longer. */
function keepWhatWasStreamed(next: ItemView, previous: ItemView | undefined): ItemView {
  if (next.type === 'command' && previous?.type === 'command' && next.text.length < previous.text.length) {
    return { ...next, text: previous.text };
  }
  if (next.type === 'reasoning' && previous?.type === 'reasoning' && next.text === '')
    return { ...next, text: previous.text };
  if (next.type === 'files' && previous?.type === 'files') return { ...next, notes: previous.notes };
  return next;
}

type DeltaNotification = Of<
  | 'item/agentMessage/delta'
  | 'item/plan/delta'
  | 'item/reasoning/summaryTextDelta'
  | 'item/reasoning/textDelta'
  | 'item/commandExecution/outputDelta'
>;

function appendTo(
  view: ConversationView,
  { params }: DeltaNotification,
  type: 'message' | 'reasoning' | 'command',
  nowMs: number,
): readonly Delta[] {
  const { turnId, itemId, delta } = params;
  const append: Delta = { type: 'append', turnId, itemId, text: delta };
  if (findItem(view, turnId, itemId)) return [append];
  if (type === 'command') return NOTHING;
  const item: ItemView =
    type === 'message'
      ? { type, id: itemId, text: '', streaming: true }
      : { type, id: itemId, text: '', streaming: true, startedAtMs: nowMs, durationMs: null };
  return [...ensureTurn(view, turnId, nowMs), { type: 'item', turnId, item }, append];
}

function reducePlan(view: ConversationView, { params }: Of<'turn/plan/updated'>, nowMs: number): readonly Delta[] {
  const { turnId, plan } = params;
  const steps = plan.map(({ step, status }) => ({
    text: step,
    status:
      status === 'completed'
        ? ('done' as const)
        : status === 'inProgress'
          ? ('working' as const)
          : ('pending' as const),
  }));
  return [
    ...ensureTurn(view, turnId, nowMs),
    { type: 'item', turnId, item: { type: 'plan', id: `plan-${turnId}`, steps } },
  ];
}

/** A retry starts every open item anew under another id: what was half there would stand twice. */
function reduceError(view: ConversationView, { params }: Of<'error'>): readonly Delta[] {
  const { error, turnId, willRetry } = params;
  if (!willRetry) return NOTHING;
  const open = (findTurn(view, turnId)?.items ?? []).filter(
    (item) => (item.type === 'message' || item.type === 'reasoning') && item.streaming,
  );
  return [
    ...open.map((item): Delta => ({ type: 'removeItem', turnId, itemId: item.id })),
    { type: 'set', fields: { retry: retryLine(error) } },
  ];
}

/** Ends what the server will never complete: after a stop, a failure or a steer. */
export function closeOpenItems(turn: TurnView | undefined, only?: 'message'): Delta[] {
  return (turn?.items ?? []).flatMap((item): Delta[] => {
    if (only !== undefined && item.type !== only) return [];
    const update = (closed: ItemView): Delta[] => [{ type: 'item', turnId: turn?.id ?? '', item: closed }];
    if ((item.type === 'message' || item.type === 'reasoning') && item.streaming)
      return update({ ...item, streaming: false });
    if ((item.type === 'command' || item.type === 'files' || item.type === 'step') && item.status === 'working') {
      return update({ ...item, status: 'stopped' });
    }
    return [];
  });
}

/** Only while it runs: the server tells the last usage again when a thread is resumed (codex app-server 0.169.0). */
function countTokens(turn: TurnView | undefined, { total, last }: ThreadTokenUsage): Delta[] {
  if (turn?.status !== 'working') return [];
  const before = turn.tokens?.before ?? total.totalTokens - last.totalTokens;
  return [{ type: 'turn', turn: { ...headOf(turn), tokens: { before, used: total.totalTokens - before } } }];
}

function ensureTurn(view: ConversationView, turnId: string, nowMs: number): Delta[] {
  return findTurn(view, turnId) ? [] : [{ type: 'turn', turn: newTurn(turnId, nowMs) }];
}

function newTurn(id: string, startedAtMs: number): TurnHead {
  return { id, status: 'working', startedAtMs, durationMs: null, problem: null };
}
