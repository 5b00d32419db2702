import { randomUUID } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** One entry of a request's `input`, as far as scripts look at it. */
export interface InputItem {
  readonly type: string;
  readonly role?: string;
  readonly content?: readonly { readonly type: string; readonly text?: string }[];
  readonly call_id?: string;
  readonly name?: string;
  readonly arguments?: string;
  readonly input?: string;
  readonly output?: unknown;
}

/** The body of `POST /v1/responses`, as far as scripts look at it. */
export interface ResponsesBody {
  readonly model: string;
  readonly input: readonly InputItem[];
  readonly prompt_cache_key?: string;
  readonly tools?: readonly { readonly type: string; readonly name?: string }[];
}

/** A model request as it arrived. */
export interface ModelRequest {
  readonly headers: http.IncomingHttpHeaders;
  readonly body: ResponsesBody;
  /** True once the client hung up before the answer was complete. */
  readonly abandoned: boolean;
}

export interface ToolOutput {
  readonly callId: string;
  readonly tool: string;
  /** What the tool was called with: JSON for functions, plain text for custom tools. */
  readonly input: string;
  readonly text: string;
}

/** What a handler decides by. */
export interface ModelCall {
  readonly request: ModelRequest;
  /** The last message of the person, without what Codex adds to it. */
  readonly userText: string;
  /** What tools returned since that message, oldest first. */
  readonly toolOutputs: readonly ToolOutput[];
  /** The same for every request of one thread. */
  readonly threadKey?: string;
  /** Counts model requests from 0. */
  readonly index: number;
}

interface CallItem {
  readonly id: string;
  readonly call_id: string;
  readonly name: string;
  readonly namespace?: string;
  readonly status?: 'in_progress' | 'completed';
}

export type MessagePhase = 'commentary' | 'final_answer';

export type OutputItem =
  | {
      readonly type: 'message';
      readonly id: string;
      readonly role: 'assistant';
      readonly status: 'in_progress' | 'completed';
      readonly content: readonly { type: 'output_text'; text: string; annotations: readonly never[] }[];
      readonly phase?: MessagePhase;
    }
  | { readonly type: 'reasoning'; readonly id: string; readonly summary: readonly SummaryPart[] }
  | { readonly type: 'web_search_call'; readonly id: string; readonly status: 'completed'; readonly action: WebAction }
  | (CallItem & { readonly type: 'function_call'; readonly arguments: string })
  | (CallItem & { readonly type: 'custom_tool_call'; readonly input: string });

/** What the model's own search of the web did. */
export type WebAction =
  | { readonly type: 'search'; readonly query: string }
  | { readonly type: 'open_page'; readonly url: string }
  | { readonly type: 'find_in_page'; readonly url: string; readonly pattern: string };

interface SummaryPart {
  readonly type: 'summary_text';
  readonly text: string;
}

interface InItem {
  readonly item_id: string;
  readonly output_index: number;
}

/** The server-sent events of the Responses API that Codex reads. */
export type SseEvent =
  | { readonly type: 'response.created'; readonly response: { id: string; object: 'response'; status: 'in_progress' } }
  | {
      readonly type: 'response.completed';
      readonly response: { id: string; object: 'response'; status: 'completed'; usage: typeof USAGE };
    }
  | {
      readonly type: 'response.failed';
      readonly response: { id: string; object: 'response'; status: 'failed'; error: { code: string; message: string } };
    }
  | {
      readonly type: 'response.output_item.added' | 'response.output_item.done';
      readonly output_index: number;
      readonly item: OutputItem;
    }
  | (InItem & { readonly type: 'response.output_text.delta'; readonly content_index: number; readonly delta: string })
  | (InItem & {
      readonly type: 'response.reasoning_summary_part.added';
      readonly summary_index: number;
      readonly part: SummaryPart;
    })
  | (InItem & {
      readonly type: 'response.reasoning_summary_text.delta';
      readonly summary_index: number;
      readonly delta: string;
    })
  | (InItem & {
      readonly type: 'response.custom_tool_call_input.delta';
      readonly call_id: string;
      readonly delta: string;
    });

/** One step of an answer, taken in order. `drop` destroys the connection; `end` closes it as if all had been said. */
export type Step =
  | SseEvent
  | { readonly type: 'pause'; readonly ms: number }
  | { readonly type: 'wait'; readonly until: Promise<void> }
  | { readonly type: 'drop' }
  | { readonly type: 'end' };

/** An answer that is no stream, such as a 429. */
export interface PlainAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export type ModelAnswer = readonly Step[] | PlainAnswer;
export type ModelHandler = (call: ModelCall) => ModelAnswer | Promise<ModelAnswer>;

export interface ModelServer {
  /** Base address for `model_providers.*.base_url`; ends in `/v1`. */
  readonly url: string;
  /** The model requests so far, in order of arrival. */
  readonly requests: readonly ModelRequest[];
  /** Other requests so far, such as `GET /v1/models`. They are answered with 404. */
  readonly unexpected: readonly string[];
  /** Decides every later answer. Without it the model says "ok". */
  respond(handler: ModelHandler): void;
  /** Cuts running answers off and stops listening. */
  close(): Promise<void>;
}

