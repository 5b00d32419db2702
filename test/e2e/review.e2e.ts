import AxeBuilder from '@axe-core/playwright';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Chat } from '../support/chat';
import { eventually } from '../support/eventually';
import { replaceLines, script, startScriptedModel } from '../support/scriptedModel';
import { useSession } from '../support/session';

const session = useSession({ startModel: startScriptedModel, settings: { 'switchyard.mode': 'agent' } });

beforeEach(async () => {
  const { workbench } = session();
  await workbench.runCommand('View: Close All Editors');
  await workbench.runCommand('Notifications: Clear All Notifications');
  await workbench.openSwitchyard();
});

/** A new conversation whose changes wait for the person (Ask), or do not (Agent). */
async function conversationIn(mode: 'Ask' | 'Agent', surface: 'sidebar' | 'editor' = 'sidebar'): Promise<Chat> {
  const { workbench } = session();
  const chat = await session().newConversation(surface);
  if (mode === 'Ask') {
    await chat.button('Mode: Agent').click();
    await workbench.pickLabel('Ask');
    await chat.button('Mode: Ask').waitFor();
  }
  return chat;
}

/** Twenty lines: far enough from each other, changes of them are hunks of their own. */
function rows(changed: Readonly<Record<number, string>> = {}): string {
  return Array.from({ length: 20 }, (_, index) => `${changed[index + 1] ?? `row ${index + 1}`}\n`).join('');
}

/** One patch that makes what each of `patches` makes. */
function together(...patches: readonly string[]): string {
  const parts = patches.map((patch) => patch.split('\n').slice(1, -1).join('\n'));
  return `*** Begin Patch\n${parts.join('\n')}\n*** End Patch`;
}

/** Names and contents of all files of the workspace folder. */
function tree(): Record<string, string> {
  const names = readdirSync(session().profile.folder, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => statSync(session().file(name)).isFile());
  return Object.fromEntries(files.sort().map((name) => [name, readFileSync(session().file(name), 'latin1')]));
}

/** Lets the model do the patches, one after the other, and waits for the end of its turn. */
async function change(chat: Chat, ...patches: readonly string[]): Promise<void> {
  const turns = await chat.transcript.getByText('Done.', { exact: true }).count();
  await chat.send(script(...patches.map((patch) => ({ patch }))));
  await chat.transcript.getByText('Done.', { exact: true }).nth(turns).waitFor();
  await chat.hasStatus('Ready');
}

/** All that the model was sent with its last request. */
function lastSent(): string {
  return JSON.stringify(session().model.requests.at(-1)?.body.input);
}

async function keepAll(chat: Chat): Promise<void> {
  await chat.review.getByRole('button', { name: 'Keep all' }).click();
  await chat.review.waitFor({ state: 'hidden' });
}

