import { applyPatch, parsePatch, reversePatch, type StructuredPatch } from 'diff';
import type { FileChangeView } from '../../shared/conversation';

/**
 * The text of a file with a change made (`forward`) or taken back (`backward`).
 *
 * @param current the file as it is; `undefined` when it does not exist.
 * @returns `undefined` when the change does not fit `current`.
 */
export function proposedText(
  change: Pick<FileChangeView, 'kind' | 'diff'>,
  current: string | undefined,
  direction: 'forward' | 'backward',
): string | undefined {
  if (change.kind !== 'update') return (change.kind === 'add') === (direction === 'forward') ? change.diff : '';
  if (current === undefined) return undefined;
  const patch = parseUpdate(change.diff);
  if (!patch) return undefined;
  const result = applyPatch(current, direction === 'forward' ? patch : reversePatch(patch), {
    autoConvertLineEndings: true,
  });
  return result === false ? undefined : result;
}

/** The hunks of an update as the server sent them; `undefined` when they are none. */
export function parseUpdate(diff: string): StructuredPatch | undefined {
  try {
    return parsePatch(`--- a\n+++ b\n${diff.replace(/\n*$/, '\n')}`)[0];
  } catch {
    return undefined;
  }
}
