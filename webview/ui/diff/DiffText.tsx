import { createMemo, createSignal, For, Show } from 'solid-js';
import { type DiffLine, type FileDiff, parseFileDiff } from '../../../src/shared/fileDiff';

const FIRST_LINES = 60;
const SIGNS = { add: '+', delete: '−', context: ' ', hunk: '' } as const;
const SPOKEN = { add: 'added: ', delete: 'removed: ', context: '', hunk: '' } as const;

/** The changed lines of one file. Long changes show their beginning first. */
export function DiffText(props: FileDiff) {
  const [all, setAll] = createSignal(false);
  const lines = createMemo(() => parseFileDiff(props));
  const shown = () => (all() ? lines() : lines().slice(0, FIRST_LINES));
  return (
    <div class="diff" tabIndex={0} role="region" aria-label="Changed lines">
      <For each={shown()}>{(line) => <Line line={line} />}</For>
      <Show when={!all() && lines().length > FIRST_LINES}>
        <button type="button" class="diff-more" onClick={() => setAll(true)}>
          Show all {lines().length} lines
        </button>
      </Show>
    </div>
  );
}

function Line(props: { readonly line: DiffLine }) {
  return (
    <div class={`diff-line ${props.line.kind}`}>
      <span class="diff-sign" aria-hidden="true">
        {SIGNS[props.line.kind]}
      </span>
      <span class="visually-hidden">{SPOKEN[props.line.kind]}</span>
      <span class="diff-text">{props.line.text}</span>
    </div>
  );
}