/**
 * Starts a scripted Responses API on a free loopback port. It never keeps the process alive: a caller that has nothing
 * else to wait for must hold the process itself.
 */
export async function startModelServer(): Promise<ModelServer> {
  const requests: ModelRequest[] = [];
  const unexpected: string[] = [];
  let handler: ModelHandler = () => modelTurn(message('ok'));

  const server = http.createServer((incoming, response) => {
    const path = (incoming.url ?? '').split('?')[0] ?? '';
    if (incoming.method !== 'POST' || path !== '/v1/responses') {
      unexpected.push(`${incoming.method ?? ''} ${path}`);
      answerPlainly(response, { status: 404, body: { error: { message: `no route ${path}` } } });
      return;
    }
    void readRequest(incoming, response)
      .then((request) => {
        requests.push(request);
        return handler(callOf(request, requests.length - 1));
      })
      .then((answer) => ('status' in answer ? answerPlainly(response, answer) : stream(response, answer)))
      .catch((error: unknown) => answerPlainly(response, { status: 500, body: { error: { message: String(error) } } }));
  });
  server.on('connection', (socket) => socket.unref());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  server.unref();

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    unexpected,
    respond: (next) => {
      handler = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readRequest(incoming: http.IncomingMessage, response: http.ServerResponse): Promise<ModelRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as ResponsesBody;
  return {
    headers: incoming.headers,
    body,
    get abandoned() {
      return response.destroyed && !response.writableFinished;
    },
  };
}

function answerPlainly(response: http.ServerResponse, { status, headers, body }: PlainAnswer): void {
  if (response.destroyed) return;
  if (!response.headersSent) response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

async function stream(response: http.ServerResponse, steps: readonly Step[]): Promise<void> {
  const left = new Promise<void>((resolve) => response.once('close', resolve));
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  response.flushHeaders();
  for (const step of steps) {
    if (response.destroyed || step.type === 'end') break;
    if (step.type === 'drop') response.destroy();
    else if (step.type === 'wait') await Promise.race([step.until, left]);
    else if (step.type === 'pause') await Promise.race([delay(step.ms), left]);
    else if (!response.write(`event: ${step.type}\ndata: ${JSON.stringify(step)}\n\n`)) {
      await Promise.race([new Promise((resolve) => response.once('drain', resolve)), left]);
    }
  }
  if (!response.destroyed) response.end();
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

function callOf(request: ModelRequest, index: number): ModelCall {
  const { input, prompt_cache_key: threadKey } = request.body;
  const last = input.findLastIndex((item) => personText(item) !== '');
  const since = input.slice(last + 1);
  const calls = new Map(since.filter(({ name }) => name !== undefined).map((item) => [item.call_id, item]));
  const toolOutputs = since
    .filter(({ type }) => type.endsWith('_output'))
    .map(({ call_id: callId = '', output }) => {
      const call = calls.get(callId);
      const tool = call?.name ?? '';
      return { callId, tool, input: call?.arguments ?? call?.input ?? '', text: outputText(output) };
    });
  const said = input[last];
  return { request, userText: said ? personText(said) : '', toolOutputs, threadKey, index };
}

// Codex speaks in the user's role too: the environment, instructions, skills and aborted turns, each in a tag of its own.
const ADDED_BY_CODEX = /^\s*(?:<([a-z_]+)>[\s\S]*<\/\1>\s*$|# AGENTS\.md instructions)/;

function personText(item: InputItem): string {
  if (item.type !== 'message' || item.role !== 'user') return '';
  const parts = (item.content ?? []).flatMap(({ text }) => (text === undefined ? [] : [text]));
  return parts.filter((text) => !ADDED_BY_CODEX.test(text)).join('\n');
}

function outputText(output: unknown): string {
  if (typeof output === 'string') return output;
  if (Array.isArray(output)) return output.map((part: { text?: string }) => part.text ?? '').join('');
  return output === undefined ? '' : JSON.stringify(output);
}

export interface Streaming {
  /** The parts a text is streamed in. Default: the whole text at once. */
  readonly chunks?: readonly string[];
  /** Time between two parts, in milliseconds. */
  readonly gapMs?: number;
}

/** An assistant's message. `phase` tells remarks between the work from the final answer. */
export function message(text: string, options: Streaming & { readonly phase?: MessagePhase } = {}): Step[] {
  const { chunks = [text], gapMs = 0, phase } = options;
  const id = newId('msg');
  const item = { type: 'message', id, role: 'assistant', ...(phase && { phase }) } as const;
  const deltas = chunks.map((delta): SseEvent => {
    return { type: 'response.output_text.delta', item_id: id, output_index: 0, content_index: 0, delta };
  });
  return [
    added({ ...item, status: 'in_progress', content: [] }),
    ...spaced(deltas, gapMs),
    done({ ...item, status: 'completed', content: [{ type: 'output_text', text, annotations: [] }] }),
  ];
}

/** A summary of the model's thoughts. */
export function reasoning(text: string, { chunks = [text], gapMs = 0 }: Streaming = {}): Step[] {
  const id = newId('rs');
  const place = { item_id: id, output_index: 0, summary_index: 0 } as const;
  const deltas = chunks.map((delta): SseEvent => ({ type: 'response.reasoning_summary_text.delta', ...place, delta }));
  return [
    added({ type: 'reasoning', id, summary: [] }),
    { type: 'response.reasoning_summary_part.added', ...place, part: { type: 'summary_text', text: '' } },
    ...spaced(deltas, gapMs),
    done({ type: 'reasoning', id, summary: [{ type: 'summary_text', text }] }),
  ];
}

/** A search of the web, which the model's service has done by itself. */
export function webSearch(action: WebAction): Step[] {
  const item = { type: 'web_search_call', id: newId('ws'), status: 'completed', action } as const;
  return [added(item), done(item)];
}

export interface ExecOptions {
  /** Ask to run outside the sandbox. */
  readonly escalated?: boolean;
  /** What the person is told when asked. */
  readonly justification?: string;
  /** Start a login shell, whose profile may print or be slow. */
  readonly login?: boolean;
  readonly workdir?: string;
  readonly tty?: boolean;
  /** How long Codex waits for the command before it gives the model what there is, in milliseconds. */
  readonly yieldTimeMs?: number;
}

/** A shell command. */
export function execCommand(cmd: string, options: ExecOptions = {}): Step[] {
  const { escalated, justification, login = false, workdir, tty, yieldTimeMs } = options;
  const permissions = escalated ? { sandbox_permissions: 'require_escalated' } : {};
  const args = { cmd, login, workdir, tty, yield_time_ms: yieldTimeMs, justification, ...permissions };
  return functionCall('exec_command', args);
}

/** Any tool that takes JSON. `namespace`: of a tool of an MCP server, `mcp__` and the server's name. */
export function functionCall(name: string, args: Readonly<Record<string, unknown>>, namespace?: string): Step[] {
  const item = {
    type: 'function_call',
    id: newId('fc'),
    call_id: newId('call'),
    name,
    ...(namespace !== undefined && { namespace }),
  } as const;
  return [
    added({ ...item, status: 'in_progress', arguments: '' }),
    done({ ...item, status: 'completed', arguments: JSON.stringify(args) }),
  ];
}

/** Any tool that takes plain text, such as `exec` of the models that write code to call tools. */
export function customCall(name: string, input: string, { chunks = [input], gapMs = 0 }: Streaming = {}): Step[] {
  const id = newId('ctc');
  const item = { type: 'custom_tool_call', id, call_id: newId('call'), name } as const;
  const place = { item_id: id, call_id: item.call_id, output_index: 0 } as const;
  const deltas = chunks.map((delta): SseEvent => ({ type: 'response.custom_tool_call_input.delta', ...place, delta }));
  return [
    added({ ...item, status: 'in_progress', input: '' }),
    ...spaced(deltas, gapMs),
    done({ ...item, status: 'completed', input }),
  ];
}

/** A change of files in Codex's patch format, from `*** Begin Patch` to `*** End Patch`. */
export function applyPatch(patch: string, streaming?: Streaming): Step[] {
  return customCall('apply_patch', patch, streaming);
}

/** An answer that fails after it began, for example with code `server_is_overloaded`. Not for {@link modelTurn}. */
export function failed(code: string, text: string): Step[] {
  const response = { id: newId('resp'), object: 'response', status: 'failed', error: { code, message: text } } as const;
  return [{ type: 'response.failed', response }];
}

const USAGE = {
  input_tokens: 1_200,
  input_tokens_details: { cached_tokens: 1_000 },
  output_tokens: 80,
  output_tokens_details: { reasoning_tokens: 20 },
  total_tokens: 1_280,
};

/** A whole answer: created, the items one after the other, completed with fixed token counts. */
export function modelTurn(...items: readonly (readonly Step[])[]): Step[] {
  const id = newId('resp');
  return [
    { type: 'response.created', response: { id, object: 'response', status: 'in_progress' } },
    ...items.flatMap((steps, index) => steps.map((step) => withOutputIndex(step, index))),
    { type: 'response.completed', response: { id, object: 'response', status: 'completed', usage: USAGE } },
  ];
}

function withOutputIndex(step: Step, index: number): Step {
  return 'output_index' in step ? { ...step, output_index: index } : step;
}

function added(item: OutputItem): SseEvent {
  return { type: 'response.output_item.added', output_index: 0, item };
}

function done(item: OutputItem): SseEvent {
  return { type: 'response.output_item.done', output_index: 0, item };
}

function spaced(events: readonly SseEvent[], gapMs: number): Step[] {
  if (gapMs === 0) return [...events];
  return events.flatMap((event): Step[] => [event, { type: 'pause', ms: gapMs }]);
}

function newId(prefix: string): string {
  return `${prefix}_${randomUUID().replaceAll('-', '')}`;
}
