import type { Frame } from 'playwright-core';
import { expect, test } from 'vitest';
import { Chat } from '../support/chat';
import { eventually } from '../support/eventually';
import { message, modelTurn } from '../support/modelServer';
import { useSession } from '../support/session';
import type { Surface } from '../support/workbench';

const session = useSession({ isolateWebviews: true });

/** A conversation that is scrolled up, with a draft. */
async function prepare(chat: Chat, draft: string): Promise<void> {
  const lines = Array.from({ length: 80 }, (_, index) => `Line ${index}`);
  session().model.respond(() => modelTurn(message(lines.join('\n\n'))));
  await chat.send('Count');
  await chat.shows('Line 79');
  await chat.hasStatus('Ready');
  await chat.transcript.hover();
  const saved = chat.frame.getByRole('button', { name: 'Jump to latest' });
  await session().workbench.page.mouse.wheel(0, -900);
  await saved.waitFor();
  await chat.composer.pressSequentially(draft, { delay: 30 });
}

/** The lines in sight. */
async function linesInSight({ transcript }: Chat): Promise<readonly string[]> {
  return transcript.evaluate((log) => {
    const { top, bottom } = log.getBoundingClientRect();
    return [...log.querySelectorAll('p')]
      .filter((line) => line.getBoundingClientRect().top >= top && line.getBoundingClientRect().bottom <= bottom)
      .map((line) => line.textContent);
  });
}

/** The page that stands where `before` stood, with what was written there. */
async function revived(surface: Surface, before: Frame, draft: string): Promise<Chat> {
  const isNew = async (frame: Frame): Promise<boolean> =>
    frame !== before && (await new Chat(frame).composer.inputValue({ timeout: 1_000 })) === draft;
  return new Chat(await session().workbench.chatFrame(surface, isNew, 90_000));
}

test.each([
  ['sidebar', 'Switchyard: New Conversation'],
  ['editor', 'Switchyard: New Conversation in Editor'],
] as const)('a page that dies (%s) comes back with draft, conversation and scroll place', async (surface, command) => {
  const { workbench } = session();
  await workbench.runCommand(command);
  const chat = await session().chat(surface);
  await chat.hasCursor();
  const draft = `Not sent yet, ${surface}`;
  await prepare(chat, draft);
  const before = await linesInSight(chat);
  expect(before.length).toBeGreaterThan(3);
  // The last letters were typed a frame ago.
  await chat.composer.press('End');
  await chat.composer.press('!');
  await chat.frame.evaluate(() => {
    requestAnimationFrame(() => setTimeout(() => (location.href = 'about:blank'), 20));
  });
  const again = await revived(surface, chat.frame, `${draft}!`);
  await eventually(async () => expect(await linesInSight(again)).toEqual(before));
  expect(await again.title.textContent()).toBe('Count');
  await again.hasStatus('Ready');
  await again.composer.press('Enter');
  await again.frame
    .getByRole('article', { name: /^You/ })
    .filter({ hasText: `${draft}!` })
    .waitFor();
});

test('a page that shows nothing any more is loaded anew', async () => {
  const chat = await session().newConversation();
  await chat.composer.fill('Kept');
  await chat.frame.evaluate(() => document.getElementById('app')?.replaceChildren());
  const again = await revived('sidebar', chat.frame, 'Kept');
  expect(await again.title.textContent()).toBe('New conversation');
});

test('pages that hang are loaded anew, with their drafts', async () => {
  const hanging: [Surface, Frame][] = [];
  for (const surface of ['sidebar', 'editor'] as const) {
    const chat = await session().newConversation(surface);
    await chat.composer.fill(`Kept, ${surface}`);
    hanging.push([surface, chat.frame]);
  }
  for (const [, frame] of hanging) {
    await frame.evaluate(() => {
      const hang = (): void => {
        for (;;);
      };
      // What was written is told to the host within a frame.
      requestAnimationFrame(() => setTimeout(hang, 200));
    });
  }
  for (const [surface, frame] of hanging) await revived(surface, frame, `Kept, ${surface}`);
});

test('the secondary side bar has a chat of its own, and Focus Chat goes to the one that was used last', async () => {
  const { workbench } = session();
  const first = await session().newConversation();
  await first.composer.fill('In the first');
  await workbench.runCommand('Switchyard: Focus on Second Chat View');
  const second = await session().chat('secondary');
  await second.composer.fill('In the second');
  expect(await first.composer.inputValue()).toBe('In the first');
  session().model.respond(() => modelTurn(message('Beside it.')));
  await second.hasCursor();
  await second.composer.press('Enter');
  await second.shows('Beside it.');
  await workbench.openFile('README.md');
  await workbench.runCommand('Switchyard: Focus Chat');
  await second.hasCursor();
  await first.composer.focus();
  await first.hasCursor();
  await workbench.openFile('README.md');
  await workbench.runCommand('Switchyard: Focus Chat');
  await first.hasCursor();
});
