import type { Mermaid } from 'mermaid';
import { diagramConfig, MAX_SOURCE } from './diagramConfig';
import { finishStyles, withScriptedStyles } from './scriptedStyles';
import type { PageColors } from './themeColors';

/** A drawn diagram: an SVG image without anything active in it, and its size in CSS pixels. */
export interface Diagram {
  readonly url: string;
  readonly width: number;
  readonly height: number;
  readonly title: string;
}

const MAX_KEPT = 40;
/** One at a time is drawn, and each becomes an image of its own: so all may be called the same. */
const ID = 'switchyard-diagram';
/** So long after the last key a diagram may be drawn: it holds up the page for some frames. */
const QUIET_MS = 300;
const LATEST_MS = 3_000;

const kept = new Map<string, Diagram>();
let last: Promise<unknown> = Promise.resolve();
let lastKeyAt = 0;
let isListening = false;

/** The diagram, if it was drawn in these colours before. */
export function keptDiagram(source: string, colors: PageColors): Diagram | undefined {
  return kept.get(keyOf(source, colors));
}

/**
 * Draws a diagram of Mermaid's language, when nobody types and no other is drawn. Rejects with what is wrong with its
 * source.
 */
export function drawDiagram(source: string, colors: PageColors): Promise<Diagram> {
  listenForKeys();
  const drawn = last.then(async () => {
    const known = keptDiagram(source, colors);
    if (known) return known;
    if (source.length > MAX_SOURCE) throw new Error(`It is longer than ${MAX_SOURCE.toLocaleString()} characters.`);
    await untilQuiet();
    const { default: mermaid } = await import('mermaid');
    const diagram = await draw(mermaid, source, colors);
    keep(keyOf(source, colors), diagram);
    return diagram;
  });
  last = drawn.catch(() => undefined);
  return drawn;
}

function keyOf(source: string, colors: PageColors): string {
  return JSON.stringify([colors, source]);
}

function keep(key: string, diagram: Diagram): void {
  kept.set(key, diagram);
  const [oldest] = kept.keys();
  if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
}

async function draw(mermaid: Mermaid, source: string, colors: PageColors): Promise<Diagram> {
  mermaid.initialize(diagramConfig(colors));
  // In the page, because only there words have a size.
  const container = document.body.appendChild(document.createElement('div'));
  container.className = 'diagram-measure';
  try {
    const { default: purify } = await import('dompurify');
    const drawing = await withScriptedStyles(async () => {
      const { svg } = await mermaid.render(ID, source, container);
      return purify.sanitize(svg, { USE_PROFILES: { svg: true, svgFilters: true }, RETURN_DOM_FRAGMENT: true });
    });
    return toImage(drawing);
  } finally {
    container.remove();
  }
}

/** The SVG as an image: in it nothing runs and nothing is loaded. */
function toImage(drawing: DocumentFragment): Diagram {
  const root = drawing.querySelector('svg');
  if (!root) throw new Error('Nothing came of it.');
  const [, , width = 0, height = 0] = (root.getAttribute('viewBox') ?? '').split(/[\s,]+/).map(Number);
  if (!(width > 0 && height > 0)) throw new Error('It is empty.');
  root.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  root.setAttribute('width', String(Math.ceil(width)));
  root.setAttribute('height', String(Math.ceil(height)));
  root.removeAttribute('style');
  finishStyles(root);
  const text = new XMLSerializer().serializeToString(root);
  return {
    url: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`,
    width: Math.ceil(width),
    height: Math.ceil(height),
    title: root.querySelector(':scope > title')?.textContent.trim() ?? '',
  };
}

function listenForKeys(): void {
  if (isListening) return;
  isListening = true;
  document.addEventListener('keydown', () => (lastKeyAt = performance.now()), { capture: true, passive: true });
}

/** Until no key was pressed for a moment and the page has nothing else to do; not for ever. */
async function untilQuiet(): Promise<void> {
  const deadline = performance.now() + LATEST_MS;
  for (;;) {
    await new Promise((resolve) => requestIdleCallback(resolve, { timeout: QUIET_MS }));
    const now = performance.now();
    const wait = lastKeyAt + QUIET_MS - now;
    if (wait <= 0 || now >= deadline) return;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}
