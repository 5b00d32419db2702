/** Inputs that an answer needs, and the rules for what may stand in them: the same in a panel and in the host. */

export interface FieldOption {
  readonly value: string;
  readonly label: string;
  readonly description: string;
}

interface FieldBase {
  readonly label: string;
  readonly description: string;
  readonly required: boolean;
}

export type TextFormat = 'email' | 'uri' | 'date' | 'date-time';

export interface TextField extends FieldBase {
  readonly kind: 'text';
  readonly format: TextFormat | null;
  readonly secret: boolean;
  readonly minLength: number | null;
  readonly maxLength: number | null;
  /** A regular expression that only a panel checks: one that a server wrote could hang the host. */
  readonly pattern: string | null;
  readonly initial: string;
}

export interface NumberField extends FieldBase {
  readonly kind: 'number';
  readonly integer: boolean;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly initial: string;
}

export interface BooleanField extends FieldBase {
  readonly kind: 'boolean';
  readonly initial: boolean;
}

/** One of the options or, where `other`, the person's own words; `secret` hides these. */
export interface ChoiceField extends FieldBase {
  readonly kind: 'choice';
  readonly options: readonly FieldOption[];
  readonly other: boolean;
  readonly secret: boolean;
  readonly initial: string;
}

export interface ChoicesField extends FieldBase {
  readonly kind: 'choices';
  readonly options: readonly FieldOption[];
  readonly minItems: number | null;
  readonly maxItems: number | null;
  readonly initial: readonly string[];
}

export type FieldView = TextField | NumberField | BooleanField | ChoiceField | ChoicesField;

/** What stands in a field, as it was typed: numbers are text. A date and time is an ISO text in UTC. */
export type FieldValue = string | boolean | readonly string[];

/** Why `value` cannot be sent for `field`, as a sentence; `null`: it can. */
export function fieldProblem(field: FieldView, value: FieldValue): string | null {
  switch (field.kind) {
    case 'boolean':
      return typeof value === 'boolean' ? null : MISSHAPEN;
    case 'choices':
      return typeof value === 'object' ? choicesProblem(field, value) : MISSHAPEN;
    default:
      if (typeof value !== 'string') return MISSHAPEN;
      if (value === '') return field.required ? 'This is needed.' : null;
      return field.kind === 'text'
        ? textProblem(field, value)
        : field.kind === 'number'
          ? numberProblem(field, value)
          : choiceProblem(field, value);
  }
}

const MISSHAPEN = 'This is not what was asked for.';

function choicesProblem({ options, minItems, maxItems, required }: ChoicesField, value: readonly string[]) {
  const known = new Set(options.map((option) => option.value));
  if (new Set(value).size !== value.length || value.some((entry) => !known.has(entry))) return MISSHAPEN;
  if (value.length === 0 && !required) return null;
  if (minItems !== null && value.length < minItems) return `Choose at least ${minItems}.`;
  return maxItems !== null && value.length > maxItems ? `Choose at most ${maxItems}.` : null;
}

function choiceProblem({ options, other }: ChoiceField, value: string): string | null {
  return other || options.some((option) => option.value === value) ? null : MISSHAPEN;
}

function numberProblem({ integer, minimum, maximum }: NumberField, text: string): string | null {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!Number.isFinite(value)) return 'Write a number.';
  if (integer && !Number.isSafeInteger(value)) return 'Write a whole number.';
  if (minimum !== null && value < minimum) return `Write ${minimum} or more.`;
  return maximum !== null && value > maximum ? `Write ${maximum} or less.` : null;
}

function textProblem({ format, minLength, maxLength }: TextField, text: string): string | null {
  // As JSON Schema counts: characters, not UTF-16 units.
  const { length } = Array.from(text);
  if (minLength !== null && length < minLength) return `Write at least ${minLength} characters.`;
  if (maxLength !== null && length > maxLength) return `Write at most ${maxLength} characters.`;
  return format === null || FORMATS[format].test(text) ? null : FORMATS[format].problem;
}

const isDate = (text: string): boolean => {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
};

const FORMATS: Readonly<Record<TextFormat, { test(text: string): boolean; readonly problem: string }>> = {
  email: { test: (text) => /^[^\s@]+@[^\s@]+$/.test(text), problem: 'Write an email address.' },
  uri: { test: (text) => /^[a-z][a-z0-9+.-]*:\S+$/i.test(text), problem: 'Write a whole address, such as https://…' },
  date: { test: isDate, problem: 'Write a date: year-month-day.' },
  'date-time': {
    test: (text) =>
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i.test(text) && !Number.isNaN(Date.parse(text)),
    problem: 'Write a date and a time.',
  },
};
