import AxeBuilder from '@axe-core/playwright';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Chat } from '../support/chat';
import { eventually } from '../support/eventually';
import { functionCall, message, type ModelServer, modelTurn, startModelServer } from '../support/modelServer';
import { useSession } from '../support/session';

const GOAL = 'All tests pass, also those of the parser, and the README says how to run them';

let reached = false;

/** Works on a goal for ever, or says that it is reached; answers everything else. */
async function startModel(): Promise<ModelServer> {
  const server = await startModelServer();
  server.respond(async ({ request, toolOutputs }) => {
    if (!JSON.stringify(request.body.input.at(-1)).includes('thread goal') && toolOutputs.length === 0) {
      return modelTurn(message('Answered.'));
    }
    if (reached) {
      return modelTurn(
        toolOutputs.length > 0 ? message('It is done.') : functionCall('update_goal', { status: 'complete' }),
      );
    }
    return new Promise<never>(() => undefined);
  });
  return server;
}

const session = useSession({ startModel, settings: { 'switchyard.mode': 'agent' } });

beforeEach(async () => {
  await session().workbench.openSwitchyard();
});

const goalOf = (chat: Chat) => chat.frame.getByRole('group', { name: 'Goal of this conversation' });

async function violations(): Promise<unknown[]> {
  const axe = new AxeBuilder({ page: session().workbench.page });
  const found = await axe.include(['iframe.webview.ready', 'iframe#active-frame', 'body']).analyze();
  return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}

/** For whoever wants to look at it. */
async function picture(name: string): Promise<void> {
  const folder = process.env.SWITCHYARD_PICTURES;
  if (folder !== undefined) await session().workbench.screenshot(path.join(folder, `${name}.png`));
}

describe('a goal', () => {
  test('is set with words, stopped, there again after a reload, resumed, reached and put away', async () => {
    const chat = await session().newConversation();
    await chat.send(`/goal ${GOAL}`);
    await goalOf(chat).getByText(GOAL).first().waitFor();
    await chat.hasStatus('Working');
    await chat.button('Pause goal').waitFor();
    expect(await violations()).toEqual([]);
    await picture('goal-active');
    await chat.button('Stop').click();
    await chat.hasStatus('Stopped');
    await goalOf(chat).getByText('Goal paused').first().waitFor();
    await goalOf(chat).getByRole('button', { expanded: false }).click();
    await picture('goal-paused');

    await session().workbench.reload();
    await session().workbench.openSwitchyard();
    const shown = await session().chat();
    await goalOf(shown).getByText('Goal paused').first().waitFor();
    await shown.button('Edit goal').click();
    const { keyboard } = session().workbench.page;
    await eventually(async () => {
      expect(await session().workbench.page.locator('.quick-input-widget input').inputValue()).toBe(GOAL);
    });
    await keyboard.press('Control+A');
    await keyboard.type('It is done');
    await keyboard.press('Enter');
    await goalOf(shown).getByText('It is done').first().waitFor();
    reached = true;
    await shown.button('Resume goal').click();
    await goalOf(shown).getByText('Goal reached').first().waitFor();
    await shown.hasStatus('Ready');
    expect(await violations()).toEqual([]);
    await picture('goal-reached');
    await shown.button('Dismiss goal').click();
    await goalOf(shown).waitFor({ state: 'detached' });
    await shown.hasCursor();
  });
});

describe('/fast', () => {
  test('switches the model of the conversation to its fast tier and back, from the next message on', async () => {
    const { model } = session();
    const tier = (): unknown => (model.requests.at(-1)?.body as { service_tier?: unknown } | undefined)?.service_tier;
    const chat = await session().newConversation();
    await chat.send('/fast');
    await chat.button(/^Model: .* · Fast$/).waitFor();
    await chat.send('Hello');
    await chat.shows('Answered.');
    await chat.hasStatus('Ready');
    expect(tier()).toBe('priority');
    await chat.send('/fast');
    await chat.button(/^Model: .* · Fast$/).waitFor({ state: 'detached' });
    await chat.send('Hello again');
    await chat.transcript.getByText('Answered.').nth(1).waitFor();
    expect(tier()).toBeUndefined();
  });
});

describe('/feedback', () => {
  test('shows what would leave the computer, and sends nothing that the person does not want to', async () => {
    const { workbench } = session();
    const chat = await session().newConversation();
    await chat.send('Hello');
    await chat.shows('Answered.');
    await chat.hasStatus('Ready');
    await chat.send('/feedback');
    await workbench.pickLabel('A bad result');
    await workbench.page.getByPlaceholder('What happened, and what did you expect?').fill('It was too short.');
    await workbench.page.keyboard.press('Enter');
    await workbench.pickLabel('Words and Logs');
    const dialog = workbench.page.getByRole('dialog', { name: /Send this feedback to OpenAI/ });
    await dialog.getByText('It was too short.').waitFor();
    expect(await dialog.innerText()).toMatch(/A bad result[^]*rollout-.*\.jsonl \(\d+ kB\)/);
    await picture('feedback');
    await workbench.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await chat.hasStatus('Ready');
  });
});
