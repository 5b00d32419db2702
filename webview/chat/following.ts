import { type Accessor, createEffect, createSignal, on, onCleanup, onMount } from 'solid-js';
import type { VirtualizerHandle } from 'virtua/solid';
import type { ConversationView } from '../../src/shared/conversation';
import type { Row } from './rows';
import { followsEnd, indexOfPlace, type ScrollState } from './scroll';
import { savedScroll, saveScroll } from './state';

/** Earlier turns are asked for when less than this is above what is in sight, in pixels. */
const NEAR_START = 600;
/** So many pages are read to find the place that the conversation was scrolled to before a reload. */
const MAX_PAGES_TO_PLACE = 10;
const SAVE_PLACE_MS = 250;
/** A scroll so shortly after a gesture is the person's, in milliseconds. */
const GESTURE_MS = 400;
const GESTURES = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const;
/** What ends a press. Of one that opens a menu, or that ends in another window, nothing more is heard. */
const RELEASES = ['pointerup', 'pointercancel', 'contextmenu', 'blur'] as const;

/** What {@link createFollowing} works on. */
export interface FollowedLog {
  readonly scroller: Accessor<HTMLElement | undefined>;
  /** All that is scrolled. */
  readonly content: Accessor<HTMLElement | undefined>;
  readonly handle: Accessor<VirtualizerHandle | undefined>;
  readonly rows: Accessor<readonly Row[]>;
  /** Pixels from the top of the scroller to the first row. */
  readonly startMargin: Accessor<number>;
  readonly conversation: Accessor<Pick<ConversationView, 'loading' | 'earlier'>>;
  loadEarlier(): void;
}

/** Where a log stands. */
export interface Following {
  /** It shows its end, and will when it grows. */
  readonly isFollowed: Accessor<boolean>;
  /** Goes to the end and stays there. */
  readonly follow: () => void;
  /** Stays where it is, until it is scrolled to the end again. */
  readonly unfollow: () => void;
  readonly onScroll: () => void;
}

/**
 * Keeps a log at its end while the person is there, and where they left it otherwise, also over a reload of the page.
 * Asks for earlier turns when they come near its start. Call it in the component that shows the log.
 */
export function createFollowing(log: FollowedLog): Following {
  let wanted = savedScroll();
  let pages = 0;
  let last: ScrollState = { scrollTop: 0, scrollHeight: 0, clientHeight: 0 };
  const isByPerson = watchGestures(log.scroller);
  let saving: number | undefined;
  const [isFollowed, setFollowed] = createSignal(wanted === undefined);

  const toEnd = (): void => {
    const scroller = log.scroller();
    if (!scroller) return;
    scroller.scrollTop = scroller.scrollHeight;
    last = stateOf(scroller);
  };
  const follow = (): void => {
    wanted = undefined;
    setFollowed(true);
    toEnd();
  };
  const unfollow = (): void => {
    wanted = undefined;
    const scroller = log.scroller();
    // Where all of it is in sight there is no way back to the end.
    if (!scroller || scroller.scrollHeight > scroller.clientHeight) setFollowed(false);
  };
  const savePlace = (): void => {
    saving = undefined;
    if (wanted === undefined) saveScroll(isFollowed() ? undefined : placeOf(log));
  };
  const onScroll = (): void => {
    const scroller = log.scroller();
    if (!scroller) return;
    const now = stateOf(scroller);
    if (wanted === undefined) {
      setFollowed(followsEnd(isFollowed(), last, now, isByPerson()));
      if (now.scrollTop < NEAR_START) log.loadEarlier();
    }
    last = now;
    saving ??= window.setTimeout(savePlace, SAVE_PLACE_MS);
  };
  onCleanup(() => clearTimeout(saving));
  onResize(log, () => {
    if (isFollowed()) toEnd();
  });
  // What stands above the first row came or went.
  createEffect(
    on(log.startMargin, (now, before = now) => {
      if (!isFollowed()) log.scroller()?.scrollBy(0, now - before);
    }),
  );
  createEffect(() => {
    const [rows, handle, { loading, earlier }] = [log.rows(), log.handle(), log.conversation()];
    if (wanted === undefined || !handle || loading || rows.length === 0) return;
    const index = indexOfPlace(rows, wanted);
    if (index >= 0) {
      handle.scrollToIndex(index, { align: 'start', offset: wanted.offset });
      wanted = undefined;
    } else if (earlier === 'more' && pages++ < MAX_PAGES_TO_PLACE) log.loadEarlier();
    else if (earlier !== 'loading') follow();
  });
  return { isFollowed, follow, unfollow, onScroll };
}

/** Runs it whenever what is scrolled, or what it is scrolled in, has another size. */
function onResize({ content, scroller }: FollowedLog, run: () => void): void {
  onMount(() => {
    const observer = new ResizeObserver(run);
    for (const element of [content(), scroller()]) if (element) observer.observe(element);
    onCleanup(() => observer.disconnect());
  });
}

/** Whether the person has the hand on it, by wheel, touch, key or scroll bar. */
function watchGestures(scroller: Accessor<HTMLElement | undefined>): () => boolean {
  let gestureMs = -GESTURE_MS;
  let isHeld = false;
  const note = (event: Event): void => {
    gestureMs = performance.now();
    isHeld ||= event.type === 'pointerdown';
  };
  const letGo = (): void => {
    isHeld = false;
  };
  onMount(() => {
    for (const gesture of GESTURES) scroller()?.addEventListener(gesture, note, { passive: true });
    for (const end of RELEASES) window.addEventListener(end, letGo);
    onCleanup(() => {
      for (const end of RELEASES) window.removeEventListener(end, letGo);
    });
  });
  return () => isHeld || performance.now() - gestureMs < GESTURE_MS;
}

function stateOf({ scrollTop, scrollHeight, clientHeight }: HTMLElement): ScrollState {
  return { scrollTop, scrollHeight, clientHeight };
}

function placeOf({ scroller, handle, rows, startMargin }: FollowedLog) {
  const [element, list] = [scroller(), handle()];
  if (!element || !list) return undefined;
  const index = list.findItemIndex(element.scrollTop);
  const row = rows()[index];
  if (!row) return undefined;
  const offset = Math.round(element.scrollTop - startMargin() - list.getItemOffset(index));
  return { turnId: row.turn.id, row: row.key, offset };
}
