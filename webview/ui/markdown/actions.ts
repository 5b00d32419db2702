/** What links and copy buttons reach. */
export interface MarkdownActions {
  readonly onOpenLink: (href: string) => void;
  readonly onCopy: (text: string) => void;
}
