import { createMemo, ErrorBoundary, For } from 'solid-js';
import type { MarkdownActions } from './actions';
import { BlockView } from './BlockView';
import { MarkdownBlocks } from './blocks';

/**
 * A model's words. Tokens become elements one by one, never HTML. Finished blocks keep their elements while the text
 * grows; the last one is drawn again.
 */
export function Markdown(props: { readonly text: string; readonly streaming: boolean } & MarkdownActions) {
  const parser = new MarkdownBlocks();
  const blocks = createMemo(() => parser.update(props.text));
  const visible = createMemo(() => blocks().filter((block) => block.type !== 'space' && block.type !== 'def'));
  return (
    <div class="markdown" classList={{ streaming: props.streaming }}>
      <For each={visible()}>
        {(block) => (
          // Thousands of nested quotes are more than the stack can take: then the text as it was written.
          <ErrorBoundary fallback={<p class="markdown-raw">{block.raw}</p>}>
            <BlockView block={block} actions={props} />
          </ErrorBoundary>
        )}
      </For>
    </div>
  );
}
