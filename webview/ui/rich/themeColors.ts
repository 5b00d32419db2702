import { createSignal, onCleanup } from 'solid-js';

/** Colours of the page as `#rrggbb`: what a picture that is no part of the page is drawn with. */
export interface PageColors {
  readonly isDark: boolean;
  readonly isHighContrast: boolean;
  readonly background: string;
  readonly text: string;
  readonly border: string;
  readonly fontFamily: string;
  /** Colours that tell parts from each other. */
  readonly series: readonly string[];
}

type Rgb = readonly [red: number, green: number, blue: number];

const SERIES = ['blue', 'green', 'orange', 'purple', 'red', 'yellow'];

/** Grows whenever the editor's theme changes, for as long as its owner is there. */
export function createThemeVersion(): () => number {
  const [version, setVersion] = createSignal(0);
  const observer = new MutationObserver(() => setVersion((count) => count + 1));
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  onCleanup(() => observer.disconnect());
  return version;
}

/** The colours of the page as they are now. */
export function pageColors(): PageColors {
  const { classList } = document.body;
  const isHighContrast = classList.contains('vscode-high-contrast') || classList.contains('vscode-high-contrast-light');
  const isDark = !classList.contains('vscode-light') && !classList.contains('vscode-high-contrast-light');
  const probe = document.body.appendChild(document.createElement('span'));
  try {
    const backdrop: Rgb = isDark ? [30, 30, 30] : [255, 255, 255];
    const background = read(probe, 'var(--page)', backdrop) ?? backdrop;
    const text = read(probe, 'var(--vscode-foreground)', background) ?? (isDark ? [204, 204, 204] : [59, 59, 59]);
    const contrast = isHighContrast ? read(probe, 'var(--vscode-contrastBorder)', background) : undefined;
    return {
      isDark,
      isHighContrast,
      background: hex(background),
      text: hex(text),
      border: hex(contrast ?? mixed(background, text, 0.45)),
      fontFamily: getComputedStyle(document.body).fontFamily,
      series: SERIES.map((name) => hex(read(probe, `var(--vscode-charts-${name})`, background) ?? text)),
    };
  } finally {
    probe.remove();
  }
}

/** `share` of `color` on `base`, as `#rrggbb`. */
export function mix(base: string, color: string, share: number): string {
  return hex(mixed(parseHex(base), parseHex(color), share));
}

/** A CSS colour as the page shows it on `background`; `undefined`: it is none, or not set. */
function read(probe: HTMLElement, color: string, background: Rgb): Rgb | undefined {
  probe.style.color = 'transparent';
  probe.style.color = color;
  const [, space, list] = /^(rgba?|color)\(([^)]*)\)$/.exec(getComputedStyle(probe).color) ?? [];
  const numbers = (list ?? '').match(/-?[\d.]+(?:e-?\d+)?/g)?.map(Number) ?? [];
  const [red, green, blue, alpha = 1] = space === 'color' ? numbers.map((n, i) => (i < 3 ? n * 255 : n)) : numbers;
  if (red === undefined || green === undefined || blue === undefined || alpha === 0) return undefined;
  return mixed(background, [red, green, blue], alpha);
}

function mixed(base: Rgb, color: Rgb, share: number): Rgb {
  const part = (index: 0 | 1 | 2): number => base[index] + (color[index] - base[index]) * share;
  return [part(0), part(1), part(2)];
}

function hex(color: Rgb): string {
  return `#${color.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
}

function parseHex(color: string): Rgb {
  const part = (at: number): number => Number.parseInt(color.slice(at, at + 2), 16);
  return [part(1), part(3), part(5)];
}
