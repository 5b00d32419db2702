import { createMemo, For, Show } from 'solid-js';
import type {
  ConversationView,
  ItemView,
  MessageItem,
  ProblemView,
  SideQuestionView,
} from '../../src/shared/conversation';
import type { FromWebview } from '../../src/shared/messages';
import { post } from '../host/vscodeApi';
import { Icon } from '../ui/Icon';
import { IconButton } from '../ui/IconButton';
import { keepFocus } from './focus';
import { isBusy } from './labels';
import { Prose } from './Prose';
import { conversationKey } from './state';

type Action = Extract<FromWebview, { type: 'side' }>['action'];

const act = (action: Action): void => post({ type: 'side', key: conversationKey(), action });

/** What was asked beside the conversation, and what Codex says to it. */
export function SideQuestion(props: { readonly side: SideQuestionView }) {
  let element: HTMLElement | undefined;
  keepFocus(() => element);
  const answer = () => props.side.answer;
  const items = createMemo(() => answer().turns.flatMap((turn) => turn.items));
  const messages = createMemo(() => items().filter((item): item is MessageItem => item.type === 'message'));
  const problem = createMemo(() => problemOf(answer()));
  return (
    <section ref={(section) => (element = section)} class="side-question" aria-label="Side question">
      <div class="side-question-head">
        <Icon name="comment-unresolved" />
        <p class="side-question-asked" dir="auto" title={props.side.question}>
          {props.side.question}
        </p>
        <IconButton icon="close" label="Dismiss side question" onClick={() => act('dismiss')} />
      </div>
      <Show when={messages().length > 0}>
        <div class="side-question-answer" tabIndex={0} role="group" aria-label="Answer">
          <For each={messages()}>{(item) => <Prose text={item.text} streaming={item.streaming} />}</For>
        </div>
      </Show>
      <Show when={problem()}>
        {(shown) => (
          <p class="side-question-problem" role="alert">
            <b>{shown().title}.</b> {shown().detail}
          </p>
        )}
      </Show>
      <Foot answer={answer()} items={items()} hasProblem={problem() !== null} />
    </section>
  );
}

/** Where it stands, and what can be done with it. */
function Foot(props: {
  readonly answer: ConversationView;
  readonly items: readonly ItemView[];
  readonly hasProblem: boolean;
}) {
  return (
    <div class="side-question-foot">
      <span class="side-question-status" aria-live="polite">
        {statusOf(props.answer, props.items)}
      </span>
      <Show
        when={isBusy(props.answer)}
        fallback={<Finished canAskAgain={props.hasProblem || props.answer.status === 'stopped'} />}
      >
        <StopAnswer isStopping={props.answer.status === 'stopping'} />
      </Show>
    </div>
  );
}

function StopAnswer(props: { readonly isStopping: boolean }) {
  let element: HTMLButtonElement | undefined;
  keepFocus(() => element, footOf);
  return (
    <button
      ref={(button) => (element = button)}
      type="button"
      class="button secondary"
      aria-disabled={props.isStopping}
      onClick={() => {
        if (!props.isStopping) act('stop');
      }}
    >
      Stop answer
    </button>
  );
}

function Finished(props: { readonly canAskAgain: boolean }) {
  let element: HTMLDivElement | undefined;
  keepFocus(() => element, footOf);
  return (
    <div ref={(div) => (element = div)} class="actions">
      <Show when={props.canAskAgain}>
        <button type="button" class="button secondary" onClick={() => act('again')}>
          Ask again
        </button>
      </Show>
      <button
        type="button"
        class="button secondary"
        title="Ask it again in a copy of this conversation, which is kept"
        onClick={() => act('keep')}
      >
        Keep as conversation
      </button>
    </div>
  );
}

/** Where the buttons stand that come in the place of others. */
function footOf(element: HTMLElement): Element[] {
  return [element.closest('.side-question-foot')].filter((foot) => foot !== null);
}

function problemOf({ outbox, turns }: ConversationView): ProblemView | null {
  return outbox[0]?.problem ?? turns.at(-1)?.problem ?? null;
}

/** Words that stand still while the answer comes in, so that a screen reader says them once. */
function statusOf(answer: ConversationView, items: readonly ItemView[]): string {
  if (answer.retry !== null) return answer.retry;
  switch (answer.status) {
    case 'stopping':
      return 'Stopping…';
    case 'stopped':
      return 'Stopped';
    case 'failed':
      return '';
    case 'ready':
      return 'Answered; not part of the conversation';
    default:
      return items.some((item) => item.type === 'message') ? 'Answering…' : 'Looking for an answer…';
  }
}
