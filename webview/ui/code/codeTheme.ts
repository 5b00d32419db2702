import { createSignal } from 'solid-js';
import type { CodeTheme } from '../../../src/shared/codeTheme';
import { createThemeValue } from '../theme';
import { readableTheme } from './contrast';
import type { NamedTheme } from './highlighter';
import { type Lighting, paletteOf } from './palettes';

/** The host may be busy: until it answers, code is shown in our own colours. */
const ANSWER_LIMIT_MS = 2000;

/** The colour theme that the editor says this page is shown in. */
interface PageLook {
  readonly id: string;
  readonly lighting: Lighting;
  readonly background: string;
}

/** Asks the host for the colours of a theme; it answers through {@link receiveCodeTheme}. */
let ask: (id: string) => void = () => undefined;
const themes = new Map<string, NamedTheme>();
const asked = new Set<string>();
const answers = new Map<string, CodeTheme | null>();
const pageLook = createThemeValue(readLook);
const [answered, setAnswered] = createSignal(0, { equals: false });
let names = 0;

/** Says who is asked for the colours of a theme. Call once, before anything is shown. */
export function askForCodeThemes(askHost: (id: string) => void): void {
  ask = askHost;
}

/** The colours of a theme, as the host read them; `null`: it could not. */
export function receiveCodeTheme(id: string, theme: CodeTheme | null): void {
  answers.set(id, theme);
  setAnswered(0);
}

/** The colours for code in the editor's theme as it is now; `undefined` until they are known. */
export function codeTheme(): NamedTheme | undefined {
  const { id, lighting, background } = pageLook();
  request(id);
  answered();
  const rules = answers.get(id);
  if (rules === undefined) return undefined;
  const key = `${id} ${lighting} ${background} ${rules === null ? 'ours' : 'theirs'}`;
  const known = themes.get(key);
  if (known) return known;
  const theme: NamedTheme = {
    name: `theme-${++names}`,
    isLight: lighting === 'light' || lighting === 'highContrastLight',
    rules: readableTheme(rules ?? paletteOf(lighting), background),
  };
  themes.set(key, theme);
  return theme;
}

function request(id: string): void {
  if (asked.has(id)) return;
  asked.add(id);
  ask(id);
  setTimeout(() => {
    if (!answers.has(id)) receiveCodeTheme(id, null);
  }, ANSWER_LIMIT_MS);
}

function readLook(): PageLook {
  const { body } = document;
  const background = getComputedStyle(document.documentElement).getPropertyValue('--vscode-editor-background').trim();
  return { id: body.dataset.vscodeThemeId ?? '', lighting: lightingOf(body.classList), background };
}

function lightingOf(classes: DOMTokenList): Lighting {
  // High contrast light carries the class of the dark one as well.
  if (classes.contains('vscode-high-contrast-light')) return 'highContrastLight';
  if (classes.contains('vscode-high-contrast')) return 'highContrast';
  return classes.contains('vscode-light') ? 'light' : 'dark';
}
