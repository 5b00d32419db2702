import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually';
import { INJECTED } from '../support/injectedItems';
import { applyPatch, execCommand, functionCall, message, reasoning } from '../support/modelServer';
import { Gate } from '../support/pacing';
import { useSession } from '../support/session';
import { answerWith, EVERY_TOOL, holdTurn, onStage, prepareStage, rowOf } from '../support/stage';
import { TappedCodex } from '../support/tappedCodex';

const codex = new TappedCodex();
const session = useSession({ codexPath: codex.path, codexHome: EVERY_TOOL });
beforeAll(() => prepareStage(session()));
afterAll(() => codex.dispose());

const ANSWER = `## How offers are counted

An offer of \`3 for 2\` counts **whole packs**, see [src/offers.js](src/offers.js) and \`src/offers.js:4\`:

\`\`\`js
const packs = Math.floor(quantity / size);
\`\`\`

| Offer | Wanted | Paid |
| --- | ---: | ---: |
| 3 for 2 | 7 | 5 |
| half price | 1 | 0.5 |

- Take whole packs only
- Never round up`;

const { newChat, run, shoot, stepButton, expectReal } = onStage(session, codex);

describe('messages', () => {
  test('the person’s message is an article that begins with "You", with the file that they named', async () => {
    await session().workbench.runCommand('View: Close All Editors');
    const chat = await newChat();
    await chat.composer.pressSequentially('Look at @baske');
    await chat.frame
      .getByRole('option', { name: /basket\.js/ })
      .first()
      .waitFor();
    await chat.composer.press('Enter');
    await eventually(async () => expect(await chat.composer.inputValue()).toMatch(/basket\.js $/));
    answerWith(session());
    await chat.composer.press('Enter');
    await chat.shows('Done.');
    await chat.hasStatus('Ready');
    const article = chat.transcript.getByRole('article', { name: /^You: Look at/ });
    expect(await article.innerText()).toContain('basket.js');
    await expectReal('userMessage');
    await shoot(chat, 'user-message', article);
  });

  test('an answer is an article "Codex" with headings, lists, tables, links and code', async () => {
    const chat = await newChat();
    await run(chat, 'How does the shop count?', [message(ANSWER)]);
    const article = chat.answers.first();
    expect(await article.getByRole('heading', { name: 'How offers are counted' }).count()).toBe(1);
    expect(await article.getByRole('listitem').allInnerTexts()).toEqual(['Take whole packs only', 'Never round up']);
    expect(await article.getByRole('cell').allInnerTexts()).toEqual(['3 for 2', '7', '5', 'half price', '1', '0.5']);
    expect(await article.getByText('Math.floor(quantity / size)').count()).toBeGreaterThan(0);
    await article.getByText('src/offers.js').first().waitFor();
    await expectReal('agentMessage');
    await shoot(chat, 'agent-message', article);
  });

  test('questions that come with a message can be answered until the person says something else', async () => {
    const chat = await newChat();
    const gate = await holdTurn(session(), chat, 'Tidy the shop');
    await codex.addItem(INJECTED.questions);
    const question = chat.transcript.getByRole('group', { name: 'Question: Which shelf first?' });
    const options = ['The left one', 'The right one', 'Answer in your own words'];
    await eventually(async () => {
      expect(await question.getByRole('button').allInnerTexts()).toEqual(options);
    });
    await shoot(chat, 'agent-message-questions', rowOf(question));
    await question.getByRole('button', { name: 'The left one' }).click();
    gate.open();
    await chat.transcript.getByRole('article', { name: 'You: Which shelf first? The left one' }).waitFor();
    await eventually(async () => expect(await question.getByRole('button').count()).toBe(0));
    await chat.hasStatus('Ready');
  });
});

