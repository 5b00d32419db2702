import type { ConversationView, Delta, ItemView, TurnView } from './conversation';

/** A command's output in a panel: the last of it. The whole stays with the server. */
const MAX_OUTPUT_CHARACTERS = 200_000;

/** Changes `view` in place as `delta` says. A delta for something that is not there is ignored. */
export function applyDelta(view: ConversationView, delta: Delta): void {
  switch (delta.type) {
    case 'set':
      Object.assign(view, delta.fields);
      return;
    case 'turn': {
      const turn = findTurn(view, delta.turn.id);
      if (turn) Object.assign(turn, delta.turn);
      else view.turns.push({ ...delta.turn, items: [] });
      return;
    }
    case 'item':
      putItem(findTurn(view, delta.turnId), delta.item);
      return;
    case 'append':
      append(findItem(view, delta.turnId, delta.itemId), delta.text);
      return;
    case 'removeItem': {
      const turn = findTurn(view, delta.turnId);
      if (turn) turn.items = turn.items.filter((item) => item.id !== delta.itemId);
      return;
    }
    case 'dropTurns':
      view.turns = [];
      return;
    case 'earlierTurns': {
      const known = new Set(view.turns.map((turn) => turn.id));
      const earlier = delta.turns.filter((turn) => !known.has(turn.id)).map(copyOf);
      view.turns = [...earlier, ...view.turns];
      return;
    }
    case 'sideQuestion':
      view.side = delta.side && { ...delta.side, answer: copyOfView(delta.side.answer) };
      return;
    case 'side':
      if (view.side) applyDelta(view.side.answer, delta.delta);
  }
}

/** The turn with this id; the newest is found first. */
export function findTurn(view: ConversationView, turnId: string): TurnView | undefined {
  return view.turns.findLast((turn) => turn.id === turnId);
}

/** The item with this id in this turn; the newest is found first. */
export function findItem(view: ConversationView, turnId: string, itemId: string): ItemView | undefined {
  return findTurn(view, turnId)?.items.findLast((item) => item.id === itemId);
}

/** What is applied later changes the copy only. */
function copyOf(turn: TurnView): TurnView {
  return { ...turn, items: turn.items.map((item) => ({ ...item })) };
}

function copyOfView(view: ConversationView): ConversationView {
  return { ...view, turns: view.turns.map(copyOf) };
}

function putItem(turn: TurnView | undefined, item: ItemView): void {
  if (!turn) return;
  const index = turn.items.findLastIndex((other) => other.id === item.id);
  const existing = turn.items[index];
  // The object stays the same where it can: a panel that shows it keeps its row, open or closed as it was. A new one
  // is a copy, because 'append' changes it and the sender keeps its own.
  if (existing?.type === item.type) Object.assign(existing, item);
  else if (existing) turn.items[index] = { ...item };
  else turn.items.push({ ...item });
}

function append(item: ItemView | undefined, text: string): void {
  if (item?.type === 'message' || item?.type === 'reasoning') item.text += text;
  if (item?.type === 'command') item.text = (item.text + text).slice(-MAX_OUTPUT_CHARACTERS);
}

/** Joins deltas that follow each other on the same item, so that one frame costs one change per item. */
export function coalesce(deltas: readonly Delta[]): Delta[] {
  const joined: Delta[] = [];
  for (const delta of deltas) {
    const last = joined.at(-1);
    const both = last && join(last, delta);
    if (both) joined[joined.length - 1] = both;
    else joined.push(delta);
  }
  return joined;
}

function join(last: Delta, next: Delta): Delta | undefined {
  if (last.type === 'side' && next.type === 'side') {
    const delta = join(last.delta, next.delta);
    return delta && { type: 'side', delta };
  }
  if (last.type !== 'append' || next.type !== 'append') return undefined;
  const same = last.turnId === next.turnId && last.itemId === next.itemId;
  return same ? { ...last, text: last.text + next.text } : undefined;
}
