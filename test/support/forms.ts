const text = { type: 'string' };
/** A form with every kind of field that MCP has. */
export const EVERY_FIELD = {
  type: 'object',
  properties: {
    words: { ...text, title: 'Words', description: 'Any will do.', minLength: 2 },
    mail: { ...text, title: 'Mail', format: 'email' },
    address: { ...text, title: 'Address', format: 'uri' },
    day: { ...text, title: 'Day', format: 'date' },
    price: { type: 'number', title: 'Price', minimum: 0 },
    number: { type: 'integer', title: 'Number', default: 1 },
    wrapped: { type: 'boolean', title: 'Wrapped' },
    size: {
      ...text,
      title: 'Size',
      oneOf: [
        { const: 's', title: 'Small one' },
        { const: 'l', title: 'Large one' },
      ],
    },
    country: { ...text, title: 'Country', enum: Array.from({ length: 12 }, (_, index) => `c${index}`) },
    extras: {
      type: 'array',
      title: 'Extras',
      items: {
        anyOf: [
          { const: 'bow', title: 'Bow' },
          { const: 'card', title: 'Card' },
        ],
      },
    },
  },
  required: ['words', 'size'],
};
/** More than a flat form can hold. */
export const NESTED = { type: 'object', properties: { inner: { type: 'object', properties: {} } } };
/** A question of the agent, with options. */
export const CHOICE = {
  id: 'half',
  header: 'Packs',
  question: 'How are half packs counted?',
  isOther: true,
  isSecret: false,
  options: [
    { label: 'Round down', description: 'Whole packs only' },
    { label: 'Round up', description: '' },
  ],
};
