import type { CodeTheme, CodeThemeRule } from '../../shared/codeTheme';

const MAX_RULES = 5_000;
const COLOR = /^#(?:[\da-f]{3}|[\da-f]{6}|[\da-f]{8})$/i;
const FONT_STYLE = /^(?:\s|italic|bold|underline|strikethrough)*$/;

/** What the groups of `editor.tokenColorCustomizations` stand for. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  comments: ['comment', 'punctuation.definition.comment'],
  strings: ['string', 'meta.embedded.assembly'],
  keywords: ['keyword', 'keyword.control', 'storage', 'storage.type'],
  numbers: ['constant.numeric'],
  types: ['entity.name.type', 'entity.name.class', 'support.type', 'support.class'],
  functions: ['entity.name.function', 'support.function'],
  variables: ['variable', 'entity.name.variable'],
};

/** The rules of a list like `tokenColors` of a theme. What is not one is left out. */
export function rulesOf(list: unknown): CodeTheme {
  if (!Array.isArray(list)) return [];
  return list.slice(0, MAX_RULES).flatMap((entry: unknown) => {
    const { scope, settings } = asRecord(entry);
    const rule = ruleOf(scopesOf(scope), settings);
    return rule ? [rule] : [];
  });
}

/** What the person changed about the colours of the theme `id` by the setting `editor.tokenColorCustomizations`. */
export function customRules(customizations: unknown, id: string): CodeTheme {
  const all = asRecord(customizations);
  const ofTheme = asRecord(all[`[${id}]`]);
  return [all, ofTheme].flatMap((part) => {
    const groups = Object.entries(GROUPS).flatMap(([name, scopes]) => {
      const value = part[name];
      const rule = ruleOf(scopes, typeof value === 'string' ? { foreground: value } : value);
      return rule ? [rule] : [];
    });
    return [...groups, ...rulesOf(part.textMateRules)];
  });
}

/** Reads JSON as the editor's own files have it: with comments, and with commas at the end of lists. Throws for others. */
export function parseJsonWithComments(text: string): unknown {
  const withoutComments = text.replace(/("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, '$1');
  return JSON.parse(withoutComments.replace(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, '$1').replace(/^\ufeff/, ''));
}

/** An object to read fields of; for anything else, one without fields. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function ruleOf(scope: readonly string[] | undefined, value: unknown): CodeThemeRule | undefined {
  const { foreground, fontStyle } = asRecord(value);
  const settings = {
    ...(typeof foreground === 'string' && COLOR.test(foreground) && { foreground }),
    ...(typeof fontStyle === 'string' && FONT_STYLE.test(fontStyle) && { fontStyle }),
  };
  if (Object.keys(settings).length === 0) return undefined;
  return scope ? { scope, settings } : { settings };
}

function scopesOf(scope: unknown): readonly string[] | undefined {
  const list: unknown[] = Array.isArray(scope) ? scope : typeof scope === 'string' ? scope.split(',') : [];
  const scopes = list.flatMap((each) => (typeof each === 'string' && each.trim() !== '' ? [each.trim()] : []));
  return scopes.length > 0 ? scopes : undefined;
}
