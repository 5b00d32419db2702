import type { MarkedExtension, Token, Tokens } from 'marked';

/** A formula in TeX, as a block of its own (`display`) or within a line. `raw` holds the signs that enclose it. */
export interface MathToken extends Tokens.Generic {
  readonly type: 'math';
  readonly raw: string;
  readonly tex: string;
  readonly display: boolean;
}

/** Longer ones are text: nobody writes them, and every opening sign is a look at so many characters. */
const MAX_TEX = 4_000;
const CLOSING: Readonly<Record<string, string>> = { $$: '$$', '\\[': '\\]', '\\(': '\\)' };
const BLANK_LINE = /\n[ \t]*\n/;
const OPENING_LINE = /^ {0,3}(?:\$\$|\\\[)/gm;
/**
 * Within a line: no space after the first sign and none before the last, and nothing behind it that goes on with a
 * word. So `$5 and $6` and `$HOME/$USER` stay as they are.
 */
const SINGLE = /^\$((?![\s$])(?:\\[^\n]|[^$`\\\n]){0,1000}?(?:\\[^\s]|[^\s$`\\]))\$(?![\w$({])/;
/** "$5 for this and 6$": an amount, and words. */
const AMOUNT = /^\d[\d.,]*\s+[a-z]{2,}/i;
/** What may open a formula, or what ends a piece of plain text anyway. */
const STOP = /(?<![\\\w$])\$(?!\s)|[\\<!\[`*~_]/;
const OPENING = /(?<![\\\w$])\$(?!\s)|(?<!\\)\\[([]/g;

/** What stands between `open`, with which `source` begins, and its closing sign; no blank line is among it. */
function enclosed(source: string, open: string): MathToken | undefined {
  const close = CLOSING[open];
  if (close === undefined || !source.startsWith(open)) return undefined;
  const body = source.slice(open.length, open.length + MAX_TEX);
  const end = body.indexOf(close);
  const tex = end < 0 ? '' : body.slice(0, end);
  if (tex.trim() === '' || BLANK_LINE.test(tex)) return undefined;
  return { type: 'math', raw: open + tex + close, tex: tex.trim(), display: open !== '\\(' };
}

function blockAt(source: string): MathToken | undefined {
  const indent = /^ {0,3}/.exec(source)?.[0] ?? '';
  const rest = source.slice(indent.length);
  const math = enclosed(rest, '$$') ?? enclosed(rest, '\\[');
  const end = math && /^[ \t]*(?:\n|$)/.exec(rest.slice(math.raw.length));
  return end ? { ...math, raw: indent + math.raw + end[0] } : undefined;
}

function inlineAt(source: string): MathToken | undefined {
  const math = enclosed(source, '$$') ?? enclosed(source, '\\(') ?? enclosed(source, '\\[');
  if (math || !source.startsWith('$')) return math;
  const match = SINGLE.exec(source);
  if (match?.[1] === undefined || AMOUNT.test(match[1])) return undefined;
  return { type: 'math', raw: match[0], tex: match[1], display: false };
}

/** Where in a paragraph that begins with `source` a formula of its own line begins. */
function blockStart(source: string): number | undefined {
  const end = source.search(BLANK_LINE);
  const paragraph = end < 0 ? source : source.slice(0, end + 1);
  for (const { index } of paragraph.matchAll(/\n {0,3}(?:\$\$|\\\[)/g)) {
    if (blockAt(source.slice(index + 1))) return index;
  }
  return undefined;
}

/** Whether the lines before a formula may be an underlined heading: one that is underlined after it does not hold it. */
function isUnderlinedBefore(formulaAt: number | undefined, source: string): boolean {
  return formulaAt === undefined || /\n {0,3}(?:=+|-+) *(?:\n|$)/.test(source.slice(0, formulaAt + 1));
}

function inlineStart(source: string): number | undefined {
  const at = source.search(STOP);
  return source[at] === '$' ? at : undefined;
}

/** Whether what stands before a sign makes it a part of a word: `US$5`. */
function endsInWord(tokens: readonly Token[]): boolean {
  return /[\w$\\]$/.test(tokens.at(-1)?.raw ?? '');
}

/** The signs inside formulas are no emphasis: `$a*b$ and $c*d$`. */
function maskFormulas(source: string): string {
  let masked = '';
  for (const { index } of source.matchAll(OPENING)) {
    if (index < masked.length) continue;
    const length = inlineAt(source.slice(index))?.raw.length ?? 0;
    masked += source.slice(masked.length, index) + 'a'.repeat(length);
  }
  return masked + source.slice(masked.length);
}

/** Formulas between `$…$`, `$$…$$`, `\(…\)` and `\[…\]`. None of them reaches over a blank line. */
export const mathExtension: MarkedExtension = {
  hooks: { emStrongMask: maskFormulas },
  tokenizer: { lheading: (source) => (isUnderlinedBefore(blockStart(source), source) ? false : undefined) },
  extensions: [
    { name: 'math', level: 'block', start: blockStart, tokenizer: blockAt },
    {
      name: 'inlineMath',
      level: 'inline',
      start: inlineStart,
      tokenizer: (source, tokens) => (source.startsWith('$') && endsInWord(tokens) ? undefined : inlineAt(source)),
    },
  ],
};

/**
 * Whether the end of a formula that is still to come would change how `raw` reads, which `following` comes after: it
 * begins on a line of it, and no blank line stands behind.
 */
export function opensMath(raw: string, following: string): boolean {
  const last = [...raw.matchAll(OPENING_LINE)].at(-1);
  return last !== undefined && !BLANK_LINE.test(raw.slice(last.index) + following);
}
