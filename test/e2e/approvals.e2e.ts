import { existsSync } from 'node:fs';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Chat } from '../support/chat';
import { picture } from '../support/gallery';
import { applyPatch, execCommand, functionCall, message, modelTurn, type Step } from '../support/modelServer';
import { useSession } from '../support/session';
import { answerWith, decide, decisionsOf, EVERY_TOOL, prepareStage, stageChat } from '../support/stage';
import { TappedCodex } from '../support/tappedCodex';

const codex = new TappedCodex();
const session = useSession({ codexPath: codex.path, codexHome: EVERY_TOOL });
beforeAll(() => prepareStage(session()));
afterAll(() => codex.dispose());

const COMMAND = 'item/commandExecution/requestApproval';
const FILES = 'item/fileChange/requestApproval';
const PERMISSIONS = 'item/permissions/requestApproval';
const QUESTION = 'item/tool/requestUserInput';
const ELICITATION = 'mcpServer/elicitation/request';

const shoot = (chat: Chat, name: Parameters<typeof picture>[2], ...parts: Locator[]): Promise<void> =>
  picture(session(), chat, name, ...parts);

/** A conversation whose model makes one call, which has to wait for the person. */
async function asking(call: readonly Step[]): Promise<Chat> {
  const chat = await stageChat(session());
  answerWith(session(), [call]);
  await chat.send('Go on');
  return chat;
}

const card = (chat: Chat, name: RegExp): Locator => chat.frame.getByRole('group', { name });

test('a command: exactly what codex offers, beside declining, and the prefix that is always allowed', async () => {
  const command = 'touch e.txt';
  const chat = await asking(execCommand(command, { escalated: true, justification: 'To mark the place.' }));
  const approval = card(chat, /^Approval: Run this command\? touch e\.txt$/);
  await approval.getByText('To mark the place.').waitFor();
  await chat.hasStatus('Waiting for approval');
  expect(await decisionsOf(approval)).toEqual([
    'Allow once',
    'Always allow “touch e.txt …”',
    'Decline',
    'Decline and stop',
  ]);
  expect(await approval.getByText(command, { exact: true }).count()).toBe(1);
  await shoot(chat, 'approve-command', approval);
  await decide(approval, 'Always allow “touch e.txt …”');
  const amendment = { acceptWithExecpolicyAmendment: { execpolicy_amendment: ['touch', 'e.txt'] } };
  expect(await codex.answerTo(COMMAND)).toEqual({ result: { decision: amendment } });
  await chat.hasStatus('Ready');
  expect(existsSync(session().file('e.txt'))).toBe(true);
});

test('a command that wants more of the sandbox says what an acceptance would allow besides', async () => {
  const chat = await asking(
    functionCall('exec_command', {
      cmd: 'make',
      login: false,
      justification: 'To build into the cache.',
      sandbox_permissions: 'with_additional_permissions',
      additional_permissions: { file_system: { write: ['/opt/cache'] }, network: { enabled: true } },
    }),
  );
  const approval = card(chat, /^Approval: Run this command\? make$/);
  await approval.getByText(/This also allows: .*network.*\/opt\/cache/).waitFor();
  await shoot(chat, 'approve-command-more', approval);
  await decide(approval, 'Decline');
  expect(await codex.answerTo(COMMAND)).toEqual({ result: { decision: 'decline' } });
  await chat.hasStatus('Ready');
});

test('keys for a running command: the keys are shown, and only they are allowed', async () => {
  const chat = await stageChat(session());
  const start = { cmd: 'cat', login: false, tty: true, yield_time_ms: 300, justification: 'To talk to it.' };
  session().model.respond(({ toolOutputs }) => {
    const [first, second] = toolOutputs;
    const id = Number(/session ID (\d+)/.exec(first?.text ?? '')?.[1] ?? 0);
    if (second) return modelTurn(message('Done.'));
    if (first) return modelTurn(functionCall('write_stdin', { session_id: id, chars: 'yes\n', yield_time_ms: 300 }));
    return modelTurn(functionCall('exec_command', { ...start, sandbox_permissions: 'require_escalated' }));
  });
  await chat.send('Talk to it');
  await decide(card(chat, /^Approval: Run this command\? cat$/), 'Allow once');
  const approval = card(chat, /^Approval: Type into a running command\?/);
  await approval.waitFor();
  await shoot(chat, 'approve-stdin', approval);
  await decide(approval, 'Decline and stop');
  expect(await codex.answerTo(COMMAND)).toEqual({ result: { decision: 'cancel' } });
  await chat.hasStatus('Stopped');
});

test('a change of files: nothing is written before it is allowed for the conversation, then all of it is', async () => {
  session().write('till.txt', 'one\ntwo\n');
  const patch = `*** Begin Patch
*** Add File: receipt.txt
+paid
*** Update File: till.txt
@@
-one
+uno
 two
*** End Patch`;
  const chat = await asking(applyPatch(patch));
  const approval = card(chat, /^Approval: Change 2 files\? receipt\.txt, till\.txt$/);
  await approval.waitFor();
  expect((await decisionsOf(approval)).filter((name) => /allow|decline/i.test(name))).toEqual([
    'Allow once',
    'Allow for this conversation',
    'Decline',
    'Decline and stop',
  ]);
  expect(session().read('till.txt')).toBe('one\ntwo\n');
  expect(await approval.getByRole('button', { name: 'Open diff' }).count()).toBe(2);
  await shoot(chat, 'approve-files', approval);
  await decide(approval, 'Allow for this conversation');
  expect(await codex.answerTo(FILES)).toEqual({ result: { decision: 'acceptForSession' } });
  await chat.hasStatus('Ready');
  expect([session().read('till.txt'), session().read('receipt.txt')]).toEqual(['uno\ntwo\n', 'paid\n']);
  await chat.button('Keep all').click();
});

