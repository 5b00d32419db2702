import { describe, expect, it } from 'vitest';
import { elicitationApproval } from '../../../src/conversation/elicitation';
import type { McpServerElicitationRequestParams } from '../../../src/protocol/generated/types/v2/McpServerElicitationRequestParams';

const context = { id: 'a', folder: '/project', changes: [], folders: ['/project'] };
const ask = (params: object) =>
  elicitationApproval(
    { threadId: 't', turnId: null, serverName: 'shop', ...params } as McpServerElicitationRequestParams,
    context,
  );
const form = (properties: object, required?: string[], mode = 'form') =>
  ask({ mode, _meta: null, message: 'Your order?', requestedSchema: { type: 'object', properties, required } });
const labels = ({ view }: ReturnType<typeof ask>) => view.decisions.map(({ label }) => label);
const submitted = (approval: ReturnType<typeof ask>, ...values: (string | boolean | string[])[]) =>
  (approval.fill?.('submit', values) as { content: unknown } | undefined)?.content;

describe('a form of an MCP server', () => {
  it('has an input for every kind of property', () => {
    const { view } = form(
      {
        name: {
          type: 'string',
          title: 'Name',
          description: 'As on the card',
          minLength: 2,
          maxLength: 9,
          default: 'Ada',
        },
        mail: { type: 'string', format: 'email', pattern: 'x' },
        colour: { type: 'string', format: 'colour' },
        count: { type: 'integer', minimum: 1, maximum: 9, default: 3 },
        price: { type: 'number' },
        gift: { type: 'boolean', default: true },
        size: { type: 'string', enum: ['s', 'l'], default: 'l' },
        legacy: { type: 'string', enum: ['s', 'l'], enumNames: ['Small'], default: 'gone' },
        pace: { type: 'string', oneOf: [{ const: 'f', title: 'Fast' }] },
        extras: { type: 'array', items: { type: 'string', enum: ['bow', 'card'] }, minItems: 1, maxItems: 2 },
        days: { type: 'array', items: { anyOf: [{ const: 'mo', title: 'Monday' }] }, default: ['mo', 'gone'] },
      },
      ['name', 'gift'],
    );
    const option = (value: string, label = value) => ({ value, label, description: '' });
    const base = { description: '', required: false };
    const text = {
      kind: 'text',
      secret: false,
      format: null,
      minLength: null,
      maxLength: null,
      pattern: null,
      initial: '',
    };
    const choice = { ...base, kind: 'choice', other: false, secret: false, initial: '' };
    expect(view).toMatchObject({ kind: 'form', title: 'Your order?', turnId: null });
    expect(view.reason).toBe('Asked by the MCP server “shop”.');
    expect(view.fields).toEqual([
      {
        ...text,
        label: 'Name',
        description: 'As on the card',
        required: true,
        minLength: 2,
        maxLength: 9,
        initial: 'Ada',
      },
      { ...base, ...text, label: 'mail', format: 'email', pattern: 'x' },
      { ...base, ...text, label: 'colour' },
      { ...base, kind: 'number', label: 'count', integer: true, minimum: 1, maximum: 9, initial: '3' },
      { ...base, kind: 'number', label: 'price', integer: false, minimum: null, maximum: null, initial: '' },
      { ...base, kind: 'boolean', label: 'gift', required: true, initial: true },
      { ...choice, label: 'size', options: [option('s'), option('l')], initial: 'l' },
      { ...choice, label: 'legacy', options: [option('s', 'Small'), option('l')] },
      { ...choice, label: 'pace', options: [option('f', 'Fast')] },
      {
        ...base,
        kind: 'choices',
        label: 'extras',
        options: [option('bow'), option('card')],
        minItems: 1,
        maxItems: 2,
        initial: [],
      },
      {
        ...base,
        kind: 'choices',
        label: 'days',
        options: [option('mo', 'Monday')],
        minItems: null,
        maxItems: null,
        initial: ['mo'],
      },
    ]);
  });

  it.each(['form', 'openai/form', 'openaiForm'])(
    'answers with values of the types that were asked for (%s)',
    (mode) => {
      const approval = form(
        {
          name: { type: 'string' },
          count: { type: 'integer' },
          gift: { type: 'boolean' },
          extras: { type: 'array', items: { enum: ['bow', 'card'] } },
          note: { type: 'string' },
        },
        ['count'],
        mode,
      );
      expect(labels(approval)).toEqual(['Submit', 'Decline', 'Cancel']);
      expect(approval.answers.get('submit')).toBeUndefined();
      expect(approval.fill?.('submit', ['Ada', ' 7', false, ['card'], ''])).toEqual({
        action: 'accept',
        content: { name: 'Ada', count: 7, gift: false, extras: ['card'] },
        _meta: null,
      });
      expect(approval.fill?.('decline', ['Ada', '7', false, [], ''])).toBeUndefined();
      expect(approval.answers.get('decline')).toEqual({ action: 'decline', content: null, _meta: null });
      expect(approval.answers.get('cancel')).toEqual({ action: 'cancel', content: null, _meta: null });
    },
  );

  it('refuses what does not fit, whoever says it was checked', () => {
    const approval = form({ count: { type: 'integer', minimum: 1 }, size: { type: 'string', enum: ['s'] } }, ['count']);
    expect(submitted(approval, '2', 's')).toEqual({ count: 2, size: 's' });
    expect(submitted(approval, '2', '')).toEqual({ count: 2 });
    for (const values of [['', 's'], ['0', 's'], ['1.5', 's'], ['2', 'xl'], ['2'], ['2', 's', ''], [true, 's']]) {
      expect(submitted(approval, ...values)).toBeUndefined();
    }
  });

  it('keeps names that mean something to the language apart', () => {
    const approval = form({ constructor: { type: 'string' } }, ['constructor']);
    expect(submitted(approval, 'x')).toEqual({ constructor: 'x' });
  });

  it('without fields is accepted as it is', () => {
    expect(form({}).answers.get('submit')).toEqual({ action: 'accept', content: {}, _meta: null });
  });

  it.each([
    ['an object inside it', { a: { type: 'object', properties: {} } }, []],
    ['a rule of its own', { a: { type: 'string', multipleOf: 2 } }, []],
    ['a needed property without an input', {}, ['b']],
  ])('with %s says that it cannot be shown, and can be declined', (_what, properties, required) => {
    const approval = form(properties, required, 'openai/form');
    expect(labels(approval)).toEqual(['Decline', 'Cancel']);
    expect(approval.view.reason).toBe(
      'Asked by the MCP server “shop”. It asks for something that Switchyard cannot show. You can only decline it.',
    );
  });
});

