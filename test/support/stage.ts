import AxeBuilder from '@axe-core/playwright';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { expect } from 'vitest';
import type { Chat } from './chat';
import { eventually } from './eventually';
import { picture } from './gallery';
import { message, type ModelCall, modelTurn, type Step } from './modelServer';
import { Gate } from './pacing';
import type { PictureName } from './pictures';
import type { Session } from './session';
import type { TappedCodex } from './tappedCodex';

/** One answer of the model: what it calls or says, in order. */
export type Answer = readonly (readonly Step[])[];

/** Configuration of a codex that has all tools and asks all questions. */
export const EVERY_TOOL = {
  features: [
    'default_mode_request_user_input',
    'request_permissions_tool',
    'exec_permission_approvals',
    'apply_patch_streaming_events',
  ],
  extraToml: `[tools.update_plan]
enabled = true

[mcp_servers.shop]
required = true
startup_timeout_sec = 60
command = ${JSON.stringify(process.execPath)}
args = ["--import", ${JSON.stringify(require.resolve('tsx'))}, ${JSON.stringify(
    path.join(__dirname, 'elicitingMcpServer.ts'),
  )}]
`,
};

/** As wide as a chat in an editor beside another one; high enough that nothing of a turn is out of sight. */
export const STAGE_SIZE = { width: 528, height: 1_000 };

/** Makes the window one editor and nothing else, of the stage's size. */
export async function prepareStage({ workbench }: Session): Promise<void> {
  // There is a command to close it only while it is open.
  await workbench.runCommand('View: Show Explorer');
  await workbench.runCommand('View: Close Primary Side Bar');
  await workbench.page.setViewportSize(STAGE_SIZE);
}

/** A new conversation in an editor tab; the tabs before it are closed. */
export async function stageChat(session: Session): Promise<Chat> {
  await session.workbench.runCommand('View: Close All Editors');
  await session.workbench.page.locator('.editor-group-container .tab').first().waitFor({ state: 'detached' });
  return session.newConversation('editor');
}

/** Lets the model give these answers to one message of the person, and say "Done." at the end of its turn. */
export function answerWith(session: Session, ...answers: readonly Answer[]): void {
  let next = 0;
  let person: string | undefined;
  session.model.respond(({ userText }: ModelCall) => {
    person ??= userText;
    // A sub-agent's model has its own words to answer.
    if (userText !== person) return modelTurn(message('Nothing to add.'));
    const answer = answers[next++] ?? [];
    return modelTurn(...answer, ...(goesOn(answer) ? [] : [message('Done.')]));
  });
}

/** Whether codex asks the model again after an answer: for what it called. */
function goesOn(answer: Answer): boolean {
  const types = answer.flat().map((step) => ('item' in step ? step.item.type : step.type));
  return types.some((type) => type === 'function_call' || type === 'custom_tool_call');
}

/** Runs a turn to its end. */
export async function runTurn(
  session: Session,
  chat: Chat,
  text: string,
  ...answers: readonly Answer[]
): Promise<void> {
  answerWith(session, ...answers);
  await chat.send(text);
  await chat.shows('Done.');
  await chat.hasStatus('Ready');
}

/** Runs a turn that goes on until the gate is opened, and then says "Done." */
export async function holdTurn(session: Session, chat: Chat, text: string): Promise<Gate> {
  const gate = new Gate();
  session.model.respond(() => modelTurn([{ type: 'wait', until: gate.opened }], message('Done.')));
  const before = session.model.requests.length;
  await chat.send(text);
  await eventually(() => {
    if (session.model.requests.length === before) throw new Error('The model was not asked.');
  });
  return gate;
}

/** What every test of rows does on the stage of `session`, whose codex is `codex`. */
export function onStage(session: () => Session, codex: TappedCodex) {
  return {
    newChat: (): Promise<Chat> => stageChat(session()),
    /** A turn that ends with "Done." after the model's answers. */
    run: (chat: Chat, text: string, ...answers: Answer[]): Promise<void> => runTurn(session(), chat, text, ...answers),
    shoot: (chat: Chat, name: PictureName, ...parts: Locator[]): Promise<void> =>
      picture(session(), chat, name, ...parts),
    /** The line of a step: what unfolds it, where there is more to see. */
    stepButton: (chat: Chat, name: string | RegExp): Locator => chat.transcript.getByRole('button', { name }),
    /** What is shown was made by the real codex, not put into its turn. */
    expectReal: (type: Parameters<TappedCodex['items']>[0]): Promise<void> =>
      eventually(() => expect(codex.items(type).length, `items of type ${type}`).toBeGreaterThan(0)),
  };
}

/** The row of the transcript in which this stands. */
export function rowOf(content: Locator): Locator {
  return content.locator('xpath=ancestor-or-self::*[@data-row]');
}

/** The rows of the transcript that hold these words. */
export function rowsWith(chat: Chat, text: string | RegExp): Locator {
  return chat.transcript.locator('[data-row]').filter({ hasText: text });
}

/** What axe finds in the chat that is shown: rules, each with the elements that break it. */
export async function axeFindings({ workbench }: Session): Promise<readonly unknown[]> {
  const frames = ['iframe.webview.ready', 'iframe#active-frame', 'body'];
  const { violations } = await new AxeBuilder({ page: workbench.page }).include(frames).analyze();
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}

/** The themes in which everything has to be readable. */
export const ALL_THEMES = ['Dark Modern', 'Light Modern', 'Default High Contrast', 'Default High Contrast Light'];

const MODES = /^(?:Ask|Agent|Plan|Full access)$/;

/** What an approval can be answered with: its buttons but the one that changes the mode. */
export async function decisionsOf(approval: Locator): Promise<string[]> {
  const names = await approval.locator('.actions').getByRole('button').allInnerTexts();
  return names.map((name) => name.trim()).filter((name) => !MODES.test(name));
}

/** Presses one of an approval's decisions, once they take a press. */
export async function decide(approval: Locator, name: string): Promise<void> {
  const button = approval.getByRole('button', { name, exact: true });
  await eventually(async () => {
    if (!(await button.isEnabled())) throw new Error(`"${name}" cannot be pressed.`);
  });
  await button.click();
}
