import { createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js';
import type { CompletionTrigger, CompletionView } from '../../../src/shared/composer';
import { post } from '../../host/vscodeApi';
import { completions, conversationKey, state } from '../state';

/** The host is asked only when the person pauses for this long: nothing happens on the keystroke itself. */
const ASK_PAUSE_MS = 60;

/** What is typed and can be completed: its trigger, what follows it, and where it stands. */
export interface Token {
  readonly trigger: CompletionTrigger;
  readonly query: string;
  readonly start: number;
  readonly end: number;
}

/** The token that ends at the cursor: `@` and `$` begin a word, `/` begins the message. */
export function tokenAt(text: string, cursor: number): Token | undefined {
  const before = text.slice(0, cursor);
  const [, trigger, query] = /(?:^|[\s([{"'`])([@$])([^\s@$]*)$/.exec(before) ?? /^(\/)([a-z-]*)$/i.exec(before) ?? [];
  if (trigger === undefined || query === undefined) return undefined;
  return { trigger: trigger as CompletionTrigger, query, start: cursor - query.length - 1, end: cursor };
}

export interface Menu {
  /** Empty when the menu is closed. */
  items(): readonly CompletionView[];
  /** What the menu completes. */
  token(): Token | undefined;
  active(): number;
  /** Tells where the cursor stands now, and in which text. */
  update(text: string, cursor: number): void;
  close(): void;
  /** Does what a key does while the menu is open; `false`: the key is not the menu's. */
  handle(event: KeyboardEvent): boolean;
  setActive(index: number): void;
}

let requests = 0;

/** Asks the host what fits, and gives the number that its answer will bear. */
function request({ trigger, query }: Token): number {
  requests += 1;
  post({ type: 'complete', key: conversationKey(), request: requests, trigger, query });
  return requests;
}

/** Before Codex runs it cannot be asked: its part of an answer is missing until then. */
function onCodexReady(run: () => void): void {
  const isReady = (): boolean => state.app?.server === 'ready';
  createEffect(on(isReady, (ready) => ready && run(), { defer: true }));
}

/** What the host says of the token that is typed. */
function createAnswers() {
  let wanted: Token | undefined;
  let asked = 0;
  /** Answers up to this one belong to another token. */
  let floor = 0;
  let timer: number | undefined;
  const ask = (): void => {
    timer = undefined;
    if (wanted) asked = request(wanted);
  };
  onCleanup(() => clearTimeout(timer));
  onCodexReady(ask);
  return {
    /** The newest answer. It may be one to fewer letters. */
    items: (): readonly CompletionView[] => (completions().request > floor ? completions().items : []),
    isCurrent: (): boolean => timer === undefined && completions().request === asked,
    /** Asks soon about a token: another one, or the same with other letters. */
    want: (token: Token | undefined, isAnother: boolean): void => {
      wanted = token;
      if (isAnother) floor = requests;
      clearTimeout(timer);
      timer = token && window.setTimeout(ask, ASK_PAUSE_MS);
    },
  };
}

/** The menu of the composer. `choose` puts an entry into the text. The text keeps the focus all the time. */
export function createMenu(choose: (item: CompletionView, token: Token) => void): Menu {
  const [token, setToken] = createSignal<Token>();
  const [active, setActive] = createSignal(0);
  /** Where the person closed the menu: it stays closed for what is typed there. */
  const [closedAt, setClosedAt] = createSignal<number>();
  const answers = createAnswers();
  /** Enter was pressed while the newest answer was on its way. */
  let chooseOnAnswer = false;
  const items = createMemo<readonly CompletionView[]>(() => {
    const newest = answers.items();
    return token() !== undefined && token()?.start !== closedAt() ? newest : [];
  });
  const chooseActive = (): void => {
    const [item, wanted] = [items()[active()], token()];
    if (item && wanted) choose(item, wanted);
  };
  // What is shown may still be the answer to fewer letters.
  const chooseSoon = (): void => {
    chooseOnAnswer = !answers.isCurrent();
    if (!chooseOnAnswer) chooseActive();
  };
  createEffect(
    on(completions, () => {
      setActive(0);
      if (chooseOnAnswer) chooseSoon();
    }),
  );
  const close = (): unknown => setClosedAt(token()?.start);
  return {
    items,
    token,
    active,
    setActive,
    close,
    update: (text, cursor) => {
      const next = tokenAt(text, cursor);
      const last = token();
      if (next?.start !== closedAt()) setClosedAt(undefined);
      const isSame = next?.start === last?.start && next?.trigger === last?.trigger;
      if (isSame && next?.query === last?.query) return;
      chooseOnAnswer = false;
      answers.want(next, !isSame);
      setToken(next);
    },
    handle: (event) => {
      const count = items().length;
      return count > 0 && handleKey(event, { count, active: active(), setActive, close, choose: chooseSoon });
    },
  };
}

interface OpenMenu {
  readonly count: number;
  readonly active: number;
  setActive(index: number): void;
  close(): void;
  choose(): void;
}

/** `false`: the key is not the menu's. */
function handleKey(event: KeyboardEvent, menu: OpenMenu): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return false;
  if (event.key === 'ArrowDown') menu.setActive((menu.active + 1) % menu.count);
  else if (event.key === 'ArrowUp') menu.setActive((menu.active + menu.count - 1) % menu.count);
  else if (event.key === 'Escape') menu.close();
  else if (event.key === 'Enter' || event.key === 'Tab') menu.choose();
  else return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}
