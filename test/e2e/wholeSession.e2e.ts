import { expect, test } from 'vitest';
import { NamedEditor } from '../support/byName';
import { eventually } from '../support/eventually';
import { applyPatch, message, type ModelCall, modelTurn } from '../support/modelServer';
import { PacedMessage } from '../support/pacing';
import { replaceLines } from '../support/scriptedModel';
import { useSession } from '../support/session';

const session = useSession();
const STORY = 'docs/story.txt';

/** Twenty lines: far enough from each other, changes of them are hunks of their own. */
function rows(changed: Readonly<Record<number, string>> = {}): string {
  return Array.from({ length: 20 }, (_, index) => `${changed[index + 1] ?? `row ${index + 1}`}\n`).join('');
}

/** A model that translates two rows of the story when it is asked to, and tells the long tale when it is asked for that. */
function beModel(tale: PacedMessage): void {
  const patch = replaceLines(STORY, ['row 3', 'drei'], ['row 15', 'fünfzehn']);
  session().model.respond(({ userText, toolOutputs: [output] }: ModelCall) => {
    if (userText.startsWith('Tell')) return modelTurn(tale.steps);
    if (!userText.startsWith('Translate')) return modelTurn(message(`You said: ${userText}`));
    return modelTurn(output ? message('Both rows are translated.') : applyPatch(patch));
  });
}

/** Notes in every page whether a pointer was used there. */
async function watchPointers(): Promise<() => Promise<boolean>> {
  const watch = (): void => {
    for (const type of ['pointerdown', 'mousedown', 'touchstart', 'wheel']) {
      window.addEventListener(type, () => (document.documentElement.dataset.pointer = type), true);
    }
  };
  const { page } = session().workbench;
  await page.addInitScript(watch);
  for (const frame of page.frames()) await frame.evaluate(watch);
  return async () => {
    const used = page.frames().map((frame) => frame.evaluate(() => document.documentElement.dataset.pointer));
    return (await Promise.all(used)).some((type) => type !== undefined);
  };
}

test('a whole session is done with the keyboard alone: ask, mention, approve, review, undo, switch, queue and stop', async () => {
  const { page } = session().workbench;
  const { keyboard } = page;
  const tale = new PacedMessage(['Once', 'upon', 'a', 'time']);
  beModel(tale);
  session().write(STORY, rows());
  const wasPointed = await watchPointers();
  // The keys of the extension are known as soon as its view is.
  await new NamedEditor(page).view('Switchyard').waitFor();
  await keyboard.press('ControlOrMeta+Alt+n');
  const chat = await session().chat();
  await chat.hasCursor();

  // Files are found by Codex: what is asked before it runs is not answered.
  await chat.button(/^Model: gpt/).waitFor();
  await keyboard.type('Translate two rows of @story');
  await chat.frame.getByRole('option', { name: 'story.txt docs' }).waitFor();
  await keyboard.press('Enter');
  await eventually(async () => expect(await chat.composer.inputValue()).toMatch(/@docs\/story\.txt $/));
  await keyboard.type('now');
  await keyboard.press('Enter');
  await chat.approval.waitFor();
  expect(await chat.focusedControl()).toBe('Message Codex');
  await eventually(async () => expect(await chat.button('Allow once').isEnabled()).toBe(true));
  await chat.tabTo('Allow once', 'Shift+Tab');
  await keyboard.press('Enter');
  await chat.shows('Both rows are translated.');
  await chat.hasStatus('Ready');
  expect(session().read(STORY)).toBe(rows({ 3: 'drei', 15: 'fünfzehn' }));

  await chat.review.waitFor();
  await keyboard.press('ControlOrMeta+F8');
  const cursorIsIn = (line: number) =>
    eventually(async () => expect((await session().workbench.cursor())[0]).toBe(line));
  await cursorIsIn(3);
  await keyboard.press('ControlOrMeta+F9');
  await chat.review.getByText('+1 −1').waitFor();
  await keyboard.press('ControlOrMeta+F8');
  await cursorIsIn(15);
  await keyboard.press('ControlOrMeta+Shift+F9');
  await eventually(() => expect(session().read(STORY)).toBe(rows({ 3: 'drei' })));
  await chat.review.waitFor({ state: 'hidden' });

  await keyboard.press('ControlOrMeta+Alt+c');
  await chat.hasCursor();
  await chat.tabTo(/^Take back what this turn changed/, 'Shift+Tab');
  await keyboard.press('Enter');
  await eventually(() => expect(session().read(STORY)).toBe(rows()));

  await keyboard.press('ControlOrMeta+Alt+n');
  await chat.frame.getByRole('heading', { level: 1, name: 'New conversation' }).waitFor();
  await chat.hasCursor();
  await keyboard.type('Tell a long tale');
  await keyboard.press('Enter');
  await chat.shows(tale.say());
  await keyboard.type('Then a short one');
  await keyboard.press('Enter');
  await chat.queue.getByText('Then a short one').waitFor();

  /** Finds a conversation by its first words among those that the history lists, of which `other` is one. */
  const switchTo = async (title: string, other: string): Promise<void> => {
    await chat.tabTo('History', 'Shift+Tab');
    await keyboard.press('Enter');
    const editor = new NamedEditor(page);
    await editor.choice(other).waitFor();
    await keyboard.type(title);
    await editor.choice(other).waitFor({ state: 'hidden' });
    await editor.choice(title).waitFor();
    await keyboard.press('Enter');
  };
  await switchTo('Translate two', 'Tell a long');
  await chat.shows('Both rows are translated.');
  await chat.hasCursor();
  tale.say();
  await switchTo('Tell a long', 'Translate two');
  await chat.shows('Once upon');
  await chat.hasStatus('Working');
  await chat.hasCursor();
  await keyboard.press('ControlOrMeta+Alt+Backspace');
  await chat.hasStatus('Stopped');

  expect(await chat.queue.getByRole('listitem').count()).toBe(1);
  await chat.tabTo('Send now', 'Shift+Tab');
  await keyboard.press('Enter');
  await chat.shows('You said: Then a short one');
  await chat.hasStatus('Ready');
  expect(await chat.answerText()).not.toContain('time');
  expect(await wasPointed()).toBe(false);
});

