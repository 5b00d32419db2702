/** What the editor says of a file that it answers for. */
export interface DocumentMetadata {
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
}

/** `missing`: there is no such file. `pass`: the editor does not answer for this path, the real file system does. */
export type DocumentRead = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'missing' | 'pass' };

/**
 * `noFolder`: the parent folder does not exist (the server then creates it and writes again). `refused`: nothing was
 * written, `reason` is for the person.
 */
export type DocumentWrite =
  { readonly kind: 'written' | 'pass' | 'noFolder' } | { readonly kind: 'refused'; readonly reason: string };

/**
 * The editor's side of the file calls of an environment: it answers for the text documents inside the workspace
 * folders, with the live text, and leaves everything else to the file system. Paths are absolute and native.
 * No method rejects for an expected failure, and none may take for ever: an unanswered call hangs the turn.
 */
export interface DocumentHost {
  read(path: string): Promise<DocumentRead>;
  /** `undefined`: pass the call on. */
  metadata(path: string): Promise<DocumentMetadata | undefined>;
  write(path: string, text: string): Promise<DocumentWrite>;
  remove(path: string): Promise<DocumentWrite>;
}
