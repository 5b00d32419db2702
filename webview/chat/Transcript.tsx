import { createEffect, createMemo, createSignal, For, on, onCleanup, onMount, Show } from 'solid-js';
import type { ConversationView } from '../../src/shared/conversation';
import { post } from '../host/vscodeApi';
import { Icon } from '../ui/Icon';
import { IconButton } from '../ui/IconButton';
import { Problem } from './Problem';
import { Turn } from './Turn';

/** This close to the end counts as being there, in pixels. */
const NEAR_END = 40;

/** The conversation. It follows its end until the person scrolls away from it. */
export function Transcript(props: { readonly conversation: ConversationView }) {
  let scroller: HTMLDivElement | undefined;
  let content: HTMLDivElement | undefined;
  const [atEnd, setAtEnd] = createSignal(true);

  const changes = createMemo(() => new Map(props.conversation.changedTurns.map((turn) => [turn.turnId, turn])));

  const toEnd = (): void => {
    if (scroller) scroller.scrollTop = scroller.scrollHeight;
    setAtEnd(true);
  };
  const onScroll = (): void => {
    if (scroller) setAtEnd(scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END);
  };
  onMount(() => {
    const observer = new ResizeObserver(() => {
      if (atEnd()) toEnd();
    });
    if (content) observer.observe(content);
    if (scroller) observer.observe(scroller);
    onCleanup(() => observer.disconnect());
  });
  // Another conversation, or a message of one's own: both are seen from their end.
  createEffect(
    on([() => props.conversation.key, () => props.conversation.outbox.length], ([key, sent], before) => {
      if (before?.[0] !== key || sent > before[1]) toEnd();
    }),
  );

  return (
    <div class="transcript">
      <div
        class="scroller"
        role="log"
        aria-label="Conversation"
        aria-live="off"
        tabIndex={0}
        ref={(element) => (scroller = element)}
        onScroll={onScroll}
      >
        <div class="content" ref={(element) => (content = element)}>
          <For each={props.conversation.turns}>
            {(turn) => (
              <Turn turn={turn} isNewest={turn === props.conversation.turns.at(-1)} changes={changes().get(turn.id)} />
            )}
          </For>
          <Outbox conversation={props.conversation} />
          <Retry line={props.conversation.retry} />
        </div>
      </div>
      <Show when={!atEnd()}>
        <button type="button" class="jump" onClick={toEnd}>
          <Icon name="arrow-down" /> Jump to latest
        </button>
      </Show>
    </div>
  );
}

/** The connection to the model is being repeated. */
function Retry(props: { readonly line: string | null }) {
  return (
    <Show when={props.line}>
      {(line) => (
        <div class="step">
          <Icon name="sync" class="codicon-modifier-spin" />
          <span class="step-summary">{line()}</span>
        </div>
      )}
    </Show>
  );
}

/** Messages on their way, and those that did not get there. */
function Outbox(props: { readonly conversation: ConversationView }) {
  return (
    <For each={props.conversation.outbox}>
      {(message) => (
        <div class="turn">
          <Show when={message.text !== ''}>
            <article class="you sending" aria-label={`You: ${message.text.slice(0, 80)}`}>
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
