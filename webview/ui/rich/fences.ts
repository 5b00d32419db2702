import type { Tokens } from 'marked';

/** What a fence holds beside code; `undefined`: code. */
export type RichFence = 'mermaid' | 'math';

const LANGUAGES: Readonly<Record<string, RichFence>> = { mermaid: 'mermaid', math: 'math' };

/** What a block of code is to be shown as. A fence whose end has not come is code: half a diagram is none. */
export function richFence({ raw, lang }: Pick<Tokens.Code, 'raw' | 'lang'>): RichFence | undefined {
  const language = lang?.split(/\s/)[0]?.toLowerCase() ?? '';
  const mark = /^ {0,3}(`{3,}|~{3,})/.exec(raw)?.[1];
  if (mark === undefined || !Object.hasOwn(LANGUAGES, language)) return undefined;
  const isClosed = new RegExp(`\\n {0,3}\\${mark.charAt(0)}{${mark.length},} *\\n*$`).test(raw);
  return isClosed ? LANGUAGES[language] : undefined;
}
