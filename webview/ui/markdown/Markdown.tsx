import type { Tokens } from 'marked';
import { createMemo, ErrorBoundary } from 'solid-js';
import type { MarkdownActions } from './actions';
import { BlockView, KeyedBlocks } from './BlockView';
import { type Block, MarkdownBlocks } from './blocks';

/** The level of the conversation's title, under which the headings of messages stand. */
const PAGE_LEVEL = 1;

/**
 * A model's words. Tokens become elements one by one, never HTML. Finished blocks keep their elements while the text
 * grows; the last paragraph is drawn again, and of lists, quotes, tables and code what is new in them.
 */
export function Markdown(props: { readonly text: string } & MarkdownActions) {
  const parser = new MarkdownBlocks();
  const blocks = createMemo(() => parser.update(props.text));
  const levels = createMemo(() => levelsOf(blocks()));
  return (
    <div class="markdown" classList={{ streaming: props.streaming }}>
      <KeyedBlocks tokens={blocks()}>
        {(block) => (
          // Thousands of nested quotes are more than the stack can take: then the text as it was written.
          <ErrorBoundary fallback={<p class="markdown-raw">{block().raw}</p>}>
            <BlockView block={block()} level={levels().get(block())} actions={props} />
          </ErrorBoundary>
        )}
      </KeyedBlocks>
    </div>
  );
}

/** The levels of headings for a screen reader: models begin with any depth and leave some out. */
function levelsOf(blocks: readonly Block[]): ReadonlyMap<Block, number> {
  const above: number[] = [];
  const levels = new Map<Block, number>();
  for (const block of blocks) {
    if (block.type !== 'heading') continue;
    const { depth } = block as Tokens.Heading;
    while ((above.at(-1) ?? 0) >= depth) above.pop();
    above.push(depth);
    levels.set(block, PAGE_LEVEL + above.length);
  }
  return levels;
}
