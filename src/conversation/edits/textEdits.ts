import { diffArrays } from 'diff';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { TextEdit, WorkspaceEdit } from 'vscode-languageserver-types';

/** Replaces `[start, end)` of a text by `newText`. Offsets count UTF-16 code units. */
export interface OffsetEdit {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

/** Two changes to the same piece of a text, both as edits of the common base. */
export interface EditConflict {
  readonly ours: OffsetEdit;
  readonly theirs: OffsetEdit;
}

export interface Rebased {
  /** Our edits without those in conflict, as edits of the text that has their edits. */
  readonly edits: readonly OffsetEdit[];
  readonly conflicts: readonly EditConflict[];
}

const LINE = /[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g;
const WORD_TOKEN = /\r\n|[\p{L}\p{N}\p{M}_]+|[^\S\r\n]+|./gsu;
const HAS_WORD_OR_NEWLINE = /[\p{L}\p{N}\p{M}_\r\n]/u;

/** More changed lines than this in one file are treated as one block: the cost of a diff grows with their square. */
const MAX_CHANGED_LINES = 1000;
const MAX_REFINED_LENGTH = 4000;

/**
 * The edits that turn `base` into `next`: sorted, not overlapping, never cutting a CRLF or a surrogate pair of `base`
 * in two. Found by lines, then narrowed to words where little changed.
 */
export function minimalEdits(base: string, next: string): OffsetEdit[] {
  return lineEdits(base, next).flatMap((hunk) => refine(hunk, base.slice(hunk.start, hunk.end)));
}

/** The same in whole lines with their line ends; one edit for all that lies between where too many lines differ. */
export function lineEdits(base: string, next: string): OffsetEdit[] {
  return base === next ? [] : diffTokens(splitLines(base), splitLines(next), MAX_CHANGED_LINES);
}

/** The same for two texts that have hardly a line in common: one edit where they are long, else those of their words. */
export function wordEdits(base: string, next: string): OffsetEdit[] {
  return base === next ? [] : refine({ start: 0, end: base.length, newText: next }, base);
}

/** `text` with `edits` made; they must be sorted and must not overlap. */
export function applyOffsetEdits(text: string, edits: readonly OffsetEdit[]): string {
  let result = '';
  let from = 0;
  for (const edit of edits) {
    result += text.slice(from, edit.start) + edit.newText;
    from = edit.end;
  }
  return result + text.slice(from);
}

/**
 * Carries `ours` over to the text that `theirs` (the person's changes) made of the same base. What both changed alike
 * counts once; what they changed differently is a conflict. No character of theirs is ever removed.
 */
export function rebase(ours: readonly OffsetEdit[], theirs: readonly OffsetEdit[]): Rebased {
  const conflicts: EditConflict[] = [];
  const edits: OffsetEdit[] = [];
  for (const edit of ours) {
    if (theirs.some((other) => isSameEdit(edit, other))) continue;
    const against = theirs.filter((other) => isConflict(edit, other));
    conflicts.push(...against.map((other) => ({ ours: edit, theirs: other })));
    if (against.length === 0) edits.push(shift(edit, theirs));
  }
  return { edits, conflicts };
}

/**
 * The edits that bring what Codex changed (`base`, which it read, to `next`) into `current`, which the person may have
 * changed since.
 */
export function mergeEdits(base: string, next: string, current: string): Rebased {
  return rebase(minimalEdits(base, next), minimalEdits(base, current));
}

/** `edits` of `text` in the language server protocol's terms (lines and UTF-16 columns). */
export function toLspEdits(text: string, edits: readonly OffsetEdit[]): TextEdit[] {
  const document = TextDocument.create('', '', 0, text);
  return edits.map(({ start, end, newText }) => ({
    range: { start: document.positionAt(start), end: document.positionAt(end) },
    newText,
  }));
}

/** The same as a workspace edit of the one document `uri`. */
export function toLspWorkspaceEdit(uri: string, text: string, edits: readonly OffsetEdit[]): WorkspaceEdit {
  return { documentChanges: [{ textDocument: { uri, version: null }, edits: toLspEdits(text, edits) }] };
}

/** The lines of a text with their line ends (LF, CRLF or CR); only the last may have none. */
export function splitLines(text: string): string[] {
  return text.match(LINE) ?? [];
}

/** Narrows a hunk of changed lines, whose old text is `removed`, to the words that changed. */
function refine(hunk: OffsetEdit, removed: string): OffsetEdit[] {
  const length = removed.length + hunk.newText.length;
  if (removed === '' || hunk.newText === '' || length > MAX_REFINED_LENGTH) return [hunk];
  const words = diffTokens(splitWords(removed), splitWords(hunk.newText), length);
  return joinAcrossPunctuation(words, removed).map((edit) => ({
    start: edit.start + hunk.start,
    end: edit.end + hunk.start,
    newText: edit.newText,
  }));
}

function splitWords(text: string): string[] {
  return text.match(WORD_TOKEN) ?? [];
}

/** Joins edits of `text` with only blanks and punctuation between them: `a, b` made `c, d` is one change, not two. */
function joinAcrossPunctuation(edits: readonly OffsetEdit[], text: string): OffsetEdit[] {
  const joined: OffsetEdit[] = [];
  for (const edit of edits) {
    const last = joined.at(-1);
    const between = last && text.slice(last.end, edit.start);
    if (last === undefined || between === undefined || HAS_WORD_OR_NEWLINE.test(between)) joined.push(edit);
    else
      joined[joined.length - 1] = { start: last.start, end: edit.end, newText: last.newText + between + edit.newText };
  }
  return joined;
}

/** The edits between two texts given as tokens; one edit for all that differs when `maxEdits` does not suffice. */
function diffTokens(base: readonly string[], next: readonly string[], maxEdits: number): OffsetEdit[] {
  const prefix = commonPrefix(base, next);
  const suffix = commonSuffix(base, next, Math.min(base.length, next.length) - prefix);
  const oldTokens = base.slice(prefix, base.length - suffix);
  const newTokens = next.slice(prefix, next.length - suffix);
  const offset = totalLength(base.slice(0, prefix));
  const isHopeless = oldTokens.length === 0 || newTokens.length === 0 || countUnshared(oldTokens, newTokens) > maxEdits;
  const changes = isHopeless ? undefined : diffArrays(oldTokens, newTokens, { maxEditLength: maxEdits });
  if (changes === undefined) {
    return [{ start: offset, end: offset + totalLength(oldTokens), newText: newTokens.join('') }];
  }
  return editsOfChanges(changes, offset);
}

/** How many tokens are in only one of the two lists: so many edits there are at least. */
function countUnshared(a: readonly string[], b: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const token of a) counts.set(token, (counts.get(token) ?? 0) + 1);
  for (const token of b) counts.set(token, (counts.get(token) ?? 0) - 1);
  let total = 0;
  for (const count of counts.values()) total += Math.abs(count);
  return total;
}

interface TokenChange {
  readonly value: readonly string[];
  readonly added: boolean;
  readonly removed: boolean;
}

/** Joins each run of removed and added tokens into one edit; the first change begins at `offset`. */
function editsOfChanges(changes: readonly TokenChange[], offset: number): OffsetEdit[] {
  const edits: OffsetEdit[] = [];
  let position = offset;
  let open: OffsetEdit | undefined;
  for (const { value, added, removed } of changes) {
    const text = value.join('');
    if (added || removed) {
      const current: OffsetEdit = open ?? { start: position, end: position, newText: '' };
      open = removed ? { ...current, end: current.end + text.length } : { ...current, newText: current.newText + text };
    } else if (open) {
      edits.push(open);
      open = undefined;
    }
    if (!added) position += text.length;
  }
  return open ? [...edits, open] : edits;
}

function commonPrefix(a: readonly string[], b: readonly string[]): number {
  const limit = Math.min(a.length, b.length);
  let count = 0;
  while (count < limit && a[count] === b[count]) count++;
  return count;
}

function commonSuffix(a: readonly string[], b: readonly string[], limit: number): number {
  let count = 0;
  while (count < limit && a[a.length - 1 - count] === b[b.length - 1 - count]) count++;
  return count;
}

function totalLength(tokens: readonly string[]): number {
  return tokens.reduce((sum, token) => sum + token.length, 0);
}

function isSameEdit(a: OffsetEdit, b: OffsetEdit): boolean {
  return a.start === b.start && a.end === b.end && a.newText === b.newText;
}

function isInsertion(edit: OffsetEdit): boolean {
  return edit.start === edit.end;
}

function isConflict(ours: OffsetEdit, theirs: OffsetEdit): boolean {
  const overlaps = theirs.start < ours.end && theirs.end > ours.start;
  return overlaps || isGlued(ours, theirs) || isGlued(theirs, ours);
}

/** Part of a line inserted at the beginning of what the other deletes: it would be glued to what follows. */
function isGlued(deletion: OffsetEdit, insertion: OffsetEdit): boolean {
  const isDeletion = !isInsertion(deletion) && deletion.newText === '';
  const isAtItsStart = isInsertion(insertion) && insertion.start === deletion.start;
  return isDeletion && isAtItsStart && !endsLine(insertion.newText);
}

function endsLine(text: string): boolean {
  return text.endsWith('\n') || text.endsWith('\r');
}

function shift(edit: OffsetEdit, theirs: readonly OffsetEdit[]): OffsetEdit {
  const delta = theirs
    .filter((other) => isBefore(other, edit))
    .reduce((sum, other) => sum + other.newText.length - (other.end - other.start), 0);
  return { start: edit.start + delta, end: edit.end + delta, newText: edit.newText };
}

/** Whether their edit stays in front of ours. Two insertions at one place: a whole line goes before part of a line. */
function isBefore(theirs: OffsetEdit, ours: OffsetEdit): boolean {
  if (theirs.end > ours.start) return false;
  if (!isInsertion(theirs) || !isInsertion(ours) || theirs.start < ours.start) return true;
  return endsLine(theirs.newText) || !endsLine(ours.newText);
}
