import readline from 'node:readline';
import * as z from 'zod';

/**
 * A small MCP server on stdio. Its tools: `order` asks the person for an order with a form and gives the answer back;
 * `visit` asks them to open a page; `mutate` changes something, so that Codex asks before it runs; `look` gives words
 * and an image; `broken` fails.
 * Run it with `node --import tsx`.
 */
const message = z.object({
  id: z.union([z.string(), z.number()]).optional(),
  method: z.string().optional(),
  params: z.looseObject({ name: z.string().optional(), protocolVersion: z.string().optional() }).optional(),
  result: z.unknown().optional(),
  error: z.unknown().optional(),
});
type Message = z.infer<typeof message>;

const ORDER = {
  mode: 'form',
  message: 'What would you like?',
  requestedSchema: {
    type: 'object',
    properties: {
      name: { type: 'string', title: 'Name', minLength: 2 },
      count: { type: 'integer', minimum: 1, maximum: 9, default: 1 },
      gift: { type: 'boolean', default: false },
      size: {
        type: 'string',
        oneOf: [
          { const: 's', title: 'Small' },
          { const: 'l', title: 'Large' },
        ],
      },
      extras: { type: 'array', items: { type: 'string', enum: ['bow', 'card'] }, maxItems: 2 },
    },
    required: ['name', 'size'],
  },
};
const VISIT = { mode: 'url', message: 'Please sign in.', url: 'https://example.com/sign-in', elicitationId: 'e-1' };

const tool = (name: string, annotations: object) => ({
  name,
  description: `The tool ${name}.`,
  inputSchema: { type: 'object', properties: { id: { type: 'integer' } } },
  annotations,
});
const TOOLS = [
  tool('order', { readOnlyHint: true }),
  tool('visit', { readOnlyHint: true }),
  tool('mutate', { readOnlyHint: false, destructiveHint: true }),
  tool('look', { readOnlyHint: true }),
  tool('broken', { readOnlyHint: true }),
];
/** 4 × 4 pixels. */
const IMAGE = 'iVBORw0KGgoAAAANSUhEUgAAAAQAAAAECAIAAAAmkwkpAAAAEElEQVR42mM4UaEBRwzEcQBTUhaB8auhQAAAAABJRU5ErkJggg==';

/** The calls that wait for the person, by the id of our question. */
const waiting = new Map<string | number, string | number>();
let questions = 0;

const write = (body: object): boolean => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...body })}\n`);
const say = (id: string | number, text: string): boolean =>
  write({ id, result: { content: [{ type: 'text', text }] } });

function call(id: string | number, name: string | undefined): void {
  if (name === 'mutate') {
    say(id, 'mutated');
    return;
  }
  if (name === 'look') {
    const image = { type: 'image', mimeType: 'image/png', data: IMAGE };
    write({ id, result: { content: [{ type: 'text', text: 'The shelf, from the left.' }, image] } });
    return;
  }
  if (name === 'broken') {
    write({ id, error: { code: -32000, message: 'The till is out of paper.' } });
    return;
  }
  const question = `question-${++questions}`;
  waiting.set(question, id);
  write({ id: question, method: 'elicitation/create', params: name === 'visit' ? VISIT : ORDER });
}

function receive({ id, method, params, result, error }: Message): void {
  if (id === undefined) return;
  const asked = method === undefined ? waiting.get(id) : undefined;
  if (asked !== undefined) say(asked, JSON.stringify(result ?? error));
  else if (method === 'initialize') {
    const { protocolVersion } = params ?? {};
    write({ id, result: { protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'shop', version: '1' } } });
  } else if (method === 'tools/list') write({ id, result: { tools: TOOLS } });
  else if (method === 'tools/call') call(id, params?.name);
  else if (method === 'ping') write({ id, result: {} });
  else if (method !== undefined) write({ id, error: { code: -32601, message: `no method ${method}` } });
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  receive(message.parse(JSON.parse(line)));
});
