import { createMemo, createRoot, createSignal } from 'solid-js';
import { createStore, produce } from 'solid-js/store';
import { applyDelta } from '../../src/shared/applyDelta';
import type { ConversationView, UnreviewedFileView } from '../../src/shared/conversation';
import { type CompletionView, type ComposerView, NO_CONTEXT } from '../../src/shared/composer';
import type { AppView, ScrollPlace, ToWebview } from '../../src/shared/messages';
import { onMessage, post, recall, remember } from '../host/vscodeApi';

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

/** What goes with the next message beside its words. */
const [composerContext, setComposerContext] = createSignal<{ readonly key: string; readonly composer: ComposerView }>({
  key: '',
  composer: NO_CONTEXT,
});
/** The newest answer to what the composer's menu asked. */
const [completions, setCompletions] = createSignal<{
  readonly request: number;
  readonly items: readonly CompletionView[];
}>({ request: 0, items: [] });

/** Grows whenever the extension wants what stands in the composer to be sent. */
const [submissions, setSubmissions] = createSignal(0);

export { completions, focusRequests, insertion, savedDraft, state, submissions, withdrawal };

/** What goes with the next message of the conversation that is shown, beside its words. */
export function messageContext(): ComposerView {
  const { key, composer } = composerContext();
  return key === conversationKey() ? composer : NO_CONTEXT;
}

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

/** Where the conversation is scrolled to; `undefined`: it follows its end. */
let scrollPlace: ScrollPlace | undefined;

/** Where the conversation was scrolled to when this page, or the one before it, showed it last. */
export function savedScroll(): ScrollPlace | undefined {
  return scrollPlace;
}

/** Keeps where the conversation is scrolled to; `undefined`: it follows its end. */
export function saveScroll(place: ScrollPlace | undefined): void {
  scrollPlace = place;
  if (state.conversation) rememberShown(state.conversation);
}

function rememberShown({ threadId, key }: Pick<ConversationView, 'threadId' | 'key'>): void {
  remember({ threadId, key, ...(scrollPlace && { scroll: scrollPlace }) });
}

/** The place of another conversation is forgotten. After a reload of the window only the thread is the same. */
function recallScroll({ threadId, key }: Pick<ConversationView, 'threadId' | 'key'>): void {
  const before = recall();
  const isSame = before?.key === key || (threadId !== null && before?.threadId === threadId);
  scrollPlace = isSame ? before.scroll : undefined;
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
      recallScroll(conversation);
      setState('conversation', conversation as ConversationView);
      rememberShown(conversation);
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
    case 'submit':
      setSubmissions((count) => count + 1);
      return;
    case 'composer':
      setComposerContext({ key: message.key, composer: message.composer });
      return;
    case 'completions':
      setCompletions((last) => (message.request > last.request ? message : last));
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
  rememberShown(state.conversation);
}

/** Begins to follow the extension. Call once, when the page can show what comes. */
export function follow(): void {
  onMessage(receive);
  window.addEventListener('focus', () => post({ type: 'focused' }));
  post({ type: 'ready' });
}
