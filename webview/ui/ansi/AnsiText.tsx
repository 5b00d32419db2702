import Anser from 'anser';
import { createMemo, For } from 'solid-js';

/** Beyond this a preview is cut from the end of the output before anything else is done with it. */
const CHARACTERS_PER_PREVIEW_LINE = 2_000;

/** A command's output with its colours. `tailLines`: only the last lines. */
export function AnsiText(props: { readonly text: string; readonly tailLines?: number }) {
  const spans = createMemo(() =>
    Anser.ansiToJson(visible(props.text, props.tailLines), { use_classes: true, remove_empty: true }),
  );
  return (
    <pre class="ansi">
      <For each={spans()}>{(span) => <span class={classesOf(span)}>{span.content}</span>}</For>
    </pre>
  );
}

/** The text a terminal would be left with: a carriage return starts the line again. */
export function visible(text: string, tailLines: number | undefined): string {
  const cut = tailLines === undefined ? text : text.slice(-tailLines * CHARACTERS_PER_PREVIEW_LINE);
  const lines = withoutControls(cut.trimEnd())
    .split('\n')
    .map((line) => line.replace(/\r+$/, ''))
    .map((line) => line.slice(line.lastIndexOf('\r') + 1));
  return (tailLines === undefined ? lines : lines.slice(-tailLines)).join('\n');
}

/** Drops every escape sequence but colours: cursor moves, titles, links. */
function withoutControls(text: string): string {
  return text

    .replace(/\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g, '')

    .replace(/\u001b\[[0-9;?]*[A-HJ-Zf-ln-z]/g, '')

    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f]/g, '');
}

/** `ansi-red` and the like; colours without a name stay as the text around them. */
function classesOf({ fg, bg, decorations }: Anser.AnserJsonEntry): string {
  const named = (name: string, suffix: string): string[] =>
    /^ansi-(?:bright-)?[a-z]+$/.test(name) ? [`${name}${suffix}`] : [];
  return [...named(fg, '-fg'), ...named(bg, '-bg'), ...decorations.map((decoration) => `ansi-${decoration}`)].join(' ');
}