describe('a change that waits for the person', () => {
  test('is written in the parts that were left ticked with the keyboard alone, and Codex is told', async () => {
    for (const name of ['first.txt', 'second.txt', 'third.txt']) session().write(name, rows());
    const chat = await conversationIn('Ask');
    const patch = together(
      replaceLines('first.txt', ['row 2', 'zwei'], ['row 10', 'zehn'], ['row 19', 'neunzehn']),
      replaceLines('second.txt', ['row 5', 'fünf']),
      replaceLines('third.txt', ['row 1', 'eins'], ['row 20', 'zwanzig']),
    );
    await chat.send(script({ patch }));
    await chat.approval.waitFor();
    const { keyboard } = session().workbench.page;
    await session().workbench.runCommand('Switchyard: Focus Chat');
    await chat.hasCursor();

    await chat.tabTo('Choose among the changes to first.txt', 'Shift+Tab');
    await keyboard.press('Enter');
    await chat.tabTo(/^Change 2 of 3/);
    await keyboard.press('Space');
    await chat.approval.getByText('5 of 6 changes will be written; Codex is told.').waitFor();
    expect(await chat.focusedControl()).toMatch(/^Change 2 of 3/);
    await chat.tabTo('second.txt');
    await keyboard.press('Space');
    await chat.approval.getByText('4 of 6 changes will be written; Codex is told.').waitFor();
    await chat.tabTo('Allow once');
    await keyboard.press('Enter');
    await chat.shows('Done.');
    await chat.hasStatus('Ready');
    expect(await chat.focusedControl()).toBe('Message Codex');

    expect(session().read('first.txt')).toBe(rows({ 2: 'zwei', 19: 'neunzehn' }));
    expect(session().read('second.txt')).toBe(rows());
    expect(session().read('third.txt')).toBe(rows({ 1: 'eins', 20: 'zwanzig' }));
    await chat.shows(/^Codex was told: The user reviewed your change before it was written/);
    expect(lastSent()).toContain('first.txt: 1 of 3 hunks rejected (2).');
    expect(lastSent()).toContain('second.txt: rejected, the file is as it was.');
    expect(lastSent()).not.toContain('third.txt:');
    await keepAll(chat);
  });

  test('is written as the person edited it in the right side of the diff, saved and unsaved', async () => {
    const { workbench } = session();
    session().write('edited.txt', rows());
    const chat = await conversationIn('Ask');
    await chat.send(script({ patch: replaceLines('edited.txt', ['row 2', 'zwei']) }));
    await chat.approval.waitFor();
    await chat.approval.getByRole('button', { name: 'Open diff' }).click();
    await eventually(async () => expect(await workbench.diffText('modified')).toContain('zwei'));

    await workbench.typeInDiff('saved by hand\n');
    await workbench.page.keyboard.press('ControlOrMeta+s');
    await chat.approval.getByText('edited by you').waitFor();
    await workbench.typeInDiff('typed by hand\n');
    expect(session().read('edited.txt')).toBe(rows());
    await chat.button('Allow once').click();
    await chat.shows('Done.');

    expect(session().read('edited.txt')).toBe(`typed by hand\nsaved by hand\n${rows({ 2: 'zwei' })}`);
    expect(lastSent()).toContain('edited.txt: the user edited the proposed text.');
    const tab = workbench.page.locator('.tab').filter({ hasText: 'edited.txt (proposed)' });
    await tab.waitFor({ state: 'hidden' });
    await keepAll(chat);
  });
});

