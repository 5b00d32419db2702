import { createMemo, createSignal, Index, Show } from 'solid-js';
import { type DiffLine, type FileDiff, parseFileDiff } from '../../../src/shared/fileDiff';

const FIRST_LINES = 60;
const SIGNS = { add: '+', delete: '−', context: ' ', hunk: '' } as const;
const SPOKEN = { add: 'added: ', delete: 'removed: ', context: '', hunk: '' } as const;

/** The changed lines of one file. Long changes show only their first `limit` lines until the rest is asked for. */
export function DiffText(props: FileDiff & { readonly limit?: number }) {
  const lines = createMemo(() => parseFileDiff(props));
  return <DiffLines lines={lines()} role="region" label="Changed lines" limit={props.limit ?? FIRST_LINES} />;
}

/** Lines of a diff; `label` is their name. Only the first `limit` (60) are shown until the rest is asked for. */
export function DiffLines(props: {
  readonly lines: readonly DiffLine[];
  readonly role: 'region' | 'group';
  readonly label: string;
  readonly limit?: number;
}) {
  const [all, setAll] = createSignal(false);
  const limit = () => (all() ? Infinity : (props.limit ?? FIRST_LINES));
  let element: HTMLDivElement | undefined;
  const showAll = (): void => {
    setAll(true);
    // The button is gone, and the focus with it.
    element?.focus({ preventScroll: true });
  };
  return (
    <>
      <div class="diff" tabIndex={0} role={props.role} aria-label={props.label} ref={(diff) => (element = diff)}>
        <div class="diff-lines" dir="ltr">
          <Index each={props.lines.slice(0, limit())}>{(line) => <Line line={line()} />}</Index>
        </div>
      </div>
      <Show when={props.lines.length > limit()}>
        <button type="button" class="diff-more" onClick={showAll}>
          Show all {props.lines.length} lines
        </button>
      </Show>
    </>
  );
}

function Line(props: { readonly line: DiffLine }) {
  return (
    <div class={`diff-line ${props.line.kind}`}>
      <span class="diff-sign" aria-hidden="true">
        {SIGNS[props.line.kind]}
      </span>
      <span class="diff-spoken visually-hidden">{SPOKEN[props.line.kind]}</span>
      <span class="diff-text">{props.line.text}</span>
    </div>
  );
}
