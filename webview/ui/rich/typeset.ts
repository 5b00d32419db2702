import { createSignal } from 'solid-js';
import type katex from 'katex';

type Katex = typeof katex;

/** Formulas that were set before, so that a paragraph that grows does not set them again. */
const MAX_KEPT = 300;
const MAX_EXPANSIONS = 500;
/** Of a box, a space or a rule, in em. */
const MAX_SIZE = 30;

const [library, setLibrary] = createSignal<Katex>();
let loading = false;
const kept = new Map<string, SetFormula>();

/** A formula as MathML, or why it is none. */
export type SetFormula = { readonly element: MathMLElement } | { readonly problem: string };

/**
 * A formula as an element of its own; `undefined` while what sets formulas is loaded for the first time. Follow it:
 * it changes when that is there.
 */
export function setFormula(tex: string, display: boolean): SetFormula | undefined {
  const katexNow = library();
  if (!katexNow) {
    load();
    return undefined;
  }
  const key = `${display ? 'd' : 'i'}${tex}`;
  const formula = kept.get(key) ?? typeset(katexNow, tex, display);
  kept.delete(key);
  kept.set(key, formula);
  for (const oldest of kept.keys()) {
    if (kept.size <= MAX_KEPT) break;
    kept.delete(oldest);
  }
  return 'element' in formula ? { element: formula.element.cloneNode(true) as MathMLElement } : formula;
}

function load(): void {
  if (loading) return;
  loading = true;
  import('katex').then(
    (module) => {
      document.addEventListener('copy', copySources);
      setLibrary(() => module.default);
    },
    // The source stays; the next formula tries again.
    () => (loading = false),
  );
}

function typeset({ render }: Katex, tex: string, display: boolean): SetFormula {
  const host = document.createElement('span');
  try {
    render(tex, host, {
      displayMode: display,
      output: 'mathml',
      throwOnError: true,
      trust: false,
      strict: false,
      maxExpand: MAX_EXPANSIONS,
      maxSize: MAX_SIZE,
      errorColor: 'currentColor',
    });
  } catch (error) {
    return { problem: error instanceof Error ? error.message.replace(/^KaTeX parse error: /, '') : String(error) };
  }
  const element = host.querySelector('math');
  if (!element) return { problem: 'Nothing came of it.' };
  for (const unsupported of element.querySelectorAll('[style], [href]')) {
    unsupported.removeAttribute('style');
    unsupported.removeAttribute('href');
  }
  for (const table of element.querySelectorAll('mtable')) layOut(table);
  for (const box of element.querySelectorAll('menclose')) box.replaceWith(enclosure(box));
  return { element };
}

/** Browsers do not read the columns' alignment from the table: `aligned` would be centred. */
function layOut(table: Element): void {
  const aligns = (table.getAttribute('columnalign') ?? '').split(/\s+/);
  const isTight = table.getAttribute('columnspacing') === '0em';
  for (const row of table.children) {
    for (const [index, cell] of [...row.children].entries()) {
      const align = aligns[index] ?? aligns.at(-1);
      if (align === 'left' || align === 'right') cell.classList.add(`math-${align}`);
      if (isTight) cell.classList.add('math-tight');
    }
  }
}

/** A box, or a line through something: browsers do not know `menclose`. */
function enclosure(box: Element): Element {
  const row = document.createElementNS('http://www.w3.org/1998/Math/MathML', 'mrow');
  const notation = box.getAttribute('notation') ?? '';
  row.setAttribute('class', notation.includes('strike') ? 'math-struck' : 'math-boxed');
  row.append(...box.childNodes);
  return row;
}

/** What is selected is copied with the sources of its formulas: their signs alone say too little. */
function copySources(event: ClipboardEvent): void {
  const selection = getSelection();
  const formulas = [...document.querySelectorAll('.math')];
  if (!selection || !formulas.some((formula) => selection.containsNode(formula, true))) return;
  document.body.classList.add('copying');
  event.clipboardData?.setData('text/plain', selection.toString());
  document.body.classList.remove('copying');
  event.preventDefault();
}
