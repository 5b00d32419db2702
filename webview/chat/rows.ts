import { $TRACK, type Accessor, createMemo, mapArray } from 'solid-js';
import { unwrap } from 'solid-js/store';
import type { ItemView, TurnView } from '../../src/shared/conversation';

/** What a row of the transcript shows: a part of one turn. `end`: how the turn ended and what can be done with it. */
export type RowContent = { readonly part: 'item' | 'you'; readonly item: ItemView } | { readonly part: 'fold' | 'end' };

/** One row of the transcript. The object stays the same for as long as it shows the same thing. */
export type Row = RowContent & {
  /** Tells it from every other row of the conversation, also after a reload. */
  readonly key: string;
  readonly turn: TurnView;
};

/** The rows of a conversation, oldest first. */
export interface Rows {
  readonly list: readonly Row[];
  /** All that is new came before all that was there. */
  readonly isPrepended: boolean;
}

/** What the rows of a turn depend on beside its items. */
export interface TurnLook {
  isUnfolded(turnId: string): boolean;
  /** Whether the turn changed files. */
  hasChanges(turnId: string): boolean;
}

/** Work is what a finished turn folds into one line. */
export function isWork({ type }: Pick<ItemView, 'type'>): boolean {
  return type === 'reasoning' || type === 'command' || type === 'step';
}

/** Whether the work of a turn is worth a line of its own that it folds into. */
export function foldsWork({ status, items }: Pick<TurnView, 'status' | 'items'>): boolean {
  if (status !== 'completed') return false;
  const first = items.findIndex(isWork);
  return first >= 0 && items.findLastIndex(isWork) > first;
}

/** What the rows of one turn show, in order: the message that began it, the line of its folded work, the rest. */
export function turnContents(
  turn: Pick<TurnView, 'id' | 'status' | 'problem' | 'items'>,
  isUnfolded: boolean,
  hasChanges: boolean,
): RowContent[] {
  const opening = turn.items.find((item) => item.type === 'you');
  const folds = foldsWork(turn);
  const contents: RowContent[] = [];
  if (opening) contents.push({ part: 'you', item: opening });
  if (folds) contents.push({ part: 'fold' });
  for (const item of turn.items) {
    if (item !== opening && (!folds || isUnfolded || !isWork(item))) contents.push({ part: 'item', item });
  }
  const ended = turn.status !== 'working';
  if (turn.status === 'stopped' || turn.problem !== null || (ended && hasChanges)) contents.push({ part: 'end' });
  return contents;
}

/** What a row is called: the same again after a reload, as the ids of turns and items are. */
export function rowKey(turnId: string, content: RowContent): string {
  return 'item' in content ? `${turnId}/${content.item.id}/${content.item.type}` : `${turnId}/${content.part}`;
}

/**
 * The rows of turns that change. What a turn costs when one of its items grows is nothing; when an item comes or goes,
 * only the rows of that turn are made again.
 */
export function createRows(turns: Accessor<readonly TurnView[]>, look: TurnLook): Accessor<Rows> {
  const perTurn = mapArray(turns, (turn) => {
    let known = new Map<string, Row>();
    return createMemo(() => {
      const contents = turnContents(
        { id: turn.id, status: turn.status, problem: turn.problem, items: tracked(turn.items) },
        look.isUnfolded(turn.id),
        look.hasChanges(turn.id),
      );
      const rows = contents.map((content): Row => {
        const key = rowKey(turn.id, content);
        const before = known.get(key);
        return before && itemOf(before) === itemOf(content) ? before : { ...content, key, turn };
      });
      known = new Map(rows.map((row) => [row.key, row]));
      return rows;
    });
  });
  return createMemo((before: Rows): Rows => {
    const list = perTurn().flatMap((rows) => rows());
    return { list, isPrepended: isPrepended(before.list, list) };
  }, NO_ROWS);
}

const NO_ROWS: Rows = { list: [], isPrepended: false };

function isPrepended(before: readonly Row[], now: readonly Row[]): boolean {
  const added = now.length - before.length;
  return added > 0 && before.length > 0 && now[added] === before[0] && now.at(-1) === before.at(-1);
}

function itemOf(content: RowContent): ItemView | undefined {
  return 'item' in content ? content.item : undefined;
}

type TrackedList = ItemView[] & { readonly [$TRACK]?: unknown };

/**
 * The items themselves, without a reactive object around each. Whoever calls it is run again when one comes, goes or is
 * replaced, not when one of them changes.
 */
function tracked(items: ItemView[]): ItemView[] {
  // Reading this is the way to follow a list and not what is in it.
  return (items as TrackedList)[$TRACK] === undefined ? items : unwrap(items);
}

/** The item that a row shows, as an object whose fields can be followed. */
export function followed<T extends ItemView>(turn: TurnView, item: T): T {
  const index = unwrap(turn.items).lastIndexOf(item);
  return (turn.items[index] as T | undefined) ?? item;
}
