import { lexer, type Token, type TokensList } from 'marked';

/** One finished or growing part of a text: a paragraph, a list, a code block. */
export type Block = Token;

/**
 * Markdown that grows: what is finished is never parsed again, and keeps its identity, so that a panel redraws only
 * the end. The blocks are always those of one parse of the whole text.
 */
export class MarkdownBlocks {
  private text = '';
  private frozen: Block[] = [];
  /** Where the part that is still open begins. */
  private openAt = 0;
  private open: Block[] = [];
  /** Characters given to the parser so far, to keep the cost of a delta in sight. */
  parsedCharacters = 0;

  get blocks(): readonly Block[] {
    return [...this.frozen, ...this.open];
  }

  /** Sets the text. One that continues the last costs only its open end. */
  update(source: string): readonly Block[] {
    const text = source.replace(/\r\n?/g, '\n');
    if (text === this.text) return this.blocks;
    if (!text.startsWith(this.text)) this.reset();
    this.text = text;
    const tokens = this.parseOpenEnd();
    // A definition such as `[1]: https://…` changes how text before it reads: only a whole parse gets that right.
    if (!hasDefinitions(tokens)) this.freeze(tokens);
    else if (this.openAt > 0) {
      this.reset(text);
      this.open = this.parseOpenEnd();
    } else this.open = tokens;
    return this.blocks;
  }

  private reset(text = ''): void {
    this.text = text;
    this.frozen = [];
    this.open = [];
    this.openAt = 0;
  }

  private parseOpenEnd(): TokensList {
    const source = this.text.slice(this.openAt);
    this.parsedCharacters += source.length;
    return lexer(source, { gfm: true });
  }

  private freeze(tokens: readonly Token[]): void {
    const count = finishedCount(tokens);
    const finished = tokens.slice(0, count);
    this.frozen.push(...finished);
    this.openAt += finished.reduce((length, token) => length + token.raw.length, 0);
    this.open = tokens.slice(count);
  }
}

function hasDefinitions({ links }: TokensList): boolean {
  return Object.keys(links).length > 0;
}

/**
 * How many tokens at the front can no longer change: those before a blank line that something follows. A list goes on
 * over blank lines, and "2" may yet become its next item: what follows must then have its first line complete.
 */
function finishedCount(tokens: readonly Token[]): number {
  const last = tokens.findLastIndex((token) => token.type !== 'space');
  for (let index = last - 1; index >= 0; index -= 1) {
    const token = tokens[index];
    if (!token || !/\n\n$/.test(token.raw)) continue;
    const before = token.type === 'space' ? tokens[index - 1] : token;
    const next = tokens[index + 1];
    const certain = !goesOnOverBlankLines(before) || index + 1 < last || (next?.raw.includes('\n') ?? false);
    if (certain) return index + 1;
  }
  return 0;
}

function goesOnOverBlankLines(token: Token | undefined): boolean {
  return (
    token?.type === 'list' || token?.type === 'html' || (token?.type === 'code' && token.codeBlockStyle === 'indented')
  );
}
