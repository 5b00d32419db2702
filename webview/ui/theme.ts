import { type Accessor, createSignal } from 'solid-js';

const updates = new Set<() => void>();

/**
 * What `read` makes of the page in the editor's theme. It is read when it is first wanted, and again whenever the theme
 * changes; who follows it is told only when it is another.
 */
export function createThemeValue<T>(read: () => T): Accessor<T> {
  let value: Accessor<T> | undefined;
  return () => {
    value ??= followed(read);
    return value();
  };
}

function followed<T>(read: () => T): Accessor<T> {
  const [value, setValue] = createSignal(read(), {
    equals: (before, now) => JSON.stringify(before) === JSON.stringify(now),
  });
  if (updates.size === 0) watch();
  updates.add(() => setValue(read));
  return value;
}

/** The editor tells the page its theme by attributes. */
function watch(): void {
  const observer = new MutationObserver(() => {
    for (const update of updates) update();
  });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
}
