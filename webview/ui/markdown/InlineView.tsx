import type { Token, Tokens } from 'marked';
import { For, type JSX } from 'solid-js';
import { Formula } from '../rich/Formula';
import type { MarkdownActions } from './actions';
import type { MathToken } from './math';

const WEB_LINK = /^(?:https?|mailto):/i;
/** `src/a.ts`, `./a.md`, `/abs/a.ts:12`, `a.ts#L5`, `C:\a.ts`: a path, with a line perhaps. */
const FILE_LINK = /^(?:file:\/\/(?=\/)|[A-Za-z]:(?=[\\/]))?[^:?#]+(?:(?::\d+){1,2}|#L\d+(?:-L?\d+)?)?$/;
/** The lexer leaves these to HTML, which we do not write. */
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  copy: '©',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  rarr: '→',
  larr: '←',
  times: '×',
};

/** Inline tokens as elements. */
export function Inline(props: { readonly tokens: readonly Token[]; readonly actions: MarkdownActions }) {
  return <For each={props.tokens}>{(token) => <InlineView token={token} actions={props.actions} />}</For>;
}

function InlineView(props: { readonly token: Token; readonly actions: MarkdownActions }): JSX.Element {
  const { token, actions } = props;
  const inner = () => <Inline tokens={'tokens' in token ? (token.tokens ?? []) : []} actions={actions} />;
  switch (token.type) {
    case 'text':
      return 'tokens' in token && token.tokens ? inner() : decodeEntities((token as Tokens.Text).text);
    case 'escape':
      return (token as Tokens.Escape).text;
    case 'strong':
      return <strong>{inner()}</strong>;
    case 'em':
      return <em>{inner()}</em>;
    case 'del':
      return <del>{inner()}</del>;
    case 'codespan':
      // Its own direction keeps it from deciding that of the words around it.
      return <code dir="ltr">{(token as Tokens.Codespan).text}</code>;
    case 'br':
      return <br />;
    case 'math': {
      const { tex, raw, display } = token as MathToken;
      return <Formula tex={tex} source={raw} display={display} />;
    }
    case 'link':
      return <Link href={(token as Tokens.Link).href} actions={actions} content={inner()} />;
    case 'image': {
      const image = token as Tokens.Image;
      const picture = actions.picture?.(image.href, image.text);
      if (picture) return picture;
      // Nothing is loaded from the network: a picture is a link to it.
      return <Link href={image.href} actions={actions} content={image.text || image.href} />;
    }
    default:
      return token.raw;
  }
}

/** Links to the web and to files open through the editor; anything else is only text. */
function Link(props: {
  readonly href: string;
  readonly content: JSX.Element;
  readonly actions: MarkdownActions;
}): JSX.Element {
  if (!isOpenable(props.href)) return <span>{props.content}</span>;
  return (
    <button type="button" class="link" title={props.href} onClick={() => props.actions.onOpenLink(props.href)}>
      {props.content}
    </button>
  );
}

/** Whether a link that a model wrote may be offered at all. Shares of other machines are not: asking them tells who asks. */
export function isOpenable(href: string): boolean {
  return WEB_LINK.test(href) || (!/^(?:file:\/\/)?[\\/]{2}/.test(href) && FILE_LINK.test(href));
}

/** Named references as characters; an unknown one stays as it was written. */
export function decodeEntities(text: string): string {
  return text.replace(/&([a-z]+);/g, (reference, name: string) => ENTITIES[name] ?? reference);
}
