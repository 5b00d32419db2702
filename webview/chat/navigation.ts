import type { Accessor } from 'solid-js';
import type { VirtualizerHandle } from 'virtua/solid';
import type { Match } from './find';
import { kept } from './kept';
import { type Row, rowKey } from './rows';
import { unfoldedSignal } from './Turn';

/** A row that was out of sight can take the focus when it has been measured, some frames later. */
const MAX_FRAMES_TO_FOCUS = 20;
/** What stays in sight above a message that is gone to, in pixels. */
const ABOVE = 8;

/** What {@link createNavigation} works on. */
export interface NavigatedLog {
  readonly scroller: Accessor<HTMLElement | undefined>;
  readonly handle: Accessor<VirtualizerHandle | undefined>;
  readonly rows: Accessor<readonly Row[]>;
  readonly startMargin: Accessor<number>;
  readonly focusedRow: Accessor<string | undefined>;
  /** Stays where it is from now on, whatever comes at the end. */
  unfollow(): void;
  /** Keeps a row in the page though it is out of sight. */
  keepRow(key: string): void;
  /** Asks for what is before the first row. */
  loadEarlier(): void;
}

/** Whether a row is a message, the person's or Codex's. */
export function isMessage(row: Row): boolean {
  return 'item' in row && (row.item.type === 'you' || row.item.type === 'message');
}

/** The next message (1) after `from`, or the one before it (-1); -1 where there is none. */
export function nextMessage(rows: readonly Row[], from: number, by: 1 | -1): number {
  for (let index = from + by; index >= 0 && index < rows.length; index += by) {
    const row = rows[index];
    if (row && isMessage(row)) return index;
  }
  return -1;
}

/** Going from message to message, and to what was found. */
export function createNavigation(log: NavigatedLog) {
  const startOf = (by: 1 | -1): number => {
    const focused = log.rows().findIndex((row) => row.key === log.focusedRow());
    const [scroller, handle] = [log.scroller(), log.handle()];
    if (focused >= 0 || !scroller || !handle) return focused;
    // Without one that has the focus: from what is in sight.
    const edge = by === 1 ? scroller.scrollTop : scroller.scrollTop + scroller.clientHeight;
    return handle.findItemIndex(edge) + (by === 1 ? 0 : 1);
  };
  const goTo = (index: number): void => {
    const row = log.rows()[index];
    if (!row) return;
    log.unfollow();
    log.keepRow(row.key);
    log.handle()?.scrollToIndex(index, { align: 'start', offset: -ABOVE });
    focusMessage(log.scroller(), row.key);
  };
  return {
    /** Moves the focus to the next message (1) or the one before (-1). */
    goToMessage: (by: 1 | -1): void => {
      const index = nextMessage(log.rows(), startOf(by), by);
      if (index >= 0) goTo(index);
      else if (by === -1) log.loadEarlier();
    },
    /** Unfolds and scrolls to where a match stands. @returns the key of its row */
    reveal: ({ turn, item }: Match): string => {
      const key = rowKey(turn.id, { part: 'item', item });
      const find = (): number => log.rows().findIndex((row) => row.key === key);
      if (find() < 0) unfoldedSignal(turn.id)[1](true);
      openDetails(turn.id, item.id);
      log.unfollow();
      log.handle()?.scrollToIndex(find(), { align: 'center' });
      return key;
    },
  };
}

/** Opens what is folded away within one item. */
function openDetails(turnId: string, itemId: string): void {
  kept<boolean | undefined>(`${turnId}/${itemId}/open`, undefined)[1](true);
  kept(`${turnId}/${itemId}/expanded`, false)[1](true);
}

function focusMessage(scroller: HTMLElement | undefined, key: string): void {
  let frames = 0;
  const attempt = (): void => {
    const rows = scroller?.querySelectorAll<HTMLElement>('.row') ?? [];
    const message = [...rows].find((row) => row.dataset.row === key)?.querySelector('article');
    message?.focus({ preventScroll: true });
    if (document.activeElement !== message && ++frames < MAX_FRAMES_TO_FOCUS) requestAnimationFrame(attempt);
  };
  attempt();
}
