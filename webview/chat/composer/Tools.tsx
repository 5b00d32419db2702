import { createMemo, Show } from 'solid-js';
import type { ConversationView } from '../../../src/shared/conversation';
import type { AppView } from '../../../src/shared/messages';
import { post } from '../../host/vscodeApi';
import { Icon } from '../../ui/Icon';
import { IconButton } from '../../ui/IconButton';
import { isBusy, MODE_LABELS } from '../labels';

/** What stands below the text: attach, mode, model, context, stop and send. */
export function Tools(props: {
  readonly conversation: ConversationView;
  readonly app: AppView;
  readonly canSend: boolean;
  readonly onSend: () => void;
}) {
  const busy = () => isBusy(props.conversation);
  return (
    <div class="composer-tools">
      <IconButton icon="add" label="Attach" onClick={() => post({ type: 'command', command: 'addFile' })} />
      <Pickers conversation={props.conversation} app={props.app} />
      <span class="spacer" />
      <ContextMeter conversation={props.conversation} />
      <Show when={busy()}>
        <IconButton
          icon="debug-stop"
          label="Stop"
          class="stop"
          disabled={props.conversation.status === 'stopping'}
          onClick={() => post({ type: 'stop', key: props.conversation.key })}
        />
      </Show>
      <Show when={!busy() || props.canSend}>
        <IconButton icon="arrow-up" label="Send" class="send" disabled={!props.canSend} onClick={props.onSend} />
      </Show>
    </div>
  );
}

function Pickers(props: { readonly conversation: ConversationView; readonly app: AppView }) {
  const mode = () => MODE_LABELS[props.conversation.mode];
  const model = () =>
    [props.conversation.model || props.app.defaultModel || 'Default model', props.conversation.effort]
      .filter(Boolean)
      .join(' · ');
  return (
    <>
      <button
        type="button"
        class="picker"
        classList={{ danger: props.conversation.mode === 'fullAccess' }}
        aria-label={`Mode: ${mode()}`}
        aria-haspopup="listbox"
        onClick={() => post({ type: 'command', command: 'selectMode' })}
      >
        {mode()} <Icon name="chevron-down" />
      </button>
      <button
        type="button"
        class="picker shrinks"
        aria-label={`Model: ${model()}`}
        aria-haspopup="listbox"
        onClick={() => post({ type: 'command', command: 'selectModel' })}
      >
        <span>{model()}</span> <Icon name="chevron-down" />
      </button>
    </>
  );
}

function ContextMeter(props: { readonly conversation: ConversationView }) {
  const share = createMemo(() => {
    const usage = props.conversation.usage;
    return usage?.windowTokens ? Math.min(100, Math.round((usage.usedTokens / usage.windowTokens) * 100)) : null;
  });
  return (
    <Show when={(share() ?? 0) > 0}>
      <span class="meter" title={`${share()} % of the model’s context is used`}>
        {share()} %
      </span>
    </Show>
  );
}
