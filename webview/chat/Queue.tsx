import { Show } from 'solid-js';
import type { MessageDraft } from '../../src/shared/conversation';
import { post } from '../host/vscodeApi';
import { IconButton } from '../ui/IconButton';
import { KeyedFor } from '../ui/KeyedFor';

/** Messages that wait for the running turn to end. */
export function Queue(props: { readonly messages: readonly MessageDraft[] }) {
  return (
    <Show when={props.messages.length > 0}>
      <ul class="queue" aria-label="Queued messages">
        <KeyedFor each={props.messages} keyOf={(message) => message.id}>
          {(message) => (
            <li>
              <span class="queue-text" title={message().text}>
                {message().text}
              </span>
              <IconButton icon="edit" label="Edit" onClick={() => post({ type: 'queueEdit', id: message().id })} />
              <IconButton icon="close" label="Remove" onClick={() => post({ type: 'queueRemove', id: message().id })} />
              <IconButton
                icon="arrow-up"
                label="Send now"
                onClick={() => post({ type: 'queueSendNow', id: message().id })}
              />
            </li>
          )}
        </KeyedFor>
      </ul>
    </Show>
  );
}
