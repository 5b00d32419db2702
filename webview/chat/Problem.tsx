import { For, Show } from 'solid-js';
import type { ProblemAction, ProblemView } from '../../src/shared/conversation';
import { post } from '../host/vscodeApi';
import { resetText } from '../ui/format';
import { Icon } from '../ui/Icon';
import { keepFocus } from './focus';
import { conversationKey } from './state';

const LABELS: Readonly<Record<ProblemAction, string>> = {
  retry: 'Retry',
  restart: 'Restart',
  installCodex: 'Install Codex',
  chooseCodex: 'Choose Codex…',
  showLog: 'Show Log',
  signIn: 'Sign In',
  newConversation: 'New Conversation',
  compact: 'Compact',
  forkConversation: 'Continue in a Copy',
  unarchive: 'Unarchive',
  compactAndRetry: 'Compact and Retry',
  selectModel: 'Choose Model…',
  selectMode: 'Choose Mode…',
};

/** A failure: what happened, what was kept, and the next steps as buttons. */
export function Problem(props: {
  readonly problem: ProblemView;
  /** The message or the turn it stands beside. */
  readonly id?: string;
  /** False where a later turn has made its steps pointless. */
  readonly hasActions?: boolean;
}) {
  return (
    <div class="problem" role="group" aria-label={`Problem: ${props.problem.title}`}>
      <div class="problem-title">
        <Icon name="error" /> {props.problem.title}
      </div>
      <div class="problem-detail" dir="auto">
        {props.problem.detail}
      </div>
      <Show when={props.problem.resetsAtMs}>
        {(atMs) => (
          <div class="problem-reset">
            <Icon name="history" /> The limit {resetText(atMs(), Date.now())}.
          </div>
        )}
      </Show>
      <Show when={props.hasActions !== false}>
        <Actions actions={props.problem.actions} id={props.id} />
      </Show>
    </div>
  );
}

function Actions(props: { readonly actions: readonly ProblemAction[]; readonly id: string | undefined }) {
  let element: HTMLDivElement | undefined;
  keepFocus(() => element);
  const act = (action: ProblemAction): void =>
    post({ type: 'problem', key: conversationKey(), action, id: props.id ?? null });
  return (
    <div ref={(div) => (element = div)} class="actions">
      <For each={props.actions}>
        {(action, index) => (
          <button type="button" class="button" classList={{ secondary: index() > 0 }} onClick={() => act(action)}>
            {LABELS[action]}
          </button>
        )}
      </For>
    </div>
  );
}
