import { createEffect, createSignal, on, onCleanup } from 'solid-js';
import { post } from '../../host/vscodeApi';
import { draftElsewhere, savedDraft } from '../state';

/** About a frame: the page may die at any time. */
const DRAFT_PAUSE_MS = 16;
/** A text so long is not sent with every letter. */
const LONG_CHARACTERS = 20_000;
const LONG_DRAFT_PAUSE_MS = 250;

/** The text in the composer, kept by the host a moment after each change. */
export interface Draft {
  readonly text: () => string;
  readonly change: (value: string) => void;
  /** Forgets the text here; whoever sent it tells the host. */
  readonly clear: () => void;
}

/** Call it in the component that shows the text. */
export function createDraft(): Draft {
  const [text, setText] = createSignal('');
  let timer: number | undefined;
  let key = '';
  const save = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (key !== '') post({ type: 'draft', key, text: text() });
  };
  createEffect(
    on(savedDraft, (saved) => {
      // The same conversation again (shown after being hidden): what stands here is newer.
      if (saved.key === key) return;
      if (timer !== undefined) save();
      key = saved.key;
      setText(saved.text);
    }),
  );
  createEffect(
    on(
      draftElsewhere,
      (draft) => {
        // What was typed here and is not told yet is newer.
        if (draft?.key === key && timer === undefined) setText(draft.text);
      },
      { defer: true },
    ),
  );
  // Only what was typed here: another view of the same conversation may know better.
  const saveTyped = (): void => {
    if (timer !== undefined) save();
  };
  window.addEventListener('blur', saveTyped);
  onCleanup(() => window.removeEventListener('blur', saveTyped));
  return {
    text,
    change: (value: string): void => {
      setText(value);
      timer ??= window.setTimeout(save, value.length > LONG_CHARACTERS ? LONG_DRAFT_PAUSE_MS : DRAFT_PAUSE_MS);
    },
    clear: (): void => {
      clearTimeout(timer);
      timer = undefined;
      setText('');
    },
  };
}
