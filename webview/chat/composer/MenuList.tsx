import { createEffect, For, Show } from 'solid-js';
import type { CompletionTrigger, CompletionView } from '../../../src/shared/composer';
import { Icon } from '../../ui/Icon';
import type { Menu } from './menu';

const NAMES: Readonly<Record<CompletionTrigger, string>> = { '@': 'Context', '/': 'Commands', $: 'Skills' };

export const MENU_ID = 'composer-menu';

/** The id of an entry, for `aria-activedescendant`. */
export function optionId(index: number): string {
  return `${MENU_ID}-${index}`;
}

/** What can be put at the cursor. The keys are the text's: see {@link Menu.handle}. */
export function MenuList(props: { readonly menu: Menu; readonly onChoose: (item: CompletionView) => void }) {
  return (
    <Show when={props.menu.items().length > 0}>
      <ul class="composer-menu" role="listbox" id={MENU_ID} aria-label={NAMES[props.menu.token()?.trigger ?? '@']}>
        <For each={props.menu.items()}>
          {(item, index) => (
            <Option
              item={item}
              id={optionId(index())}
              isActive={index() === props.menu.active()}
              onHover={() => props.menu.setActive(index())}
              onChoose={() => props.onChoose(item)}
            />
          )}
        </For>
      </ul>
    </Show>
  );
}

function Option(props: {
  readonly item: CompletionView;
  readonly id: string;
  readonly isActive: boolean;
  readonly onHover: () => void;
  readonly onChoose: () => void;
}) {
  let element: HTMLLIElement | undefined;
  createEffect(() => {
    if (props.isActive) element?.scrollIntoView({ block: 'nearest' });
  });
  return (
    <li
      ref={(option) => (element = option)}
      id={props.id}
      role="option"
      aria-selected={props.isActive}
      onMouseMove={() => props.onHover()}
      onMouseDown={(event) => {
        // The text keeps the focus.
        event.preventDefault();
        props.onChoose();
      }}
    >
      <Icon name={props.item.icon} />
      <span class="composer-menu-label">{props.item.label}</span>
      <span class="composer-menu-detail">{props.item.detail}</span>
    </li>
  );
}
