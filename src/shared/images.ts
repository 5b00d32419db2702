/** An image of an item, as a panel knows of it. Its bytes are asked for when it is in sight. */
export interface ImageView {
  readonly label: string;
  /** `file`: the item names it. `inline`: the item holds it. `remote`: it lies on the web, and is never loaded. */
  readonly kind: 'file' | 'inline' | 'remote';
  /** Absolute path or web address; empty for `inline`. */
  readonly address: string;
}

/** Says which image is meant: one that an item names or holds, or a file of the workspace that a text names. */
export type ImageRef =
  | { readonly kind: 'item'; readonly turnId: string; readonly itemId: string; readonly index: number }
  | { readonly kind: 'file'; readonly path: string };

/** Why an image is not shown. */
export type ImageProblem = 'missing' | 'tooLarge' | 'noImage' | 'outside';

/** An image as a `data:` URL, or why there is none. */
export type ImageResult = { readonly url: string } | { readonly problem: ImageProblem };
