import { cp, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCodexHome } from '../../support/codexHome';
import { startDemoModel } from '../../support/demoModel';
import type { InputItem, ModelServer } from '../../support/modelServer';
import { type Notification, StdioDriver } from '../../support/stdioDriver';

const SAMPLE = path.resolve(__dirname, '../../fixtures/sample-workspace');
const ASK_MODE = { sandbox: 'read-only', approvalPolicy: 'on-request' };

let model: ModelServer;

beforeEach(async () => {
  model = await startDemoModel({ gapMs: 0 });
});

afterEach(() => model.close());

interface Item {
  readonly type: string;
  readonly name?: string;
  readonly arguments?: string;
  readonly input?: string;
  readonly content?: readonly { readonly text: string }[];
}

const user = (text: string): InputItem => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] });

const ran = (cmd: string, output: string): InputItem[] => [
  { type: 'function_call', call_id: cmd, name: 'exec_command', arguments: JSON.stringify({ cmd, login: false }) },
  { type: 'function_call_output', call_id: cmd, output: `Process exited with code 0\nOutput:\n${output}` },
];

const patched = (output: string): InputItem[] => [
  { type: 'custom_tool_call', call_id: 'p', name: 'apply_patch', input: '*** Begin Patch\n*** End Patch' },
  { type: 'custom_tool_call_output', call_id: 'p', output },
];

const RUN = 'node --test-reporter=spec tests.js';
const FAILING = `✖ a\nℹ pass 10\nℹ fail 1\n\n✖ failing tests:\n\ntest at test/a.test.js:15:1\n✖ one is free (1.04ms)\n  120 !== 160\n`;
const PASSING = 'ℹ pass 11\nℹ fail 0\n';

/** What the model answers: texts of its messages, and what it calls. */
async function answerTo(...input: InputItem[]): Promise<{ text: string; commands: string[]; patches: string[] }> {
  const tools = [{ type: 'function', name: 'exec_command' }];
  const body = JSON.stringify({ model: 'gpt-5.5', input, tools });
  const response = await fetch(`${model.url}/responses`, { method: 'POST', body });
  const events = [...(await response.text()).matchAll(/^data: (.*)$/gm)];
  const items = events
    .map(([, json = '']) => JSON.parse(json) as { type: string; item: Item })
    .filter(({ type }) => type === 'response.output_item.done')
    .map(({ item }) => item);
  return {
    text: items.flatMap(({ content }) => content ?? []).reduce((all, { text }) => all + text, ''),
    commands: items.flatMap((item) => (item.arguments === undefined ? [] : [item.arguments])),
    patches: items.flatMap(({ input: patch }) => (patch === undefined ? [] : [patch])),
  };
}

