import type { LanguageRegistration } from 'shiki/core';
import type { CodeTheme } from '../../../src/shared/codeTheme';

/** So many characters of a line in one look; `color` is `#rrggbb` or `#rrggbbaa`. */
export interface CodeSpan {
  readonly length: number;
  readonly color: string | undefined;
  /** TextMate's bits: 1 italic, 2 bold, 4 underline, 8 strikethrough. */
  readonly fontStyle: number;
}

/** The spans of one line, without its line end. */
export type CodeLine = readonly CodeSpan[];

/** Code is shown and highlighted in pieces of so many lines. */
export const CHUNK_LINES = 50;

/** To the worker. Grammars and themes are told once, before the first code that names them. */
export type ToHighlightWorker =
  | { readonly type: 'grammar'; readonly registrations: readonly LanguageRegistration[] }
  | { readonly type: 'theme'; readonly name: string; readonly isLight: boolean; readonly theme: CodeTheme }
  | {
      readonly type: 'code';
      readonly id: number;
      readonly code: string;
      readonly language: string;
      readonly theme: string;
    };

/** From the worker: the pieces of a code in their order, then its end. `failed`: what is not there stays plain. */
export type FromHighlightWorker =
  | { readonly type: 'chunk'; readonly id: number; readonly index: number; readonly lines: readonly CodeLine[] }
  | { readonly type: 'done'; readonly id: number }
  | { readonly type: 'failed'; readonly id: number; readonly reason: string };

/** The pieces of a code; all but the last end with a line end. */
export function chunksOf(code: string): string[] {
  const chunks: string[] = [];
  let from = 0;
  let lines = 0;
  for (let at = code.indexOf('\n'); at >= 0; at = code.indexOf('\n', at + 1)) {
    lines += 1;
    if (lines % CHUNK_LINES !== 0) continue;
    chunks.push(code.slice(from, at + 1));
    from = at + 1;
  }
  if (from < code.length || chunks.length === 0) chunks.push(code.slice(from));
  return chunks;
}
