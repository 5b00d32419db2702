import { Show } from 'solid-js';
import type { UnreviewedFileView } from '../../src/shared/conversation';
import { post } from '../host/vscodeApi';
import { IconButton } from '../ui/IconButton';
import { keepFocus, nearestFirst } from './focus';
import { conversationKey } from './state';

/** Keep and Undo of one file. When the file is reviewed and they go, the focus goes to those of the next file. */
export function ReviewButtons(props: { readonly file: UnreviewedFileView }) {
  let element: HTMLSpanElement | undefined;
  keepFocus(
    () => element,
    (buttons) => {
      const list = buttons.closest('.files, .review-files');
      const others = nearestFirst(buttons, list?.querySelectorAll('.review-buttons') ?? []);
      const ownRow = buttons.closest('.card');
      return ownRow ? [...others, ownRow] : others;
    },
  );
  const review = (action: 'keep' | 'undo'): void =>
    post({ type: 'review', key: conversationKey(), action, path: props.file.path });
  return (
    <span class="review-buttons" ref={(span) => (element = span)}>
      <IconButton
        icon="check"
        label="Keep"
        title={`Keep the changes to ${props.file.label}`}
        onClick={() => review('keep')}
      />
      <Show when={!props.file.gap}>
        <IconButton
          icon="discard"
          label="Undo"
          title={`Undo the changes to ${props.file.label}`}
          onClick={() => review('undo')}
        />
      </Show>
    </span>
  );
}
