import { createMemo, For, type JSX } from 'solid-js';

/**
 * Rows that stay the same elements, with their focus and what is unfolded in them, while the objects they show are
 * replaced by newer ones. `keyOf` says which row is which; keys must differ.
 */
export function KeyedFor<T>(props: {
  readonly each: readonly T[];
  readonly keyOf: (entry: T) => string;
  readonly children: (entry: () => T) => JSX.Element;
}) {
  const byKey = createMemo(() => new Map(props.each.map((entry) => [props.keyOf(entry), entry])));
  const keys = createMemo(() => [...byKey().keys()]);
  return (
    <For each={keys()}>
      {(key) => {
        // A row that is about to go still shows what it showed last.
        const entry = createMemo((last: T | undefined) => byKey().get(key) ?? last);
        return props.children(() => entry() as T);
      }}
    </For>
  );
}
