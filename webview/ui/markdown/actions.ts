import type { JSX } from 'solid-js';

/** What links and the buttons of code blocks reach. */
export interface MarkdownActions {
  readonly onOpenLink: (href: string) => void;
  readonly onCopy: (text: string) => void;
  /** An image by its address and its words; `undefined`: it is not shown. */
  readonly picture?: (href: string, words: string) => JSX.Element | undefined;
  /** Puts code into the editor, where its cursor is. */
  readonly onInsertCode: (code: string) => void;
  /** Brings code into a file; `info`: what the first line of its block says. */
  readonly onApplyCode: (code: string, info: string) => void;
  /** Whether the text still grows: what is at its end may be half of something. */
  readonly streaming: boolean;
}
