import { createEffect, onCleanup } from 'solid-js';
import { unwrap } from 'solid-js/store';
import type { ConversationView, MessageItem, TurnView } from '../../src/shared/conversation';
import { newestOf } from './rows';
import { spoken } from './speech';

/** Between two announcements: what comes meanwhile is said with the next. */
const PAUSE_MS = 2_500;

/** Tells a screen reader what Codex says, by whole sentences and not too often. Only what comes while it is shown. */
export function Announcer(props: { readonly conversation: ConversationView }) {
  let region: HTMLDivElement | undefined;
  let timer: number | undefined;
  let turn: TurnView | undefined;
  /** The last words of an earlier turn. */
  let rest = '';
  /** How far each message was said, by its id. */
  const said = new Map<string, number>();

  const takeUnsaid = (): string => {
    const parts = messagesOf(turn).map(({ id, text, streaming }) => {
      const next = spoken(text, said.get(id) ?? 0, !streaming);
      said.set(id, next.upTo);
      return next.words;
    });
    return [rest, ...parts].filter((words) => words !== '').join(' ');
  };
  const tell = (): void => {
    timer = undefined;
    const words = takeUnsaid();
    rest = '';
    // A text node of its own: the same words again are said again.
    if (words !== '') region?.replaceChildren(words);
  };
  const begin = (next: TurnView | undefined, isFirst: boolean): void => {
    rest = takeUnsaid();
    turn = next;
    // What is complete already was said before. So was a turn that is over: it was read, or others after it taken back.
    if (!isFirst && turn?.status === 'working') return;
    for (const { id, text, streaming } of messagesOf(turn)) if (!streaming) said.set(id, text.length);
  };
  // What is read from the server belongs to what was there, though it comes later.
  createEffect((wasThere: boolean) => {
    const last = props.conversation.turns.at(-1);
    const raw = last && unwrap(last);
    if (raw?.id === turn?.id) turn = raw;
    else begin(raw, !wasThere);
    const item = newestOf(last, 'message');
    // Its end is waited for as well as its words: both are read here, so that both are followed.
    const isWorthTelling = item !== undefined && (!item.streaming || item.text !== '');
    if (isWorthTelling || rest !== '')
      timer ??= window.setTimeout(tell, item && !said.has(item.id) ? PAUSE_MS / 5 : PAUSE_MS);
    return wasThere || !props.conversation.loading;
  }, false);
  onCleanup(() => clearTimeout(timer));
  return <div ref={(element) => (region = element)} class="visually-hidden announcer" aria-live="polite" />;
}

function messagesOf(turn: TurnView | undefined): MessageItem[] {
  return (turn?.items ?? []).filter((item) => item.type === 'message');
}
