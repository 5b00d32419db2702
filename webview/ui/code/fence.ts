import type { Tokens } from 'marked';

/** Long enough for the line that ends a fence: the text before it may be long, and is looked at with every word. */
const END_LENGTH = 100;

/** Whether the end of a block of code is there: a line of its fence's signs, as many as began it, or no fence at all. */
export function isClosed({ raw, codeBlockStyle }: Pick<Tokens.Code, 'raw' | 'codeBlockStyle'>): boolean {
  const mark = /^ {0,3}(`{3,}|~{3,})/.exec(raw)?.[1];
  if (codeBlockStyle === 'indented' || mark === undefined) return true;
  return new RegExp(`\\n {0,3}\\${mark.charAt(0)}{${mark.length},}\\s*$`).test(raw.slice(-END_LENGTH));
}
