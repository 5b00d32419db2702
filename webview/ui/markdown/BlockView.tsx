import type { Token, Tokens } from 'marked';
import { createMemo, For, Index, type JSX, Show } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import { CodeBlock } from '../code/CodeBlock';
import { KeyedFor } from '../KeyedFor';
import { richFence } from '../rich/fences';
import { Formula } from '../rich/Formula';
import { MermaidDiagram } from '../rich/MermaidDiagram';
import { Inline } from './InlineView';
import type { MarkdownActions } from './actions';
import type { MathToken } from './math';

interface BlockProps<T> {
  readonly block: T;
  readonly actions: MarkdownActions;
  /** Of a heading, for a screen reader. That of the topmost in a message unless given. */
  readonly level?: number | undefined;
}

/** Blocks of these kinds keep their elements while they grow, and draw what is new in them. */
const GROWING = new Set(['code', 'list', 'blockquote', 'table']);
const NOT_SHOWN = new Set(['space', 'def', 'checkbox']);

/** A block, and the name under which its elements are kept. */
interface Row {
  readonly key: string;
  readonly block: Token;
}

const rows = new WeakMap<Token, Row>();
let rowCount = 0;

/**
 * What is shown of blocks that change while a text grows: those that stay the same, and those that only grow, keep
 * their elements.
 */
export function KeyedBlocks(props: {
  readonly tokens: readonly Token[];
  readonly children: (block: () => Token) => JSX.Element;
}) {
  const shown = createMemo(() => props.tokens.filter(({ type }) => !NOT_SHOWN.has(type)).map(rowOf));
  return (
    <KeyedFor each={shown()} keyOf={({ key }) => key}>
      {(row) => props.children(() => row().block)}
    </KeyedFor>
  );
}

/** The row of a block is the same for as long as the block is: with every word it is asked for all of them. */
function rowOf(block: Token, index: number): Row {
  const known = rows.get(block);
  const key = GROWING.has(block.type) ? growingKey(block, index) : (known?.key ?? `${++rowCount}`);
  if (known?.key === key) return known;
  const row = { key, block };
  rows.set(block, row);
  return row;
}

function growingKey(block: Token, index: number): string {
  const fence = block.type === 'code' ? (block as Tokens.Code) : undefined;
  return [block.type, index, fence && richFence(fence), fence?.lang].join(' ');
}

/** One block token as elements. What is not known is shown as it was written. */
export function BlockView(props: BlockProps<Token>): JSX.Element {
  const { block, actions } = props;
  switch (block.type) {
    case 'heading':
      return <Heading block={block as Tokens.Heading} level={props.level} actions={actions} />;
    case 'paragraph':
      return (
        <p dir="auto">
          <Inline tokens={(block as Tokens.Paragraph).tokens} actions={actions} />
        </p>
      );
    case 'text':
      return <Inline tokens={(block as Tokens.Text).tokens ?? [block]} actions={actions} />;
    // Those that grow are read again, unlike the others.
    case 'code':
      return <Fence block={props.block as Tokens.Code} actions={actions} />;
    case 'math':
      return <Formula tex={(block as MathToken).tex} source={block.raw.trim()} display />;
    case 'list':
      return <List block={props.block as Tokens.List} actions={actions} />;
    case 'blockquote':
      return (
        <blockquote dir="auto">
          <Blocks tokens={(props.block as Tokens.Blockquote).tokens} actions={actions} />
        </blockquote>
      );
    case 'table':
      return <Table block={props.block as Tokens.Table} actions={actions} />;
    case 'hr':
      return <hr />;
    default:
      return <p class="markdown-raw">{block.raw}</p>;
  }
}

function Blocks(props: { readonly tokens: readonly Token[]; readonly actions: MarkdownActions }) {
  return (
    <KeyedBlocks tokens={props.tokens}>{(block) => <BlockView block={block()} actions={props.actions} />}</KeyedBlocks>
  );
}

/** The page has its own h1 and h2: a model's headings begin below them. */
function Heading(props: BlockProps<Tokens.Heading>) {
  return (
    <Dynamic
      component={`h${Math.min(6, props.block.depth + 2)}`}
      class={`heading-${props.block.depth}`}
      aria-level={props.level ?? 2}
      dir="auto"
    >
      <Inline tokens={props.block.tokens} actions={props.actions} />
    </Dynamic>
  );
}

/** Code, or what is written as code and shown as something else. */
function Fence(props: BlockProps<Tokens.Code>): JSX.Element {
  // What kind it is belongs to the key of its block.
  switch (richFence(props.block)) {
    case 'mermaid':
      return <MermaidDiagram source={props.block.text} onCopy={props.actions.onCopy} />;
    case 'math':
      return <Formula tex={props.block.text} source={props.block.raw.trim()} display />;
    default:
      return <CodeBlock block={props.block} actions={props.actions} />;
  }
}

function List(props: BlockProps<Tokens.List>) {
  const start = () => (props.block.ordered && props.block.start !== '' ? props.block.start : undefined);
  return (
    <Dynamic component={props.block.ordered ? 'ol' : 'ul'} start={start()} dir="auto">
      <Index each={props.block.items}>
        {(item) => (
          <li classList={{ task: item().task }}>
            <Show when={item().task}>
              <input
                type="checkbox"
                checked={item().checked ?? false}
                disabled
                aria-label={item().checked ? 'done' : 'to do'}
              />
            </Show>
            <Blocks tokens={item().tokens} actions={props.actions} />
          </li>
        )}
      </Index>
    </Dynamic>
  );
}

function Table(props: BlockProps<Tokens.Table>) {
  const align = (index: number): string => `align-${props.block.align[index] ?? 'left'}`;
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label="Table">
      <table>
        <thead>
          <tr>
            <For each={props.block.header}>
              {(cell, index) => (
                <th class={align(index())}>
                  <Inline tokens={cell.tokens} actions={props.actions} />
                </th>
              )}
            </For>
          </tr>
        </thead>
        <tbody>
          <For each={props.block.rows}>
            {(row) => (
              <tr>
                <For each={row}>
                  {(cell, index) => (
                    <td class={align(index())}>
                      <Inline tokens={cell.tokens} actions={props.actions} />
                    </td>
                  )}
                </For>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}
