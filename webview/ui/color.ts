/** A colour by its parts, 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** `share` (0 to 1) of `color` on `base`. */
export function mixed(base: Rgb, color: Rgb, share: number): Rgb {
  const part = (index: 0 | 1 | 2): number => base[index] + (color[index] - base[index]) * share;
  return [part(0), part(1), part(2)];
}

/** `#rgb`, `#rrggbb`, or `#rrggbbaa` laid over `behind`; `undefined` for any other notation. */
export function parseHex(color: string, behind: Rgb = [0, 0, 0]): Rgb | undefined {
  const text = color.trim();
  const full = /^#[\da-f]{3}$/i.test(text) ? text.replace(/[\da-f]/gi, '$&$&') : text;
  const match = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})([\da-f]{2})?$/i.exec(full);
  if (!match) return undefined;
  const [red = 0, green = 0, blue = 0] = match.slice(1, 4).map((part) => parseInt(part, 16));
  const alpha = match[4] === undefined ? 1 : parseInt(match[4], 16) / 255;
  return mixed(behind, [red, green, blue], alpha);
}

/** A colour as `#rrggbb`. */
export function formatHex(color: Rgb): string {
  return `#${color.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
}