describe('a change that was made', () => {
  test('is unreviewed in chat, editor and Source Control view until it is kept or undone, also after a reload', async () => {
    const { workbench } = session();
    session().write('made.txt', rows());
    await workbench.openFile('made.txt');
    await workbench.openSwitchyard();
    let chat = await conversationIn('Agent');
    await change(chat, replaceLines('made.txt', ['row 2', 'zwei'], ['row 12', 'zwölf']));
    const titles = (count: number) =>
      Array.from({ length: count }, (_, index) => ['Keep', 'Undo', `Change ${index + 1} of ${count}`]).flat();
    await chat.review.getByText('1 file with unreviewed changes').waitFor();
    await eventually(async () => expect(await workbench.lenses.allInnerTexts()).toEqual(titles(2)));
    await eventually(async () => expect(await workbench.changeMarks('made.txt').count()).toBe(2));

    await workbench.lenses.filter({ hasText: 'Undo' }).first().click();
    await eventually(() => expect(session().read('made.txt')).toBe(rows({ 12: 'zwölf' })));
    expect(await workbench.editorText('made.txt')).toContain('row 1\nrow 2\nrow 3');
    await eventually(async () => expect(await workbench.lenses.allInnerTexts()).toEqual(titles(1)));
    await eventually(async () => expect(await workbench.changeMarks('made.txt').count()).toBe(1));
    await workbench.lenses.filter({ hasText: 'Change 1 of 1' }).click();
    const peek = workbench.page.locator('.peekview-widget');
    for (const name of ['Keep Change', 'Undo Change']) await peek.getByText(name, { exact: true }).waitFor();
    await workbench.page.keyboard.press('Escape');
    await peek.waitFor({ state: 'hidden' });

    await workbench.reload();
    await workbench.openSwitchyard();
    chat = await session().chat();
    await chat.review.getByText('1 file with unreviewed changes').waitFor();
    await eventually(async () => expect(await workbench.lenses.allInnerTexts()).toEqual(titles(1)));
    await eventually(async () => expect(await workbench.changeMarks('made.txt').count()).toBe(1));
    await workbench.openView('Source Control');
    const row = workbench.page.locator('.scm-view .monaco-list-row').filter({ hasText: 'made.txt' });
    await row.waitFor();
    await workbench.page.locator('.scm-view .monaco-list-row').filter({ hasText: 'Unreviewed changes' }).waitFor();

    await workbench.openSwitchyard();
    chat = await session().chat();
    await keepAll(chat);
    await eventually(async () => expect(await workbench.lenses.count()).toBe(0));
    await eventually(async () => expect(await workbench.changeMarks('made.txt').count()).toBe(0));
    await workbench.openView('Source Control');
    await row.waitFor({ state: 'hidden' });
    expect(session().read('made.txt')).toBe(rows({ 12: 'zwölf' }));
  });

  test('is gone through with the keys for the next and the previous change', async () => {
    const { workbench } = session();
    const { keyboard } = workbench.page;
    for (const name of ['one.txt', 'two.txt']) session().write(name, rows());
    const chat = await conversationIn('Agent');
    const patch = replaceLines('one.txt', ['row 3', 'drei'], ['row 15', 'fünfzehn']);
    await change(chat, together(patch, replaceLines('two.txt', ['row 8', 'acht'])));
    await workbench.openFile('one.txt');
    expect(await workbench.cursor()).toEqual([1, 1]);

    const press = async (key: string, tab: string, line: number): Promise<void> => {
      await keyboard.press(key);
      await workbench.page.locator('.tab.active').filter({ hasText: tab }).waitFor();
      await eventually(async () => expect(await workbench.cursor()).toEqual([line, 1]));
    };
    await press('ControlOrMeta+F8', 'one.txt', 3);
    await press('ControlOrMeta+F8', 'one.txt', 15);
    await press('ControlOrMeta+F8', 'two.txt', 8);
    await press('ControlOrMeta+F8', 'one.txt', 3);
    await press('ControlOrMeta+Shift+F8', 'two.txt', 8);
    await press('ControlOrMeta+Shift+F8', 'one.txt', 15);
    await keepAll(chat);
  });
});

describe('going back', () => {
  test('"Undo turn" brings every file back as it was, and "Redo turn" what the turn made of them', async () => {
    session().write('turn.txt', rows());
    session().write('gone.txt', 'without a final line end');
    const before = tree();
    const chat = await conversationIn('Agent');
    const added = '*** Begin Patch\n*** Add File: new/added.txt\n+added\n*** Delete File: gone.txt\n*** End Patch';
    await change(chat, replaceLines('turn.txt', ['row 4', 'vier']), added);
    const after = tree();
    expect(after).not.toEqual(before);

    await chat.button('Undo turn').click();
    await chat.button('Redo turn').waitFor();
    expect(tree()).toEqual(before);
    await chat.review.waitFor({ state: 'hidden' });
    await chat.button('Redo turn').click();
    await chat.button('Undo turn').waitFor();
    expect(tree()).toEqual(after);
    await chat.review.getByText('3 files with unreviewed changes').waitFor();
    await chat.send('Hello');
    await chat.shows(/^Codex was told: The user took back the changes of an earlier turn/);
    await chat.shows(/^Codex was told: The user made the changes of an earlier turn again/);
    await keepAll(chat);
  });

  test('to before a message takes its files and its turn back, and Redo brings both again', async () => {
    const { workbench } = session();
    session().write('story.txt', rows());
    const chat = await conversationIn('Agent');
    await change(chat, replaceLines('story.txt', ['row 4', 'vier']));
    const between = tree();
    const second = replaceLines('story.txt', ['row 9', 'neun']);
    await change(chat, second);
    const after = tree();

    await chat.button('Restore checkpoint…').nth(1).click();
    await workbench.pickLabel('Files and Conversation');
    await eventually(async () => expect(await chat.composer.inputValue()).toBe(script({ patch: second })));
    expect(tree()).toEqual(between);
    await eventually(async () => expect(await chat.answers.count()).toBe(1));
    expect(await chat.button('Undo turn').count()).toBe(1);

    // It is not shown for long.
    await workbench.runCommand('Notifications: Show Notifications');
    await workbench.page.locator('.notifications-center').getByRole('button', { name: 'Redo' }).click();
    await eventually(() => expect(tree()).toEqual(after));
    await eventually(async () => expect(await chat.answers.count()).toBe(2));
    await eventually(async () => expect(await chat.button('Undo turn').count()).toBe(2));
    await keepAll(chat);
  });
});

