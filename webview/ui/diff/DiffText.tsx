import { createMemo, createSignal, For, Show } from 'solid-js';
import { type DiffLine, type FileDiff, parseFileDiff } from '../../../src/shared/fileDiff';

const FIRST_LINES = 60;
const SIGNS = { add: '+', delete: '−', context: ' ', hunk: '' } as const;
const SPOKEN = { add: 'added: ', delete: 'removed: ', context: '', hunk: '' } as const;

/** The changed lines of one file. Long changes show only their first `limit` lines until the rest is asked for. */
export function DiffText(props: FileDiff & { readonly limit?: number }) {
  const [all, setAll] = createSignal(false);
  const lines = createMemo(() => parseFileDiff(props));
  const limit = () => (all() ? Infinity : (props.limit ?? FIRST_LINES));
  return (
    <>
      <div class="diff" tabIndex={0} role="region" aria-label="Changed lines">
        <div class="diff-lines" dir="ltr">
          <For each={lines().slice(0, limit())}>{(line) => <Line line={line} />}</For>
        </div>
      </div>
      <Show when={lines().length > limit()}>
        <button type="button" class="diff-more" onClick={() => setAll(true)}>
          Show all {lines().length} lines
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
