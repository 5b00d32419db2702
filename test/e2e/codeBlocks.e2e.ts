import { describe, expect, test } from 'vitest';
import type { Chat } from '../support/chat';
import { eventually } from '../support/eventually';
import { setTheme } from '../support/gallery';
import { message, modelTurn } from '../support/modelServer';
import { useSession } from '../support/session';

const session = useSession();

const FUNCTION = 'export function sum(a, b) {\n  return a + b; // both\n}';
const FILE = 'export function sum(a, b) {\n  return a - b;\n}\n\nexport const one = 1;\n';

/** A chat in which Codex has answered with these words. */
async function answered(text: string): Promise<Chat> {
  session().model.respond(() => modelTurn(message(text)));
  const chat = await session().newConversation();
  await chat.send('Show me the code');
  await chat.answers.first().waitFor();
  await chat.hasStatus('Ready');
  return chat;
}

const fenced = (info: string, code = FUNCTION) => `Here it is:\n\n\`\`\`${info}\n${code}\n\`\`\`\n\nDone.`;

/** The colour of a word of the code, once it has one. */
async function colorOf(chat: Chat, word: string): Promise<string> {
  const part = chat.frame.locator('.code-chunk span').getByText(word, { exact: true }).first();
  return part.evaluate((element) => getComputedStyle(element).color);
}

/** Presses a button of a message of the editor itself. */
async function answerQuestion(name: string): Promise<void> {
  const { page } = session().workbench;
  const button = page.locator('.notification-toast').getByRole('button', { name, exact: true });
  await button.first().click();
}

describe('a code block', () => {
  test('has the colours of the editor’s theme, and follows it', async () => {
    const chat = await answered(fenced('js'));
    const theme = (name: string): Promise<void> => setTheme(session(), chat, name);
    await theme('Monokai');
    // The keyword and the comment, as the theme's own file has them where they are clear enough on its background.
    await eventually(async () => expect(await colorOf(chat, 'return')).toBe('rgb(250, 81, 142)'));
    await theme('Light Modern');
    await eventually(async () => expect(await colorOf(chat, 'return')).toBe('rgb(175, 0, 219)'));
    await theme('Dark Modern');
    await eventually(async () => expect(await colorOf(chat, 'return')).toBe('rgb(197, 134, 192)'));
    expect(await chat.frame.locator('pre code').innerText()).toBe(FUNCTION);
  });

  test('is selected as it was written, over all its pieces', async () => {
    const code = Array.from({ length: 120 }, (_, index) => (index % 9 === 0 ? '' : `line(${index});`)).join('\n');
    const chat = await answered(fenced('js', code));
    const select = () =>
      chat.frame.evaluate(() => {
        const element = document.querySelector('pre code');
        if (element) getSelection()?.selectAllChildren(element);
        return { text: getSelection()?.toString(), pieces: element?.children.length };
      });
    await eventually(async () => expect(await select()).toEqual({ text: code, pieces: 3 }));
  });

  test('goes to the cursor as one step, moved in like its line', async () => {
    const { workbench } = session();
    session().write('insert.js', 'class Shop {\n  \n}\n');
    await workbench.openFile('insert.js');
    await workbench.focusEditor('insert.js');
    await workbench.page.keyboard.press('ArrowDown');
    await workbench.page.keyboard.press('End');
    await eventually(async () => expect(await workbench.cursor()).toEqual([2, 3]));
    const chat = await answered(fenced('js', 'open() {\n  sell();\n}'));
    await chat.button('Insert code at cursor: js').click();
    const inserted = 'class Shop {\n  open() {\n    sell();\n  }\n}\n';
    await eventually(async () => expect(await workbench.editorText('insert.js')).toBe(inserted));
    expect(session().read('insert.js')).toBe('class Shop {\n  \n}\n');
    await workbench.undo('insert.js');
    await eventually(async () => expect(await workbench.editorText('insert.js')).toBe('class Shop {\n  \n}\n'));
  });

  test('is shown in a diff of the file that it names, and written when the person says so', async () => {
    const { workbench } = session();
    session().write('src/sum.js', FILE);
    const next = FILE.replace('a - b;', 'a + b; // both');
    const chat = await answered(fenced('js path=src/sum.js'));
    await chat.button('Apply code to src/sum.js').click();
    await eventually(async () => expect(await workbench.diffText('modified')).toBe(next));
    expect(session().read('src/sum.js')).toBe(FILE);
    await answerQuestion('Apply');
    await eventually(() => expect(session().read('src/sum.js')).toBe(next));
    await eventually(async () => expect(await workbench.editorText('src/sum.js')).toBe(next));
    await workbench.undo('src/sum.js');
    await eventually(async () => expect(await workbench.editorText('src/sum.js')).toBe(FILE));
  });

  test('makes a new file, and nothing when the person discards it', async () => {
    const chat = await answered(fenced('js path=src/fresh.js'));
    await chat.button('Apply code to src/fresh.js').click();
    await answerQuestion('Discard');
    await chat.button('Apply code to src/fresh.js').click();
    await answerQuestion('Apply');
    await eventually(() => expect(session().read('src/fresh.js')).toBe(`${FUNCTION}\n`));
  });
});
