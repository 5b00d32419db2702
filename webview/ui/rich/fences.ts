import type { Tokens } from 'marked';
import { isClosed } from '../code/fence';

/** What a fence holds beside code; `undefined`: code. */
export type RichFence = 'mermaid' | 'math';

const LANGUAGES: Readonly<Record<string, RichFence>> = { mermaid: 'mermaid', math: 'math' };

/** What a block of code is to be shown as. A fence whose end has not come is code: half a diagram is none. */
export function richFence(block: Pick<Tokens.Code, 'raw' | 'lang' | 'codeBlockStyle'>): RichFence | undefined {
  const language = block.lang?.split(/\s/)[0]?.toLowerCase() ?? '';
  return Object.hasOwn(LANGUAGES, language) && isClosed(block) ? LANGUAGES[language] : undefined;
}
