import { type Accessor, createMemo, createSignal, Match, onCleanup, Switch } from 'solid-js';
import { Virtualizer } from 'virtua/solid';
import { keepFocus, nearestFirst } from './focus';
import type { Log } from './log';
import { followed, followedTurn, type Row } from './rows';
import { keptIndexes } from './scroll';
import { Fold, Item, TurnEnd, You } from './Turn';

/** The newest rows are always in the page, so that a screen reader can go through them without scrolling. */
const NEWEST_ROWS = 50;
/** So many of them at once when a conversation is opened; the others a moment after the first are seen. */
const FIRST_ROWS = 16;
const OTHER_ROWS_MS = 100;

/** The rows of a conversation: those in sight, those near it, the newest ones, and the one with the focus. */
export function TranscriptRows(props: { readonly log: Log; readonly scroller: HTMLElement }) {
  const { log } = props;
  const [newest, setNewest] = createSignal(FIRST_ROWS);
  const timer = setTimeout(() => setNewest(NEWEST_ROWS), OTHER_ROWS_MS);
  onCleanup(() => clearTimeout(timer));
  const focusedIndex = createMemo(() => {
    const key = log.focusedRow();
    return key === undefined ? -1 : log.rows().list.findIndex((row) => row.key === key);
  });
  return (
    <Virtualizer
      data={log.rows().list}
      shift={log.rows().isPrepended}
      keepMounted={keptIndexes(log.rows().list.length, newest(), focusedIndex())}
      scrollRef={props.scroller}
      startMargin={log.startMargin()}
      ref={log.setHandle}
    >
      {(row, index) => <TranscriptRow row={row} index={index} log={log} />}
    </Virtualizer>
  );
}

function TranscriptRow(props: { readonly row: Row; readonly index: Accessor<number>; readonly log: Log }) {
  const { row, index, log } = props;
  // The very first row as well: where others come in front of it, it does not change its height.
  const opensTurn = createMemo(() => log.rows().list[index() - 1]?.turn !== row.turn);
  let element: HTMLDivElement | undefined;
  keepFocus(
    () => element,
    (going) => nearestFirst(going, rowsOfTurn(row.turn.id)),
  );
  return (
    <div
      class="row"
      classList={{ 'opens-turn': opensTurn() }}
      data-row={row.key}
      data-turn={row.turn.id}
      ref={(div) => (element = div)}
    >
      <RowContent row={row} log={log} />
    </div>
  );
}

function RowContent(props: { readonly row: Row; readonly log: Log }) {
  const { row, log } = props;
  const turn = followedTurn(log.conversation().turns, row.turn);
  const isNewest = createMemo(() => log.rows().list.at(-1)?.turn === row.turn);
  return (
    <Switch>
      <Match when={row.part === 'you' && row.item.type === 'you' ? followed(turn, row.item) : undefined}>
        {(item) => <You item={item()} turnId={row.turn.id} opens={row.turn.id} />}
      </Match>
      <Match when={row.part === 'item' ? followed(turn, row.item) : undefined}>
        {(item) => <Item item={item()} turnId={row.turn.id} />}
      </Match>
      <Match when={row.part === 'fold'}>
        <Fold turn={turn} />
      </Match>
      <Match when={row.part === 'end'}>
        <TurnEnd turn={turn} isNewest={isNewest()} changes={log.changesOf(row.turn.id)} />
      </Match>
    </Switch>
  );
}

function rowsOfTurn(turnId: string): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('.row')].filter((row) => row.dataset.turn === turnId);
}
