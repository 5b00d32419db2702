import { Show } from 'solid-js';
import type { AttachmentKind, ComposerView } from '../../../src/shared/composer';
import { post } from '../../host/vscodeApi';
import { Icon } from '../../ui/Icon';
import { IconButton } from '../../ui/IconButton';
import { KeyedFor } from '../../ui/KeyedFor';
import { keepFocus, nearestFirst } from '../focus';

const ICONS: Readonly<Record<AttachmentKind, string>> = {
  active: 'eye',
  file: 'file',
  folder: 'folder',
  symbol: 'symbol-method',
  selection: 'list-selection',
  problems: 'warning',
  terminal: 'terminal',
  changes: 'git-compare',
  image: 'file-media',
};

/** What goes with the message beside its words; each can be taken away. */
export function Chips(props: { readonly conversationKey: string; readonly context: ComposerView }) {
  const active = () => props.context.active;
  const include = (value: boolean): void => {
    post({ type: 'includeActive', key: props.conversationKey, include: value });
  };
  return (
    <Show when={props.context.attachments.length > 0 || active() !== null}>
      <ul class="chips" aria-label="Attached to the message">
        <Show when={active()}>
          {(shown) => (
            <Show
              when={props.context.withActive}
              fallback={
                <li>
                  <button
                    type="button"
                    class="chip-off"
                    aria-label={`Add ${shown().label}`}
                    title={`Tell Codex what the editor shows: ${shown().detail}`}
                    onClick={() => include(true)}
                  >
                    <Icon name="add" /> <span>{shown().label}</span>
                  </button>
                </li>
              }
            >
              <Chip kind="active" {...shown()} onRemove={() => include(false)} />
            </Show>
          )}
        </Show>
        <KeyedFor each={props.context.attachments} keyOf={(attachment) => attachment.id}>
          {(attachment) => (
            <Chip
              {...attachment()}
              onRemove={() => post({ type: 'detach', key: props.conversationKey, id: attachment().id })}
            />
          )}
        </KeyedFor>
      </ul>
    </Show>
  );
}

function Chip(props: {
  readonly kind: AttachmentKind;
  readonly label: string;
  readonly detail: string;
  readonly onRemove: () => void;
}) {
  let element: HTMLLIElement | undefined;
  keepFocus(
    () => element,
    (chip) => nearestFirst(chip, chip.parentElement?.children ?? []),
  );
  return (
    <li ref={(chip) => (element = chip)} title={props.detail}>
      <Icon name={ICONS[props.kind]} />
      <span class="chip-label">{props.label}</span>
      <IconButton icon="close" label={`Remove ${props.label}`} onClick={() => props.onRemove()} />
    </li>
  );
}
