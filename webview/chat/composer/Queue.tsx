import { createEffect, createSignal, on, Show } from 'solid-js';
import type { MessageDraft } from '../../../src/shared/conversation';
import { post } from '../../host/vscodeApi';
import { Icon } from '../../ui/Icon';
import { IconButton } from '../../ui/IconButton';
import { KeyedFor } from '../../ui/KeyedFor';
import { keepFocus, nearestFirst } from '../focus';

/** Messages that wait for the running turn to end. They are put into another order by dragging, or with Alt+↑ and Alt+↓. */
export function Queue(props: { readonly messages: readonly MessageDraft[] }) {
  const [dragged, setDragged] = createSignal<string>();
  let moved: HTMLElement | undefined;
  const indexOf = (id: string): number => props.messages.findIndex((message) => message.id === id);
  const move = (id: string, index: number): void => {
    if (index < 0 || index >= props.messages.length || index === indexOf(id)) return;
    moved = document.activeElement instanceof HTMLElement ? document.activeElement : undefined;
    post({ type: 'queueMove', id, index });
  };
  // A row that is put elsewhere loses the focus.
  createEffect(
    on(
      () => props.messages,
      () => {
        const target = moved;
        moved = undefined;
        if (target?.isConnected) queueMicrotask(() => target.focus());
      },
      { defer: true },
    ),
  );
  return (
    <Show when={props.messages.length > 0}>
      <ul class="queue" aria-label="Queued messages">
        <KeyedFor each={props.messages} keyOf={(message) => message.id}>
          {(message) => (
            <Row
              message={message()}
              isDragged={dragged() === message().id}
              onDrag={(isDragged) => setDragged(isDragged ? message().id : undefined)}
              onDrop={() => move(dragged() ?? '', indexOf(message().id))}
              onMove={(by) => move(message().id, indexOf(message().id) + by)}
            />
          )}
        </KeyedFor>
      </ul>
    </Show>
  );
}

function Row(props: {
  readonly message: MessageDraft;
  readonly isDragged: boolean;
  readonly onDrag: (isDragged: boolean) => void;
  readonly onDrop: () => void;
  readonly onMove: (by: -1 | 1) => void;
}) {
  let element: HTMLLIElement | undefined;
  keepFocus(
    () => element,
    (row) => nearestFirst(row, row.parentElement?.children ?? []),
  );
  const attached = () => (props.message.attachments ?? []).map(({ label }) => label).join(', ');
  return (
    <li
      ref={(row) => (element = row)}
      draggable="true"
      classList={{ dragged: props.isDragged }}
      aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
      onDragStart={() => props.onDrag(true)}
      onDragEnd={() => props.onDrag(false)}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        event.stopPropagation();
        props.onDrop();
      }}
      onKeyDown={(event) => {
        if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
        event.preventDefault();
        event.stopPropagation();
        props.onMove(event.key === 'ArrowUp' ? -1 : 1);
      }}
    >
      <Icon name="gripper" />
      <span class="queue-text" title={props.message.text}>
        {props.message.text || attached()}
      </span>
      <Show when={attached() !== ''}>
        <span class="queue-attached" title={attached()}>
          <Icon name="attach" /> {props.message.attachments?.length}
        </span>
      </Show>
      <IconButton icon="edit" label="Edit" onClick={() => post({ type: 'queueEdit', id: props.message.id })} />
      <IconButton icon="close" label="Remove" onClick={() => post({ type: 'queueRemove', id: props.message.id })} />
      <IconButton
        icon="arrow-up"
        label="Send now"
        onClick={() => post({ type: 'queueSendNow', id: props.message.id })}
      />
    </li>
  );
}
