import type { ScrollPlace } from '../../src/shared/messages';
import type { Row } from './rows';

/** This close to the end counts as being there, in pixels. */
const NEAR_END = 40;

/** How far a box is scrolled, in pixels. */
export interface ScrollState {
  readonly scrollTop: number;
  readonly scrollHeight: number;
  readonly clientHeight: number;
}

/**
 * Whether a box follows its end after it was scrolled. It does so from when it gets there until it is moved away from
 * it. What grows below it moves nothing; where something above it shrinks the browser moves it up, which counts only
 * when the person has the hand on it.
 */
export function followsEnd(followed: boolean, before: ScrollState, now: ScrollState, byPerson: boolean): boolean {
  const isMovedUp = now.scrollTop < before.scrollTop;
  if (isMovedUp && byPerson) return false;
  if (now.scrollHeight - now.scrollTop - now.clientHeight < NEAR_END) return true;
  return followed && (!isMovedUp || now.scrollHeight !== before.scrollHeight);
}

/** Where a place stands among the rows of now; the turn's first row where its own is folded away, `-1`: not loaded. */
export function indexOfPlace(rows: readonly Row[], place: ScrollPlace): number {
  const exact = rows.findIndex((row) => row.key === place.row);
  return exact >= 0 ? exact : rows.findIndex((row) => row.turn.id === place.turnId);
}

/** The indexes of rows that stay in the page though they are out of sight: the newest, and `also`. */
export function keptIndexes(count: number, newest: number, also: number): number[] {
  const first = Math.max(0, count - newest);
  const indexes = Array.from({ length: count - first }, (_, index) => first + index);
  return also >= 0 && also < first ? [also, ...indexes] : indexes;
}
