import { applyOffsetEdits, minimalEdits, type OffsetEdit } from '../../conversation/edits/textEdits';

const LINE_END = /\r\n|\r|\n/g;

/**
 * `edited` with the line endings of `original` wherever its lines were left alone. A text document knows only one kind
 * of line ending, so saving it would otherwise change every line that had another one.
 */
export function withLineEndingsOf(original: string, edited: string): string {
  const ending = edited.match(LINE_END)?.[0] ?? '\n';
  const normalised = original.replace(LINE_END, ending);
  if (normalised === original) return edited;
  const ends = [...original.matchAll(LINE_END)];
  // Where each line begins, in both texts: only the ends differ.
  const starts = [{ normalised: 0, original: 0 }];
  for (const end of ends) {
    const last = starts.at(-1) ?? { normalised: 0, original: 0 };
    const next = end.index + end[0].length;
    starts.push({ normalised: last.normalised + (end.index - last.original) + ending.length, original: next });
  }
  const edits = minimalEdits(normalised, edited);
  return applyOffsetEdits(
    original,
    edits.map((edit): OffsetEdit => ({
      start: offsetIn(starts, edit.start),
      end: offsetIn(starts, edit.end),
      newText: edit.newText,
    })),
  );
}

interface LineStart {
  readonly normalised: number;
  readonly original: number;
}

/** The place in the original text of an offset into the normalised one. */
function offsetIn(starts: readonly LineStart[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle]?.normalised ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const line = starts[low] ?? { normalised: 0, original: 0 };
  return line.original + (offset - line.normalised);
}
