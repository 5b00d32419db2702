import { Icon } from '../../ui/Icon';
import { keepFocus } from '../focus';

export const EDITING_ID = 'composer-editing';

/** Says that what stands in the composer is a message that was sent before, and how it can be sent anew. */
export function EditingBanner(props: {
  readonly canSend: boolean;
  readonly onSend: (how: 'inPlace' | 'copy') => void;
  readonly onCancel: () => void;
}) {
  let element: HTMLElement | undefined;
  keepFocus(() => element);
  return (
    <div ref={(group) => (element = group)} class="editing" role="group" aria-labelledby={EDITING_ID}>
      <span class="editing-title" id={EDITING_ID}>
        <Icon name="edit" /> Editing an earlier message
      </span>
      <button
        type="button"
        class="button"
        disabled={!props.canSend}
        title="Take the message and all after it back, and send this in its place"
        onClick={() => props.onSend('inPlace')}
      >
        Send in place
      </button>
      <button
        type="button"
        class="button secondary"
        disabled={!props.canSend}
        title="Leave this conversation as it is, and send this in a copy of what was before the message"
        onClick={() => props.onSend('copy')}
      >
        Send as a copy
      </button>
      <button type="button" class="button quiet" title="Cancel (Escape)" onClick={() => props.onCancel()}>
        Cancel
      </button>
    </div>
  );
}
