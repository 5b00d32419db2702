import { createEffect, createSignal, onCleanup } from 'solid-js';
import type { ConversationView, MessageItem } from '../../src/shared/conversation';
import { newestOf } from './rows';
import { spoken } from './speech';

/** Between two announcements: what comes meanwhile is said with the next. */
const PAUSE_MS = 2_500;

/** Tells a screen reader what Codex says, by whole sentences and not too often. Only what comes while it is shown. */
export function Announcer(props: { readonly conversation: ConversationView }) {
  const [words, setWords] = createSignal('');
  let id: string | undefined;
  let told = 0;
  let timer: number | undefined;

  const newest = (): MessageItem | undefined => newestOf(props.conversation.turns.at(-1), 'message');
  const tell = (): void => {
    timer = undefined;
    const item = newest();
    if (!item || item.id !== id) return;
    const next = spoken(item.text, told, !item.streaming);
    told = next.upTo;
    if (next.words !== '') setWords(next.words);
  };
  createEffect(() => {
    const item = newest();
    if (!item) return;
    const isNew = item.id !== id;
    if (isNew) {
      id = item.id;
      // What is complete when it is first seen was said before.
      told = item.streaming ? 0 : item.text.length;
    }
    // Its end is waited for as well as its words: both are read here, so that both are followed.
    const [length, isComplete] = [item.text.length, !item.streaming];
    if (length > told || isComplete) timer ??= window.setTimeout(tell, isNew ? PAUSE_MS / 5 : PAUSE_MS);
  });
  onCleanup(() => clearTimeout(timer));
  return (
    <div class="visually-hidden announcer" aria-live="polite">
      {words()}
    </div>
  );
}
