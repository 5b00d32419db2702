const SVG = 'http://www.w3.org/2000/svg';
/** Marks what holds the text of a style element until the drawing is finished. */
const RULES = 'data-rules';
/** Where a style attribute waits while the drawing is text. */
const KEPT = 'data-kept-style';

/**
 * Runs what draws an SVG with styles of its own. The page allows neither style elements nor style attributes, only
 * what a script sets: so for the time of the drawing each of them is set by a script, or kept under another name. Give
 * the drawing to {@link finishStyles} before it is used elsewhere. One call at a time.
 */
export async function withScriptedStyles<T>(drawing: () => Promise<T>): Promise<T> {
  const sheets: CSSStyleSheet[] = [];
  const parseFromString = methodOf(DOMParser.prototype, 'parseFromString');
  const restore = takeOver(sheets);
  DOMParser.prototype.parseFromString = function (text: { toString(): string }, type: DOMParserSupportedType) {
    return parseFromString.call(this, text.toString().replaceAll(' style="', ` ${KEPT}="`), type);
  };
  try {
    return await drawing();
  } finally {
    DOMParser.prototype.parseFromString = parseFromString;
    restore();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => !sheets.includes(sheet));
  }
}

function methodOf<T extends object, K extends keyof T>(prototype: T, name: K): T[K] {
  return Reflect.get(prototype, name);
}

/** Lets styles be set by script; gives what ends that. */
function takeOver(sheets: CSSStyleSheet[]): () => void {
  const setAttribute = methodOf(Element.prototype, 'setAttribute');
  const insertBefore = methodOf(Node.prototype, 'insertBefore');
  Element.prototype.setAttribute = function (name, value) {
    if (name === 'style' && (this instanceof SVGElement || this instanceof HTMLElement)) this.style.cssText = value;
    else setAttribute.call(this, name, value);
  };
  Node.prototype.insertBefore = function <N extends Node>(this: Node, node: N, child: Node | null): N {
    if (!(node instanceof HTMLStyleElement)) return insertBefore.call(this, node, child) as N;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(node.textContent);
    sheets.push(sheet);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    if (!(this instanceof SVGElement)) return node;
    const rules = document.createElementNS(SVG, 'desc');
    rules.setAttribute(RULES, '');
    rules.textContent = node.textContent;
    insertBefore.call(this, rules, child);
    return node;
  };
  return () => {
    Element.prototype.setAttribute = setAttribute;
    Node.prototype.insertBefore = insertBefore;
  };
}

/** Gives a finished drawing its styles. It must not be part of a page that forbids them. */
export function finishStyles(svg: Element): void {
  for (const rules of svg.querySelectorAll(`[${RULES}]`)) {
    const style = document.createElementNS(SVG, 'style');
    style.textContent = rules.textContent;
    rules.replaceWith(style);
  }
  for (const part of svg.querySelectorAll<SVGElement>(`[${KEPT}]`)) {
    part.style.cssText = part.getAttribute(KEPT) ?? '';
    part.removeAttribute(KEPT);
  }
}
