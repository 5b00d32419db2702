import { createSignal, type JSX, Show } from 'solid-js';
import type { ConversationView } from '../../../src/shared/conversation';
import type { LimitWindowView } from '../../../src/shared/limits';
import type { AppView } from '../../../src/shared/messages';
import { post } from '../../host/vscodeApi';
import { Icon } from '../../ui/Icon';
import { IconButton } from '../../ui/IconButton';
import { keepFocus } from '../focus';
import { isBusy } from '../labels';
import { contextPercent, limitText, NOTICE_PERCENT, tightestLimit } from './usage';

/** The limits that the person has read of and put away. */
const [dismissed, setDismissed] = createSignal<ReadonlySet<string>>(new Set());

/** Lines above the composer: the model's context is nearly full, or a limit of the account nearly used. */
export function UsageNotices(props: { readonly conversation: ConversationView; readonly app: AppView }) {
  const percent = () => contextPercent(props.conversation.usage) ?? 0;
  const limit = () => {
    const windows = (props.app.limits?.windows ?? []).filter((window) => !dismissed().has(noticeId(window)));
    return tightestLimit(windows, Date.now());
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
            <span>{limitText(shown(), Date.now())}</span>
            <IconButton
              icon="close"
              label="Dismiss: usage limit"
              onClick={() => setDismissed((ids) => new Set([...ids, noticeId(shown())]))}
            />
          </Notice>
        )}
      </Show>
    </div>
  );
}

/** A limit is told of again when it is used up, and in its next span of time. */
function noticeId({ name, resetsAtMs, usedPercent }: LimitWindowView): string {
  return `${name} ${resetsAtMs ?? ''} ${usedPercent >= 100}`;
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
