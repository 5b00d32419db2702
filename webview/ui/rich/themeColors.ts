import { formatHex, mixed, parseHex, type Rgb } from '../color';
import { createThemeValue } from '../theme';

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

const SERIES = ['blue', 'green', 'orange', 'purple', 'red', 'yellow'];

/** The colours of the page as they are now. Follow it: it changes with the editor's theme. */
export const pageColors = createThemeValue(readColors);

function readColors(): PageColors {
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
      background: formatHex(background),
      text: formatHex(text),
      border: formatHex(contrast ?? mixed(background, text, 0.45)),
      fontFamily: getComputedStyle(document.body).fontFamily,
      series: SERIES.map((name) => formatHex(read(probe, `var(--vscode-charts-${name})`, background) ?? text)),
    };
  } finally {
    probe.remove();
  }
}

/** `share` of `color` on `base`, as `#rrggbb`. */
export function mix(base: string, color: string, share: number): string {
  const [behind, front] = [parseHex(base), parseHex(color)];
  return behind && front ? formatHex(mixed(behind, front, share)) : base;
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
