import { createSignal, type JSX, Show } from 'solid-js';
import { KeyedFor } from './KeyedFor';

/** This many rows are shown until the person asks for all of them. */
const FIRST_ROWS = 50;

/** The rows of a list that may be very long. */
export interface LongList<T> {
  shown(): readonly T[];
  /** All rows, shown or not. */
  count(): number;
  isCut(): boolean;
  showAll(): void;
}

/** Holds back all but the first rows of `all` until {@link LongList.showAll}. */
export function createLongList<T>(all: () => readonly T[]): LongList<T> {
  const [whole, setWhole] = createSignal(false);
  const isCut = (): boolean => !whole() && all().length > FIRST_ROWS;
  return {
    shown: () => (isCut() ? all().slice(0, FIRST_ROWS) : all()),
    count: () => all().length,
    isCut,
    showAll: () => setWhole(true),
  };
}

/**
 * "Show all 312 files": show it right after the rows while the list is cut. The focus goes on to the first of the rows
 * that come.
 */
export function ShowAll(props: { readonly list: LongList<unknown>; readonly noun: string }) {
  const showAll = (button: HTMLElement): void => {
    const lastRow = (button.closest('li') ?? button).previousElementSibling;
    const hadFocus = document.activeElement === button;
    props.list.showAll();
    if (hadFocus) lastRow?.nextElementSibling?.querySelector<HTMLElement>('button, input')?.focus();
  };
  return (
    <button type="button" class="show-all" onClick={(event) => showAll(event.currentTarget)}>
      Show all {props.list.count()} {props.noun}
    </button>
  );
}

/** The rows of a list that may be very long, for a `ul`: each a `li` of its own, and {@link ShowAll} after the first. */
export function LongRows<T>(props: {
  readonly each: readonly T[];
  readonly keyOf: (entry: T) => string;
  readonly noun: string;
  readonly children: (entry: () => T) => JSX.Element;
}) {
  const list = createLongList(() => props.each);
  return (
    <>
      <KeyedFor each={list.shown()} keyOf={props.keyOf}>
        {props.children}
      </KeyedFor>
      <Show when={list.isCut()}>
        <li>
          <ShowAll list={list} noun={props.noun} />
        </li>
      </Show>
    </>
  );
}
