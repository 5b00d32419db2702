import { Show } from 'solid-js';
import type { TurnChangesView } from '../../src/shared/conversation';
import type { FromWebview } from '../../src/shared/messages';
import { post } from '../host/vscodeApi';
import { counted } from '../ui/format';
import { Icon } from '../ui/Icon';
import { IconButton } from '../ui/IconButton';
import { conversationKey } from './state';

type TurnAction = Extract<FromWebview, { type: 'turn' }>['action'];

function act(turnId: string, action: TurnAction): void {
  post({ type: 'turn', key: conversationKey(), turnId, action });
}

/** What can be done with all that a turn changed, at its end. */
export function TurnActions(props: { readonly changes: TurnChangesView }) {
  const files = () => counted(props.changes.files, 'file');
  const undone = () => props.changes.undone;
  return (
    <div class="turn-actions">
      <button
        type="button"
        class="turn-action"
        title={`Show what this turn changed in ${files()}`}
        onClick={() => act(props.changes.turnId, 'openChanges')}
      >
        <Icon name="diff-multiple" /> View changes
      </button>
      {/* One button for both, so that whoever pressed it can press it again. */}
      <button
        type="button"
        class="turn-action"
        title={undone() ? `Bring the changes to ${files()} back` : `Take back what this turn changed in ${files()}`}
        onClick={() => act(props.changes.turnId, undone() ? 'redo' : 'undo')}
      >
        <Icon name={undone() ? 'redo' : 'discard'} /> {undone() ? 'Redo turn' : 'Undo turn'}
      </button>
      <Show when={undone()}>
        <span class="turn-note">Changes to {files()} taken back</span>
      </Show>
    </div>
  );
}

/** Goes back to how things were before the message that began this turn. */
export function RestoreCheckpoint(props: { readonly turnId: string }) {
  return (
    <IconButton
      icon="discard"
      label="Restore checkpoint…"
      title="Restore checkpoint: go back to before this message…"
      class="checkpoint"
      onClick={() => act(props.turnId, 'restore')}
    />
  );
}
