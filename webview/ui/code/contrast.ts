import type { CodeTheme } from '../../../src/shared/codeTheme';
import { formatHex, mixed, parseHex, type Rgb } from '../color';

/** What WCAG asks for text of this size. */
const ENOUGH = 4.5;
const STEP = 0.1;

/**
 * The theme with every colour that is too faint on `background` (`#rrggbb`) moved towards black or white until it can
 * be read. A background in another notation leaves the theme as it is.
 */
export function readableTheme(theme: CodeTheme, background: string): CodeTheme {
  const behind = parseHex(background);
  if (!behind) return theme;
  return theme.map((rule) => {
    const { foreground } = rule.settings;
    if (foreground === undefined) return rule;
    return { ...rule, settings: { ...rule.settings, foreground: readableColor(foreground, behind) } };
  });
}

function readableColor(color: string, behind: Rgb): string {
  const front = parseHex(color, behind);
  if (!front) return color;
  const goal: Rgb = luminance(behind) < 0.18 ? [255, 255, 255] : [0, 0, 0];
  for (let share = 0; share <= 1; share += STEP) {
    const moved = mixed(front, goal, share);
    if (contrast(moved, behind) >= ENOUGH) return share === 0 ? color : formatHex(moved);
  }
  return formatHex(goal);
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
