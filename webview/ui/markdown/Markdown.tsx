import type { Tokens } from 'marked';
import { createMemo, ErrorBoundary } from 'solid-js';
import { KeyedFor } from '../KeyedFor';
import { richFence } from '../rich/fences';
import type { MarkdownActions } from './actions';
import { BlockView } from './BlockView';
import { type Block, MarkdownBlocks } from './blocks';

/** The level of the conversation's title, under which the headings of messages stand. */
const PAGE_LEVEL = 1;

/** A block, with the name under which its elements are kept. */
interface Row {
  readonly key: string;
  readonly block: Block;
  /** Of a heading, for a screen reader: models begin with any depth and leave some out. */
  readonly level?: number;
}

/**
 * A model's words. Tokens become elements one by one, never HTML. Finished blocks keep their elements while the text
 * grows; the last one is drawn again, unless it is code, which only adds what is new.
 */
export function Markdown(props: { readonly text: string } & MarkdownActions) {
  const parser = new MarkdownBlocks();
  const keyOf = blockKeys();
  const rows = createMemo(() => {
    const above: number[] = [];
    return parser
      .update(props.text)
      .filter(({ type }) => type !== 'space' && type !== 'def')
      .map((block, index): Row => {
        const key = keyOf(block, index);
        if (block.type !== 'heading') return { key, block };
        const { depth } = block as Tokens.Heading;
        while ((above.at(-1) ?? 0) >= depth) above.pop();
        above.push(depth);
        return { key, block, level: PAGE_LEVEL + above.length };
      });
  });
  return (
    <div class="markdown" classList={{ streaming: props.streaming }}>
      <KeyedFor each={rows()} keyOf={({ key }) => key}>
        {(row) => {
          // The row is another with every word, a finished block is not.
          const block = createMemo(() => row().block);
          return (
            // Thousands of nested quotes are more than the stack can take: then the text as it was written.
            <ErrorBoundary fallback={<p class="markdown-raw">{block().raw}</p>}>
              <BlockView block={block()} level={row().level} actions={props} />
            </ErrorBoundary>
          );
        }}
      </KeyedFor>
    </div>
  );
}

/** A fence has the same key while its text grows, every other block one for each of its objects. */
function blockKeys(): (block: Block, index: number) => string {
  const keys = new WeakMap<Block, string>();
  let count = 0;
  return (block, index) => {
    if (block.type === 'code') {
      const fence = block as Tokens.Code;
      return `${richFence(fence) ?? 'code'} ${index} ${fence.lang ?? ''}`;
    }
    const key = keys.get(block) ?? `block ${++count}`;
    keys.set(block, key);
    return key;
  };
}
