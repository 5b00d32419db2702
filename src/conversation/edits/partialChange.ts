import { applyPatch, createTwoFilesPatch, type StructuredPatch } from 'diff';
import type { FileChangeView } from '../../shared/conversation';
import { type DiffLine, parseFileDiff } from '../../shared/fileDiff';
import { parseUpdate } from './proposedText';
import { applyOffsetEdits, mergeEdits } from './textEdits';

/** How much of a proposed file is to be written: all, nothing, these hunks, or a text of the person's own. */
export type FileChoice = 'all' | 'none' | { readonly hunks: readonly number[] } | { readonly text: string };

export type ProposedChange = Pick<FileChangeView, 'kind' | 'diff'>;

export interface ProposalHunk {
  readonly lines: readonly DiffLine[];
}

/** The texts after the whole change and after the part that was accepted; `null`: no file. */
export interface AcceptedText {
  readonly proposed: string | null;
  readonly accepted: string | null;
}

export interface DecidedFile extends AcceptedText {
  readonly label: string;
  readonly change: ProposedChange;
  readonly choice: FileChoice;
}

const MAX_DESCRIPTION = 8000;
const MAX_NAMED_FILES = 40;
const MAX_DIFF_EDITS = 1000;

/** The hunks of an update as the server sent them, each beginning with its header. None for other changes. */
export function proposalHunks(change: ProposedChange): readonly ProposalHunk[] {
  if (change.kind !== 'update') return [];
  const hunks: DiffLine[][] = [];
  for (const line of parseFileDiff(change)) {
    if (line.kind === 'hunk') hunks.push([line]);
    else hunks.at(-1)?.push(line);
  }
  return hunks.map((lines) => ({ lines }));
}

/**
 * What a file becomes by a proposed change, and by the part of it that the person chose.
 *
 * @param current the file as it is; `undefined` when it does not exist.
 * @returns `undefined` when the change does not fit `current`.
 */
export function acceptedText(
  change: ProposedChange,
  current: string | undefined,
  choice: FileChoice,
): AcceptedText | undefined {
  const proposed = proposedBy(change, current);
  if (proposed === undefined) return undefined;
  if (choice === 'all') return { proposed, accepted: proposed };
  if (choice === 'none') return { proposed, accepted: current ?? null };
  if ('text' in choice) return { proposed, accepted: choice.text };
  if (change.kind !== 'update') return { proposed, accepted: choice.hunks.length > 0 ? proposed : (current ?? null) };
  const accepted = patched(change, current, choice.hunks);
  return accepted === undefined ? undefined : { proposed, accepted };
}

/**
 * What to write when the server wants to write `next`, which may differ from what was proposed (it adds a final line end,
 * for example): the person's difference, from `proposed` to `accepted`, is made to it too.
 *
 * @returns `undefined` when that cannot be done: the same lines differ, or there is to be no file at all.
 */
export function amend(proposed: string | null, accepted: string | null, next: string): string | undefined {
  if (accepted === proposed) return next;
  if (accepted === null) return undefined;
  if (proposed === null || next === proposed) return accepted;
  const { edits, conflicts } = mergeEdits(proposed, accepted, next);
  return conflicts.length === 0 ? applyOffsetEdits(next, edits) : undefined;
}

/**
 * Tells the model which parts of its change were not written as proposed, with the differences as unified diffs as far
 * as they fit into 8,000 characters. Empty when all was written.
 */
export function describeChoice(files: readonly DecidedFile[]): string {
  const differing = files.filter(({ proposed, accepted }) => proposed !== accepted);
  if (differing.length === 0) return '';
  const named = differing
    .slice(0, MAX_NAMED_FILES)
    .map((file) => `- ${shortened(file.label, 100)}: ${decisionOf(file)}`);
  if (differing.length > named.length) named.push(`- and ${differing.length - named.length} more files`);
  const summary = [
    'The user reviewed your change before it was written: it was accepted only in part, or edited.',
    ...named,
    'The files now hold what the user accepted. Do not make the rejected parts again unless the user asks for them.',
  ].join('\n');
  return withDiffs(summary, differing);
}

function proposedBy(change: ProposedChange, current: string | undefined): string | null | undefined {
  if (change.kind === 'update') return patched(change, current);
  return change.kind === 'add' ? change.diff : null;
}

/** `current` with the hunks of an update made: all, or only the `chosen` ones. */
function patched(change: ProposedChange, current: string | undefined, chosen?: readonly number[]): string | undefined {
  const patch = parseUpdate(change.diff);
  if (current === undefined || !patch) return undefined;
  // What is left out still says where the other hunks belong.
  const hunks = patch.hunks.map((hunk, index) => (!chosen || chosen.includes(index) ? hunk : withoutEffect(hunk)));
  const result = applyPatch(current, { ...patch, hunks }, { autoConvertLineEndings: true });
  return result === false ? undefined : result;
}

function withoutEffect(hunk: StructuredPatch['hunks'][number]): StructuredPatch['hunks'][number] {
  const lines = hunk.lines.filter((line) => !/^[+\\]/.test(line)).map((line) => line.replace(/^-/, ' '));
  return { ...hunk, lines, newLines: hunk.oldLines };
}

function decisionOf({ change, choice, proposed, accepted }: DecidedFile): string {
  if (typeof choice === 'object' && 'text' in choice) return 'the user edited the proposed text.';
  if (typeof choice === 'object' && change.kind === 'update') {
    const hunks = proposalHunks(change).map((_, index) => index + 1);
    const rejected = hunks.filter((number) => !choice.hunks.includes(number - 1));
    return `${rejected.length} of ${hunks.length} hunks rejected (${shortened(rejected.join(', '), 60)}).`;
  }
  if (proposed === null) return 'the deletion was rejected, the file is still there.';
  return accepted === null ? 'rejected, the file was not made.' : 'rejected, the file is as it was.';
}

function withDiffs(summary: string, files: readonly DecidedFile[]): string {
  const heading = '\n\nFrom what you proposed to what was written:\n';
  let text = summary + heading;
  let shown = 0;
  for (const { label, proposed, accepted } of files) {
    const diff = createTwoFilesPatch(`proposed/${label}`, `written/${label}`, proposed ?? '', accepted ?? '', '', '', {
      context: 2,
      maxEditLength: MAX_DIFF_EDITS,
    });
    if (diff === undefined || text.length + diff.length > MAX_DESCRIPTION - 100) continue;
    text += diff;
    shown++;
  }
  if (shown === 0) return `${summary}\nThe differences are too long to show here: read the files.`;
  return shown === files.length ? text : `${text}The other differences are too long to show here: read the files.`;
}

function shortened(text: string, limit: number): string {
  return text.length <= limit ? text : `…${text.slice(-limit)}`;
}
