import { unwrap } from 'solid-js/store';
import type { ItemView, TurnView } from '../../src/shared/conversation';

/** More are not counted. */
const MAX_MATCHES = 5_000;

/** One place in the conversation where the words stand. */
export interface Match {
  readonly turn: TurnView;
  readonly item: ItemView;
  /** How many times they stand in this item before. */
  readonly ordinal: number;
}

/** Every place in `turns` where `query` stands, oldest first, whatever its case; none for an empty query. */
export function findMatches(turns: readonly TurnView[], query: string): Match[] {
  const wanted = query.toLowerCase();
  const matches: Match[] = [];
  if (wanted === '') return matches;
  for (const turn of turns) {
    for (const item of unwrap(turn.items)) {
      const text = textOf(item).toLowerCase();
      let at = text.indexOf(wanted);
      for (let ordinal = 0; at >= 0; ordinal++, at = text.indexOf(wanted, at + wanted.length)) {
        matches.push({ turn, item, ordinal });
        if (matches.length === MAX_MATCHES) return matches;
      }
    }
  }
  return matches;
}

/** The match after (1) or before (-1) the one numbered `current`, round the end; -1 where there is none. */
export function stepTo(current: number, by: 1 | -1, count: number): number {
  if (count === 0) return -1;
  if (current < 0) return by === 1 ? 0 : count - 1;
  return (current + by + count) % count;
}

/** "3 of 12". */
export function countLine(current: number, count: number, query: string): string {
  if (query === '') return '';
  if (count === 0) return 'No results';
  return `${current + 1} of ${count === MAX_MATCHES ? `${MAX_MATCHES} or more` : count}`;
}

/** The words of an item, about as they are shown. */
function textOf(item: ItemView): string {
  switch (item.type) {
    case 'message':
    case 'reasoning':
      return plain(item.text);
    case 'you':
    case 'notice':
      return item.text;
    case 'command':
      return `${item.command}\n${item.text}`;
    case 'files':
      return [...item.changes.map((change) => change.label), ...item.notes].join('\n');
    case 'step':
      return `${item.verb} ${item.subject}\n${item.text}`;
    case 'plan':
      return item.steps.map((step) => step.text).join('\n');
  }
}

/** Markdown without the signs that are not shown within words. */
function plain(markdown: string): string {
  return markdown.replace(/\[([^\]\n]*)\]\([^)\n]*\)/g, '$1').replace(/\*\*|__|`/g, '');
}
