import { beforeAll, expect, test } from 'vitest';
import { NamedEditor } from '../support/byName';
import type { Chat } from '../support/chat';
import { eventually } from '../support/eventually';
import { applyPatch, message, type ModelCall, modelTurn, type Step } from '../support/modelServer';
import { Gate, PacedMessage } from '../support/pacing';
import { useSession } from '../support/session';

const session = useSession();
const COUNT = 12;
const WORDS = 240;
const GAP_MS = 20;
const NAMES = Array.from({ length: COUNT }, (_, index) => `Track ${String(index + 1).padStart(2, '0')}`);
/** In the side bar; the others have tabs, half of them in a group of their own. */
const SIDEBAR = NAMES[0]!;
const FIRST_BESIDE = NAMES[7]!;
const PATCH = '*** Begin Patch\n*** Add File: waited.txt\n+written after all\n*** End Patch';

let editor: NamedEditor;

beforeAll(() => {
  editor = new NamedEditor(session().workbench.page);
});

/** Distinct words, so that a word in the wrong place is seen. */
function wordsOf(name: string): string[] {
  return Array.from({ length: WORDS }, (_, index) => `${name.replace(/\D+/, 't')}w${index + 1}`);
}

/** A long message that begins when all may, and does not end before `end`. */
function track(name: string, all: Gate, end: Gate): readonly Step[] {
  const words = wordsOf(name);
  const chunks = words.map((word, index) => (index === 0 ? word : ` ${word}`));
  const [opening, ...steps] = message(words.join(' '), { chunks, gapMs: GAP_MS });
  const last = steps.findLastIndex(({ type }) => type === 'response.output_text.delta');
  const waits = (gate: Gate): Step => ({ type: 'wait', until: gate.opened });
  return [...(opening ? [opening] : []), waits(all), ...steps.toSpliced(last, 0, waits(end))];
}

/** Brings the tab of a conversation to the front. */
async function show(name: string): Promise<Chat> {
  if (name !== SIDEBAR) await editor.tab(name).click();
  return editor.chat(name);
}

/** The names of the tabs, per group of the editor area. */
async function tabGroups(): Promise<string[][]> {
  const lists = await session().workbench.page.getByRole('main').getByRole('tablist').all();
  return Promise.all(lists.map(async (list) => (await list.getByRole('tab').allInnerTexts()).map((tab) => tab.trim())));
}

test('twelve conversations stream at once, each its own words, while the person types and loses no key', async () => {
  const { workbench, model } = session();
  const [all, end] = [new Gate(), new Gate()];
  model.respond(({ userText }: ModelCall) => modelTurn(track(userText, all, end)));
  for (const name of NAMES) {
    const chat = await session().newConversation(name === SIDEBAR ? 'sidebar' : 'editor');
    await chat.send(name);
    await editor.chat(name);
    if (name === FIRST_BESIDE) await workbench.runCommand('View: Move Editor into Right Group');
  }
  await eventually(() => expect(model.requests).toHaveLength(COUNT));

  all.open();
  const chat = await editor.chat(NAMES[11]);
  await chat.shows(wordsOf(NAMES[11]!)[0]!);
  const typed = 'The quick brown fox jumps over the lazy dog, 0123456789 times. '.repeat(3);
  await chat.composer.focus();
  await workbench.page.keyboard.type(typed, { delay: 5 });
  expect(await chat.composer.inputValue()).toBe(typed);
  await chat.hasStatus('Working');
  end.open();
  await chat.composer.fill('');

  for (const name of NAMES) {
    const shown = await show(name);
    await shown.hasStatus('Ready');
    expect(await shown.answers.allInnerTexts()).toEqual([wordsOf(name).join(' ')]);
  }
});

