import { createEffect, createMemo, createSignal, on, onCleanup, onMount, Show } from 'solid-js';
import { IconButton } from '../ui/IconButton';
import { countLine, findMatches, type Match, stepTo } from './find';
import { clearHighlight, highlight } from './highlight';
import type { Log } from './log';

/** So long after the last key the conversation is searched. */
const TYPING_MS = 120;
/** Marks are drawn so often at most while rows change, as with every word that streams in. */
const REDRAW_MS = 200;
/** Rows that are measured only now may move a match out of sight again, for so long after it was first seen. */
const SETTLING_MS = 500;
/** So long a match may take to be drawn at all. */
const ARRIVING_MS = 2_000;
/** Whoever scrolls by hand is not pulled back. */
const GESTURES = ['wheel', 'touchmove', 'pointerdown'] as const;

/** Finds words in what is loaded of the conversation. */
export function FindBar(props: {
  readonly log: Log;
  /** Another number whenever the person wants to find something. */
  readonly wish: number;
  readonly onClose: () => void;
}) {
  const find = createFind(props.log);
  let input: HTMLInputElement | undefined;
  createEffect(
    on(
      () => props.wish,
      () => {
        input?.focus();
        input?.select();
      },
    ),
  );
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.key === 'Enter' && event.target === input) find.step(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape') props.onClose();
    else return;
    event.preventDefault();
  };
  return (
    <div class="find" role="search" aria-label="Find in conversation" onKeyDown={onKeyDown}>
      <input
        type="text"
        aria-label="Find in conversation"
        placeholder="Find"
        spellcheck={false}
        ref={(element) => (input = element)}
        onInput={(event) => find.type(event.currentTarget.value)}
      />
      <span class="find-count" aria-live="polite">
        {find.count()}
      </span>
      <Show when={props.log.conversation().earlier === 'more'}>
        <IconButton
          icon="history"
          label="Search earlier messages"
          title="Load earlier messages, to find words in them as well"
          onClick={() => props.log.loadEarlier()}
        />
      </Show>
      <IconButton
        icon="arrow-up"
        label="Previous match"
        title="Previous match (Shift+Enter)"
        onClick={() => find.step(-1)}
      />
      <IconButton icon="arrow-down" label="Next match" title="Next match (Enter)" onClick={() => find.step(1)} />
      <IconButton icon="close" label="Close find" title="Close (Escape)" onClick={() => props.onClose()} />
    </div>
  );
}

function createFind(log: Log) {
  const [query, setQuery] = createSignal('');
  const [current, setCurrent] = createSignal<Match>();
  const [shown, setShown] = createSignal<{ readonly row: string; readonly ordinal: number }>();
  // Anew whenever a row comes or goes, not with every word that streams in.
  const matches = createMemo(on([query, log.rows], ([words]) => findMatches(log.conversation().turns, words)));
  const index = createMemo(() =>
    matches().findIndex(({ item, ordinal }) => item === current()?.item && ordinal === current()?.ordinal),
  );
  let typing: number | undefined;
  const show = (match: Match | undefined): void => {
    setCurrent(match);
    setShown(match && { row: log.reveal(match), ordinal: match.ordinal });
  };
  onCleanup(() => {
    clearTimeout(typing);
    clearHighlight();
  });
  createHighlighting(log.content, query, shown);
  return {
    count: () => countLine(index(), matches().length, query()),
    step: (by: 1 | -1): void => show(matches()[stepTo(index(), by, matches().length)]),
    type: (words: string): void => {
      clearTimeout(typing);
      typing = window.setTimeout(() => {
        setQuery(words);
        // The newest is nearest to where one usually is.
        show(matches().at(-1));
      }, TYPING_MS);
    },
  };
}

/** Marks what is found in the rows that are in the page, again whenever they change, and brings the current one in sight. */
function createHighlighting(
  content: () => HTMLElement | undefined,
  query: () => string,
  current: () => { readonly row: string; readonly ordinal: number } | undefined,
): void {
  let timer: number | undefined;
  /** Later the person may have scrolled away from it. */
  let inSightUntilMs = 0;
  const draw = (): void => {
    timer = undefined;
    const shown = highlight(content()?.querySelectorAll<HTMLElement>('.row') ?? [], query(), current());
    const now = performance.now();
    if (!shown || now > inSightUntilMs) return;
    inSightUntilMs = Math.min(inSightUntilMs, now + SETTLING_MS);
    shown.startContainer.parentElement?.scrollIntoView({ block: 'nearest' });
    drawSoon();
  };
  const drawSoon = (): void => {
    timer ??= window.setTimeout(draw, REDRAW_MS);
  };
  const begin = (): void => {
    inSightUntilMs = performance.now() + ARRIVING_MS;
    clearTimeout(timer);
    timer = window.setTimeout(draw);
  };
  const leaveIt = (): void => {
    inSightUntilMs = 0;
  };
  onMount(() => {
    const observer = new MutationObserver(drawSoon);
    const element = content();
    if (element) observer.observe(element, { childList: true, characterData: true, subtree: true });
    for (const gesture of GESTURES) element?.addEventListener(gesture, leaveIt, { passive: true });
    onCleanup(() => {
      for (const gesture of GESTURES) element?.removeEventListener(gesture, leaveIt);
      observer.disconnect();
      clearTimeout(timer);
    });
  });
  createEffect(on([query, current], begin));
}
