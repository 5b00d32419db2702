import { For, Show } from 'solid-js';
import type { AppView } from '../../src/shared/messages';
import { post } from '../host/vscodeApi';
import { Icon } from '../ui/Icon';
import { Problem } from './Problem';
import { conversationKey } from './state';

const SUGGESTIONS = [
  { icon: 'book', text: 'Explain how this project is built' },
  { icon: 'beaker', text: 'Run the tests and tell me what fails' },
  { icon: 'wrench', text: 'Find and fix the failing test' },
] as const;

/** What an empty conversation shows: what this is, three things to try, and whether Codex is there. */
export function EmptyState(props: { readonly app: AppView }) {
  return (
    <div class="empty" role="log" aria-label="Conversation" aria-live="off">
      <Show when={props.app.problem} fallback={<Welcome app={props.app} />}>
        {(problem) => <Problem problem={problem()} />}
      </Show>
    </div>
  );
}

function Welcome(props: { readonly app: AppView }) {
  return (
    <>
      <h2>What shall we work on{props.app.folderName ? ` in ${props.app.folderName}` : ''}?</h2>
      <p>Codex reads what you see, unsaved text included, and the editor itself writes what it changes.</p>
      <div class="suggestions">
        <For each={SUGGESTIONS}>
          {({ icon, text }) => (
            <button
              type="button"
              class="suggestion"
              onClick={() => post({ type: 'send', key: conversationKey(), text })}
            >
              <Icon name={icon} /> <span>{text}</span>
            </button>
          )}
        </For>
      </div>
      <Show when={props.app.signedIn === false}>
        <div class="sign-in">
          <span>You are not signed in to Codex.</span>
          <button
            type="button"
            class="button"
            onClick={() => post({ type: 'problem', key: conversationKey(), action: 'signIn', id: null })}
          >
            Sign In
          </button>
        </div>
      </Show>
    </>
  );
}
