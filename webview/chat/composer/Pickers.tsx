import type { ConversationView } from '../../../src/shared/conversation';
import type { AppView } from '../../../src/shared/messages';
import { post } from '../../host/vscodeApi';
import { Icon } from '../../ui/Icon';
import { MODE_LABELS } from '../labels';

/** The tier that need not be named. */
const STANDARD_TIER = 'default';

/** What Codex may do in the conversation, and which model answers. */
export function Pickers(props: { readonly conversation: ConversationView; readonly app: AppView }) {
  return (
    <>
      <ModePicker {...props} />
      <ModelPicker {...props} />
    </>
  );
}

function ModePicker(props: { readonly conversation: ConversationView; readonly app: AppView }) {
  const mode = () => MODE_LABELS[props.conversation.mode];
  const isDisallowed = () => props.app.disallowedModes.includes(props.conversation.mode);
  return (
    <button
      type="button"
      class="picker"
      classList={{ danger: props.conversation.mode === 'fullAccess' }}
      aria-label={isDisallowed() ? `Mode: ${mode()}, not allowed by your organisation` : `Mode: ${mode()}`}
      title={isDisallowed() ? 'Your organisation does not allow this mode: choose another' : `Mode: ${mode()}`}
      aria-haspopup="listbox"
      onClick={() => post({ type: 'command', command: 'selectMode' })}
    >
      {isDisallowed() && <Icon name="circle-slash" />} {mode()} <Icon name="chevron-down" />
    </button>
  );
}

function ModelPicker(props: { readonly conversation: ConversationView; readonly app: AppView }) {
  const tier = () => {
    const { tier } = props.conversation;
    return tier && tier.id !== STANDARD_TIER ? tier.name : '';
  };
  const model = () =>
    [props.conversation.model || props.app.defaultModel || 'Default model', props.conversation.effort, tier()]
      .filter(Boolean)
      .join(' · ');
  return (
    <button
      type="button"
      class="picker shrinks"
      aria-label={`Model: ${model()}`}
      title={`Model: ${model()}`}
      aria-haspopup="listbox"
      onClick={() => post({ type: 'command', command: 'selectModel' })}
    >
      <span>{model()}</span> <Icon name="chevron-down" />
    </button>
  );
}
