import { describe, expect, it } from 'vitest';
import { type FieldView, fieldProblem, type TextFormat } from '../../../src/shared/questions';

const base = { label: 'a', description: '', required: false };
const text = (fields: object = {}) =>
  ({
    ...base,
    kind: 'text',
    format: null,
    secret: false,
    minLength: null,
    maxLength: null,
    pattern: null,
    initial: '',
    ...fields,
  }) as FieldView;
const number = (fields: object = {}) =>
  ({ ...base, kind: 'number', integer: false, minimum: null, maximum: null, initial: '', ...fields }) as FieldView;
const options = ['a', 'b', 'c'].map((value) => ({ value, label: value, description: '' }));
const choices = (fields: object = {}) =>
  ({ ...base, kind: 'choices', options, minItems: null, maxItems: null, initial: [], ...fields }) as FieldView;

describe('what stands in a field', () => {
  it('is needed where it is, and only there', () => {
    expect(fieldProblem(text(), '')).toBeNull();
    expect(fieldProblem(text({ required: true }), '')).toBe('This is needed.');
    expect(fieldProblem(choices({ minItems: 1 }), [])).toBeNull();
    expect(fieldProblem(choices({ minItems: 1, required: true }), [])).toBe('Choose at least 1.');
    expect(fieldProblem(choices({ required: true }), [])).toBeNull();
  });

  it('is as long as was asked for, counted in characters', () => {
    const field = text({ minLength: 2, maxLength: 3 });
    expect([fieldProblem(field, '😀'), fieldProblem(field, '😀😀😀'), fieldProblem(field, 'abcd')]).toEqual([
      'Write at least 2 characters.',
      null,
      'Write at most 3 characters.',
    ]);
  });

  it.each<[TextFormat, string[], string[]]>([
    ['email', ['a@b.c'], ['a', 'a@', 'a b@c']],
    ['uri', ['https://a.b/c', 'mailto:a'], ['a', '/a', 'https://a b']],
    ['date', ['2024-02-29'], ['2025-02-29', '2025-2-1', 'today']],
    ['date-time', ['2025-01-31T10:00:00Z', '2025-01-31T10:00:00.5+02:00'], ['2025-01-31', '2025-01-31T25:00:00Z']],
  ])('has the format %s', (format, good, bad) => {
    expect(good.map((value) => fieldProblem(text({ format }), value))).toEqual(good.map(() => null));
    expect(bad.map((value) => fieldProblem(text({ format }), value) === null)).toEqual(bad.map(() => false));
  });

  it('is a number within its bounds', () => {
    const field = number({ minimum: -1, maximum: 5 });
    expect(['-1', '5', ' 2.5 ', '1e0'].map((value) => fieldProblem(field, value))).toEqual([null, null, null, null]);
    expect(['-2', '6', 'x', ' ', '1,5', 'Infinity'].map((value) => fieldProblem(field, value))).toEqual([
      'Write -1 or more.',
      'Write 5 or less.',
      ...Array.from({ length: 4 }, () => 'Write a number.'),
    ]);
    expect(fieldProblem(number({ integer: true }), '1.5')).toBe('Write a whole number.');
  });

  it('is one of the options, each at most once', () => {
    const choice = { ...base, kind: 'choice', options, other: false, secret: false, initial: '' } as const;
    expect([fieldProblem(choice, 'b'), fieldProblem({ ...choice, other: true }, 'x')]).toEqual([null, null]);
    expect(fieldProblem(choice, 'x')).not.toBeNull();
    expect(fieldProblem(choices({ maxItems: 2 }), ['a', 'b'])).toBeNull();
    expect(fieldProblem(choices({ maxItems: 2 }), ['a', 'b', 'c'])).toBe('Choose at most 2.');
    expect([['x'], ['a', 'a']].map((value) => fieldProblem(choices(), value) === null)).toEqual([false, false]);
  });

  it('is of the kind that the field holds', () => {
    expect(fieldProblem(text(), true)).not.toBeNull();
    expect(fieldProblem(choices(), 'a')).not.toBeNull();
    expect(fieldProblem({ ...base, kind: 'boolean', initial: false }, 'true')).not.toBeNull();
    expect(fieldProblem({ ...base, kind: 'boolean', initial: false }, false)).toBeNull();
  });
});
