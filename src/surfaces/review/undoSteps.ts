import path from 'node:path';
import { createTwoFilesPatch } from 'diff';
import type { TurnRecord } from '../../conversation/review/changeLedger';
import type { Hunk } from '../../conversation/review/hunks';
import type { RestoreStep } from '../../conversation/review/restorePlan';
import type { TrackedFile } from '../../conversation/review/review';
import { withoutHunk } from '../../conversation/review/reviewedText';

const MAX_DESCRIPTION = 4000;
const CONTEXT_LINES = 2;

/** What takes one hunk back. The last hunk of a file that Codex made takes the file away. */
export function undoHunkStep(file: TrackedFile, hunk: Hunk): RestoreStep {
  const text = withoutHunk(file, hunk);
  return file.baseline === null && text === '' ? undoFileStep(file) : writeStep(file, text);
}

/** What takes back all unreviewed changes of a file. One that was moved goes back to where it was. */
export function undoFileStep(file: TrackedFile): RestoreStep {
  const { baseline, current } = file;
  if (baseline === null) return { ...writeStep(file, null), action: current === null ? 'none' : 'delete' };
  if (current === null) return { ...writeStep(file, baseline), action: 'create' };
  return { ...writeStep(file, baseline), movedFrom: file.movedFrom };
}

/** The bytes and the mode that a deleted file had, by what the turns of its threads recorded; newest first. */
export function recordedDeletion(
  { path: file, threads }: TrackedFile,
  baselineHash: string,
  turnsOf: (threadId: string) => readonly TurnRecord[],
): Pick<RestoreStep, 'bytes' | 'mode'> | undefined {
  const records = threads.flatMap(turnsOf).sort((a, b) => b.atMs - a.atMs);
  for (const { path: changed, before } of records.flatMap(({ files }) => files)) {
    if (changed === file && typeof before === 'object' && before.text === baselineHash) {
      return { bytes: before.bytes, mode: before.mode };
    }
  }
  return undefined;
}

/** Says to the model what the person took back, with the difference if it is not too long. */
export function describeUndo(file: TrackedFile, step: RestoreStep, folder: string | undefined): string {
  const name = folder === undefined ? file.path : path.relative(folder, file.path);
  switch (step.action) {
    case 'delete':
      return `The user undid the creation of ${name}: the file is gone.`;
    case 'create':
      return `The user undid the deletion of ${name}: the file is back.`;
    default:
      return step.movedFrom === null
        ? `The user undid this change in ${name}:\n${difference(name, file.current ?? '', step.text ?? '')}`
        : `The user undid the move of ${name} and all changes in it.`;
  }
}

function writeStep(file: TrackedFile, text: string | null): RestoreStep {
  return {
    path: file.path,
    status: 'clean',
    action: 'write',
    text,
    bytes: null,
    mode: null,
    expected: file.current,
    movedFrom: null,
  };
}

function difference(name: string, before: string, after: string): string {
  const patch = createTwoFilesPatch(name, name, before, after, undefined, undefined, {
    context: CONTEXT_LINES,
    timeout: 500,
  });
  if (patch === undefined) return '(too large to show)';
  return patch.length <= MAX_DESCRIPTION ? patch : `${patch.slice(0, MAX_DESCRIPTION)}\n(and more)`;
}
