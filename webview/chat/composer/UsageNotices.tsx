import { createSignal, type JSX, Show } from 'solid-js';
import type { ConversationView } from '../../../src/shared/conversation';
import type { AppView } from '../../../src/shared/messages';
import { post } from '../../host/vscodeApi';
import { Icon } from '../../ui/Icon';
import { IconButton } from '../../ui/IconButton';
import { keepFocus } from '../focus';
import { isBusy } from '../labels';
import { contextPercent, limitText, NOTICE_PERCENT, tightestLimit } from './usage';

/** What the person has read and put away. */
const [dismissed, setDismissed] = createSignal('');

/** Lines above the composer: the model's context is nearly full, or a limit of the account nearly used. */
export function UsageNotices(props: { readonly conversation: ConversationView; readonly app: AppView }) {
  const percent = () => contextPercent(props.conversation.usage) ?? 0;
  const limit = () => {
    const found = tightestLimit(props.app.limits?.windows ?? [], Date.now());
    if (!found) return undefined;
    // It is said again when it is used up, and in its next span of time.
    const id = `${found.name} ${found.resetsAtMs ?? ''} ${found.usedPercent >= 100}`;
    return dismissed() === id ? undefined : { id, text: limitText(found, Date.now()) };
  };
  return (
    <div class="usage-notices" aria-live="polite">
      <Show when={percent() >= NOTICE_PERCENT && !isBusy(props.conversation)}>
        <Notice>
          <span>{`The model’s context is ${percent()}\u00a0% full.`}</span>
          <button
            type="button"
            class="link"
            onClick={() => post({ type: 'runCommand', key: props.conversation.key, command: 'compact' })}
          >
            Compact now
          </button>
        </Notice>
      </Show>
      <Show when={limit()}>
        {(shown) => (
          <Notice>
            <span>{shown().text}</span>
            <IconButton icon="close" label="Dismiss: usage limit" onClick={() => setDismissed(shown().id)} />
          </Notice>
        )}
      </Show>
    </div>
  );
}

function Notice(props: { readonly children: JSX.Element }) {
  let element: HTMLParagraphElement | undefined;
  keepFocus(() => element);
  return (
    <p ref={(notice) => (element = notice)}>
      <Icon name="warning" />
      {props.children}
    </p>
  );
}
