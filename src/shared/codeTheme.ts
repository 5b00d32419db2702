/** The colours that a colour theme gives to code: what a token is (TextMate scopes), and how it then looks. */
export interface CodeThemeRule {
  /** Without it, the rule is for all that no other is for. */
  readonly scope?: readonly string[];
  readonly settings: {
    /** `#rrggbb` or `#rrggbbaa`. */
    readonly foreground?: string;
    /** Some of `italic`, `bold`, `underline`, `strikethrough`; empty: none of them. */
    readonly fontStyle?: string;
  };
}

/** In the order of the theme: of two rules for the same scope the later one counts. */
export type CodeTheme = readonly CodeThemeRule[];
