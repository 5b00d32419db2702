import { afterAll, describe, expect, test } from 'vitest';
import type { Chat } from '../support/chat';
import { nativeCodexPath } from '../support/codexHome';
import { ScriptedCodex } from '../support/codexWrappers';
import { eventually } from '../support/eventually';
import { applyPatch, message, modelTurn } from '../support/modelServer';
import { useSession } from '../support/session';

const codex = new ScriptedCodex();
const session = useSession({ codexPath: codex.path });
afterAll(() => codex.dispose());

/** Sends a message that a server which does not start refuses. */
async function sendInVain(title: string): Promise<Chat> {
  session().model.respond(({ userText }) => modelTurn(message(`You said: ${userText}`)));
  const chat = await session().newConversation();
  await chat.send('hello');
  await chat.problem(title).waitFor();
  await chat.hasStatus(`Failed: ${title}`);
  return chat;
}

/** The buttons of the modal dialog that the editor shows. */
function dialogButton(name: string) {
  return session().workbench.page.locator('.monaco-dialog-box').getByRole('button', { name, exact: true });
}

describe('a codex that does not start', () => {
  test('because there is none: the chat says so and offers to install one, after asking, or to choose one', async () => {
    codex.remove();
    const chat = await sendInVain('Codex was not found');
    const problem = chat.problem('Codex was not found');
    expect(await problem.innerText()).toContain(codex.path);
    await problem.getByRole('button', { name: 'Choose Codex…' }).waitFor();
    await problem.getByRole('button', { name: 'Install Codex' }).click();
    await dialogButton('Install').waitFor();
    await dialogButton('Cancel').click();
    await dialogButton('Cancel').waitFor({ state: 'hidden' });
    await problem.waitFor();
  });

  test('because it is too old: the chat names its version and the one that is needed', async () => {
    codex.becomeVersion('0.10.0');
    const chat = await sendInVain('Codex is too old');
    const text = await chat.problem('Codex is too old').innerText();
    expect(text).toContain('0.10.0');
    expect(text).toContain('Switchyard needs 0.169.0 or newer');
  });

  test('because it dies: its last words are shown, and Restart sends the message once it is repaired', async () => {
    codex.becomeDying(['config.toml: line 7: what is this?', 'giving up']);
    const chat = await sendInVain('Codex stopped');
    const problem = chat.problem('Codex stopped');
    expect(await problem.innerText()).toContain('config.toml: line 7: what is this?\ngiving up');

    codex.becomeReal();
    await problem.getByRole('button', { name: 'Restart' }).click();
    await chat.shows('You said: hello');
    await chat.hasStatus('Ready');
    expect(await problem.count()).toBe(0);
  });
});

test('an empty conversation tells of a codex that died too, and its Restart works', async () => {
  codex.becomeDying(['no luck']);
  await session().workbench.runCommand('Switchyard: Restart Codex Server');
  const chat = await session().newConversation();
  await chat.problem('Codex stopped').getByText('no luck').waitFor();
  codex.becomeReal();
  await chat.problem('Codex stopped').getByRole('button', { name: 'Restart' }).click();
  await chat.problem('Codex stopped').waitFor({ state: 'hidden' });
  await chat.send('hello again');
  await chat.shows('You said: hello again');
});

test('lines of codex that are no messages are logged and skipped, and the conversation goes on', async () => {
  codex.becomeBabbling();
  await session().workbench.runCommand('Switchyard: Restart Codex Server');
  const chat = await session().newConversation();
  await chat.send('hello');
  await chat.shows('You said: hello');
  await chat.hasStatus('Ready');
  await chat.send('still there?');
  await chat.shows('You said: still there?');
  await eventually(() => expect(session().extensionLogs().join('\n')).toContain('panicked at src/main.rs'));
});

test('a codex that refuses the editor as environment writes the file itself, after the unsaved text was saved', async () => {
  const { workbench } = session();
  codex.becomeRefusing('environment/add');
  await workbench.runCommand('Switchyard: Restart Codex Server');
  session().write('plain.txt', 'one\ntwo\n');
  await workbench.openFile('plain.txt');
  await workbench.typeInEditor('typed by hand\n', 'plain.txt');
  const patch = '*** Begin Patch\n*** Update File: plain.txt\n@@\n one\n-two\n+zwei\n*** End Patch';
  session().model.respond(({ toolOutputs: [output] }) =>
    modelTurn(output ? message(`The tool said: ${output.text}`) : applyPatch(patch)),
  );
  const chat = await session().newConversation();
  await chat.send('Translate the second number');
  await chat.approval.waitFor();
  await chat.button('Allow once').click();
  await dialogButton('Save and Continue').click();
  await chat.shows(/The tool said: .*Success/s);
  await chat.hasStatus('Ready');
  const merged = 'typed by hand\none\nzwei\n';
  expect(session().read('plain.txt')).toBe(merged);
  await eventually(async () => expect(await workbench.editorText('plain.txt')).toBe(merged));
});

test('a codex that the person chooses is started at once, and gets the message', async () => {
  codex.remove();
  await session().workbench.runCommand('Switchyard: Restart Codex Server');
  const chat = await sendInVain('Codex was not found');
  await chat.problem('Codex was not found').getByRole('button', { name: 'Choose Codex…' }).click();
  const { page } = session().workbench;
  const input = session().workbench.quickInput;
  // What is written before the dialog shows its first folder would be added to that.
  await eventually(async () => expect(await input.inputValue()).toBe(`${session().profile.folder}/`));
  await input.fill(nativeCodexPath());
  await page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
  await chat.shows('You said: hello');
});
