import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../../support/eventually';
import {
  applyPatch,
  execCommand,
  failed,
  message,
  type ModelServer,
  modelTurn,
  reasoning,
  startModelServer,
} from '../../support/modelServer';

let server: ModelServer;

beforeEach(async () => {
  server = await startModelServer();
});

afterEach(() => server.close());

const said = (text: string): object => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] });

function post(input: readonly object[], extra: object = {}): Promise<Response> {
  return fetch(`${server.url}/responses`, { method: 'POST', body: JSON.stringify({ model: 'm', input, ...extra }) });
}

interface Received {
  readonly type: string;
  readonly delta?: string;
  readonly output_index?: number;
  readonly item?: {
    readonly type: string;
    readonly name?: string;
    readonly arguments?: string;
    readonly input?: string;
  };
}

function eventsIn(body: string): Received[] {
  return [...body.matchAll(/^data: (.*)$/gm)].map(([, json = '']) => JSON.parse(json) as Received);
}

async function eventsOf(response: Promise<Response>): Promise<Received[]> {
  return eventsIn(await (await response).text());
}

describe('what a handler is told', () => {
  test('the last words of the person, without what Codex adds in the same role', async () => {
    const heard: string[] = [];
    server.respond(({ userText, index }) => {
      heard.push(`${index} ${userText}`);
      return modelTurn(message('ok'));
    });
    await post([said('<environment_context>\n<cwd>/w</cwd>\n</environment_context>'), said('first')]);
    await post([said('first'), said('# AGENTS.md instructions for /w'), said('<b>is</b> this bold?')]);
    await post([said('first'), said('<turn_aborted>\nstopped\n</turn_aborted>')]);
    expect(heard).toEqual(['0 first', '1 <b>is</b> this bold?', '2 first']);
  });

  test('the tool outputs since then, each with the call it answers', async () => {
    let seen: unknown;
    server.respond(({ toolOutputs, threadKey }) => {
      seen = { toolOutputs, threadKey };
      return modelTurn(message('ok'));
    });
    const before = { type: 'function_call_output', call_id: 'c0', output: 'old' };
    const call = { type: 'custom_tool_call', call_id: 'c1', name: 'apply_patch', input: 'patch' };
    const output = { type: 'custom_tool_call_output', call_id: 'c1', output: [{ type: 'input_text', text: 'done' }] };
    await post([said('one'), before, said('two'), call, output], { prompt_cache_key: 'thread-1' });
    const expected = { callId: 'c1', tool: 'apply_patch', input: 'patch', text: 'done' };
    expect(seen).toEqual({ toolOutputs: [expected], threadKey: 'thread-1' });
  });
});

describe('an answer', () => {
  test('streams its items in order, each with its own index, between created and completed', async () => {
    server.respond(() => modelTurn(reasoning('hm'), message('Hello there', { chunks: ['Hello ', 'there'] })));
    const events = await eventsOf(post([said('hi')]));
    expect(events.map(({ type, output_index: index }) => [type.slice('response.'.length), index])).toEqual([
      ['created', undefined],
      ['output_item.added', 0],
      ['reasoning_summary_part.added', 0],
      ['reasoning_summary_text.delta', 0],
      ['output_item.done', 0],
      ['output_item.added', 1],
      ['output_text.delta', 1],
      ['output_text.delta', 1],
      ['output_item.done', 1],
      ['completed', undefined],
    ]);
  });

  test('calls tools in the shapes that Codex reads', async () => {
    server.respond(() => modelTurn(execCommand('ls', { escalated: true, justification: 'why' }), applyPatch('*** P')));
    const done = (await eventsOf(post([said('hi')]))).filter(({ type }) => type === 'response.output_item.done');
    const [exec, patch] = done.map(({ item }) => item);
    expect(exec).toMatchObject({ type: 'function_call', name: 'exec_command' });
    expect(JSON.parse(exec?.arguments ?? '')).toEqual({
      cmd: 'ls',
      login: false,
      justification: 'why',
      sandbox_permissions: 'require_escalated',
    });
    expect(patch).toMatchObject({ type: 'custom_tool_call', name: 'apply_patch', input: '*** P' });
  });

  test('waits for a promise before it goes on', async () => {
    let release = (): void => undefined;
    const until = new Promise<void>((resolve) => (release = resolve));
    server.respond(() => [...failed('early', 'sent first'), { type: 'wait', until }, ...failed('late', 'sent second')]);
    const response = await post([said('hi')]);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const first = (await reader?.read())?.value ?? '';
    expect(first).toContain('early');
    expect(first).not.toContain('late');
    release();
    expect((await reader?.read())?.value).toContain('late');
  });

  test('can break the connection, or end without completing', async () => {
    server.respond(() => [...message('half'), { type: 'drop' }]);
    await expect(post([said('hi')]).then((response) => response.text())).rejects.toThrow();
    server.respond(() => [...message('half'), { type: 'end' }, ...message('never')]);
    const body = await (await post([said('hi')])).text();
    expect(body).toContain('half');
    expect(body).not.toContain('never');
  });

  test('can be a plain status', async () => {
    server.respond(() => ({ status: 429, headers: { 'retry-after': '1' }, body: { error: { code: 'slow_down' } } }));
    const response = await post([said('hi')]);
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.json()).toEqual({ error: { code: 'slow_down' } });
  });
});

describe('the server', () => {
  test('notes a client that hangs up in the middle', async () => {
    server.respond(() => [...message('half'), { type: 'wait', until: new Promise(() => undefined) }]);
    const hangUp = new AbortController();
    const request = { method: 'POST', body: JSON.stringify({ input: [said('hi')] }), signal: hangUp.signal };
    const response = await fetch(`${server.url}/responses`, request);
    expect(server.requests[0]?.abandoned).toBe(false);
    hangUp.abort();
    await expect(response.text()).rejects.toThrow();
    await eventually(() => expect(server.requests[0]?.abandoned).toBe(true));
  });

  test('cuts running answers off when it closes', async () => {
    server.respond(() => [...message('half'), { type: 'wait', until: new Promise(() => undefined) }]);
    const response = await post([said('hi')]);
    await server.close();
    await expect(response.text()).rejects.toThrow();
    await expect(post([said('hi')])).rejects.toThrow();
  });

  test('answers other routes with 404 and remembers them', async () => {
    expect((await fetch(`${server.url}/models?limit=1`)).status).toBe(404);
    expect(server.unexpected).toEqual(['GET /v1/models']);
    expect(server.requests).toEqual([]);
  });

  test('tells what a failing handler threw', async () => {
    server.respond(() => {
      throw new Error('script is wrong');
    });
    const response = await post([said('hi')]);
    expect(response.status).toBe(500);
    expect(await response.text()).toContain('script is wrong');
  });
});
