import { createEffect } from 'solid-js';

/**
 * A box that shows what it is given: a click only asks, through `onToggle`, and what comes of it arrives as a new
 * `checked`. `label` is its name where no label element surrounds it.
 */
export function Checkbox(props: {
  readonly checked: boolean;
  /** Neither on nor off: a part is on. */
  readonly mixed?: boolean;
  readonly label?: string;
  readonly onToggle: () => void;
}) {
  let input: HTMLInputElement | undefined;
  createEffect(() => {
    if (input) input.indeterminate = props.mixed ?? false;
  });
  return (
    <input
      type="checkbox"
      class="checkbox"
      ref={(element) => (input = element)}
      aria-label={props.label}
      checked={props.checked}
      onClick={(event) => {
        event.preventDefault();
        props.onToggle();
      }}
    />
  );
}
