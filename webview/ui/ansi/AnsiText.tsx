import Anser from 'anser';
import { createMemo, For } from 'solid-js';

/** Longer lines of a preview lose their beginning. */
const CHARACTERS_PER_PREVIEW_LINE = 2_000;
/** How far before a preview its colours are looked for, and how long an escape sequence may be. */
const COLOUR_LOOKBACK = 8_192;
const LONGEST_ESCAPE = 64;

const COLOURS = /\u001b\[[\d;:]*m/g;
/** Every escape sequence but colours, the one that the end of the text cuts off, and other control characters. */
const NOT_COLOURS = new RegExp(
  [
    '\\u001b\\][^\\u0007\\u001b\\n]*(?:\\u0007|\\u001b\\\\|$)', // titles and links
    '\\u001b[PX^_][^\\u001b]*(?:\\u001b\\\\|$)', // device strings
    '\\u001b\\[(?![\\d;:]*m)[0-?]*[ -/]*(?:[@-~]|$)', // cursor moves, erasing, modes
    '\\u001b(?![[\\]PX^_])[ -/]*(?:[0-~]|$)', // character sets and the like
    '[\\u0000-\\u0007\\u000b\\u000c\\u000e-\\u001a\\u001c-\\u001f\\u007f]',
  ].join('|'),
  'g',
);
const TRAILING_COLOUR = /\u001b\[[\d;:]*m$/;
const ERASED = /(?<!\u001b\[[\d;:]*)[^\u0008\u001b]\u0008/g;

type Span = Anser.AnserJsonEntry & { readonly isInverted?: boolean };

/** A command's output with its colours. `tailLines`: only the last lines, at a cost that does not grow with the text. */
export function AnsiText(props: { readonly text: string; readonly tailLines?: number }) {
  const spans = createMemo((): Span[] =>
    Anser.ansiToJson(visibleText(props.text, props.tailLines), { use_classes: true, remove_empty: true }),
  );
  return (
    <pre class="ansi">
      <For each={spans()}>{(span) => <Part span={span} />}</For>
    </pre>
  );
}

/** Colours beyond the sixteen of the theme are set as custom properties, which the page's policy allows. */
function Part(props: { readonly span: Span }) {
  return (
    <span
      class={classesOf(props.span)}
      style={{
        '--ansi-fg': rgbOf(props.span.fg, props.span.fg_truecolor),
        '--ansi-bg': rgbOf(props.span.bg, props.span.bg_truecolor),
      }}
    >
      {props.span.content}
    </span>
  );
}

/**
 * The text a terminal would be left with, colours still as escape sequences: a carriage return starts the line again,
 * a backspace takes a character back, whatever else moves the cursor is dropped. Blank lines at the end are left out.
 */
export function visibleText(text: string, tailLines?: number): string {
  const end = visibleEnd(text);
  const start = tailLines === undefined ? 0 : tailStart(text, end, tailLines);
  const cleaned = text.slice(start, end).replaceAll('\u009b', '\u001b[').replace(NOT_COLOURS, '');
  const lines = cleaned.replaceAll('\r\n', '\n').split('\n').map(overwritten).join('\n');
  return coloursBefore(text, start) + lines.replace(COLOURS, withSemicolons);
}

/** The library knows neither colons nor the kinds and colours of underlines. */
function withSemicolons(codes: string): string {
  return codes
    .replace(/(?<=[[;])4:0(?=[;m])/g, '24')
    .replace(/(?<=[[;])4:\d+(?=[;m])/g, '4')
    .replace(/(?<=[[;])58[;:](?:5[;:]\d+|2[;:]+\d+[;:]\d+[;:]\d+)(?=[;m])/g, '59')
    .replace(/:+/g, ';');
}

function visibleEnd(text: string): number {
  for (let end = text.length; ;) {
    const shown = text.slice(Math.max(0, end - LONGEST_ESCAPE), end);
    const kept = shown.trimEnd().replace(TRAILING_COLOUR, '');
    if (kept.length === shown.length) return end;
    end -= shown.length - kept.length;
  }
}

function tailStart(text: string, end: number, lines: number): number {
  const earliest = Math.max(0, end - lines * CHARACTERS_PER_PREVIEW_LINE);
  let start = end;
  for (let line = 0; line < lines && start >= earliest; line += 1) start = text.lastIndexOf('\n', start - 1);
  if (start >= earliest) return start + 1;
  // Never begin in the middle of an escape sequence.
  const escape = text.lastIndexOf('\u001b', earliest);
  const cut = escape >= 0 && earliest - escape < LONGEST_ESCAPE && /^.\[?[0-?]*$/.test(text.slice(escape, earliest));
  return cut ? escape : earliest;
}

function coloursBefore(text: string, start: number): string {
  return (text.slice(Math.max(0, start - COLOUR_LOOKBACK), start).match(COLOURS) ?? []).join('');
}

/** What is left of a line: the last part after a carriage return, in the colours that were set before it. */
function overwritten(line: string): string {
  const shown = line.trimEnd();
  const last = shown.lastIndexOf('\r') + 1;
  const colours = last === 0 ? '' : (shown.slice(0, last).match(COLOURS) ?? []).join('');
  let rest = last === 0 ? line : colours + shown.slice(last);
  while (rest.search(ERASED) >= 0) rest = rest.replace(ERASED, '');
  return rest.replaceAll('\b', '');
}

/** `ansi-red-fg` and the like; `ansi-custom-fg` for colours without a name. */
function classesOf({ fg, bg, decorations, isInverted }: Span): string {
  const named = (name: string, suffix: string): string[] => {
    if (!name) return [];
    return [/^ansi-(?:palette|truecolor)/.test(name) ? `ansi-custom${suffix}` : `${name}${suffix}`];
  };
  const marks = decorations.map((decoration) => `ansi-${decoration}`);
  return [...named(fg, '-fg'), ...named(bg, '-bg'), ...marks, ...(isInverted ? ['ansi-inverted'] : [])].join(' ');
}

const CUBE_LEVELS = [0, 95, 135, 175, 215, 255];

function rgbOf(name: string, truecolor: string): string | undefined {
  if (name === 'ansi-truecolor') return `rgb(${truecolor})`;
  const index = Number(/^ansi-palette-(\d+)$/.exec(name)?.[1] ?? 0) - 16;
  if (index < 0) return undefined;
  if (index >= 216)
    return `rgb(${Array(3)
      .fill(8 + (index - 216) * 10)
      .join(', ')})`;
  const level = (divisor: number): number => CUBE_LEVELS[Math.floor(index / divisor) % 6] ?? 0;
  return `rgb(${level(36)}, ${level(6)}, ${level(1)})`;
}