test('two conversations that are about to change one file say so, and the one that waits can be let go on', async () => {
  session().write('shared.txt', rows());
  const asking = await conversationIn('Ask');
  await asking.send(script({ patch: replaceLines('shared.txt', ['row 4', 'vier']) }));
  await asking.approval.waitFor();
  const waiting = await conversationIn('Agent', 'editor');
  // The first message gives the title.
  await waiting.send('Hello');
  await waiting.answers.first().waitFor();
  await waiting.hasStatus('Ready');
  await waiting.send(script({ patch: replaceLines('shared.txt', ['row 15', 'fünfzehn']) }));
  await waiting.button('Continue now').waitFor();
  const [askingTitle, waitingTitle] = [await asking.title.textContent(), await waiting.title.textContent()];
  expect(waitingTitle).toBe('Hello');
  const said = async ({ contention }: Chat) => (await contention.locator('.contention-text').allInnerTexts()).join();
  expect(await said(waiting)).toBe(`Waiting: “${askingTitle}” is about to change shared.txt.`);
  const isWaitedFor = `“${waitingTitle}” waits for this conversation to finish with shared.txt.`;
  await eventually(async () => expect(await said(asking)).toBe(isWaitedFor));
  expect(session().read('shared.txt')).toBe(rows());

  await waiting.button('Continue now').click();
  await waiting.shows('Done.');
  expect(session().read('shared.txt')).toBe(rows({ 15: 'fünfzehn' }));
  await eventually(async () => expect(await said(asking)).toBe(''));
  await asking.button('Allow once').click();
  await asking.shows('Done.');
  expect(session().read('shared.txt')).toBe(rows({ 4: 'vier', 15: 'fünfzehn' }));
  await keepAll(asking);
});

describe('accessibility', () => {
  const THEMES = ['Dark Modern', 'Light Modern', 'Default High Contrast', 'Default High Contrast Light'];
  let chat: Chat;

  test('a partial approval and the unreviewed changes can be unfolded beside each other', async () => {
    for (const name of ['axe.txt', 'asked.txt', 'other.txt']) session().write(name, rows());
    chat = await conversationIn('Agent');
    await change(chat, replaceLines('axe.txt', ['row 4', 'vier']));
    await chat.button('Mode: Agent').click();
    await session().workbench.pickLabel('Ask');
    await chat.button('Mode: Ask').waitFor();
    const patch = replaceLines('asked.txt', ['row 2', 'zwei'], ['row 15', 'fünfzehn']);
    await chat.send(script({ patch: together(patch, replaceLines('other.txt', ['row 1', 'eins'])) }));
    await chat.approval.waitFor();
    await chat.approval.getByRole('button', { name: 'Choose changes' }).first().click();
    await chat.approval.getByRole('checkbox', { name: 'Change 1 of 2' }).click();
    await chat.approval.getByRole('checkbox', { name: 'other.txt' }).click();
    await chat.approval.getByText('1 of 3 changes will be written; Codex is told.').waitFor();
    await chat.review.getByRole('button', { name: 'Changed files' }).click();
    await chat.review.getByRole('list', { name: 'Files with unreviewed changes' }).waitFor();
  });

  test.each(THEMES)('axe finds nothing in them, in %s', async (theme) => {
    const { page } = session().workbench;
    session().write('.vscode/settings.json', JSON.stringify({ 'workbench.colorTheme': theme }));
    await eventually(async () => {
      expect(await chat.frame.evaluate(() => document.body.dataset.vscodeThemeId)).toBe(theme);
    });
    const axe = new AxeBuilder({ page }).include(['iframe.webview.ready', 'iframe#active-frame', 'body']);
    const { violations } = await axe.analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    expect(await chat.approval.getByRole('checkbox', { name: 'Change 1 of 2' }).isVisible()).toBe(true);
  });
});
