import type { Tokens } from 'marked';
import { createEffect, createMemo, createRenderEffect, createSignal, onCleanup, Show } from 'solid-js';
import { fenceInfo } from '../../../src/shared/codeFence';
import { IconButton } from '../IconButton';
import type { MarkdownActions } from '../markdown/actions';
import { ChunkedCode } from './chunkedCode';
import { codeTheme } from './codeTheme';
import { isClosed } from './fence';
import { grammarOf } from './grammars';
import { pageHighlighter } from './pageHighlighter';

const COPIED_MS = 1500;

/** A block of code with what can be done with it. It is highlighted when it is whole, never while it grows. */
export function CodeBlock(props: { readonly block: Tokens.Code; readonly actions: MarkdownActions }) {
  const info = () => fenceInfo(props.block.lang ?? '');
  const isWhole = createMemo(() => !props.actions.streaming || isClosed(props.block));
  const title = () => info().path ?? info().language;
  return (
    <div class="code-block" classList={{ untitled: title() === '' }}>
      <div class="code-bar">
        <span class="code-title" title={title()}>
          {title()}
        </span>
        <span class="code-actions">
          <CopyButton label={named('Copy code', title())} onCopy={() => props.actions.onCopy(props.block.text)} />
          <Show when={isWhole()}>
            <IconButton
              icon="insert"
              label={named('Insert code at cursor', title())}
              onClick={() => props.actions.onInsertCode(props.block.text)}
            />
            <IconButton
              icon="git-pull-request-go-to-changes"
              label={info().path === null ? named('Apply code to file', title()) : `Apply code to ${info().path}`}
              onClick={() => props.actions.onApplyCode(props.block.text, props.block.lang ?? '')}
            />
          </Show>
        </span>
      </div>
      {/* Code reads from left to right in every language. */}
      <pre tabIndex={0} dir="ltr">
        <Code text={props.block.text} language={info().language} isWhole={isWhole()} />
      </pre>
    </div>
  );
}

function Code(props: { readonly text: string; readonly language: string; readonly isWhole: boolean }) {
  const element = (<code />) as HTMLElement;
  const chunks = new ChunkedCode(element);
  // The block is another with every word that may belong to it, these are not.
  const text = createMemo(() => props.text);
  const wholeGrammar = createMemo(() => (props.isWhole ? grammarOf(props.language) : undefined));
  createRenderEffect(() => chunks.setText(text()));
  createEffect(() => {
    const grammar = wholeGrammar();
    const theme = grammar === undefined ? undefined : codeTheme();
    // The colours of another theme may not be readable in this one, whose own can take a while.
    chunks.clearColors();
    if (grammar === undefined || !theme) return;
    onCleanup(
      pageHighlighter.highlight({ code: text(), grammar, theme }, (index, lines) => chunks.color(index, lines)),
    );
  });
  return element;
}

function CopyButton(props: { readonly label: string; readonly onCopy: () => void }) {
  const [copied, setCopied] = createSignal(false);
  let reset: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(reset));
  const copy = (): void => {
    props.onCopy();
    setCopied(true);
    clearTimeout(reset);
    reset = setTimeout(() => setCopied(false), COPIED_MS);
  };
  return (
    <IconButton
      icon={copied() ? 'check' : 'copy'}
      label={props.label}
      {...(copied() && { title: 'Copied' })}
      onClick={copy}
    />
  );
}

/** Several blocks of one answer: the name of a button says which it is about. */
function named(action: string, title: string): string {
  return title === '' ? action : `${action}: ${title}`;
}
