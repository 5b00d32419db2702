import { createEffect, createMemo, createSignal, on, onCleanup, Show } from 'solid-js';
import type { ConversationView } from '../../src/shared/conversation';
import type { AppView } from '../../src/shared/messages';
import { post } from '../host/vscodeApi';
import { Icon } from '../ui/Icon';
import { IconButton } from '../ui/IconButton';
import { isBusy, MODE_LABELS } from './labels';
import { focusRequests, insertion, savedDraft, withdrawal } from './state';

const DRAFT_PAUSE_MS = 250;
/** What the host accepts; Codex itself takes 48,576 more. */
const MAX_MESSAGE_CHARACTERS = 1_000_000;

/** Where the person writes. The text is theirs: nothing that arrives from the host replaces it. */
export function Composer(props: { readonly conversation: ConversationView; readonly app: AppView }) {
  let input: HTMLTextAreaElement | undefined;
  const draft = createDraft();
  const send = (): void => {
    if (draft.text().trim() === '') return;
    post({ type: 'send', key: props.conversation.key, text: draft.text() });
    draft.clear();
    input?.focus();
  };

  createEffect(on(focusRequests, () => input?.focus(), { defer: true }));
  createEffect(
    on(insertion, (wish) => {
      if (!wish || !input) return;
      input.setRangeText(wish.text, input.selectionStart, input.selectionEnd, 'end');
      draft.change(input.value);
      input.focus();
    }),
  );
  createEffect(
    on(withdrawal, (wish) => {
      if (wish && draft.text().trim() === wish.text.trim()) draft.change('');
    }),
  );
  createEffect(
    on(draft.text, () => {
      if (!input) return;
      input.style.setProperty('height', 'auto');
      input.style.setProperty('height', `${input.scrollHeight}px`);
    }),
  );

  const onKeyDown = (event: KeyboardEvent): void => {
    // An input method confirms its word with Enter.
    if (event.key !== 'Enter' || event.isComposing) return;
    const modified = event.ctrlKey || event.metaKey;
    if (props.app.sendKey === 'ctrlEnter' ? modified : !event.shiftKey && !event.altKey) {
      event.preventDefault();
      send();
    }
  };

  return (
    <div class="composer">
      <textarea
        ref={(element) => (input = element)}
        rows={2}
        maxLength={MAX_MESSAGE_CHARACTERS}
        aria-label="Message Codex"
        placeholder={isBusy(props.conversation) ? 'Message Codex — queued until this turn ends' : 'Message Codex'}
        value={draft.text()}
        dir="auto"
        onInput={(event) => draft.change(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <Tools conversation={props.conversation} app={props.app} hasText={draft.text().trim() !== ''} onSend={send} />
    </div>
  );
}

/** The text in the composer, kept by the host a moment after each change. */
function createDraft() {
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
      clearTimeout(timer);
      timer = window.setTimeout(save, DRAFT_PAUSE_MS);
    },
    /** Forgets the text here; whoever sent it tells the host. */
    clear: (): void => {
      clearTimeout(timer);
      timer = undefined;
      setText('');
    },
  };
}

function Tools(props: {
  readonly conversation: ConversationView;
  readonly app: AppView;
  readonly hasText: boolean;
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
      <Show when={!busy() || props.hasText}>
        <IconButton icon="arrow-up" label="Send" class="send" disabled={!props.hasText} onClick={props.onSend} />
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
