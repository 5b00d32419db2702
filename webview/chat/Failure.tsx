import { ErrorBoundary, onMount, type ParentProps } from 'solid-js';
import { post } from '../host/vscodeApi';
import { conversationKey } from './state';
import { faultText, reportFault } from '../host/faults';

/** Shows a chat, or what happened where showing it throws an error: never a blank page. */
export function Guarded(props: ParentProps) {
  return <ErrorBoundary fallback={(error: unknown) => <Failure error={error} />}>{props.children}</ErrorBoundary>;
}

/** The conversation is the extension's, and goes on. */
function Failure(props: { readonly error: unknown }) {
  onMount(() => reportFault('Showing the chat failed', props.error));
  return (
    <main class="failure" role="alert">
      <h1>This chat could not be shown</h1>
      <p>The conversation goes on, and what you wrote is kept.</p>
      <pre tabIndex={0} aria-label="What happened">
        {faultText(props.error)}
      </pre>
      <div class="actions">
        <button type="button" class="button" onClick={() => post({ type: 'reload' })}>
          Reload this chat
        </button>
        <button
          type="button"
          class="button secondary"
          onClick={() => post({ type: 'problem', key: conversationKey(), action: 'showLog', id: null })}
        >
          Show Log
        </button>
      </div>
    </main>
  );
}