describe('work', () => {
  test('reasoning is one line that unfolds', async () => {
    const chat = await newChat();
    await run(chat, 'Think', [reasoning('**Counting packs**\n\nThe remainder must pay full price.')]);
    const line = stepButton(chat, /^Thought/);
    expect(await line.getAttribute('aria-expanded')).toBe('false');
    await line.click();
    await chat.shows('The remainder must pay full price.');
    await expectReal('reasoning');
    await shoot(chat, 'reasoning', rowOf(line));
  });

  test('a command shows its line, its output with colours, and how it ended', async () => {
    const chat = await newChat();
    const command = String.raw`printf 'ok 1 basket\n\033[32mok 2 money\033[0m\n\033[31mnot ok 3 offers\033[0m\n'`;
    await run(chat, 'Run it', [execCommand(command)]);
    const row = chat.command('ok 1 basket');
    await row.getByText('not ok 3 offers', { exact: true }).waitFor();
    expect(await row.getByText('done').count()).toBe(1);
    for (const name of ['Copy command', 'Open in terminal']) {
      expect(await row.getByRole('button', { name }).count()).toBe(1);
    }
    const colours = await row
      .getByText(/^(?:ok 2 money|not ok 3 offers)$/)
      .evaluateAll((lines) => lines.map((line) => getComputedStyle(line).color));
    expect(new Set(colours).size).toBe(2);
    await expectReal('commandExecution');
    await shoot(chat, 'command', rowOf(row));
  });

  test('a command that fails opens by itself and names its exit code', async () => {
    const chat = await newChat();
    await run(chat, 'Run it', [execCommand('echo "tests.js: 1 failing" >&2; exit 3')]);
    const row = chat.command('exit 3');
    await row.getByText('tests.js: 1 failing', { exact: true }).waitFor();
    expect(await row.getByText('failed with code 3').count()).toBe(1);
    await shoot(chat, 'command-failed', rowOf(row));
  });

  test('a command that only looks is one line that says what it looked at', async () => {
    const chat = await newChat();
    await run(chat, 'Read', [execCommand('cat src/offers.js'), execCommand('ls src'), execCommand('rg round src')]);
    await stepButton(chat, /^Worked/).click();
    const row = chat.command('cat src/offers.js');
    await row.getByRole('button', { name: /^Read .*offers\.js/ }).waitFor();
    expect(await row.getByText('discountFor').count()).toBe(0);
    await row.getByRole('button', { name: /^Read/ }).click();
    await row.getByText('discountFor').first().waitFor();
    await row.getByRole('button', { name: /^Read/ }).click();
    const rows = [row, chat.command('ls src'), chat.command('rg round src')];
    await shoot(chat, 'command-quiet', ...rows);
  });

  test('a command that was declined says so', async () => {
    const chat = await newChat();
    answerWith(session(), [execCommand('rm -r src', { escalated: true, justification: 'To start anew.' })]);
    await chat.send('Start anew');
    await chat.approval.waitFor();
    await chat.button('Decline').click();
    await chat.hasStatus('Ready');
    const row = chat.command('rm -r src');
    await row.getByText('declined').waitFor();
    await shoot(chat, 'command-declined', rowOf(row));
  });

  test('file changes name each file with what was done to it', async () => {
    for (const name of ['added', 'edited', 'gone', 'old']) session().write(`shop/${name}.txt`, `${name}\nsame\n`);
    const patch = `*** Begin Patch
*** Add File: shop/new/price.txt
+one
+two
*** Update File: shop/edited.txt
@@
-edited
+better
 same
*** Delete File: shop/gone.txt
*** Update File: shop/old.txt
*** Move to: shop/new/name.txt
@@
-old
+fresh
 same
*** End Patch`;
    const chat = await newChat();
    answerWith(session(), [applyPatch(patch)]);
    await chat.send('Change them');
    await chat.approval.waitFor();
    await chat.button('Allow once').click();
    await chat.hasStatus('Ready');
    const row = chat.transcript.getByRole('group', { name: /^File changes/ });
    for (const name of ['shop/new/price.txt', 'shop/edited.txt', 'shop/gone.txt', 'shop/old.txt']) {
      expect(await row.getByRole('button', { name, exact: true }).count(), name).toBe(1);
    }
    await row
      .getByRole('button', { name: /^Show changes/ })
      .first()
      .click();
    await row.getByText('better').first().waitFor();
    await expectReal('fileChange');
    await shoot(chat, 'file-changes', rowOf(row));
    await chat.button('Keep all').click();
  });

  test('the work of a finished turn folds into one line, which brings it back', async () => {
    const chat = await newChat();
    await run(chat, 'Look around', [reasoning('Where to look'), execCommand('echo one')], [execCommand('echo two')]);
    const fold = stepButton(chat, /^Worked .*2 commands/);
    await fold.waitFor();
    expect(await chat.command('echo one').count()).toBe(0);
    await shoot(chat, 'folded-work', ...(await chat.transcript.locator('[data-row]').all()));
    await fold.click();
    await chat.command('echo one').waitFor();
  });

  test('the steps of the turn are a list that is pinned while the turn runs', async () => {
    const chat = await newChat();
    const step = (text: string, status: string) => ({ step: text, status });
    const plan = [
      step('Read the offers', 'completed'),
      step('Find the mistake', 'in_progress'),
      step('Test', 'pending'),
    ];
    const gate = new Gate();
    answerWith(
      session(),
      [functionCall('update_plan', { plan })],
      [[{ type: 'wait', until: gate.opened }], message('Done.')],
    );
    await chat.send('Fix it');
    const list = chat.transcript.getByRole('list', { name: 'Plan' });
    await list.waitFor();
    expect(
      (await list.getByRole('listitem').allInnerTexts()).map((text) =>
        text.replace(/\s+/g, ' ').replace(' ,', ',').trim(),
      ),
    ).toEqual(['Read the offers, done', 'Find the mistake, working', 'Test, pending']);
    const pinned = chat.frame.getByRole('group', { name: 'Plan of this turn' });
    expect(await pinned.innerText()).toMatch(/2 of 3\s+Find the mistake/);
    await shoot(chat, 'todo-list', list);
    gate.open();
    await chat.hasStatus('Ready');
    expect(await pinned.count()).toBe(0);
  });

  test('a plan that the agent proposes reads like an answer', async () => {
    const chat = await newChat();
    const gate = await holdTurn(session(), chat, 'Plan it');
    await codex.addItem(INJECTED.plan);
    const plan = chat.answers.filter({ hasText: 'Count whole packs only' });
    await plan.getByRole('heading', { name: 'Fix the offers' }).waitFor();
    expect(await plan.getByRole('listitem').count()).toBe(3);
    await shoot(chat, 'plan', plan);
    gate.open();
    await chat.hasStatus('Ready');
  });
});
