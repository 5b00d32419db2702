import { createSignal, Show } from 'solid-js';
import type { UnreviewedFileView } from '../../src/shared/conversation';
import { post } from '../host/vscodeApi';
import { Changes } from '../ui/Changes';
import { FilePath } from '../ui/FilePath';
import { counted } from '../ui/format';
import { Icon } from '../ui/Icon';
import { LongRows } from '../ui/LongList';
import { keepFocus, nearestFirst } from './focus';
import { CHANGE_ICONS } from './labels';
import { ReviewButtons } from './ReviewButtons';
import { conversationKey } from './state';

/** What Codex changed and nobody has looked at yet, above the composer. Nothing is shown when there is nothing. */
export function ReviewBar(props: { readonly files: readonly UnreviewedFileView[] }) {
  return (
    <Show when={props.files.length > 0}>
      <Bar files={props.files} />
    </Show>
  );
}

function Bar(props: { readonly files: readonly UnreviewedFileView[] }) {
  const [open, setOpen] = createSignal(false);
  let element: HTMLDivElement | undefined;
  keepFocus(() => element);
  const sum = (count: 'added' | 'removed') => props.files.reduce((total, file) => total + file[count], 0);
  const review = (action: 'keep' | 'undo'): void =>
    post({ type: 'review', key: conversationKey(), action, path: null });
  return (
    <div class="review" role="region" aria-label="Unreviewed changes" ref={(region) => (element = region)}>
      <div class="review-bar">
        <div class="review-summary">
          <button
            type="button"
            class="icon-button review-toggle"
            aria-label="Changed files"
            aria-expanded={open()}
            title={open() ? 'Hide the files' : 'Show the files'}
            onClick={() => setOpen(!open())}
          >
            <Icon name={open() ? 'chevron-down' : 'chevron-right'} />
          </button>
          <span class="review-text">{counted(props.files.length, 'file')} with unreviewed changes</span>
          <Show when={props.files.some((file) => !file.gap)}>
            <Changes added={sum('added')} removed={sum('removed')} />
          </Show>
        </div>
        <div class="review-actions">
          <button
            type="button"
            class="button quiet"
            disabled={props.files.every((file) => file.gap)}
            onClick={() => review('undo')}
          >
            Undo all
          </button>
          <button
            type="button"
            class="button quiet"
            onClick={() => post({ type: 'openReview', key: conversationKey(), path: null })}
          >
            Review
          </button>
          <button type="button" class="button secondary" onClick={() => review('keep')}>
            Keep all
          </button>
        </div>
      </div>
      <Show when={open()}>
        <FileList files={props.files} />
      </Show>
    </div>
  );
}

function FileList(props: { readonly files: readonly UnreviewedFileView[] }) {
  return (
    <ul class="review-files" aria-label="Files with unreviewed changes">
      <LongRows each={props.files} keyOf={(file) => file.path} noun="files">
        {(file) => <FileRow file={file()} />}
      </LongRows>
    </ul>
  );
}

function FileRow(props: { readonly file: UnreviewedFileView }) {
  let element: HTMLLIElement | undefined;
  keepFocus(
    () => element,
    (row) => nearestFirst(row, row.parentElement?.children ?? []),
  );
  return (
    <li ref={(row) => (element = row)}>
      <Icon name={CHANGE_ICONS[props.file.kind]} class={`kind-${props.file.kind}`} />
      <button
        type="button"
        class="link path-button"
        aria-label={props.file.label}
        title={`Review the changes to ${props.file.label}`}
        onClick={() => post({ type: 'openReview', key: conversationKey(), path: props.file.path })}
      >
        <FilePath path={props.file.label} />
      </button>
      <Show when={!props.file.gap} fallback={<span class="mark word">earlier text unknown</span>}>
        <Changes added={props.file.added} removed={props.file.removed} />
      </Show>
      <ReviewButtons file={props.file} />
    </li>
  );
}
