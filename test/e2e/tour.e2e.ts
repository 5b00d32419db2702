import { expect, test } from 'vitest';
import { startDemoModel } from '../support/demoModel';
import { eventually } from '../support/eventually';
import { useSession } from '../support/session';

const FILE = 'src/offers.js';
const BUG = 'Math.round(quantity / size)';
const FIX = 'Math.floor(quantity / size)';

const session = useSession({ startModel: () => startDemoModel({ gapMs: 25 }) });

test('a message streams an answer, runs a command, and after "Allow once" changes the open file; one undo takes it back', async () => {
  const { workbench } = session();
  const original = session().read(FILE);
  await workbench.openFile(FILE);
  await workbench.openSwitchyard();
  const chat = await session().chat();
  await chat.frame.evaluate(watchGrowth);

  await chat.send('Find and fix the failing test');
  await chat.command('node --test-reporter=spec tests.js').first().waitFor();
  await chat.approval.waitFor();
  await chat.hasStatus('Waiting for approval');
  expect(await chat.frame.evaluate(() => Number(document.body.dataset.growth))).toBeGreaterThan(2);
  expect(session().read(FILE)).toBe(original);

  await chat.button('Allow once').click();
  await chat.hasStatus('Ready');
  await chat.shows(/Fixed: all \d+ tests pass/);
  expect(session().read(FILE)).toBe(original.replace(BUG, FIX));
  expect(await workbench.editorText(FILE)).toContain(FIX);

  await workbench.undo(FILE);
  await eventually(async () => expect(await workbench.editorText(FILE)).toContain(BUG));
  expect((await workbench.editorText(FILE)).trimEnd()).toBe(original.trimEnd());
  // Undo is the person's edit: it is not saved by itself.
  expect(session().read(FILE)).toContain(FIX);
});

test('the keyboard alone is enough: focus, write, send, reach "Allow once" and press it', async () => {
  const { workbench } = session();
  const { page } = workbench;
  session().write(FILE, session().read(FILE).replace(FIX, BUG));
  await workbench.runCommand('File: Revert File');
  const chat = await session().newConversation();
  await workbench.openFile(FILE);
  await workbench.runCommand('Switchyard: Focus Chat');
  await chat.hasCursor();
  await page.keyboard.type('Fix the bug');
  await page.keyboard.press('Enter');
  await chat.approval.waitFor();
  expect(await chat.focusedControl()).toBe('Message Codex');
  await eventually(async () => expect(await chat.button('Allow once').isEnabled()).toBe(true));
  await eventually(async () => {
    await page.keyboard.press('Shift+Tab');
    expect(await chat.focusedControl()).toBe('Allow once');
  });
  await page.keyboard.press('Enter');
  await chat.hasStatus('Ready');
  expect(session().read(FILE)).toContain(FIX);
});

test('nothing outside this machine was asked for', () => {
  expect(session().workbench.externalRequests).toEqual([]);
  expect(session().model.unexpected.filter((request) => request !== 'GET /v1/models')).toEqual([]);
});

/** Notes in the page the most steps in which one of Codex's messages was seen to grow while it was written. */
function watchGrowth(): void {
  const seen = new Map<Element, Set<number>>();
  new MutationObserver(() => {
    for (const article of document.querySelectorAll('article[aria-busy="true"]')) {
      const lengths = seen.get(article) ?? new Set();
      seen.set(article, lengths.add(article.textContent.length));
      const most = Math.max(...[...seen.values()].map(({ size }) => size));
      document.body.dataset.growth = String(most);
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}
