import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Chat } from '../support/chat';
import { eventually } from '../support/eventually';
import { CHOICE, EVERY_FIELD, NESTED } from '../support/forms';
import { picture, setTheme } from '../support/gallery';
import type { Gate } from '../support/pacing';
import { useSession } from '../support/session';
import {
  ALL_THEMES,
  axeFindings,
  decide,
  decisionsOf,
  EVERY_TOOL,
  holdTurn,
  prepareStage,
  stageChat,
} from '../support/stage';
import { type RunningTurn, TappedCodex } from '../support/tappedCodex';

const codex = new TappedCodex();
const session = useSession({ codexPath: codex.path, codexHome: EVERY_TOOL });
const COMMAND = 'item/commandExecution/requestApproval';
const FILES = 'item/fileChange/requestApproval';
const PERMISSIONS = 'item/permissions/requestApproval';
const QUESTION = 'item/tool/requestUserInput';
const ELICITATION = 'mcpServer/elicitation/request';
afterAll(() => codex.dispose());

const shoot = (chat: Chat, name: Parameters<typeof picture>[2], ...parts: Locator[]): Promise<void> =>
  picture(session(), chat, name, ...parts);
const card = (chat: Chat, name: RegExp): Locator => chat.frame.getByRole('group', { name });

/** Questions that no scripted turn of the real codex brings about: they are put into a turn of it. */
let chat: Chat;
let turn: RunningTurn;
let gate: Gate;
beforeAll(async () => {
  await prepareStage(session());
  chat = await stageChat(session());
  gate = await holdTurn(session(), chat, 'Go on');
  turn = await codex.turn();
});
afterAll(async () => {
  gate.open();
  await chat.hasStatus('Ready');
});

const ask = (method: string, params: object) =>
  codex.ask(method, { ...turn, itemId: 'none', startedAtMs: 1, ...params });
const command = (params: object) => ask(COMMAND, { kind: 'command', environmentId: null, ...params });
const elicit = (params: object) => ask(ELICITATION, { serverName: 'shop', _meta: null, ...params });

const execpolicy = { acceptWithExecpolicyAmendment: { execpolicy_amendment: ['npm', 'test'] } };
const allowHost = policy('allow');
const denyHost = policy('deny');
test.each([
  ['Allow once', 'accept'],
  ['Allow for this conversation', 'acceptForSession'],
  ['Always allow “npm test …”', execpolicy],
  ['Always allow npm.example', allowHost],
  ['Never allow npm.example', denyHost],
  ['Decline', 'decline'],
  ['Decline and stop', 'cancel'],
])('"%s" on a command is answered as it was offered', async (name, decision) => {
  const availableDecisions = ['accept', 'acceptForSession', execpolicy, allowHost, denyHost, 'decline', 'cancel'];
  const { answer } = command({ command: 'npm test', cwd: session().profile.folder, availableDecisions });
  const approval = card(chat, /^Approval: Run this command\? npm test$/);
  await approval.waitFor();
  expect(await decisionsOf(approval)).toEqual([
    'Allow once',
    'Allow for this conversation',
    'Always allow “npm test …”',
    'Always allow npm.example',
    'Never allow npm.example',
    'Decline',
    'Decline and stop',
  ]);
  await decide(approval, name);
  expect(await answer).toEqual({ result: { decision } });
  await approval.waitFor({ state: 'detached' });
});

test('a connection names the host and how it is reached, and needs no command', async () => {
  const { answer } = command({
    networkApprovalContext: { host: 'npm.example', protocol: 'https' },
    reason: 'To fetch a package.',
    availableDecisions: ['accept', allowHost, 'cancel'],
  });
  const approval = card(chat, /^Approval: Connect to npm\.example\?$/);
  await approval.getByText('HTTPS to npm.example').waitFor();
  expect(await decisionsOf(approval)).toEqual([
    'Allow once',
    'Always allow npm.example',
    'Decline',
    'Decline and stop',
  ]);
  await shoot(chat, 'approve-network', approval);
  await decide(approval, 'Always allow npm.example');
  expect(await answer).toEqual({ result: { decision: allowHost } });
});

