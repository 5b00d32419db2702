import { For, Show } from 'solid-js';
import type { ConversationView } from '../../src/shared/conversation';
import { post } from '../host/vscodeApi';
import { Icon } from '../ui/Icon';
import { IconButton } from '../ui/IconButton';
import { Problem } from './Problem';

/** The connection to the model is being repeated. */
export function Retry(props: { readonly line: string | null }) {
  return (
    <Show when={props.line}>
      {(line) => (
        <div class="step retry-row" role="group" aria-label="Reconnecting to the model">
          <Icon name="sync" class="codicon-modifier-spin" />
          <span class="step-summary" dir="auto">
            {line()}
          </span>
        </div>
      )}
    </Show>
  );
}

/** Messages on their way, and those that did not get there. */
export function Outbox(props: { readonly conversation: ConversationView }) {
  return (
    <For each={props.conversation.outbox}>
      {(message) => (
        <div class="turn">
          <Show when={message.text !== ''}>
            <article class="you sending" aria-label={`You: ${message.text.slice(0, 80)}`} tabIndex={-1}>
              <div class="you-text" dir="auto">
                {message.text}
              </div>
              <Show when={message.problem}>
                <IconButton
                  icon="close"
                  label="Remove message"
                  onClick={() => post({ type: 'outboxRemove', id: message.id })}
                />
              </Show>
            </article>
          </Show>
          <Show when={message.problem}>{(problem) => <Problem problem={problem()} id={message.id} />}</Show>
        </div>
      )}
    </For>
  );
}
