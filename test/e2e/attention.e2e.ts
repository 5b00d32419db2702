import { existsSync } from 'node:fs';
import type { Locator } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { NamedEditor } from '../support/byName';
import type { Chat } from '../support/chat';
import { eventually } from '../support/eventually';
import { execCommand, message, type ModelAnswer, type ModelCall, modelTurn } from '../support/modelServer';
import { Gate } from '../support/pacing';
import { useSession } from '../support/session';

const session = useSession({ settings: { 'switchyard.notifications': 'whenUnfocused' } });
const OPEN_TOASTS = 'Notifications: Show Notifications';

let editor: NamedEditor;

beforeEach(async () => {
  const { workbench } = session();
  await workbench.runCommand('View: Close All Editors');
  await workbench.runCommand('Notifications: Clear All Notifications');
  await workbench.openSwitchyard();
  editor = new NamedEditor(workbench.page);
});

/** The notification about a conversation. */
function notification(title: string, what: string): Locator {
  return session().workbench.page.getByRole('dialog', { name: `“${title}” (workspace) ${what}` });
}

/** What the activity bar says of our view. */
async function activity(): Promise<string> {
  return (await editor.view('Switchyard').getAttribute('aria-label')) ?? '';
}

/**
 * Sends the title as a message of a new conversation, shows another one, and only then lets the model answer it.
 *
 * @returns the conversation that is shown.
 */
async function askAndLeave(title: string, answer: (call: ModelCall) => ModelAnswer): Promise<Chat> {
  const left = new Gate();
  session().model.respond(async (call) => {
    await left.opened;
    return answer(call);
  });
  const chat = await session().newConversation();
  await chat.send(title);
  await chat.hasStatus('Working');
  const other = await session().newConversation();
  left.open();
  return other;
}

/** Runs a command outside the sandbox, which Codex asks about, and then says what it printed. */
function running(command: string) {
  return ({ toolOutputs: [output] }: ModelCall): ModelAnswer =>
    modelTurn(output ? message(`It says: ${output.text}`) : execCommand(command, { escalated: true }));
}

describe('a conversation that nobody looks at', () => {
  test('and that needs the person says so in notification, tree, status bar and badge, and can be answered there', async () => {
    const other = await askAndLeave('Ring the bell', running('echo ding > bell.txt'));
    const needed = notification('Ring the bell', 'needs you: echo ding > bell.txt');
    await needed.waitFor();
    const buttons = needed.getByRole('button', { name: /^(Show|Allow once|Decline)$/ });
    expect(await buttons.allInnerTexts()).toEqual(['Show', 'Allow once', 'Decline']);
    await editor.row('Ring the bell, needs you').waitFor();
    await editor.button('1 conversation needs you').waitFor();
    await eventually(async () => expect(await activity()).toContain('1 waiting for you'));
    expect(await other.title.textContent()).toBe('New conversation');
    expect(existsSync(session().file('bell.txt'))).toBe(false);

    await needed.getByRole('button', { name: 'Allow once' }).click();
    await notification('Ring the bell', 'is done.').waitFor();
    expect(session().read('bell.txt')).toBe('ding\n');
    await editor.row('Ring the bell, new').waitFor();
    await editor.button(/need you|needs you/).waitFor({ state: 'hidden' });
    await eventually(async () => expect(await activity()).toContain('1 new'));

    await notification('Ring the bell', 'is done.').getByRole('button', { name: 'Show' }).click();
    const chat = await editor.chat('Ring the bell');
    await chat.shows(/^It says:/);
    await editor.row('Ring the bell').waitFor();
    await editor.row('Ring the bell, new').waitFor({ state: 'hidden' });
    await eventually(async () => expect(await activity()).not.toContain('new'));
  });

  test('is shown by the status bar when it waits, and what is answered in the chat is not answered again', async () => {
    await askAndLeave('Ring twice', running('echo dong > twice.txt'));
    const needed = notification('Ring twice', 'needs you');
    await needed.waitFor();
    await editor.button('1 conversation needs you').click();
    const chat = await editor.chat('Ring twice');
    await chat.approval.getByRole('button', { name: 'Decline', exact: true }).click();
    await chat.hasStatus('Ready');
    await editor.button('1 conversation needs you').waitFor({ state: 'hidden' });
    await eventually(async () => expect(await activity()).not.toContain('waiting'));

    // It may have gone by itself meanwhile.
    await session().workbench.runCommand(OPEN_TOASTS);
    await needed.getByRole('button', { name: 'Allow once' }).click();
    await session().workbench.page.getByRole('dialog', { name: 'This was answered already, or is over.' }).waitFor();
    expect(existsSync(session().file('twice.txt'))).toBe(false);
  });

  test('and that fails says why, and its failure can be shown', async () => {
    await askAndLeave('Fail please', () => ({ status: 500, body: { error: { message: 'Oh no' } } }));
    const failed = notification('Fail please', 'failed: The model service has trouble.');
    await failed.waitFor();
    await editor.row('Fail please, failed').waitFor();
    await eventually(async () => expect(await activity()).toContain('1 new'));
    await failed.getByRole('button', { name: 'Show' }).click();
    const chat = await editor.chat('Fail please');
    await chat.problem('The model service has trouble').waitFor();
    await eventually(async () => expect(await activity()).not.toContain('new'));
  });

  test('because its tab is behind another one is told of as well, and Show brings the tab to the front', async () => {
    const { workbench, model } = session();
    const left = new Gate();
    model.respond(async () => {
      await left.opened;
      return modelTurn(message('Here I am.'));
    });
    await (await session().newConversation('editor')).send('Behind');
    await editor.tab('Behind').waitFor();
    await workbench.openFile('README.md');
    left.open();
    await notification('Behind', 'is done.').getByRole('button', { name: 'Show' }).click();
    const chat = await editor.chat('Behind');
    await chat.shows('Here I am.');
    expect(await editor.tab('Behind').getAttribute('aria-selected')).toBe('true');
    await editor.row('Behind, new').waitFor({ state: 'hidden' });
  });
});

test('a conversation that the person looks at is not announced, whatever happens in it', async () => {
  const { workbench, model } = session();
  model.respond(running('echo quiet'));
  const chat = await session().newConversation();
  await chat.send('Quietly');
  await chat.approval.getByRole('button', { name: 'Allow once' }).click();
  await chat.shows(/^It says:/);
  await chat.hasStatus('Ready');
  await workbench.runCommand(OPEN_TOASTS);
  await workbench.page.getByText('No new notifications').first().waitFor();
  await editor.row('Quietly').waitFor();
  await eventually(async () => expect(await activity()).not.toMatch(/new|waiting/));
});
