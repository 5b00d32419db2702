const FOUND = 'switchyard-found';
const CURRENT = 'switchyard-found-current';

/**
 * Marks every place in `rows` where `query` stands. `current`: which of those in which row is the one that is shown; it
 * is returned where that row is in the page.
 */
export function highlight(
  rows: Iterable<HTMLElement>,
  query: string,
  current: { readonly row: string; readonly ordinal: number } | undefined,
): Range | undefined {
  if (typeof CSS === 'undefined' || !('highlights' in CSS)) return undefined;
  const found: Range[] = [];
  let shown: Range | undefined;
  for (const row of rows) {
    const ranges = rangesIn(row, query.toLowerCase());
    if (current !== undefined && row.dataset.row === current.row) {
      shown = ranges[Math.min(current.ordinal, ranges.length - 1)];
    }
    found.push(...ranges);
  }
  CSS.highlights.set(FOUND, new Highlight(...found));
  CSS.highlights.set(CURRENT, new Highlight(...(shown ? [shown] : [])));
  return shown;
}

/** Takes all marks away. */
export function clearHighlight(): void {
  if (typeof CSS === 'undefined' || !('highlights' in CSS)) return;
  CSS.highlights.delete(FOUND);
  CSS.highlights.delete(CURRENT);
}

/** Words may stand across elements: "**bo**ld". */
function rangesIn(element: HTMLElement, wanted: string): Range[] {
  if (wanted === '') return [];
  const nodes: { readonly node: Text; readonly start: number }[] = [];
  let text = '';
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode as Text;
    nodes.push({ node, start: text.length });
    text += node.data;
  }
  const lower = text.toLowerCase();
  // A few letters change their length with their case: then places in the one are none in the other.
  if (lower.length !== text.length) return [];
  // Every place stands after the one before it.
  let reached = 0;
  const nodeAt = (place: number) => {
    while ((nodes[reached + 1]?.start ?? Infinity) <= place) reached += 1;
    return nodes[reached];
  };
  const ranges: Range[] = [];
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + wanted.length)) {
    const first = nodeAt(at);
    const last = nodeAt(at + wanted.length - 1);
    if (!first || !last) continue;
    const range = document.createRange();
    range.setStart(first.node, at - first.start);
    range.setEnd(last.node, at + wanted.length - last.start);
    ranges.push(range);
  }
  return ranges;
}
