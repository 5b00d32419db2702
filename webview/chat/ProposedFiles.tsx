import { createEffect, createSignal, Index, on, Show } from 'solid-js';
import type { ApprovalView, ProposedFileView, ProposedHunkView } from '../../src/shared/conversation';
import { post } from '../host/vscodeApi';
import { Changes } from '../ui/Changes';
import { Checkbox } from '../ui/Checkbox';
import { DiffLines } from '../ui/diff/DiffText';
import { FilePath } from '../ui/FilePath';
import { counted } from '../ui/format';
import { Icon } from '../ui/Icon';
import { IconButton } from '../ui/IconButton';
import { createLongList, LongRows, ShowAll } from '../ui/LongList';
import { CHANGE_ICONS } from './labels';

type Choice = readonly number[] | 'all' | 'none';

/** The files of a proposal: the person leaves out what they do not want, whole files or single hunks. */
export function ProposedFiles(props: { readonly approval: ApprovalView }) {
  return (
    <>
      <ul class="approval-files" aria-label="Proposed files">
        <LongRows each={props.approval.files} keyOf={(file) => file.path} noun="files">
          {(file) => <ProposedFile approval={props.approval} file={file()} />}
        </LongRows>
      </ul>
      <div class="approval-why" aria-live="polite">
        {outcome(props.approval.files)}
      </div>
    </>
  );
}

/** What the chosen parts come to. A file without hunks is one change. */
function outcome(files: readonly ProposedFileView[]): string {
  const total = files.reduce((sum, file) => sum + Math.max(1, file.hunks.length), 0);
  const written = files.reduce((sum, file) => sum + writtenOf(file), 0);
  if (written === 0) return 'Nothing will be written; Codex is told.';
  if (written < total) return `${written} of ${counted(total, 'change')} will be written; Codex is told.`;
  return files.some((file) => file.choice === 'edited')
    ? 'Your edits will be written; Codex is told.'
    : 'Nothing is written yet.';
}

function writtenOf({ choice, hunks }: ProposedFileView): number {
  if (choice === 'none') return 0;
  if (choice === 'some') return hunks.filter((hunk) => hunk.included).length;
  return Math.max(1, hunks.length);
}

function ProposedFile(props: { readonly approval: ApprovalView; readonly file: ProposedFileView }) {
  const [open, setOpen] = createSignal(false);
  const choice = createChoice(props);
  const canChoose = () => props.file.hunks.length > 0 && props.file.choice !== 'edited';
  const openDiff = (): void => {
    const { turnId, itemId } = props.approval;
    if (turnId !== null && itemId !== null) post({ type: 'openDiff', turnId, itemId, path: props.file.path });
  };
  return (
    <li class="proposed" classList={{ 'left-out': props.file.choice === 'none' }}>
      <div class="proposed-bar">
        <Checkbox
          label={props.file.label}
          checked={props.file.choice === 'all' || props.file.choice === 'edited'}
          mixed={props.file.choice === 'some'}
          onToggle={choice.toggleFile}
        />
        <Icon name={CHANGE_ICONS[props.file.kind]} class={`kind-${props.file.kind}`} />
        <button
          type="button"
          class="link path-button"
          aria-label={props.file.label}
          title={`${props.file.label} — open the diff`}
          onClick={openDiff}
        >
          <FilePath path={props.file.label} />
        </button>
        <Changes added={props.file.added} removed={props.file.removed} />
        <span class="proposed-actions">
          <Show when={canChoose()}>
            <button
              type="button"
              class="icon-button"
              aria-label="Choose changes"
              title={`Choose among the changes to ${props.file.label}`}
              aria-expanded={open()}
              onClick={() => setOpen(!open())}
            >
              <Icon name={open() ? 'chevron-down' : 'chevron-right'} />
            </button>
          </Show>
          <IconButton icon="diff" label="Open diff" title={`Open the diff of ${props.file.label}`} onClick={openDiff} />
        </span>
      </div>
      <Marks file={props.file} />
      <Show when={canChoose() && open()}>
        <Hunks file={props.file} onToggle={choice.toggleHunk} />
      </Show>
    </li>
  );
}

/**
 * What the person chose of a file. The host holds it; until its answer comes, a second click builds on what the first
 * one asked for.
 */
function createChoice(props: { readonly approval: ApprovalView; readonly file: ProposedFileView }) {
  let asked: Choice | undefined;
  createEffect(
    on(
      () => props.file,
      () => (asked = undefined),
      { defer: true },
    ),
  );
  const ask = (hunks: Choice): void => {
    asked = hunks;
    post({ type: 'chooseHunks', approvalId: props.approval.id, path: props.file.path, hunks });
  };
  const chosen = (): ReadonlySet<number> => {
    const { hunks, choice } = props.file;
    const indexes = [...hunks.keys()];
    if (asked !== undefined) return new Set(asked === 'all' ? indexes : asked === 'none' ? [] : asked);
    return new Set(choice === 'none' ? [] : indexes.filter((index) => choice !== 'some' || hunks[index]?.included));
  };
  return {
    toggleFile: (): void => {
      const { choice } = props.file;
      const isWhole = asked === undefined ? choice === 'all' || choice === 'edited' : asked === 'all';
      ask(isWhole ? 'none' : 'all');
    },
    toggleHunk: (index: number): void => {
      const next = new Set(chosen());
      if (!next.delete(index)) next.add(index);
      if (next.size === 0) ask('none');
      else ask(next.size === props.file.hunks.length ? 'all' : [...next].sort((one, other) => one - other));
    },
  };
}

function Marks(props: { readonly file: ProposedFileView }) {
  return (
    <Show when={props.file.outside || props.file.choice === 'edited'}>
      <div class="proposed-marks">
        <Show when={props.file.outside}>
          <span class="badge">outside the workspace</span>
        </Show>
        <Show when={props.file.choice === 'edited'}>
          <span class="mark word">edited by you</span>
        </Show>
      </div>
    </Show>
  );
}

function Hunks(props: { readonly file: ProposedFileView; readonly onToggle: (index: number) => void }) {
  const list = createLongList(() => props.file.hunks);
  return (
    <ul class="hunks" aria-label={`Changes to ${props.file.label}`}>
      <Index each={list.shown()}>
        {(hunk, index) => (
          <Hunk
            hunk={hunk()}
            name={`Change ${index + 1} of ${props.file.hunks.length}`}
            onToggle={() => props.onToggle(index)}
          />
        )}
      </Index>
      <Show when={list.isCut()}>
        <li>
          <ShowAll list={list} noun="changes" />
        </li>
      </Show>
    </ul>
  );
}

function Hunk(props: { readonly hunk: ProposedHunkView; readonly name: string; readonly onToggle: () => void }) {
  const place = () => {
    const heading = props.hunk.lines.find((line) => line.kind === 'hunk')?.text ?? '';
    const line = /\+(\d+)/.exec(heading)?.[1];
    return line === undefined ? '' : `line ${line}`;
  };
  return (
    <li class="hunk" classList={{ 'left-out': !props.hunk.included }}>
      <label class="hunk-head">
        <Checkbox checked={props.hunk.included} onToggle={props.onToggle} />
        <span>{props.name}</span> <span class="hunk-place">{place()}</span>
      </label>
      <DiffLines
        lines={props.hunk.lines.filter((line) => line.kind !== 'hunk')}
        role="group"
        label={`Lines of ${props.name.toLowerCase()}`}
      />
    </li>
  );
}
