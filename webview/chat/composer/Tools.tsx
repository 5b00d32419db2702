import { Show } from 'solid-js';
import type { ConversationView } from '../../../src/shared/conversation';
import type { AppView } from '../../../src/shared/messages';
import { post } from '../../host/vscodeApi';
import { IconButton } from '../../ui/IconButton';
import { keepFocus } from '../focus';
import { isBusy } from '../labels';
import { ContextMeter } from './ContextMeter';
import { Pickers } from './Pickers';

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
      <ContextMeter conversation={props.conversation} app={props.app} />
      <Show when={busy()}>
        <Stop conversation={props.conversation} />
      </Show>
      <Show when={!busy() || props.canSend}>
        <IconButton icon="arrow-up" label="Send" class="send" disabled={!props.canSend} onClick={props.onSend} />
      </Show>
    </div>
  );
}

function Stop(props: { readonly conversation: ConversationView }) {
  let element: HTMLElement | undefined;
  keepFocus(() => element);
  return (
    <IconButton
      ref={(button) => (element = button)}
      icon="debug-stop"
      label="Stop"
      class="stop"
      disabled={props.conversation.status === 'stopping'}
      onClick={() => post({ type: 'stop', key: props.conversation.key })}
    />
  );
}
