import type { CodeTheme } from '../../../src/shared/codeTheme';

/** How the page is lit: what stands in where the editor's own theme cannot be read. */
export type Lighting = 'dark' | 'light' | 'highContrast' | 'highContrastLight';

const SCOPES = {
  comment: ['comment', 'punctuation.definition.comment'],
  string: ['string', 'markup.inline.raw', 'markup.inserted'],
  regexp: ['string.regexp', 'constant.character.escape', 'markup.deleted'],
  number: ['constant.numeric'],
  constant: ['constant.language', 'variable.language', 'support.constant'],
  keyword: ['keyword.control', 'keyword.operator.new', 'keyword.operator.expression', 'keyword.other.operator'],
  storage: ['storage', 'keyword', 'markup.heading', 'entity.name.tag'],
  operator: ['keyword.operator'],
  function: ['entity.name.function', 'support.function'],
  type: ['entity.name.type', 'entity.name.class', 'support.type', 'support.class', 'entity.other.inherited-class'],
  variable: ['variable', 'entity.other.attribute-name', 'support.type.property-name', 'meta.object-literal.key'],
} as const;

type Role = keyof typeof SCOPES;

const DARK: Readonly<Record<Role, string>> = {
  comment: '#6a9955',
  string: '#ce9178',
  regexp: '#d7ba7d',
  number: '#b5cea8',
  constant: '#569cd6',
  keyword: '#c586c0',
  storage: '#569cd6',
  operator: '#d4d4d4',
  function: '#dcdcaa',
  type: '#4ec9b0',
  variable: '#9cdcfe',
};

const COLORS: Readonly<Record<Lighting, Readonly<Record<Role, string>>>> = {
  dark: DARK,
  light: {
    comment: '#008000',
    string: '#a31515',
    regexp: '#811f3f',
    number: '#098658',
    constant: '#0000ff',
    keyword: '#af00db',
    storage: '#0000ff',
    operator: '#000000',
    function: '#795e26',
    type: '#267f99',
    variable: '#001080',
  },
  highContrast: { ...DARK, comment: '#7ca668' },
  highContrastLight: {
    comment: '#515151',
    string: '#0f4a85',
    regexp: '#811f3f',
    number: '#096d48',
    constant: '#0f4a85',
    keyword: '#b5200d',
    storage: '#0f4a85',
    operator: '#292929',
    function: '#5e2cbc',
    type: '#185e73',
    variable: '#001080',
  },
};

/** Colours of ours for code, in the way of the editor's own themes. */
export function paletteOf(lighting: Lighting): CodeTheme {
  const colors = COLORS[lighting];
  return (Object.keys(SCOPES) as Role[]).map((role) => ({
    scope: SCOPES[role],
    settings: { foreground: colors[role] },
  }));
}