test('permissions: each can be left out, and only what is left is granted', async () => {
  const permissions = { network: { enabled: true }, file_system: { write: ['/opt/data'] } };
  const chat = await asking(functionCall('request_permissions', { reason: 'To fetch prices.', permissions }));
  const approval = card(chat, /^Approval: Allow network access and more of the file system\?/);
  await approval.waitFor();
  expect(await decisionsOf(approval)).toEqual(['Allow once', 'Allow for this conversation', 'Decline']);
  await approval.getByRole('checkbox', { name: 'Use the network' }).uncheck();
  expect(await approval.getByRole('checkbox', { name: 'Write to /opt/data' }).isChecked()).toBe(true);
  await shoot(chat, 'approve-permissions', approval);
  await decide(approval, 'Allow for this conversation');
  const { result } = await codex.answerTo(PERMISSIONS);
  expect(result).toMatchObject({ scope: 'session', permissions: { fileSystem: { write: ['/opt/data'] } } });
  expect(JSON.stringify(result)).not.toContain('network');
  await chat.hasStatus('Ready');
});

test('a call of a tool: its arguments are shown, and it can be allowed for good', async () => {
  const chat = await asking(functionCall('mutate', { id: 7 }, 'mcp__shop'));
  const approval = card(chat, /^Approval: .*mutate/);
  await approval.waitFor();
  expect(await approval.getByText('7', { exact: true }).count()).toBe(1);
  expect(await decisionsOf(approval)).toEqual([
    'Allow once',
    'Allow for this conversation',
    'Always allow mutate of shop',
    'Decline',
    'Decline and stop',
  ]);
  await shoot(chat, 'approve-tool', approval);
  await decide(approval, 'Allow once');
  expect(await codex.answerTo(ELICITATION)).toMatchObject({ result: { action: 'accept' } });
  await chat.shows(/Used\s+shop · mutate/);
  await chat.hasStatus('Ready');
});

test('a form of an MCP server: what does not fit is named, and nothing is sent before it does', async () => {
  const chat = await asking(functionCall('order', { id: 1 }, 'mcp__shop'));
  const form = card(chat, /^Question: What would you like\?/);
  await form.waitFor();
  expect(await decisionsOf(form)).toEqual(['Submit', 'Decline', 'Cancel']);
  await form.getByLabel('count').fill('12');
  await decide(form, 'Submit');
  await form.getByRole('alert').filter({ hasText: /./ }).first().waitFor();
  await shoot(chat, 'ask-form', form);
  await form.getByLabel('count').fill('2');
  await form.getByLabel(/^Name/).fill('Ada');
  await form.getByRole('radio', { name: 'Large' }).check();
  await form.getByRole('checkbox', { name: 'card' }).check();
  await form.getByRole('checkbox', { name: 'gift' }).check();
  await decide(form, 'Submit');
  const content = { count: 2, extras: ['card'], gift: true, name: 'Ada', size: 'l' };
  expect(await codex.answerTo(ELICITATION)).toMatchObject({ result: { action: 'accept', content } });
  await chat.hasStatus('Ready');
});

test('a page of an MCP server: the host is named, and declining tells the server', async () => {
  const chat = await asking(functionCall('visit', { id: 1 }, 'mcp__shop'));
  const link = card(chat, /^Approval: Please sign in\. example\.com$/);
  await link.waitFor();
  expect(await decisionsOf(link)).toEqual(['Open example.com', 'Continue', 'Decline', 'Cancel']);
  await shoot(chat, 'ask-link', link);
  await decide(link, 'Decline');
  expect(await codex.answerTo(ELICITATION)).toMatchObject({ result: { action: 'decline' } });
  await chat.hasStatus('Ready');
});

test('a question of the agent: an option, or other words', async () => {
  const option = (label: string, description: string) => ({ label, description });
  const options = [option('Round down', 'Whole packs only'), option('Round up', 'In favour of the shop')];
  const question = 'How are half packs counted?';
  const chat = await asking(
    functionCall('request_user_input', { questions: [{ id: 'half', header: 'Packs', question, options }] }),
  );
  const asked = card(chat, /^Question: How are half packs counted\?/);
  await asked.waitFor();
  expect(await decisionsOf(asked)).toEqual(['Answer', 'Skip']);
  await shoot(chat, 'ask-options', asked);
  await asked.getByRole('radio', { name: 'Other' }).check();
  await asked.getByRole('textbox', { name: 'Other answer' }).fill('They are not');
  await decide(asked, 'Answer');
  expect(await codex.answerTo(QUESTION)).toEqual({ result: { answers: { half: { answers: ['They are not'] } } } });
  await chat.hasStatus('Ready');
});