test('a reload in the middle of all this brings back tabs, words, drafts, queue, questions, unread marks and places', async () => {
  const { workbench, model } = session();
  const [cut, queued, unread] = [
    new PacedMessage(['cut', 'off', 'here']),
    new PacedMessage(['half', 'said']),
    new Gate(),
  ];
  model.respond(async ({ userText, toolOutputs: [output] }: ModelCall) => {
    if (userText === 'Talk') return modelTurn(cut.steps);
    if (userText === 'Talk too') return modelTurn(queued.steps);
    if (userText === 'Ask me') return modelTurn(output ? message('Written.') : applyPatch(PATCH));
    if (userText === 'Later') await unread.opened;
    return modelTurn(message(`You said: ${userText}`));
  });
  const [, queueing, asking, finishing, drafting] = NAMES as [string, string, string, string, string];
  const scrolled = NAMES[8]!;

  const talk = await show(SIDEBAR);
  await talk.send('Talk');
  cut.say();
  await talk.shows(`${cut.words[0]!} ${cut.say()}`);
  await talk.composer.fill('a draft beside a turn');
  await (await show(finishing)).send('Later');
  let chat = await show(queueing);
  await chat.send('Talk too');
  await chat.shows(queued.say());
  await chat.send('first in the queue');
  await chat.send('second in the queue');
  await chat.queue.getByText('second in the queue').waitFor();
  await (await show(drafting)).composer.fill('a draft of its own');
  const long = await show(scrolled);
  await eventually(async () => {
    await long.transcript.press('Home');
    await long.button('Jump to latest').waitFor({ timeout: 1_000 });
  });
  chat = await show(asking);
  await chat.send('Ask me');
  await chat.approval.waitFor();
  unread.open();
  await editor.row(`${finishing}, new`).waitFor();
  const groups = await tabGroups();
  expect(groups.map((tabs) => tabs.length)).toEqual([6, 5]);

  await workbench.reload();
  chat = await editor.chat(asking);
  await chat.problem('The window was closed before you answered').waitFor();
  await eventually(async () => expect(await tabGroups()).toEqual(groups));
  const place = await editor.chat(scrolled);
  await place.button('Jump to latest').waitFor();
  await eventually(async () => expect(await place.transcript.evaluate(({ scrollTop }) => scrollTop)).toBe(0));
  const side = await editor.chat(SIDEBAR);
  await side.problem('The window was closed in the middle of this turn').waitFor();
  expect(await side.answers.allInnerTexts()).toEqual([wordsOf(SIDEBAR).join(' '), 'cut off']);
  expect(await side.composer.inputValue()).toBe('a draft beside a turn');
  for (const name of [finishing, queueing]) await editor.row(`${name}, new`).waitFor();
  await eventually(async () => expect(await editor.view('Switchyard').getAttribute('aria-label')).toContain('2 new'));

  await chat.problem('The window was closed before you answered').getByRole('button', { name: 'Retry' }).click();
  await chat.approval.waitFor();
  await chat.button('Allow once').click();
  await chat.shows('Written.');
  expect(session().read('waited.txt')).toBe('written after all\n');
  chat = await show(queueing);
  await chat.problem('The window was closed in the middle of this turn').waitFor();
  expect(await chat.answers.allInnerTexts()).toEqual([wordsOf(queueing).join(' '), 'half']);
  const waiting = chat.queue.getByRole('listitem');
  expect(await waiting.allInnerTexts()).toEqual(['first in the queue', 'second in the queue']);
  await waiting.first().getByRole('button', { name: 'Send now' }).click();
  await chat.shows('You said: first in the queue');
  await chat.shows('You said: second in the queue');
  chat = await show(finishing);
  await chat.shows('You said: Later');
  chat = await show(drafting);
  await eventually(async () => expect(await chat.composer.inputValue()).toBe('a draft of its own'));
  for (const name of NAMES.slice(5)) {
    const shown = await show(name);
    await eventually(async () => expect(await shown.answers.allInnerTexts()).toEqual([wordsOf(name).join(' ')]));
  }
});
