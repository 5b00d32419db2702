import * as z from 'zod';
import type { JsonValue } from '../protocol/generated/types/serde_json/JsonValue';
import { type FieldOption, type FieldValue, fieldProblem, type FieldView } from '../shared/questions';

/** A form that can be shown: its properties in order, each with its input. */
export type FormSchema = readonly { readonly name: string; readonly field: FieldView }[];

const MAX_FIELDS = 100;
const MAX_OPTIONS = 1_000;

const said = { title: z.string().optional(), description: z.string().optional() };
const count = z.int().min(0).optional();
const values = z.array(z.string()).min(1).max(MAX_OPTIONS);
const titled = z
  .array(z.object({ const: z.string(), title: z.string() }))
  .min(1)
  .max(MAX_OPTIONS);
const one = { ...said, type: z.literal('string'), default: z.string().optional() };
const many = {
  ...said,
  type: z.literal('array'),
  minItems: count,
  maxItems: count,
  default: z.array(z.string()).optional(),
};

/**
 * The properties of MCP's elicitation schema (2025-11-25), the more special first. Strict: a rule that is not known
 * here could not be kept. `format` alone may be of any kind, since it is no more than a hint.
 */
const property = z.union([
  z.strictObject({ ...one, oneOf: titled }),
  z.strictObject({ ...one, enum: values, enumNames: z.array(z.string()).optional() }),
  z.strictObject({ ...many, items: z.object({ anyOf: titled }) }),
  z.strictObject({ ...many, items: z.object({ type: z.literal('string').optional(), enum: values }) }),
  z.strictObject({
    ...one,
    minLength: count,
    maxLength: count,
    format: z.string().optional(),
    pattern: z.string().optional(),
  }),
  z.strictObject({
    ...said,
    type: z.enum(['number', 'integer']),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    default: z.number().optional(),
  }),
  z.strictObject({ ...said, type: z.literal('boolean'), default: z.boolean().optional() }),
]);
type Property = z.infer<typeof property>;

const form = z.object({
  type: z.literal('object'),
  properties: z.record(z.string(), property).refine((entries) => Object.keys(entries).length <= MAX_FIELDS),
  required: z.array(z.string()).nullish(),
});

/** The form of a JSON schema, or `undefined` when there is more to it than a flat form can hold. */
export function parseFormSchema(schema: unknown): FormSchema | undefined {
  const parsed = form.safeParse(schema);
  if (!parsed.success) return undefined;
  const { properties, required } = parsed.data;
  const entries = Object.entries(properties);
  // What must be there has to have an input.
  if (required?.some((name) => !entries.some(([known]) => known === name))) return undefined;
  return entries.map(([name, entry]) => ({ name, field: toField(name, entry, required?.includes(name) ?? false) }));
}

function toField(name: string, entry: Property, required: boolean): FieldView {
  const base = { label: entry.title ?? name, description: entry.description ?? '', required };
  switch (entry.type) {
    case 'boolean':
      return { ...base, kind: 'boolean', initial: entry.default ?? false };
    case 'number':
    case 'integer':
      return {
        ...base,
        kind: 'number',
        integer: entry.type === 'integer',
        minimum: entry.minimum ?? null,
        maximum: entry.maximum ?? null,
        initial: entry.default === undefined ? '' : String(entry.default),
      };
    case 'array': {
      const options = 'anyOf' in entry.items ? titledOptions(entry.items.anyOf) : plainOptions(entry.items.enum);
      const { minItems = null, maxItems = null } = entry;
      const initial = entry.default?.filter((value) => options.some((option) => option.value === value)) ?? [];
      return { ...base, kind: 'choices', options, minItems, maxItems, initial: [...new Set(initial)] };
    }
    case 'string':
      return toTextOrChoice(base, entry);
  }
}

function toTextOrChoice(
  base: Pick<FieldView, 'label' | 'description' | 'required'>,
  entry: Extract<Property, { type: 'string' }>,
): FieldView {
  const options =
    'oneOf' in entry
      ? titledOptions(entry.oneOf)
      : 'enum' in entry
        ? plainOptions(entry.enum, entry.enumNames)
        : undefined;
  if (options) {
    const initial = options.some((option) => option.value === entry.default) ? (entry.default ?? '') : '';
    return { ...base, kind: 'choice', options, other: false, secret: false, initial };
  }
  const { format, minLength, maxLength, pattern } = entry as Extract<Property, { minLength?: unknown }>;
  return {
    ...base,
    kind: 'text',
    secret: false,
    format: format === 'email' || format === 'uri' || format === 'date' || format === 'date-time' ? format : null,
    minLength: minLength ?? null,
    maxLength: maxLength ?? null,
    pattern: pattern ?? null,
    initial: entry.default ?? '',
  };
}

const titledOptions = (options: z.infer<typeof titled>): FieldOption[] =>
  options.map((option) => ({ value: option.const, label: option.title, description: '' }));

const plainOptions = (options: readonly string[], names: readonly string[] = []): FieldOption[] =>
  options.map((value, index) => ({ value, label: names[index] ?? value, description: '' }));

/** The answer's content from what stands in the fields; `undefined` when they do not fit. What was left empty is left out. */
export function contentOf(schema: FormSchema, filled: readonly FieldValue[]): Record<string, JsonValue> | undefined {
  if (filled.length !== schema.length) return undefined;
  const content: (readonly [string, JsonValue])[] = [];
  for (const [index, { name, field }] of schema.entries()) {
    const parsed = valueOf(field).safeParse(filled[index]);
    if (!parsed.success) return undefined;
    if (parsed.data !== undefined) content.push([name, parsed.data]);
  }
  return Object.fromEntries(content);
}

/** Checks what stands in a field, and makes of it what the schema asks for. */
function valueOf(field: FieldView): z.ZodType<JsonValue | undefined> {
  return z
    .union([z.string(), z.boolean(), z.array(z.string())])
    .refine((value) => fieldProblem(field, value) === null)
    .transform((value): JsonValue | undefined => {
      if (value === '') return undefined;
      if (typeof value === 'object' && value.length === 0 && !field.required) return undefined;
      return field.kind === 'number' ? Number(value) : value;
    });
}
