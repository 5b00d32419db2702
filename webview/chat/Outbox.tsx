import { For, Show } from 'solid-js';
import type { ConversationView, OutgoingMessage } from '../../src/shared/conversation';
import { post } from '../host/vscodeApi';
import { Icon } from '../ui/Icon';
import { IconButton } from '../ui/IconButton';
import { KeyedFor } from '../ui/KeyedFor';
import { keepFocus, nearestFirst } from './focus';
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
    <KeyedFor each={props.conversation.outbox} keyOf={({ id }) => id}>
      {(message) => <Outgoing message={message()} />}
    </KeyedFor>
  );
}

function Outgoing(props: { readonly message: OutgoingMessage }) {
  let element: HTMLDivElement | undefined;
  keepFocus(
    () => element,
    (going) =>
      nearestFirst(going, document.querySelectorAll('.outgoing')).filter((other) => other.querySelector('button')),
  );
  const attached = () => (props.message.attachments ?? []).map(({ label }) => label);
  return (
    <div ref={(div) => (element = div)} class="turn outgoing">
      <Show when={isMessage(props.message)}>
        <article
          class="you sending"
          aria-label={`You: ${(props.message.text || attached().join(', ')).slice(0, 80)}`}
          tabIndex={-1}
        >
          <div class="you-text" dir="auto">
            {props.message.text}
            <For each={attached()}>{(label) => <span class="chip">{label}</span>}</For>
          </div>
          <Show when={props.message.problem}>
            <RemoveMessage id={props.message.id} />
          </Show>
        </article>
      </Show>
      <Show when={props.message.problem}>{(problem) => <Problem problem={problem()} id={props.message.id} />}</Show>
    </div>
  );
}

function RemoveMessage(props: { readonly id: string }) {
  let element: HTMLElement | undefined;
  keepFocus(() => element);
  return (
    <IconButton
      ref={(button) => (element = button)}
      icon="close"
      label="Remove message"
      onClick={() => post({ type: 'outboxRemove', id: props.id })}
    />
  );
}

/** Whether it is a message of the person's: without words and attachments, it only says what went wrong. */
export function isMessage({ text, attachments = [] }: OutgoingMessage): boolean {
  return text !== '' || attachments.length > 0;
}
