import { Show } from 'solid-js';
import type { ContentionView } from '../../src/shared/conversation';
import { post } from '../host/vscodeApi';
import { Icon } from '../ui/Icon';
import { KeyedFor } from '../ui/KeyedFor';
import { keepFocus, nearestFirst } from './focus';
import { conversationKey } from './state';

const ICONS = { waits: 'watch', isWaitedFor: 'info', warned: 'warning' } as const;

/** Files that this conversation and another one are about to write. */
export function Contention(props: { readonly files: readonly ContentionView[] }) {
  return (
    // Always there, so that what comes into it is announced.
    <div class="contention" classList={{ 'visually-hidden': props.files.length === 0 }} aria-live="polite">
      <KeyedFor each={props.files} keyOf={(file) => JSON.stringify([file.path, file.otherKey, file.role])}>
        {(file) => <SharedFile file={file()} />}
      </KeyedFor>
    </div>
  );
}

function SharedFile(props: { readonly file: ContentionView }) {
  let element: HTMLDivElement | undefined;
  keepFocus(
    () => element,
    (row) => nearestFirst(row, row.parentElement?.children ?? []).filter((other) => other.querySelector('button')),
  );
  return (
    <div class={`contention-row ${props.file.role}`} ref={(row) => (element = row)}>
      <Icon name={ICONS[props.file.role]} />
      <span class="contention-text">{sentence(props.file)}</span>
      <Show when={props.file.role === 'waits'}>
        <button
          type="button"
          class="button secondary"
          title={`Change ${props.file.label} now, without waiting`}
          onClick={() => post({ type: 'proceed', key: conversationKey(), path: props.file.path })}
        >
          Continue now
        </button>
      </Show>
    </div>
  );
}

function sentence({ role, otherTitle, label }: ContentionView): string {
  switch (role) {
    case 'waits':
      return `Waiting: “${otherTitle}” is about to change ${label}.`;
    case 'isWaitedFor':
      return `“${otherTitle}” waits for this conversation to finish with ${label}.`;
    case 'warned':
      return `“${otherTitle}” is about to change ${label} as well.`;
  }
}
