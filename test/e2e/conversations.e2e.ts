import AxeBuilder from '@axe-core/playwright';
import { describe, expect, test } from 'vitest';
import type { Chat } from '../support/chat';
import { eventually } from '../support/eventually';
import { applyPatch, message, type ModelCall, modelTurn } from '../support/modelServer';
import { PacedMessage } from '../support/pacing';
import { useSession } from '../support/session';

const session = useSession();

/** Distinct words, so that a word in the wrong place is seen. */
function wordsOf(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${name}${index + 1}`);
}

/** Answers with the message whose name the person's words hold. */
function answerByName(messages: Readonly<Record<string, PacedMessage>>): void {
  session().model.respond(({ userText }: ModelCall) => {
    const [, paced] = Object.entries(messages).find(([name]) => userText.includes(name)) ?? [];
    return modelTurn(paced?.steps ?? message(`No script for: ${userText}`));
  });
}

describe('two conversations', () => {
  test('stream at once without a word in the wrong one, and Stop ends only its own', async () => {
    const [apple, berry] = [new PacedMessage(wordsOf('apple', 14)), new PacedMessage(wordsOf('berry', 14))];
    answerByName({ apple, berry });
    const sidebar = await session().newConversation();
    const tab = await session().newConversation('editor');
    await sidebar.send('apple please');
    await tab.send('berry please');

    // Each word is let go only after the other conversation has shown its last one.
    for (let round = 0; round < 10; round++) {
      await sidebar.shows(new RegExp(`\\b${apple.say()}\\b`));
      await tab.shows(new RegExp(`\\b${berry.say()}\\b`));
    }
    await sidebar.button('Stop').click();
    await sidebar.hasStatus('Stopped');
    await tab.hasStatus('Working');
    apple.finish();
    berry.finish();
    await tab.hasStatus('Ready');

    expect((await sidebar.answerText()).trim()).toBe(apple.words.slice(0, 10).join(' '));
    expect((await tab.answerText()).trim()).toBe(berry.words.join(' '));
    await session().workbench.runCommand('View: Close All Editors');
  });
});

describe('what the person closes', () => {
  test('the side bar comes back in the middle of a turn with the same transcript and the draft', async () => {
    const story = new PacedMessage(wordsOf('word', 6));
    answerByName({ story });
    const before = await session().newConversation();
    await before.send('A story');
    story.say();
    await before.shows(story.say());
    await before.composer.fill('not sent yet');

    await session().workbench.runCommand('View: Show Explorer');
    story.say();
    await session().workbench.openSwitchyard();
    const after = await session().chat();
    await after.shows('word1 word2 word3');
    await after.hasStatus('Working');
    expect(await after.composer.inputValue()).toBe('not sent yet');
    story.finish();
    await after.shows('word6');
    await after.hasStatus('Ready');
    expect((await after.answerText()).trim()).toBe(story.words.join(' '));
  });

  test('a tab comes back after a reload of the window with its turns and its draft, whatever the side bar shows', async () => {
    session().model.respond(({ userText }) => modelTurn(message(`You said: ${userText}`)));
    const tab = await session().newConversation('editor');
    await tab.send('first words');
    await tab.shows('You said: first words');
    await tab.hasStatus('Ready');
    await tab.send('second words');
    await tab.shows('You said: second words');
    await tab.hasStatus('Ready');
    await tab.composer.fill('a draft');

    await session().workbench.runCommand('View: Show Explorer');
    await session().workbench.reload();
    const restored = await session().chat('editor');
    await restored.shows('You said: second words');
    await restored.hasStatus('Ready');
    expect(await restored.answers.allInnerTexts()).toEqual(['You said: first words', 'You said: second words']);
    expect(await restored.title.textContent()).toBe('first words');
    expect(await restored.composer.inputValue()).toBe('a draft');
    await restored.send('third words');
    await restored.shows('You said: third words');
    await session().workbench.runCommand('View: Close All Editors');
  });
});

test('a message that is sent while a turn runs waits in the queue, and runs after it', async () => {
  const [first, later] = [new PacedMessage(['first', 'answer']), new PacedMessage(['later', 'answer'])];
  answerByName({ one: first, three: later });
  await session().workbench.openSwitchyard();
  const chat = await session().newConversation();
  await chat.send('one');
  await chat.shows(first.say());
  await chat.send('two');
  await chat.send('three');
  await chat.queue.getByRole('listitem').nth(1).waitFor();
  const names = await chat.queue.getByRole('listitem').first().getByRole('button').allTextContents();
  expect(names).toHaveLength(3);
  for (const name of ['Edit', 'Send now']) await chat.queue.getByRole('button', { name }).first().waitFor();
  await chat.queue.getByRole('listitem').first().getByRole('button', { name: 'Remove' }).click();
  await eventually(async () => expect(await chat.queue.getByRole('listitem').allInnerTexts()).toEqual(['three']));

  first.finish();
  later.finish();
  await chat.shows('later answer');
  await chat.hasStatus('Ready');
  expect(await chat.queue.count()).toBe(0);
  expect(await chat.answers.allInnerTexts()).toEqual(['first answer', 'later answer']);
});

describe('accessibility', () => {
  const THEMES = ['Dark Modern', 'Light Modern', 'Default High Contrast', 'Default High Contrast Light'];

  test.each(THEMES)('axe finds nothing in a chat that waits for an approval, in %s', async (theme) => {
    const patch = '*** Begin Patch\n*** Update File: README.md\n@@\n-# Corner shop\n+# Shop\n*** End Patch';
    session().model.respond(() => modelTurn(message('I **change** `README.md`:\n\n- one\n- two'), applyPatch(patch)));
    const { page } = session().workbench;
    session().write('.vscode/settings.json', JSON.stringify({ 'workbench.colorTheme': theme }));
    const chat = await session().newConversation();
    await eventually(async () => expect(await themeOf(chat)).toBe(theme));
    await chat.send('Change the title');
    await chat.approval.waitFor();
    await eventually(async () => expect(await chat.button('Allow once').isEnabled()).toBe(true));

    const axe = new AxeBuilder({ page }).include(['iframe.webview.ready', 'iframe#active-frame', 'body']);
    const { violations } = await axe.analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    await chat.button('Stop').click();
    await chat.hasStatus('Stopped');
  });
});

async function themeOf({ frame }: Chat): Promise<string | undefined> {
  return frame.evaluate(() => document.body.dataset.vscodeThemeId);
}