describe('the demo model', () => {
  test('introduces itself to whatever it does not know, and says how to use a real account', async () => {
    const { text, commands } = await answerTo(user('Bonjour!'));
    expect(text).toContain('demo model');
    expect(text).toContain('npm start -- --account');
    expect(commands).toEqual([]);
  });

  test('reads the file that is asked about and explains what really stands in it', async () => {
    const question = user('Explain src/till.js please');
    const { commands } = await answerTo(question);
    expect(commands.join()).toContain('sed -n 1,60p src/till.js');
    const source = '/** Opens the drawer. */\nexport function open(key) {\n  return key;\n}\n';
    const { text } = await answerTo(question, ...ran('sed -n 1,60p src/till.js', source));
    expect(text).toContain('- **`open(key)`** — Opens the drawer.');
    expect(text).toContain('```js\nexport function open(key) {\n  return key;\n}\n```');
  });

  test('reads with PowerShell where that is the shell', async () => {
    const environment = user('<environment_context>\n<shell>powershell</shell>\n</environment_context>');
    const { commands } = await answerTo(environment, user('explain src/offers.js'));
    expect(commands.join()).toContain('Get-Content src/offers.js -TotalCount 60');
  });

  test('finds a file by its name alone or by its topic', async () => {
    expect((await answerTo(user('explain offers.js'))).commands.join()).toContain('1,60p src/offers.js');
    expect((await answerTo(user('How does the receipt work?'))).commands.join()).toContain('1,60p src/receipt.js');
  });

  test('admits that it could not read a file', async () => {
    const output = "sed: can't read no.js: No such file or directory\n";
    const { text } = await answerTo(user('explain no.js'), ...ran('sed -n 1,60p no.js', output));
    expect(text).toContain('could not read `no.js`');
  });

  test('reports the test results that the command printed', async () => {
    const question = user('Run the tests');
    expect((await answerTo(question)).commands.join()).toContain(RUN);
    const { text } = await answerTo(question, ...ran(RUN, FAILING));
    expect(text).toContain('1 of 11 tests fails');
    expect(text).toContain('- one is free (`test/a.test.js:15`): `120 !== 160`');
    expect((await answerTo(question, ...ran(RUN, PASSING))).text).toContain('All 11 tests pass');
  });

  test('says so when the tests could not be run', async () => {
    const { text } = await answerTo(user('run the tests'), ...ran(RUN, 'node: command not found\n'));
    expect(text).toContain('could not run the tests');
    expect(text).toContain('node: command not found');
  });

  test('asks to leave a sandbox that does not start, once', async () => {
    const blocked = ran(RUN, 'bwrap: setting up uid map: Permission denied\n');
    const [command = ''] = (await answerTo(user('run the tests'), ...blocked)).commands;
    expect(JSON.parse(command)).toMatchObject({ cmd: RUN, sandbox_permissions: 'require_escalated' });
    const again = blocked.map((item) => (item.arguments === undefined ? item : { ...item, arguments: command }));
    expect((await answerTo(user('run the tests'), ...again)).text).toContain('could not run the tests');
  });
});

describe('the tour "fix the failing test"', () => {
  const wish = user('Find and fix the failing test');
  const read = (source: string): InputItem[] => ran('sed -n 1,60p src/offers.js', source);
  const BUG = '  return Math.round(quantity / size);\n';

  test('runs the tests, reads the file, and proposes the fix', async () => {
    expect((await answerTo(wish)).commands.join()).toContain(RUN);
    expect((await answerTo(wish, ...ran(RUN, FAILING))).commands.join()).toContain('src/offers.js');
    const { patches } = await answerTo(wish, ...ran(RUN, FAILING), ...read(BUG));
    expect(patches.join()).toContain('+  return Math.floor(quantity / size);');
  });

  test('leaves everything alone when the tests pass already', async () => {
    const { text, commands, patches } = await answerTo(wish, ...ran(RUN, PASSING));
    expect(text).toContain('nothing to fix');
    expect([commands, patches]).toEqual([[], []]);
  });

  test('leaves a file alone in which the mistake is not to be found', async () => {
    const { text, patches } = await answerTo(wish, ...ran(RUN, FAILING), ...read('  return 0;\n'));
    expect(text).toContain('I have changed nothing');
    expect(patches).toEqual([]);
  });

  test.each([
    ['patch rejected by user', 'I leave `src/offers.js` as it is'],
    ['patch rejected: writing is blocked by read-only sandbox; rejected by user approval settings', 'may only read'],
    [
      'apply_patch verification failed: Failed to find expected lines in /w/src/offers.js',
      'Your editor holds another text',
    ],
    ['Failed to write file /w/src/offers.js', 'could not be written'],
  ])('stops politely after "%s"', async (output, reply) => {
    const { text, commands, patches } = await answerTo(wish, ...ran(RUN, FAILING), ...read(BUG), ...patched(output));
    expect(text).toContain(reply);
    expect([commands, patches]).toEqual([[], []]);
  });

  test('tells of unsaved text when the tests still fail after the change', async () => {
    const written = patched('Success. Updated the following files:\nM src/offers.js\n');
    const done = [...ran(RUN, FAILING), ...read(BUG), ...written];
    expect((await answerTo(wish, ...done)).commands.join()).toContain(RUN);
    expect((await answerTo(wish, ...done, ...ran(RUN, FAILING))).text).toContain('unsaved');
    expect((await answerTo(wish, ...done, ...ran(RUN, PASSING))).text).toContain('all 11 tests pass');
  });
});

