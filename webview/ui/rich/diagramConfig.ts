import type { MermaidConfig } from 'mermaid';
import { mix, type PageColors } from './themeColors';

/** Of a diagram's source, in characters. Larger ones are shown as text: drawing them would hold up the page. */
export const MAX_SOURCE = 20_000;
const MAX_EDGES = 300;
const FONT_SIZE = 13;

/** How Mermaid draws in the colours of the page. */
export function diagramConfig(colors: PageColors): MermaidConfig {
  const { background, text, border, fontFamily, isDark, isHighContrast, series } = colors;
  const surface = isHighContrast ? background : mix(background, text, 0.08);
  const raised = isHighContrast ? background : mix(background, text, 0.14);
  const line = isHighContrast ? text : mix(background, text, 0.7);
  const tints = series.map((color) => mix(background, color, isDark ? 0.45 : 0.35));
  const numbered = (name: string, from: number): Record<string, string> =>
    Object.fromEntries(tints.map((color, index) => [`${name}${index + from}`, color]));
  return {
    startOnLoad: false,
    securityLevel: 'strict',
    suppressErrorRendering: true,
    maxTextSize: MAX_SOURCE,
    maxEdges: MAX_EDGES,
    // Labels as text of the image, not as HTML in it.
    htmlLabels: false,
    flowchart: { htmlLabels: false },
    sequence: { actorFontSize: FONT_SIZE, messageFontSize: FONT_SIZE, noteFontSize: FONT_SIZE },
    deterministicIds: true,
    fontFamily,
    theme: 'base',
    themeVariables: {
      darkMode: isDark,
      background,
      fontFamily,
      fontSize: `${FONT_SIZE}px`,
      primaryColor: surface,
      primaryTextColor: text,
      primaryBorderColor: border,
      secondaryColor: raised,
      secondaryTextColor: text,
      secondaryBorderColor: border,
      tertiaryColor: isHighContrast ? background : mix(background, text, 0.04),
      tertiaryTextColor: text,
      tertiaryBorderColor: border,
      lineColor: line,
      textColor: text,
      titleColor: text,
      noteBkgColor: raised,
      noteTextColor: text,
      noteBorderColor: border,
      edgeLabelBackground: background,
      pieStrokeColor: background,
      pieOuterStrokeColor: border,
      pieOpacity: '1',
      pieTitleTextSize: '15px',
      pieSectionTextSize: `${FONT_SIZE}px`,
      pieLegendTextSize: `${FONT_SIZE}px`,
      pieSectionTextColor: text,
      ...numbered('pie', 1),
      ...numbered('cScale', 0),
      ...numbered('git', 0),
      ...Object.fromEntries(
        tints.flatMap((_, at) => [`cScaleLabel${at}`, `gitBranchLabel${at}`].map((key) => [key, text])),
      ),
      rowOdd: background,
      rowEven: surface,
    },
  };
}