test('a whole session is done by accessible names alone: ask, mention, approve, review, undo, switch, queue and stop', async () => {
  const { page } = session().workbench;
  const editor = new NamedEditor(page);
  const tale = new PacedMessage(['There', 'was', 'a', 'king']);
  beModel(tale);
  session().write(STORY, rows());
  if ((await editor.view('Switchyard').getAttribute('aria-expanded')) !== 'true')
    await editor.view('Switchyard').click();
  let chat = await editor.chat();
  await chat.button('New conversation').click();
  chat = await editor.chat('New conversation');
  await chat.hasCursor();
  await chat.composer.pressSequentially('Translate also @story');
  await chat.frame.getByRole('option', { name: 'story.txt docs' }).click();
  await chat.button('Send').click();
  const approval = chat.frame.getByRole('group', { name: `Approval: Change 1 file? ${STORY}` });
  await approval.getByRole('button', { name: 'Allow once' }).click();
  await chat.answers.filter({ hasText: 'Both rows are translated.' }).waitFor();
  await chat.hasStatus('Ready');
  expect(session().read(STORY)).toBe(rows({ 3: 'drei', 15: 'fünfzehn' }));

  await chat.review.getByRole('button', { name: 'Changed files' }).click();
  const files = chat.review.getByRole('list', { name: 'Files with unreviewed changes' });
  await files.getByRole('button', { name: STORY, exact: true }).click();
  await editor.tab('story.txt \\(unreviewed').waitFor();
  await chat.review.getByRole('button', { name: 'Keep all' }).click();
  await chat.review.waitFor({ state: 'hidden' });
  await chat.button('Undo turn').click();
  await eventually(() => expect(session().read(STORY)).toBe(rows()));
  await chat.button('Redo turn').click();
  await eventually(() => expect(session().read(STORY)).toBe(rows({ 3: 'drei', 15: 'fünfzehn' })));
  await chat.button('Undo turn').click();
  await eventually(() => expect(session().read(STORY)).toBe(rows()));

  await chat.button('Mode: Ask').click();
  await editor.choice('Agent').click();
  await chat.button('Mode: Agent').waitFor();
  await chat.button('New conversation').click();
  chat = await editor.chat('New conversation');
  await chat.composer.fill('Tell of a king');
  await chat.button('Send').click();
  await chat.answers.filter({ hasText: tale.say() }).waitFor();
  await chat.composer.fill('And of a queen');
  await chat.button('Send').click();
  const queued = chat.queue.getByRole('listitem').filter({ hasText: 'And of a queen' });
  await queued.getByRole('button', { name: 'Edit' }).click();
  await eventually(async () => expect(await chat.composer.inputValue()).toBe('And of a queen'));
  await queued.waitFor({ state: 'hidden' });

  await chat.button('History').click();
  await editor.choice('Translate also').click();
  const other = await editor.chat('Translate also @docs/story.txt');
  await other.answers.filter({ hasText: 'Both rows are translated.' }).waitFor();
  await editor.row('Tell of a king, working').click();
  chat = await editor.chat('Tell of a king');
  expect(await chat.composer.inputValue()).toBe('And of a queen');
  await chat.button('Stop').click();
  await chat.hasStatus('Stopped');
  await chat.button('Open in editor').click();
  await editor.tab('Tell of a king').waitFor();
  tale.finish();
});
