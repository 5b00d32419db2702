import { $TRACK, type Accessor, createMemo, untrack } from 'solid-js';
import { unwrap } from 'solid-js/store';
import type { ItemView, StepItem, TurnView } from '../../src/shared/conversation';

/** What a row of the transcript shows: a part of one turn. `end`: how the turn ended and what can be done with it. */
export type RowContent = { readonly part: 'item' | 'you'; readonly item: ItemView } | { readonly part: 'fold' | 'end' };

/** One row of the transcript. The object stays the same for as long as it shows the same thing. */
export type Row = RowContent & {
  /** Tells it from every other row of the conversation, also after a reload. */
  readonly key: string;
  /** Not to be followed, nor is the item: see {@link followedTurn} and {@link followed}. */
  readonly turn: TurnView;
};

/** The rows of a conversation, oldest first. */
export interface Rows {
  readonly list: readonly Row[];
  /** All that is new came before all that was there. */
  readonly isPrepended: boolean;
}

/** What the rows of a turn depend on beside the turn. */
export interface TurnLook {
  isUnfolded(turnId: string): boolean;
  /** Whether the turn changed files. */
  hasChanges(turnId: string): boolean;
}

/** Work is what a finished turn folds into one line. */
export function isWork(item: Pick<ItemView, 'type'> & Pick<StepItem, 'isResult'>): boolean {
  return item.type === 'reasoning' || item.type === 'command' || (item.type === 'step' && item.isResult !== true);
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

/** What the rows of a turn were made from. */
interface KnownTurn {
  readonly status: TurnView['status'];
  readonly problem: TurnView['problem'];
  readonly items: readonly ItemView[];
  readonly isUnfolded: boolean;
  readonly hasChanges: boolean;
  readonly rows: readonly Row[];
}

/**
 * The rows of turns that change. They are looked through whenever `changed` or `look` does: it is to change when a turn
 * or an item comes, goes or is another, not when words are added to one. The turns themselves are not followed, which
 * for a long conversation would cost more than all that is shown of it.
 */
export function createRows(
  turns: Accessor<readonly TurnView[]>,
  changed: Accessor<unknown>,
  look: Accessor<TurnLook>,
): Accessor<Rows> {
  const known = new WeakMap<TurnView, KnownTurn>();
  const rowOfItem = new WeakMap<ItemView, Row>();
  return createMemo((before: Rows): Rows => {
    changed();
    const looks = look();
    const list = unwrap(turns()).flatMap((turn) => {
      const next = knownTurn(turn, looks, known.get(turn), rowOfItem);
      known.set(turn, next);
      return next.rows;
    });
    const isSame = list.length === before.list.length && list.every((row, index) => row === before.list[index]);
    return isSame ? before : { list, isPrepended: isPrepended(before.list, list) };
  }, NO_ROWS);
}

const NO_ROWS: Rows = { list: [], isPrepended: false };

function knownTurn(
  turn: TurnView,
  look: TurnLook,
  before: KnownTurn | undefined,
  rowOfItem: WeakMap<ItemView, Row>,
): KnownTurn {
  const [isUnfolded, hasChanges] = [look.isUnfolded(turn.id), look.hasChanges(turn.id)];
  const { status, problem, items } = turn;
  const isSame =
    before?.isUnfolded === isUnfolded &&
    before.hasChanges === hasChanges &&
    before.status === status &&
    before.problem === problem &&
    before.items.length === items.length &&
    before.items.every((item, index) => item === items[index]);
  if (isSame) return before;
  const rows = turnContents(turn, isUnfolded, hasChanges).map((content): Row => {
    const existing =
      'item' in content ? rowOfItem.get(content.item) : before?.rows.find((row) => row.part === content.part);
    if (existing?.part === content.part) return existing;
    const row: Row = { ...content, key: rowKey(turn.id, content), turn };
    if ('item' in content) rowOfItem.set(content.item, row);
    return row;
  });
  return { status, problem, items: [...items], isUnfolded, hasChanges, rows };
}

function isPrepended(before: readonly Row[], now: readonly Row[]): boolean {
  const added = now.length - before.length;
  return added > 0 && before.length > 0 && now[added] === before[0] && now.at(-1) === before.at(-1);
}

/** The turn of a row among those of its conversation, as an object whose fields can be followed. */
export function followedTurn(turns: readonly TurnView[], turn: TurnView): TurnView {
  const index = unwrap(turns as TurnView[]).lastIndexOf(turn);
  return untrack(() => turns[index]) ?? turn;
}

/** The item of a row of this turn, as an object whose fields can be followed. */
export function followed<T extends ItemView>(turn: TurnView, item: T): T {
  return untrack(() => {
    const index = unwrap(turn.items).lastIndexOf(item);
    return (turn.items[index] as T | undefined) ?? item;
  });
}

type TrackedList = ItemView[] & { readonly [$TRACK]?: unknown };

/**
 * The newest item of this type in a turn, as an object whose fields can be followed. Whoever calls it is run again when
 * an item comes, goes or is replaced, not when one of them changes.
 */
export function newestOf<T extends ItemView['type']>(
  turn: TurnView | undefined,
  type: T,
): Extract<ItemView, { type: T }> | undefined {
  const items: TrackedList | undefined = turn?.items;
  // Reading this is the way to follow a list and not what is in it.
  if (!turn || items?.[$TRACK] === undefined) return undefined;
  const item = unwrap(items).findLast((entry) => entry.type === type);
  return item && followed(turn, item as Extract<ItemView, { type: T }>);
}