test('questions can be several, secret, and of one’s own words; one that is not blocking can be skipped', async () => {
  const questions = [
    {
      id: 'name',
      header: 'Name',
      question: 'What is the shop called?',
      isOther: false,
      isSecret: false,
      options: null,
    },
    { id: 'key', header: 'Key', question: 'The key of the till?', isOther: false, isSecret: true, options: null },
  ];
  const { answer } = ask(QUESTION, { questions, isBlocking: false, autoResolutionMs: null });
  const asked = card(chat, /^Question: Codex asks 2 things/);
  await asked.getByText('You can skip this: Codex goes on without it.').waitFor();
  await asked.getByLabel('What is the shop called?').fill('Corner shop');
  const key = asked.getByLabel('The key of the till?');
  expect(await key.getAttribute('type')).toBe('password');
  await key.fill('1234');
  await shoot(chat, 'ask-several', asked);
  await decide(asked, 'Answer');
  expect(await answer).toEqual({
    result: { answers: { name: { answers: ['Corner shop'] }, key: { answers: ['1234'] } } },
  });
});

test('a form takes every kind of field that MCP has', async () => {
  const { answer } = elicit({ mode: 'openai/form', message: 'All that there is', requestedSchema: EVERY_FIELD });
  const form = card(chat, /^Question: All that there is/);
  await form.waitFor();
  await form.getByLabel(/^Words/).fill('some');
  await form.getByLabel(/^Mail/).fill('ada@example.com');
  await form.getByLabel(/^Address/).fill('https://example.com/');
  await form.getByLabel(/^Day/).fill('2026-05-17');
  await form.getByLabel(/^Price/).fill('2.5');
  await form.getByLabel(/^Number/).fill('3');
  await form.getByRole('checkbox', { name: 'Wrapped' }).check();
  await form.getByRole('radio', { name: 'Small one' }).check();
  await form.getByLabel(/^Country/).selectOption('c7');
  await form.getByRole('checkbox', { name: 'Bow' }).check();
  await shoot(chat, 'ask-form-all', form);
  await decide(form, 'Submit');
  expect(await answer).toMatchObject({
    result: {
      action: 'accept',
      content: {
        words: 'some',
        mail: 'ada@example.com',
        address: 'https://example.com/',
        day: '2026-05-17',
        price: 2.5,
        number: 3,
        wrapped: true,
        size: 's',
        country: 'c7',
        extras: ['bow'],
      },
    },
  });
});

test.each([
  [
    'a mode that this version does not know',
    { mode: 'openai/userVerification', title: 'Verify', description: 'x', challenge: 'y' },
    /^Approval: Verify/,
  ],
  ['a form with more than fields', { mode: 'form', message: 'Nested', requestedSchema: NESTED }, /^Approval: Nested/],
  [
    'an address that is no web page',
    { mode: 'url', message: 'Open', url: 'file:///etc', elicitationId: 'e' },
    /^Approval: Open/,
  ],
])('%s can only be declined, and is never answered with an error', async (_what, params, name) => {
  const { answer } = elicit(params);
  const approval = card(chat, name);
  await approval.getByText(/You can only decline it\./).waitFor();
  expect(await decisionsOf(approval)).toEqual(['Decline', 'Cancel']);
  if (params.mode === 'form') await shoot(chat, 'approve-unshown', approval);
  await decide(approval, 'Decline');
  expect(await answer).toMatchObject({ result: { action: 'decline' } });
});

test.each(['item/telepathy/request', 'execCommandApproval', 'applyPatchApproval'])(
  'a request %s that cannot be shown is answered with an error, never with an acceptance',
  async (method) => {
    const { answer } = codex.ask(method, { ...turn, conversationId: turn.threadId, itemId: 'none' });
    const { result, error } = await answer;
    expect(result).toBeUndefined();
    expect(error).toBeTruthy();
  },
);

