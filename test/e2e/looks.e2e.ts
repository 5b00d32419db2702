import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Chat } from '../support/chat';
import { eventually } from '../support/eventually';
import { EVERY_FIELD } from '../support/forms';
import { picture } from '../support/gallery';
import { everyItem, IMAGE_FILE } from '../support/injectedItems';
import { message } from '../support/modelServer';
import { Gate } from '../support/pacing';
import { png } from '../support/png';
import { useSession } from '../support/session';
import { EVERY_TOOL, holdTurn, prepareStage, runTurn, STAGE_SIZE, stageChat } from '../support/stage';
import { TappedCodex } from '../support/tappedCodex';

const codex = new TappedCodex();
const session = useSession({ codexPath: codex.path, codexHome: EVERY_TOOL });
beforeAll(() => prepareStage(session()));
afterAll(() => codex.dispose());

describe('a chat with every kind of item, a command and a form that wait', () => {
  let chat: Chat;
  let gate = new Gate();
  let around = 0;
  beforeAll(async () => {
    const { workbench, profile } = session();
    writeFileSync(
      session().file(IMAGE_FILE),
      png(640, 64, (x, y) => [x % 256, y * 4, 90]),
    );
    chat = await stageChat(session());
    gate = await holdTurn(session(), chat, `A word that has no end: ${'long'.repeat(60)}`);
    for (const item of everyItem(profile.folder)) await codex.addItem(item);
    const turn = { ...(await codex.turn()), itemId: 'none', startedAtMs: 1 };
    const command = `npm run ${'very-'.repeat(40)}long -- --with "many words" and more of them`;
    const availableDecisions = ['accept', 'acceptForSession', 'cancel'];
    codex.ask('item/commandExecution/requestApproval', { ...turn, kind: 'command', command, availableDecisions });
    const form = { mode: 'form', message: 'What would you like?', serverName: 'shop', _meta: null };
    codex.ask('mcpServer/elicitation/request', { ...turn, ...form, requestedSchema: EVERY_FIELD });
    await chat.frame.getByRole('group', { name: /^Question: What would you like/ }).waitFor();
    around = workbench.page.viewportSize()!.width - (await chat.frame.evaluate(() => innerWidth));
  });
  afterAll(async () => {
    await session().workbench.page.setViewportSize(STAGE_SIZE);
    await chat.button('Stop').click();
    await chat.hasStatus('Stopped');
    gate.open();
  });

  test.each([
    ['300 px wide', () => ({ width: 300 + around, height: 800 }), 300],
    ['at 200 % zoom of a window of 1280 × 800', () => ({ width: 640, height: 400 }), undefined],
  ])('%s nothing is cut off or out of reach', async (_how, size, width) => {
    await session().workbench.page.setViewportSize(size());
    if (width !== undefined) {
      await eventually(async () => expect(await chat.frame.evaluate(() => innerWidth)).toBe(width));
    }
    await eventually(async () => expect(await chat.frame.evaluate(outOfReach)).toEqual([]));
    await chat.composer.fill('It is still there.');
    await eventually(async () => expect(await chat.composer.evaluate(isInView)).toBe(true));
    const submit = chat.button('Submit');
    await submit.scrollIntoViewIfNeeded();
    expect(await submit.evaluate(isInView)).toBe(true);
    const allow = chat.button('Allow once');
    await allow.scrollIntoViewIfNeeded();
    expect(await allow.evaluate(isInView)).toBe(true);
    await chat.composer.fill('');
  });

  test('nothing moves where the person wants no motion', async () => {
    const settings = (reduceMotion: string): void =>
      session().write('.vscode/settings.json', JSON.stringify({ 'workbench.reduceMotion': reduceMotion }));
    const moving = () =>
      chat.frame.evaluate(
        () => document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations === Infinity).length,
      );
    const items = everyItem(session().profile.folder);
    const command = items.find(({ type }) => type === 'commandExecution');
    const running = { id: 'running', status: 'inProgress', exitCode: null, durationMs: null };
    await codex.addStartedItem({ type: 'commandExecution', ...command, ...running });
    settings('off');
    await eventually(async () => expect(await moving()).toBeGreaterThan(0));
    settings('on');
    await eventually(async () => expect(await moving()).toBe(0));
  });
});

test('right-to-left text runs from the right, in the person’s words and in Codex’s', async () => {
  const chat = await stageChat(session());
  await runTurn(session(), chat, 'כמה עולה תפוח? 3 + 4', [
    message('תפוח עולה שלושה שקלים.\n\n- `offers.js` הוא הקובץ\n- זה הכול'),
  ]);
  const direction = (text: string) =>
    chat.transcript
      .getByText(text)
      .first()
      .evaluate((element) => getComputedStyle(element).direction);
  for (const text of ['כמה עולה תפוח', 'תפוח עולה שלושה', 'זה הכול']) expect(await direction(text), text).toBe('rtl');
  expect(await direction('Done.')).toBe('ltr');
  await picture(session(), chat, 'right-to-left', chat.transcript.getByRole('article').first(), chat.answers.first());
});

test('formulas are read as mathematics, and a diagram is an image with its source at hand', async () => {
  const chat = await stageChat(session());
  const formula = String.raw`A pack saves $\frac{1}{3}$ of the price:

$$p(n) = \sum_{i=1}^{n} c_i - \left\lfloor \frac{n}{3} \right\rfloor c$$`;
  const diagram = '```mermaid\nflowchart LR\n  Basket --> Offers --> Receipt\n```';
  await runTurn(session(), chat, 'How is it counted?', [message(`${formula}\n\n${diagram}`)]);
  const answer = chat.answers.first();
  await answer.getByRole('math').nth(1).waitFor();
  await answer.getByRole('img').first().waitFor();
  await answer
    .getByRole('button', { name: /source/i })
    .first()
    .waitFor();
  await picture(session(), chat, 'math-and-diagram', answer);
});

/** Controls that lie beside the page, and regions of it that scroll sideways. Runs in the page. */
function outOfReach(): string[] {
  const beside = [
    ...document.querySelectorAll<HTMLElement>('button, input, select, textarea, [role="textbox"]'),
  ].filter((element) => {
    const { left, right, width } = element.getBoundingClientRect();
    const scrolls = element.closest('.table-scroll, pre, .code');
    return element.checkVisibility() && width > 1 && !scrolls && (left < -1 || right > innerWidth + 1);
  });
  const sideways = [
    document.documentElement,
    ...document.querySelectorAll<HTMLElement>('[role="log"], .above-composer'),
  ];
  const tooWide = sideways.filter((element) => element.scrollWidth > element.clientWidth + 1);
  return [...beside, ...tooWide].map((element) => element.outerHTML.slice(0, 200));
}

/** Runs in the page. */
function isInView(element: Element): boolean {
  const { top, bottom, left, right, height } = element.getBoundingClientRect();
  return height > 0 && top >= -1 && bottom <= innerHeight + 1 && left >= -1 && right <= innerWidth + 1;
}
