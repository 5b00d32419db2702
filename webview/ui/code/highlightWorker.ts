import { createHighlighterCoreSync, type GrammarState, type HighlighterCore } from 'shiki/core';
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript';
import { chunksOf, type CodeLine, type FromHighlightWorker, type ToHighlightWorker } from './highlighting';

const MAX_LINE_LENGTH = 2000;
/** The first line pays for making the grammar's patterns, which may be thousands. */
const LINE_LIMIT_MS = 10_000;
/** Stands for the page's own text colour in the grammar engine, which wants one; no theme says it by chance. */
const UNCOLORED = '#fe01fd';

/** Highlights code in TextMate grammars; no DOM, no network. It answers each code before it takes the next. */
export class HighlightWorker {
  private readonly highlighter: HighlighterCore = createHighlighterCoreSync({
    // A pattern that JavaScript cannot express is left out; the rest of the grammar still works.
    engine: createJavaScriptRegexEngine({ forgiving: true }),
    langs: [],
    themes: [],
  });

  constructor(private readonly answer: (message: FromHighlightWorker) => void) {}

  receive(message: ToHighlightWorker): void {
    switch (message.type) {
      case 'grammar':
        this.highlighter.loadLanguageSync([...message.registrations]);
        return;
      case 'theme':
        this.highlighter.loadThemeSync({
          name: message.name,
          type: message.isLight ? 'light' : 'dark',
          fg: UNCOLORED,
          bg: UNCOLORED,
          settings: message.theme.flatMap(({ scope, settings }) => (scope ? [{ scope: [...scope], settings }] : [])),
        });
        return;
      case 'code':
        try {
          this.highlight(message);
          this.answer({ type: 'done', id: message.id });
        } catch (error) {
          this.answer({ type: 'failed', id: message.id, reason: String(error) });
        }
    }
  }

  private highlight({ id, code, language, theme }: Extract<ToHighlightWorker, { type: 'code' }>): void {
    let grammarState: GrammarState | undefined;
    for (const [index, chunk] of chunksOf(code).entries()) {
      const tokens = this.highlighter.codeToTokensBase(chunk.replace(/\n$/, ''), {
        lang: language,
        theme,
        tokenizeMaxLineLength: MAX_LINE_LENGTH,
        tokenizeTimeLimit: LINE_LIMIT_MS,
        ...(grammarState && { grammarState }),
      });
      grammarState = this.highlighter.getLastGrammarState(tokens);
      const lines = tokens.map((line): CodeLine =>
        line.map(({ content, color, fontStyle }) => ({
          length: content.length,
          color: color === '' || color?.toLowerCase() === UNCOLORED ? undefined : color,
          fontStyle: Math.max(0, fontStyle ?? 0),
        })),
      );
      this.answer({ type: 'chunk', id, index, lines });
    }
  }
}