describe('with the real Codex', () => {
  let folder: string;
  let driver: StdioDriver;
  const leave: (() => Promise<unknown>)[] = [];

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'switchyard-demo-')));
    leave.push(() => rm(folder, { recursive: true, force: true }));
    await cp(SAMPLE, folder, { recursive: true });
  });

  afterEach(async () => {
    for (const step of leave.splice(0).reverse()) await step();
  });

  async function startCodex(options: { model?: string; env?: Record<string, string> } = {}): Promise<void> {
    const home = await createCodexHome({ modelUrl: model.url, model: options.model });
    leave.push(() => home.dispose());
    driver = await StdioDriver.start({ codexHome: home.path, cwd: folder, env: options.env });
    leave.push(() => driver.close());
  }

  async function tour(text: string, decision: string, mode: object = ASK_MODE): Promise<Notification> {
    driver.onServerRequest(() => ({ decision }));
    const { thread } = await driver.request<{ thread: { id: string } }>('thread/start', { cwd: folder, ...mode });
    return driver.runTurn(thread.id, text);
  }

  const completed = (type: string): Record<string, unknown>[] =>
    driver.notifications
      .filter(({ method }) => method === 'item/completed')
      .map(({ params }) => params.item as Record<string, unknown>)
      .filter((item) => item.type === type);

  const lastWords = (): unknown => completed('agentMessage').at(-1)?.text;
  const offers = (): Promise<string> => readFile(path.join(folder, 'src/offers.js'), 'utf8');

  // gpt-5.5 calls its tools directly, the others from JavaScript.
  test.each(['gpt-5.5', 'gpt-6.1-sol'])('finds the bug and fixes it once allowed, as %s', async (name) => {
    await startCodex({ model: name });
    const end = await tour('Find and fix the failing test', 'accept');
    expect(end.params.turn).toMatchObject({ status: 'completed', error: null });
    expect(await offers()).toContain('Math.floor(quantity / size)');
    expect(completed('fileChange').map(({ status }) => status)).toEqual(['completed']);
    const runs = completed('commandExecution').filter(({ command }) => String(command).includes('tests.js'));
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([1, 0]);
    expect(lastWords()).toContain('all 12 tests pass');
  });

  test.each(['gpt-5.5', 'gpt-6.1-sol'])('changes nothing when declined, as %s', async (name) => {
    await startCodex({ model: name });
    const before = await offers();
    await tour('fix the failing test', 'decline');
    expect(await offers()).toBe(before);
    expect(lastWords()).toContain('I leave `src/offers.js` as it is');
  });

  test('says that a read-only conversation cannot be written from', async () => {
    await startCodex();
    await tour('fix the failing test', 'accept', { sandbox: 'read-only', approvalPolicy: 'never' });
    expect(lastWords()).toContain('may only read');
  });

  test('has two conversations at once, each about its own file', async () => {
    await startCodex();
    await writeFile(path.join(folder, 'src/till.js'), '/** Rings. */\nexport function ring() {\n  return 1;\n}\n');
    await Promise.all([tour('explain src/till.js', 'accept'), tour('explain src/money.js', 'accept')]);
    const texts = completed('agentMessage').map(({ text }) => String(text));
    expect(texts.filter((text) => text.includes('`ring()`'))).toHaveLength(1);
    expect(texts.filter((text) => text.includes('`formatMoney(cents)`'))).toHaveLength(1);
  });

  test('talks to nothing but the model', async () => {
    const outbound: string[] = [];
    const proxy = http.createServer((request, response) => {
      outbound.push(request.url ?? '');
      response.writeHead(502).end();
    });
    proxy.on('connect', (request, socket) => {
      outbound.push(request.url ?? '');
      socket.destroy();
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    leave.push(() => new Promise((resolve) => proxy.close(resolve)));
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    await startCodex({ env: { HTTP_PROXY: url, HTTPS_PROXY: url, ALL_PROXY: url, NO_PROXY: '127.0.0.1' } });
    await tour('hello', 'accept');
    expect(lastWords()).toContain('demo model');
    expect(outbound).toEqual([]);
    expect(model.unexpected).toEqual([]);
  });
});
