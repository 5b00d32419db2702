import { lineEnds } from '../lineEnds';
import { chunksOf, CHUNK_LINES, type CodeLine } from './highlighting';

const ITALIC = 1;
const BOLD = 2;
const UNDERLINE = 4;
const STRIKETHROUGH = 8;

interface Chunk {
  readonly element: HTMLElement;
  /** The text, until the chunk is coloured. */
  readonly node: Text;
  text: string;
  lines: number;
  isColored: boolean;
}

/**
 * The text of one code element, in blocks of 50 lines: one long text that grows is laid out anew with every character.
 * It owns the children of the element.
 */
export class ChunkedCode {
  private chunks: Chunk[] = [];
  private shown = '';

  constructor(private readonly code: HTMLElement) {}

  get text(): string {
    return this.shown;
  }

  /** Sets the whole text. One that continues the last costs as little as what is new. */
  setText(text: string): void {
    // Comparing whole strings is many times faster than `startsWith`, and this happens with every word.
    const grows = this.shown !== '' && text.slice(0, this.shown.length) === this.shown;
    const added = grows ? text.slice(this.shown.length) : text;
    if (!grows) {
      this.code.replaceChildren();
      this.chunks = [];
    }
    this.shown = text;
    if (added !== '') this.append(added);
  }

  /** Colours one piece of the text as it is now. What does not fit it is left as it was. */
  color(index: number, lines: readonly CodeLine[]): void {
    const chunk = this.chunks[index];
    if (!chunk) return;
    const parts = elementsOf(chunk.text, lines);
    if (!parts) return;
    chunk.element.replaceChildren(parts);
    chunk.isColored = true;
  }

  /** Takes all colours away. */
  clearColors(): void {
    for (const chunk of this.chunks) if (chunk.isColored) makePlain(chunk);
  }

  private append(added: string): void {
    const last = this.chunks.at(-1);
    const room = last ? CHUNK_LINES - last.lines : 0;
    const head = last && room > 0 ? firstLines(added, room) : '';
    if (last && head !== '') {
      last.text += head;
      last.lines += lineEnds(head);
      if (last.isColored) makePlain(last);
      else last.node.appendData(head);
    }
    const rest = added.slice(head.length);
    if (rest === '') return;
    for (const text of chunksOf(rest)) this.chunks.push(this.newChunk(text));
  }

  private newChunk(text: string): Chunk {
    const element = document.createElement('span');
    element.className = 'code-chunk';
    const node = document.createTextNode(text);
    element.append(node);
    this.code.append(element);
    return { element, node, text, lines: lineEnds(text), isColored: false };
  }
}

function makePlain(chunk: Chunk): void {
  chunk.node.data = chunk.text;
  chunk.element.replaceChildren(chunk.node);
  chunk.isColored = false;
}

/** As much of `text` as fills `count` lines. */
function firstLines(text: string, count: number): string {
  let end = -1;
  for (let line = 0; line < count; line++) {
    end = text.indexOf('\n', end + 1);
    if (end < 0) return text;
  }
  return text.slice(0, end + 1);
}

/** The text in the colours of its spans; `undefined` when they are those of another text. */
function elementsOf(text: string, lines: readonly CodeLine[]): DocumentFragment | undefined {
  const fragment = document.createDocumentFragment();
  let at = 0;
  for (const [index, line] of lines.entries()) {
    for (const { length, color, fontStyle } of line) {
      const end = at + length;
      fragment.append(color === undefined ? text.slice(at, end) : colored(text.slice(at, end), color, fontStyle));
      at = end;
    }
    if (index < lines.length - 1 && text[at] !== '\n') return undefined;
    if (text[at] === '\n') {
      fragment.append('\n');
      at += 1;
    }
  }
  return at === text.length ? fragment : undefined;
}

function colored(text: string, color: string, fontStyle: number): HTMLElement {
  const span = document.createElement('span');
  // The page's policy refuses style attributes that are written as text, not those that are set like this.
  span.style.color = color;
  if (fontStyle & ITALIC) span.style.fontStyle = 'italic';
  if (fontStyle & BOLD) span.style.fontWeight = 'bold';
  const lines = [
    ...(fontStyle & UNDERLINE ? ['underline'] : []),
    ...(fontStyle & STRIKETHROUGH ? ['line-through'] : []),
  ];
  if (lines.length > 0) span.style.textDecoration = lines.join(' ');
  span.textContent = text;
  return span;
}
