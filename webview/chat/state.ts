import { batch, createMemo, createRoot, createSignal } from 'solid-js';
import { $RAW, createStore, produce } from 'solid-js/store';
import { applyDelta } from '../../src/shared/applyDelta';
import type { ConversationView, Delta, UnreviewedFileView } from '../../src/shared/conversation';
import { type CompletionView, type ComposerView, NO_CONTEXT } from '../../src/shared/composer';
import type { AppView, PanelState, ScrollPlace, ToWebview } from '../../src/shared/messages';
import { onMessage, post, recall, remember } from '../host/vscodeApi';
import { askForCodeThemes, receiveCodeTheme } from '../ui/code/codeTheme';

interface ChatState {
  app: AppView | null;
  conversation: ConversationView | null;
}

const [state, setState] = createStore<ChatState>({ app: null, conversation: null });
/** Grows whenever a turn or an item comes, goes or is another; not when words are added to one. */
const [turnsChanged, setTurnsChanged] = createSignal(0);
/** Grows whenever the extension wants the cursor in the composer. */
const [focusRequests, setFocusRequests] = createSignal(0);
/** Text for the composer, at its cursor; a new object for every wish. */
const [insertion, setInsertion] = createSignal<{ readonly text: string } | null>(null);
/** Text that is to leave the composer, if it is all that stands there; a new object for every wish. */
const [withdrawal, setWithdrawal] = createSignal<{ readonly text: string } | null>(null);
/** Text for the composer, in the place of what stands there; a new object for every wish. */
const [replacement, setReplacement] = createSignal<{ readonly text: string } | null>(null);
/** What stands now in the composer of another panel; a new object for every change there. */
const [draftElsewhere, setDraftElsewhere] = createSignal<{ readonly key: string; readonly text: string } | null>(null);
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

export { completions, draftElsewhere, focusRequests, insertion, replacement, savedDraft, state };
export { submissions, turnsChanged, withdrawal };

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
  const wasAtEnd = scrollPlace === undefined;
  scrollPlace = place;
  if (!state.conversation) return;
  rememberShown(state.conversation);
  if (place || !wasAtEnd) post({ type: 'scrolled', key: state.conversation.key, place: place ?? null });
}

let remembered: PanelState | undefined;

/** Called with every batch of words: the editor is told only what is new to it. */
function rememberShown({ threadId, key }: Pick<ConversationView, 'threadId' | 'key'>): void {
  if (remembered?.threadId === threadId && remembered.key === key && remembered.scroll === scrollPlace) return;
  remembered = { threadId, key, ...(scrollPlace && { scroll: scrollPlace }) };
  remember(remembered);
}

/**
 * What the extension knows goes before what this page, or the one before it in the same frame, remembers. After a
 * reload of the window only the page remembers, and only the thread is the same.
 */
function recallScroll({ threadId, key }: Pick<ConversationView, 'threadId' | 'key'>, known?: ScrollPlace | null): void {
  const before = recall();
  const isSame = before?.key === key || (threadId !== null && before?.threadId === threadId);
  scrollPlace = known !== undefined ? (known ?? undefined) : isSame ? before.scroll : undefined;
}

let seq = 0;

/** What came as a message holds nothing of the store's own. The store is told, so that it does not look through all of it. */
function withoutProxies(conversation: ConversationView): ConversationView {
  return Object.defineProperty(conversation, $RAW, { value: conversation });
}

function changesTurns({ type }: Delta): boolean {
  return type !== 'append' && type !== 'set' && type !== 'side' && type !== 'sideQuestion';
}

function receive(message: ToWebview): void {
  switch (message.type) {
    case 'app':
      setState('app', message.app);
      return;
    case 'snapshot': {
      const { conversation } = message;
      seq = message.seq;
      recallScroll(conversation, message.scroll);
      setState('conversation', withoutProxies(conversation as ConversationView));
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
    case 'setText':
      setReplacement({ text: message.text });
      return;
    case 'draft':
      setDraftElsewhere({ key: message.key, text: message.text });
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
      return;
    case 'ping':
      answerPing();
      return;
    case 'codeTheme':
      receiveCodeTheme(message.id, message.theme);
  }
}

function receiveDeltas(message: Extract<ToWebview, { type: 'deltas' }>): void {
  if (message.key !== state.conversation?.key) return;
  if (message.from !== seq) {
    post({ type: 'resync' });
    return;
  }
  batch(() => {
    setState(
      produce(({ conversation }) => {
        if (conversation) for (const delta of message.deltas) applyDelta(conversation, delta);
      }),
    );
    if (message.deltas.some(changesTurns)) setTurnsChanged((count) => count + 1);
  });
  // Only now: where one could not be applied, the next finds a gap and asks for a snapshot.
  seq = message.seq;
  rememberShown(state.conversation);
}

/** A page that shows nothing does not count as alive. */
function answerPing(): void {
  if (document.getElementById('app')?.hasChildNodes()) post({ type: 'alive' });
}

/** Begins to follow the extension. Call once, when the page can show what comes. */
export function follow(): void {
  onMessage(receive);
  askForCodeThemes((id) => post({ type: 'codeTheme', id }));
  window.addEventListener('focus', () => post({ type: 'focused' }));
  post({ type: 'ready' });
  // It may have got the focus while it was loaded: no event tells that any more.
  if (document.hasFocus()) post({ type: 'focused' });
}
