import AxeBuilder from '@axe-core/playwright';
import { existsSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Chat } from '../support/chat';
import { eventually } from '../support/eventually';
import { applyPatch, message, type ModelServer, modelTurn, startModelServer } from '../support/modelServer';
import { heardByModel } from '../support/realConversation';
import { useSession } from '../support/session';

const PATCH = '*** Begin Patch\n*** Add File: made.txt\n+made\n*** End Patch';
/** Ends the answers to “work” that are held. */
let release: () => void = () => undefined;

/** Makes a file, answers “work” when it is released, and repeats everything else. */
async function startModel(): Promise<ModelServer> {
  const server = await startModelServer();
  server.respond(async ({ userText, toolOutputs }) => {
    const [first = ''] = userText.split('\n');
    if (first === 'make a file' && toolOutputs.length === 0) return modelTurn(applyPatch(PATCH));
    if (first === 'work') await new Promise<void>((resolve) => (release = resolve));
    return modelTurn(message(`You said: ${first}`));
  });
  return server;
}

const session = useSession({ startModel, settings: { 'switchyard.mode': 'agent' } });

beforeEach(async () => {
  const { workbench } = session();
  await workbench.runCommand('View: Close All Editors');
  await workbench.openSwitchyard();
});

async function say(chat: Chat, words: string): Promise<void> {
  await chat.send(words);
  await chat.shows(`You said: ${words}`);
  await chat.hasStatus('Ready');
}

/** What axe has to say against the chat. */
async function violations(): Promise<unknown[]> {
  const axe = new AxeBuilder({ page: session().workbench.page });
  const found = await axe.include(['iframe.webview.ready', 'iframe#active-frame', 'body']).analyze();
  return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}

/** What the person says in the newest request of the model. */
function heard(): string[] {
  return heardByModel(session().model.requests.at(-1)?.body.input ?? []).filter(
    (text) => !text.startsWith('\n<editor'),
  );
}

describe('a side question', () => {
  test('is answered above the composer while a turn runs, survives hiding the panel, and leaves no trace', async () => {
    const chat = await session().newConversation();
    await say(chat, 'begin');
    await chat.send('work');
    await chat.hasStatus('Working');
    await chat.send('/side what is a fork?');
    const card = chat.frame.getByRole('region', { name: 'Side question' });
    await card.getByText('You said: what is a fork?').waitFor();
    await chat.hasStatus('Working');
    expect(await violations()).toEqual([]);
    await session().workbench.runCommand('View: Show Explorer');
    await session().workbench.openSwitchyard();
    const again = (await session().chat()).frame.getByRole('region', { name: 'Side question' });
    await again.getByText('You said: what is a fork?').waitFor();
    const shown = await session().chat();
    await shown.button('Dismiss side question').click();
    await again.waitFor({ state: 'hidden' });
    await shown.hasCursor();
    release();
    await shown.shows('You said: work');
    await say(shown, 'end');
    expect(heard()).toEqual(['begin', 'work', 'end']);
  });

  test('is kept as a conversation when it is wanted', async () => {
    const chat = await session().newConversation();
    await say(chat, 'topic');
    await chat.send('/btw and how?');
    await chat.button('Keep as conversation').click();
    const kept = await session().chat();
    await eventually(async () => expect(await kept.title.textContent()).toBe('topic (fork)'));
    await kept.shows('You said: and how?');
    await kept.hasStatus('Ready');
    expect(heard()).toEqual(['topic', 'and how?']);
  });
});

describe('an earlier message', () => {
  test('is edited with the keyboard and sent in place, and the draft comes back', async () => {
    const chat = await session().newConversation();
    await say(chat, 'one');
    await say(chat, 'two');
    await say(chat, 'three');
    await chat.composer.fill('half a thought');
    const { keyboard } = session().workbench.page;
    await chat.transcript
      .getByRole('article', { name: 'You: two' })
      .getByRole('button', { name: 'Edit message' })
      .focus();
    await keyboard.press('Enter');
    await eventually(async () => expect(await chat.composer.inputValue()).toBe('two'));
    await chat.hasCursor();
    await keyboard.press('Escape');
    await eventually(async () => expect(await chat.composer.inputValue()).toBe('half a thought'));
    await chat.transcript
      .getByRole('article', { name: 'You: two' })
      .getByRole('button', { name: 'Edit message' })
      .focus();
    await keyboard.press('Enter');
    await chat.frame.getByRole('group', { name: 'Editing an earlier message' }).waitFor();
    await eventually(async () => expect(await chat.composer.inputValue()).toBe('two'));
    await chat.composer.fill('two, better');
    await keyboard.press('Enter');
    await session().workbench.pickLabel('Conversation Only');
    await chat.shows('You said: two, better');
    await chat.hasStatus('Ready');
    expect(heard()).toEqual(['one', 'two, better']);
    expect(await chat.transcript.getByRole('article', { name: /^You/ }).allInnerTexts()).toEqual([
      'one',
      'two, better',
    ]);
    expect(await chat.composer.inputValue()).toBe('half a thought');
    await chat.composer.fill('');
  });

  test('is sent in place, and the files that came of it are taken back if the person wants', async () => {
    const chat = await session().newConversation();
    await say(chat, 'make a file');
    await eventually(() => expect(session().read('made.txt')).toBe('made\n'));
    await chat.button('Edit message').click();
    await eventually(async () => expect(await chat.composer.inputValue()).toBe('make a file'));
    expect(await violations()).toEqual([]);
    await chat.composer.fill('make nothing');
    await chat.button('Send in place').click();
    await session().workbench.pickLabel('Files and Conversation');
    await chat.shows('You said: make nothing');
    expect(existsSync(session().file('made.txt'))).toBe(false);
    expect(heard()).toEqual(['make nothing']);
  });

  test('is sent as a copy, and the original stays as it is', async () => {
    const chat = await session().newConversation();
    await say(chat, 'apple');
    await say(chat, 'pear');
    await chat.transcript
      .getByRole('article', { name: 'You: apple' })
      .getByRole('button', { name: 'Edit message' })
      .click();
    await eventually(async () => expect(await chat.composer.inputValue()).toBe('apple'));
    await chat.composer.fill('cherry');
    await chat.button('Send as a copy').click();
    const copy = await session().chat();
    await eventually(async () => expect(await copy.title.textContent()).toBe('apple (fork)'));
    await copy.shows('You said: cherry');
    expect(heard()).toEqual(['cherry']);
    expect(await copy.composer.inputValue()).toBe('');
  });
});
