import { Show } from 'solid-js';

/** Counts of added and removed lines: "+3 −2". */
export function Changes(props: { readonly added: number; readonly removed: number }) {
  return (
    <span class="changes" aria-label={`${props.added} lines added, ${props.removed} removed`}>
      <Show when={props.added > 0 || props.removed === 0}>
        <span class="changes-added">+{props.added}</span>
      </Show>{' '}
      <Show when={props.removed > 0}>
        <span class="changes-removed">−{props.removed}</span>
      </Show>
    </span>
  );
}
