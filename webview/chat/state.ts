import { createMemo, createRoot, createSignal } from 'solid-js';
import { createStore, produce } from 'solid-js/store';
import { applyDelta } from '../../src/shared/applyDelta';
import type { ConversationView, UnreviewedFileView } from '../../src/shared/conversation';
import type { AppView, ToWebview } from '../../src/shared/messages';
import { onMessage, post, remember } from '../host/vscodeApi';

interface ChatState {
  app: AppView | null;
  conversation: ConversationView | null;
}

const [state, setState] = createStore<ChatState>({ app: null, conversation: null });
/** Grows whenever the extension wants the cursor in the composer. */
const [focusRequests, setFocusRequests] = createSignal(0);
/** Text for the composer, at its cursor; a new object for every wish. */
const [insertion, setInsertion] = createSignal<{ readonly text: string } | null>(null);
/** Text that is to leave the composer, if it is all that stands there; a new object for every wish. */
const [withdrawal, setWithdrawal] = createSignal<{ readonly text: string } | null>(null);
/** The draft that came with the newest snapshot. */
const [savedDraft, setSavedDraft] = createSignal<{ readonly key: string; readonly text: string }>({
  key: '',
  text: '',
});

export { focusRequests, insertion, savedDraft, state, withdrawal };

const unreviewed = createRoot(() =>
  createMemo(() => new Map(state.conversation?.unreviewed.map((file) => [file.path, file]) ?? [])),
);

/** The changes of this conversation to a file (absolute path) that nobody has kept or undone yet. */
export function unreviewedFile(path: string): UnreviewedFileView | undefined {
  return unreviewed().get(path);
}

/** The key of the conversation that is shown, for messages about it. */
export function conversationKey(): string {
  return state.conversation?.key ?? '';
}

/** Moves the cursor into the composer. */
export function requestComposerFocus(): void {
  setFocusRequests((count) => count + 1);
}

let seq = 0;

function receive(message: ToWebview): void {
  switch (message.type) {
    case 'app':
      setState('app', message.app);
      return;
    case 'snapshot': {
      const { conversation } = message;
      seq = message.seq;
      setState('conversation', conversation as ConversationView);
      remember({ threadId: conversation.threadId, key: conversation.key });
      setSavedDraft({ key: conversation.key, text: message.draft });
      return;
    }
    case 'deltas':
      receiveDeltas(message);
      return;
    case 'focusComposer':
      requestComposerFocus();
      return;
    case 'insertText':
      setInsertion({ text: message.text });
      return;
    case 'withdrawText':
      setWithdrawal({ text: message.text });
  }
}

function receiveDeltas(message: Extract<ToWebview, { type: 'deltas' }>): void {
  if (message.key !== state.conversation?.key) return;
  if (message.from !== seq) {
    post({ type: 'resync' });
    return;
  }
  seq = message.seq;
  setState(
    produce(({ conversation }) => {
      if (conversation) for (const delta of message.deltas) applyDelta(conversation, delta);
    }),
  );
  remember({ threadId: state.conversation.threadId, key: state.conversation.key });
}

/** Begins to follow the extension. Call once, when the page can show what comes. */
export function follow(): void {
  onMessage(receive);
  window.addEventListener('focus', () => post({ type: 'focused' }));
  post({ type: 'ready' });
}
