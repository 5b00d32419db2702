const EMBEDDED = /^data:image\/(?:png|jpeg|gif|webp);base64,[\w+/=]+$/;
const MAX_EMBEDDED = 15_000_000;
const IMAGE_FILE = /^(?!(?:https?|mailto|data|command|vscode):|[\\/]{2}).+\.(?:png|jpe?g|gif|webp)$/i;

/** What an image of a text is: in the text itself, a file, or (`undefined`) nothing that is shown. */
export type Picture = { readonly kind: 'embedded' | 'file'; readonly address: string };

/** How the address of an image that a model wrote is shown. Nothing is ever loaded from the web. */
export function pictureOf(href: string): Picture | undefined {
  if (href.length <= MAX_EMBEDDED && EMBEDDED.test(href)) return { kind: 'embedded', address: href };
  return href.length <= 4_096 && IMAGE_FILE.test(href) ? { kind: 'file', address: href } : undefined;
}