describe('several at once', () => {
  test('each is counted; one that was answered elsewhere closes without an answer of ours, the others stay', async () => {
    const first = command({ command: 'echo one', availableDecisions: ['accept', 'cancel'] });
    const second = command({ command: 'echo two', availableDecisions: ['accept', 'cancel'] });
    const third = command({ command: 'echo three', availableDecisions: ['accept', 'cancel'] });
    await eventually(async () => expect(await chat.approval.count()).toBe(3));
    expect(await chat.approval.getByText(/^\d of 3$/).allInnerTexts()).toEqual(['1 of 3', '2 of 3', '3 of 3']);
    await shoot(chat, 'approve-several', chat.approval.first(), chat.approval.last());

    codex.tell('serverRequest/resolved', { threadId: turn.threadId, requestId: second.id });
    await eventually(async () => expect(await chat.approval.count()).toBe(2));
    await decide(card(chat, /echo three$/), 'Decline');
    expect(await third.answer).toEqual({ result: { decision: 'decline' } });
    await decide(card(chat, /echo one$/), 'Allow once');
    expect(await first.answer).toEqual({ result: { decision: 'accept' } });
    // An error is what is left to say to a question that nobody has any more.
    expect((await second.answer).result).toBeUndefined();
  });

  test('neither the focus nor the words in the composer go to an approval that appears', async () => {
    await chat.composer.click();
    await session().workbench.page.keyboard.type('half a ');
    const { answer } = command({ command: 'echo four', availableDecisions: ['accept', 'cancel'] });
    await card(chat, /echo four$/).waitFor();
    await session().workbench.page.keyboard.type('thought');
    expect(await chat.composer.inputValue()).toBe('half a thought');
    await decide(card(chat, /echo four$/), 'Decline and stop');
    expect(await answer).toEqual({ result: { decision: 'cancel' } });
    await chat.composer.fill('');
  });
});

describe('every kind of them together', () => {
  const open: { readonly id: string }[] = [];
  beforeAll(async () => {
    open.push(
      command({ command: 'npm test', availableDecisions: ['accept', 'acceptForSession', execpolicy, 'cancel'] }),
      command({ networkApprovalContext: { host: 'npm.example', protocol: 'https' }, availableDecisions: ['accept'] }),
      ask(FILES, { reason: null, grantRoot: '/opt' }),
      ask(PERMISSIONS, {
        cwd: session().profile.folder,
        reason: 'To fetch prices.',
        environmentId: null,
        permissions: { network: { enabled: true }, fileSystem: { read: ['/opt/a'], write: ['/opt/b'] } },
      }),
      ask(QUESTION, { isBlocking: true, autoResolutionMs: null, questions: [CHOICE] }),
      elicit({ mode: 'form', message: 'All that there is', requestedSchema: EVERY_FIELD }),
      elicit({ mode: 'url', message: 'Please sign in.', url: 'https://example.com/sign-in', elicitationId: 'e' }),
      elicit({ mode: 'form', message: 'Nested', requestedSchema: NESTED }),
    );
    await card(chat, /^Approval: Nested/).waitFor();
    await eventually(async () => {
      expect(await chat.frame.locator('.approval .button[aria-disabled="true"]').count()).toBe(0);
    });
  });
  afterAll(async () => {
    for (const { id } of open) codex.tell('serverRequest/resolved', { threadId: turn.threadId, requestId: id });
    await eventually(async () => expect(await chat.approval.count()).toBe(0));
  });

  test.each(ALL_THEMES)('axe finds nothing in them in %s', async (theme) => {
    await setTheme(session(), chat, theme);
    expect(await axeFindings(session())).toEqual([]);
  });
});

function policy(action: 'allow' | 'deny') {
  return { applyNetworkPolicyAmendment: { network_policy_amendment: { host: 'npm.example', action } } };
}
