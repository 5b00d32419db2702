import { createMemo, createSignal, For, Index, Show } from 'solid-js';
import type { MessageItem } from '../../src/shared/conversation';
import { post } from '../host/vscodeApi';
import { Icon } from '../ui/Icon';
import { keepFocus } from './focus';
import { conversationKey, requestComposerFocus, state } from './state';

/**
 * Questions that the agent asks beside its work, without waiting: they can be answered until the person says something
 * else. The answer is a message of theirs.
 */
export function Questions(props: { readonly item: MessageItem; readonly turnId: string }) {
  const open = createMemo(() => {
    const turn = state.conversation?.turns.at(-1);
    if (turn?.id !== props.turnId) return false;
    const at = turn.items.findLastIndex((item) => item.id === props.item.id);
    return at !== -1 && !turn.items.slice(at + 1).some((item) => item.type === 'you');
  });
  return (
    <Index each={props.item.questions}>
      {(question) => <Question title={question().title} options={question().options} open={open()} />}
    </Index>
  );
}

function Question(props: { readonly title: string; readonly options: readonly string[]; readonly open: boolean }) {
  return (
    <div class="asked" role="group" aria-label={`Question: ${props.title}`}>
      <div class="asked-title">
        <Icon name="question" /> <span class="approval-words">{props.title}</span>
      </div>
      <Show when={props.open}>
        <Answers title={props.title} options={props.options} />
      </Show>
    </div>
  );
}

function Answers(props: { readonly title: string; readonly options: readonly string[] }) {
  const [answered, setAnswered] = createSignal(false);
  let element: HTMLDivElement | undefined;
  keepFocus(() => element);
  const answer = (option: string): void => {
    if (answered()) return;
    setAnswered(true);
    post({ type: 'reply', key: conversationKey(), text: `${props.title} ${option}` });
  };
  return (
    <div class="actions" ref={(actions) => (element = actions)}>
      <For each={props.options}>
        {(option) => (
          <button type="button" class="button secondary" aria-disabled={answered()} onClick={() => answer(option)}>
            {option}
          </button>
        )}
      </For>
      <button type="button" class="button quiet" onClick={() => requestComposerFocus()}>
        Answer in your own words
      </button>
    </div>
  );
}
