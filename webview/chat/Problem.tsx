import { For } from 'solid-js';
import type { ProblemAction, ProblemView } from '../../src/shared/conversation';
import { post } from '../host/vscodeApi';
import { Icon } from '../ui/Icon';

const LABELS: Readonly<Record<ProblemAction, string>> = {
  retry: 'Retry',
  restart: 'Restart',
  installCodex: 'Install Codex',
  chooseCodex: 'Choose Codex…',
  showLog: 'Show Log',
  signIn: 'Sign In',
  newConversation: 'New Conversation',
};

/** A failure: what happened, what was kept, and the next steps as buttons. */
export function Problem(props: { readonly problem: ProblemView }) {
  return (
    <div class="problem" role="group" aria-label={`Problem: ${props.problem.title}`}>
      <div class="problem-title">
        <Icon name="error" /> {props.problem.title}
      </div>
      <div class="problem-detail">{props.problem.detail}</div>
      <div class="actions">
        <For each={props.problem.actions}>
          {(action, index) => (
            <button
              type="button"
              class="button"
              classList={{ secondary: index() > 0 }}
              onClick={() => post({ type: 'problem', action })}
            >
              {LABELS[action]}
            </button>
          )}
        </For>
      </div>
    </div>
  );
}
