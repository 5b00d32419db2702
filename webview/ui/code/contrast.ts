import type { CodeTheme } from '../../../src/shared/codeTheme';

/** What WCAG asks for text of this size. */
const ENOUGH = 4.5;
const STEP = 0.1;

type Rgb = readonly [red: number, green: number, blue: number];

/**
 * The theme with every colour that is too faint on `background` (`#rrggbb`) moved towards black or white until it can
 * be read. A background in another notation leaves the theme as it is.
 */
export function readableTheme(theme: CodeTheme, background: string): CodeTheme {
  const behind = parseColor(background);
  if (!behind) return theme;
  return theme.map((rule) => {
    const { foreground } = rule.settings;
    if (foreground === undefined) return rule;
    return { ...rule, settings: { ...rule.settings, foreground: readableColor(foreground, behind) } };
  });
}

function readableColor(color: string, behind: Rgb): string {
  const front = parseColor(color, behind);
  if (!front) return color;
  const goal: Rgb = luminance(behind) < 0.18 ? [255, 255, 255] : [0, 0, 0];
  for (let share = 0; share <= 1; share += STEP) {
    const mixed = mix(front, goal, share);
    if (contrast(mixed, behind) >= ENOUGH) return share === 0 ? color : formatColor(mixed);
  }
  return formatColor(goal);
}

/** `#rgb`, `#rrggbb`, or `#rrggbbaa` laid over `behind`. */
function parseColor(color: string, behind: Rgb = [0, 0, 0]): Rgb | undefined {
  const text = color.trim();
  const full = /^#[\da-f]{3}$/i.test(text) ? text.replace(/[\da-f]/gi, '$&$&') : text;
  const match = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})([\da-f]{2})?$/i.exec(full);
  if (!match) return undefined;
  const [red = 0, green = 0, blue = 0] = match.slice(1, 4).map((part) => parseInt(part, 16));
  const alpha = match[4] === undefined ? 1 : parseInt(match[4], 16) / 255;
  return mix(behind, [red, green, blue], alpha);
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const [red, green, blue] = from.map((part, index) => part + ((to[index] ?? 0) - part) * share);
  return [red ?? 0, green ?? 0, blue ?? 0];
}

function formatColor(color: Rgb): string {
  return `#${color.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
}

function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((one, other) => other - one);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

/** WCAG's relative luminance, 0 to 1. */
function luminance(color: Rgb): number {
  const [red = 0, green = 0, blue = 0] = color.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
