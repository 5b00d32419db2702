import { Marked, type Token, type Tokens, type TokensList } from 'marked';
import { mathExtension, opensMath } from './math';

/** Markdown as a conversation writes it: with formulas. */
export const markdown = new Marked(mathExtension);

/** One part of a text: a paragraph, a list, a code block, the blank lines between them. */
export type Block = Token;

/** A line that is a link definition, or becomes one as soon as the title it opens is closed, however far away. */
const OPEN_DEFINITION = /^ {0,3}\[(?:[^\]\\]|\\[\s\S])*\]:[\s\S]*["'(]/m;
const MATH_LINE = /^ {0,3}(?:\$\$|\\\[)/m;
const CLOSED = new Set(['heading', 'hr', 'math']);
const DEFINABLE = new Set(['paragraph', 'def', 'heading', 'table']);
const BLANK_LINE = /\n[ \t]*\n/;
const FENCE = /^(`{3,}|~{3,})[^\n]*\n/;

/**
 * Markdown that grows. Finished blocks are never parsed again and keep their identity, so that a panel redraws only
 * the end; the blocks are at all times those of one parse of the whole text. A text with link definitions is parsed
 * whole, because a definition changes how the text before it reads.
 */
export class MarkdownBlocks {
  /** As it was given, and with `\n` line ends only. */
  private source = '';
  private text = '';
  private frozen: Block[] = [];
  private open: Block[] = [];
  /** Where in `text` the open blocks begin. */
  private openAt = 0;
  private fence: OpenFence | undefined;

  get blocks(): readonly Block[] {
    return [...this.frozen, ...this.open];
  }

  /** Sets the whole text and gives its blocks. One that continues the last costs as little as `append`. */
  update(text: string): readonly Block[] {
    // Comparing whole strings is many times faster than `startsWith`, and this happens with every word.
    if (text.slice(0, this.source.length) !== this.source) this.reset();
    this.append(text.slice(this.source.length));
    return this.blocks;
  }

  /** Adds to the end of the text. */
  append(delta: string): void {
    if (delta === '') return;
    const rest = this.source.endsWith('\r') && delta.startsWith('\n') ? delta.slice(1) : delta;
    const added = rest.replace(/\r\n?/g, '\n');
    this.source += delta;
    if (added === '') return;
    this.text += added;
    if (!this.appendToFence(added)) this.parseOpen();
  }

  private reset(): void {
    this.source = this.text = '';
    this.frozen = [];
    this.open = [];
    this.openAt = 0;
    this.fence = undefined;
  }

  private appendToFence(added: string): boolean {
    const token = this.fence?.append(added);
    if (!token) return false;
    this.open[this.open.length - 1] = token;
    return true;
  }

  private parseOpen(): void {
    let tokens = lex(this.text.slice(this.openAt));
    if (this.openAt > 0 && hasDefinitions(tokens)) {
      this.open = [...this.frozen, ...this.open];
      this.frozen = [];
      this.openAt = 0;
      tokens = lex(this.text);
    }
    const blocks = keepIdentity(this.open, tokens);
    const finished = hasDefinitions(tokens) ? [] : blocks.slice(0, finishedCount(blocks));
    this.frozen.push(...finished);
    this.openAt += finished.reduce((length, block) => length + block.raw.length, 0);
    this.open = blocks.slice(finished.length);
    this.fence = this.open.some(isOpenBefore) ? undefined : OpenFence.of(this.open.at(-1));
  }
}

/** A code block whose end has not come: text is added to it without parsing what it already holds. */
class OpenFence {
  private constructor(
    private token: Tokens.Code,
    private readonly headLength: number,
    private readonly closing: RegExp,
    private lastLine: string,
  ) {}

  static of(block: Block | undefined): OpenFence | undefined {
    const head = block?.type === 'code' ? FENCE.exec(block.raw) : null;
    const mark = head?.[1];
    if (!block || !head || mark === undefined) return undefined;
    const closing = new RegExp(`^ {0,3}\\${mark.charAt(0)}{${mark.length},} *$`);
    const lines = block.raw.slice(head[0].length).split('\n');
    if (lines.some((line) => closing.test(line))) return undefined;
    return new OpenFence(block as Tokens.Code, head[0].length, closing, lines.at(-1) ?? '');
  }

  /** The block with `added` at its end, or undefined when that may close it. */
  append(added: string): Tokens.Code | undefined {
    const lines = (this.lastLine + added).split('\n');
    if (lines.some((line) => this.closing.test(line))) return undefined;
    this.lastLine = lines.at(-1) ?? '';
    const raw = this.token.raw + added;
    this.token = { ...this.token, raw, text: codeText(raw.slice(this.headLength)) };
    return this.token;
  }
}

/** The last line break is not part of the code, unless the code ends in a blank line. */
function codeText(content: string): string {
  return content.endsWith('\n') && /[^\n]\n$/.test(content.slice(-2)) ? content.slice(0, -1) : content;
}

/** Tokens of `source`. Thousands of nested quotes are more than the lexer can take: then the text as it is. */
function lex(source: string): TokensList {
  try {
    return markdown.lexer(source);
  } catch {
    return Object.assign([{ type: 'text', raw: source, text: source }], { links: {} });
  }
}

function hasDefinitions(tokens: TokensList): boolean {
  return Object.keys(tokens.links).length > 0;
}

/** The new blocks, with the old object wherever it says the same, also within lists, quotes and tables. */
function keepIdentity<T extends Block>(old: readonly T[], next: readonly T[]): T[] {
  return next.map((block, index) => {
    const before = old[index];
    // Equal words are not enough: a definition elsewhere may have made a link of them.
    if (before?.raw === block.raw && isSame(before, block)) return before;
    if (before?.type === block.type) keepParts(before, block);
    return block;
  });
}

/** Lets `next`, which is new, hold the parts of `before` that are still the same. */
function keepParts(before: Block, next: Block): void {
  if (next.type === 'list') {
    (next as Tokens.List).items = keepIdentity((before as Tokens.List).items, (next as Tokens.List).items);
  } else if (next.type === 'list_item' || next.type === 'blockquote') {
    next.tokens = keepIdentity(childrenOf(before), childrenOf(next));
  } else if (next.type === 'table') {
    const [{ header, rows }, table] = [before as Tokens.Table, next as Tokens.Table];
    table.header = keepSame(header, table.header);
    table.rows = keepSame(rows, table.rows);
  }
}

function keepSame<T>(old: readonly T[], next: readonly T[]): T[] {
  return next.map((part, index) => {
    const before = old[index];
    return before !== undefined && isSame(before, part) ? before : part;
  });
}

/** Whether two tokens, or parts of them, say the same. Every word at the end of a long list asks it of all items. */
function isSame(before: unknown, now: unknown): boolean {
  if (before === now) return true;
  if (!isRecord(before) || !isRecord(now)) return false;
  const keys = Object.keys(now);
  return keys.length === Object.keys(before).length && keys.every((key) => isSame(before[key], now[key]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/**
 * How many blocks at the front no text to come can change. They end with a blank line, a heading, a rule or a closed
 * code block, and the line after that is complete: until then it may yet turn out to continue a list.
 */
function finishedCount(blocks: readonly Block[]): number {
  let finished = 0;
  for (const [index, block] of blocks.entries()) {
    const next = blocks[index + 1];
    if (!next || staysOpen(block, blocks, index)) break;
    const lineComplete = index + 2 < blocks.length || next.raw.includes('\n');
    if (next.type !== 'space' && lineComplete && endsForGood(block)) finished = index + 1;
  }
  return finished;
}

function isOpenBefore(block: Block, index: number, blocks: readonly Block[]): boolean {
  return index + 1 < blocks.length && staysOpen(block, blocks, index);
}

function endsForGood(block: Block): boolean {
  if (block.type === 'space') return BLANK_LINE.test(block.raw);
  const closed = CLOSED.has(block.type) || (block.type === 'code' && !block.codeBlockStyle);
  return closed && block.raw.endsWith('\n');
}

/**
 * Whether the block at `index` reaches beyond its own end: by a title or a formula that it opens, or by an HTML link
 * that stops automatic links.
 */
function staysOpen(block: Block, blocks: readonly Block[], index: number): boolean {
  if (block.type === 'code' || block.type === 'math') return false;
  const next = blocks[index + 1]?.raw ?? '';
  if (DEFINABLE.has(block.type) && OPEN_DEFINITION.test(block.raw + next)) return true;
  if (MATH_LINE.test(block.raw) && opensMath(block.raw, rawOf(blocks.slice(index + 1)))) return true;
  return /<a /i.test(block.raw) && endsInsideAnchor([block], false);
}

function rawOf(blocks: readonly Block[]): string {
  return blocks.map(({ raw }) => raw).join('');
}

function endsInsideAnchor(tokens: readonly Token[], inside: boolean): boolean {
  return tokens.reduce((before, token) => {
    if (token.type === 'html' && 'inLink' in token) return token.inLink as boolean;
    // marked forgets what a link's own text opened.
    return token.type === 'link' || token.type === 'image' ? before : endsInsideAnchor(childrenOf(token), before);
  }, inside);
}

function childrenOf(token: Token): readonly Token[] {
  if (token.type === 'list') return (token as Tokens.List).items;
  if (token.type === 'table') {
    const { header, rows } = token as Tokens.Table;
    return [header, ...rows].flat().flatMap((cell) => cell.tokens);
  }
  return 'tokens' in token ? (token.tokens ?? []) : [];
}
