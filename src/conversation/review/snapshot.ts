/**
 * A file as it was at one moment. `missing`: there was none; `unknown`: nobody looked in time. Otherwise hashes into the
 * blob store: of its text (`null`: not a text file) and of its exact bytes (`null`: they are the text in UTF-8, or were
 * not read), and its file mode (`null`: not known).
 */
export type Snapshot =
  'missing' | 'unknown' | { readonly text: string | null; readonly bytes: string | null; readonly mode: number | null };
