/** A place in a document; `vscode.Position` is one. */
interface Place {
  readonly line: number;
  readonly character: number;
}

/** A piece of a document; `vscode.Range` and `vscode.Selection` are some. */
export interface Span {
  readonly start: Place;
  readonly end: Place;
}

/** What was changed in a document; `vscode.TextDocumentChangeEvent` is one. */
export interface ObservedChange {
  readonly document: unknown;
  readonly contentChanges: readonly { readonly range: Span }[];
  /** Set when it was undone or redone. */
  readonly reason?: number | undefined;
}

/** The editor that has the focus; `vscode.TextEditor` is one. Its selections may still be those before the change. */
export interface FocusedEditor {
  readonly document: unknown;
  readonly selections: readonly Span[];
}

/** Enter, Backspace or a completion at the end of a selection reach this far beyond it. */
const MAX_LINES_BEYOND = 1;

/**
 * Whether the person made this change, as far as can be told: an undo or redo, or every piece of it is where they are
 * typing. A formatter, another extension or Codex changes text elsewhere.
 */
export function looksTyped(change: ObservedChange, focused: FocusedEditor | undefined): boolean {
  if (change.reason !== undefined) return true;
  if (focused === undefined || focused.document !== change.document || change.contentChanges.length === 0) return false;
  return change.contentChanges.every(({ range }) => focused.selections.some((selection) => isAt(selection, range)));
}

function isAt(selection: Span, range: Span): boolean {
  const touches = !isBefore(range.end, selection.start) && !isBefore(selection.end, range.start);
  const reach = Math.max(selection.start.line - range.start.line, range.end.line - selection.end.line);
  return touches && reach <= MAX_LINES_BEYOND;
}

function isBefore(a: Place, b: Place): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
