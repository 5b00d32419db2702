import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Conversation } from '../../../src/conversation/conversation';
import { functionCall, message, modelTurn } from '../../support/modelServer';
import { type RealConversations, startRealConversations, until } from '../../support/realConversation';

let real: RealConversations | undefined;

afterEach(async () => {
  await real?.dispose();
  real = undefined;
});

type CodexHome = Parameters<typeof startRealConversations>[1];

/** The model calls one tool, and then says what that gave; resolves when the tool waits for the person. */
async function start(codexHome: CodexHome, ...call: Parameters<typeof functionCall>): Promise<Conversation> {
  real = await startRealConversations({}, codexHome);
  real.model.respond(({ toolOutputs: [output] }) => modelTurn(output ? message(output.text) : functionCall(...call)));
  const conversation = real.conversations.create();
  await conversation.send('go');
  await until(conversation, 'waiting');
  return conversation;
}

const shown = ({ view }: Conversation) => view.approvals[0] ?? expect.fail('Nothing waits for the person.');
const said = ({ view }: Conversation) =>
  (view.turns[0]?.items ?? []).flatMap((item) => (item.type === 'message' ? [item.text] : [])).join('\n');

describe('a question of the agent, with the real codex', () => {
  const HOME = { features: ['default_mode_request_user_input'] };
  const option = (label: string) => ({ label, description: `${label}!` });
  const questions = [
    { id: 'colour', header: 'Colour', question: 'Which colour?', options: [option('Blue'), option('Red')] },
    { id: 'size', header: 'Size', question: 'Which size?', options: [option('S'), option('L')] },
  ];

  it('is answered with an option, and with the person’s own words', async () => {
    const conversation = await start(HOME, 'request_user_input', { questions });
    expect(shown(conversation)).toMatchObject({
      kind: 'question',
      title: 'Codex asks 2 things',
      fields: [
        { kind: 'choice', label: 'Which colour?', other: true, secret: false },
        { kind: 'choice', label: 'Which size?' },
      ],
    });
    await conversation.approvals.decide(shown(conversation).id, 'answer', ['Blue', 'As large as it gets']);
    await until(conversation, 'ready');
    expect(JSON.parse(said(conversation))).toEqual({
      answers: { colour: { answers: ['Blue'] }, size: { answers: ['As large as it gets'] } },
    });
    expect(conversation.view.approvals).toEqual([]);
  });

  it('can be skipped', async () => {
    const conversation = await start(HOME, 'request_user_input', { questions });
    await conversation.approvals.decide(shown(conversation).id, 'skip');
    await until(conversation, 'ready');
    expect(JSON.parse(said(conversation))).toEqual({ answers: { colour: { answers: [] }, size: { answers: [] } } });
  });

  it('is gone when the turn was stopped', async () => {
    const conversation = await start(HOME, 'request_user_input', { questions });
    await conversation.stop();
    await until(conversation, 'stopped');
    expect(conversation.view.approvals).toEqual([]);
  });
});

describe('permissions that the agent asks for, with the real codex', () => {
  it('are granted in part', async () => {
    const permissions = { network: { enabled: true }, file_system: { write: ['/opt/data'] } };
    const conversation = await start({ features: ['request_permissions_tool'] }, 'request_permissions', {
      reason: 'To build',
      permissions,
    });
    expect(shown(conversation)).toMatchObject({
      kind: 'permissions',
      fields: [{ label: 'Use the network' }, { label: 'Write to /opt/data' }],
    });
    await conversation.approvals.decide(shown(conversation).id, 'accept', [false, true]);
    await until(conversation, 'ready');
    expect(said(conversation)).toContain('/opt/data');
    expect(said(conversation)).not.toContain('network":{"enabled":true');
  });
});

describe('an MCP server that asks the person, with the real codex', () => {
  const server = path.join(__dirname, '../../support/elicitingMcpServer.ts');
  const HOME = {
    extraToml: `[mcp_servers.shop]
required = true
command = ${JSON.stringify(process.execPath)}
args = ["--import", ${JSON.stringify(require.resolve('tsx'))}, ${JSON.stringify(server)}]
`,
  };
  const call = (tool: string) => start(HOME, tool, { id: 7 }, 'mcp__shop');

  it('gets what was filled into its form', async () => {
    const conversation = await call('order');
    const { id, kind, fields = [] } = shown(conversation);
    expect(kind).toBe('form');
    // Codex passes the properties on in the order of their names.
    expect(fields.map((field) => [field.label, field.kind])).toEqual([
      ['count', 'number'],
      ['extras', 'choices'],
      ['gift', 'boolean'],
      ['Name', 'text'],
      ['size', 'choice'],
    ]);
    await conversation.approvals.decide(id, 'submit', ['10', [], false, 'Ada', 's']);
    expect(shown(conversation).id).toBe(id);
    await conversation.approvals.decide(id, 'submit', ['2', ['card'], true, 'Ada', 'l']);
    await until(conversation, 'ready');
    expect(said(conversation)).toContain('"action":"accept"');
    expect(said(conversation)).toContain('"content":{"count":2,"extras":["card"],"gift":true,"name":"Ada","size":"l"}');
  });

  it('hears that its form was declined', async () => {
    const conversation = await call('order');
    await conversation.approvals.decide(shown(conversation).id, 'decline');
    await until(conversation, 'ready');
    expect(said(conversation)).toContain('"action":"decline"');
  });

  it('hears that its page was opened', async () => {
    const conversation = await call('visit');
    expect(shown(conversation)).toMatchObject({ kind: 'link', link: 'https://example.com/sign-in' });
    await conversation.approvals.decide(shown(conversation).id, 'accept');
    await until(conversation, 'ready');
    expect(said(conversation)).toContain('"action":"accept"');
  });

  it('runs a tool as often as the conversation allows it', async () => {
    const conversation = await call('mutate');
    expect(shown(conversation)).toMatchObject({ kind: 'tool', details: [{ name: 'id', value: '7' }] });
    await conversation.approvals.decide(shown(conversation).id, 'acceptForSession');
    await until(conversation, 'ready');
    expect(said(conversation)).toContain('mutated');
    await conversation.send('again');
    await until(conversation, 'ready');
    expect(conversation.view.turns).toHaveLength(2);
  });

  it('does not run a tool that was declined, and the turn ends when that was asked for', async () => {
    const conversation = await call('mutate');
    await conversation.approvals.decide(shown(conversation).id, 'stop');
    await until(conversation, 'stopped');
    expect(said(conversation)).not.toContain('mutated');
  });
});