describe('a web page that an MCP server wants opened', () => {
  const link = (url: string) => ask({ mode: 'url', _meta: null, message: 'Sign in', url, elicitationId: 'e' });

  it('is shown with its address, and the answer follows', () => {
    const approval = link('https://example.com/sign-in?id=1');
    expect(approval.view).toMatchObject({ kind: 'link', link: 'https://example.com/sign-in?id=1', title: 'Sign in' });
    expect(labels(approval)).toEqual(['Continue', 'Decline', 'Cancel']);
    expect(approval.answers.get('accept')).toEqual({ action: 'accept', content: null, _meta: null });
  });

  it.each(['javascript:alert(1)', 'file:///etc/passwd', 'vscode://x', 'https:///x'])(
    'is only declined as %s',
    (url) => {
      const approval = link(url);
      expect(labels(approval)).toEqual(['Decline', 'Cancel']);
      expect(approval.view.link).toBeUndefined();
      expect(approval.view.reason).toContain(url);
    },
  );
});

describe('what this version does not know', () => {
  it('can be declined, also without words', () => {
    const verification = ask({
      mode: 'openai/userVerification',
      _meta: null,
      title: 'Is it you?',
      description: '',
      challenge: 'c',
    });
    expect(verification.view.title).toBe('Is it you?');
    expect(labels(verification)).toEqual(['Decline', 'Cancel']);
    expect(ask({ mode: 'hologram' }).view.title).toBe('shop asks something');
  });
});

describe('a call of an MCP tool', () => {
  const call = (meta: object) =>
    ask({
      mode: 'form',
      message: 'Allow shop to run tool "delete"?',
      requestedSchema: { type: 'object', properties: {} },
      _meta: { codex_approval_kind: 'mcp_tool_call', tool_name: 'delete', ...meta },
    });

  it('is allowed with its arguments in sight', () => {
    const { view, answers } = call({ tool_params: { id: 7, path: 'a b', tags: ['x'] }, tool_description: 'Deletes.' });
    expect(view).toMatchObject({ kind: 'tool', title: 'Allow shop to run tool "delete"?', reason: 'Deletes.' });
    expect(view.details).toEqual([
      { name: 'id', value: '7' },
      { name: 'path', value: 'a b' },
      { name: 'tags', value: '[\n  "x"\n]' },
    ]);
    expect(answers.get('accept')).toEqual({ action: 'accept', content: {}, _meta: null });
  });

  it('is remembered as far as the server offers', () => {
    expect(labels(call({}))).toEqual(['Allow once', 'Decline', 'Decline and stop']);
    expect(labels(call({ persist: 'session' }))[1]).toBe('Allow for this conversation');
    const both = call({ persist: ['session', 'always'] });
    expect(labels(both).slice(1, 3)).toEqual(['Allow for this conversation', 'Always allow delete of shop']);
    expect(both.answers.get('acceptForSession')).toEqual({
      action: 'accept',
      content: {},
      _meta: { persist: 'session' },
    });
    expect(both.answers.get('always')).toEqual({ action: 'accept', content: {}, _meta: { persist: 'always' } });
  });

  it('says when the tool calls itself destructive', () => {
    expect(call({ tool_annotations: { destructiveHint: true } }).view.reason).toContain('for good');
    expect(
      call({ tool_annotations: { destructiveHint: false }, persist: 7, tool_params: 'odd' }).view.reason,
    ).toBeNull();
  });
});
