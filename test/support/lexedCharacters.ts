import { vi } from 'vitest';
import { markdown } from '../../webview/ui/markdown/blocks';

/** How many characters of Markdown are parsed while `run` does its work. */
export function lexedCharacters(run: () => void): number {
  const lexer = vi.spyOn(markdown, 'lexer');
  try {
    run();
    return lexer.mock.calls.reduce((sum, [source]) => sum + source.length, 0);
  } finally {
    lexer.mockRestore();
  }
}
