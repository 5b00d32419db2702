import AxeBuilder from '@axe-core/playwright';
import { describe, expect, test } from 'vitest';
import type { Chat } from '../support/chat';
import { eventually } from '../support/eventually';
import { message, type ModelAnswer, modelTurn } from '../support/modelServer';
import { useSession } from '../support/session';

const session = useSession();

/** An answer that tells of a limit of five hours, as the model service does. */
function answer(usedPercent: number): ModelAnswer {
  const events = modelTurn(message('ok')).map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  return {
    status: 200,
    headers: {
      'content-type': 'text/event-stream',
      'x-codex-primary-used-percent': String(usedPercent),
      'x-codex-primary-window-minutes': '300',
      'x-codex-primary-reset-at': String(Math.floor(Date.now() / 1_000) + 3_600),
    },
    body: events.join(''),
  };
}

async function answered(text: string): Promise<Chat> {
  const chat = await session().newConversation();
  await chat.send(text);
  await chat.shows('ok');
  await chat.hasStatus('Ready');
  return chat;
}

describe('below the message box', () => {
  test('model, effort and speed are chosen step by step, with a way back, and hold for the next message', async () => {
    const { workbench, model } = session();
    const chat = await session().newConversation();
    await chat.button(/^Model: /).click();
    await workbench.page.locator('.quick-input-list .monaco-list-row').first().waitFor();
    await workbench.page.keyboard.type('GPT-6.1-Sol');
    await workbench.pickLabel('GPT-6.1-Sol');
    await workbench.pickLabel('high');
    await workbench.quickPickRow('Fast').waitFor();
    await workbench.page.getByRole('button', { name: /^Back/ }).click();
    await workbench.pickLabel('xhigh');
    await workbench.pickLabel('Fast');
    await chat.button('Model: gpt-6.1-sol · xhigh · Fast').waitFor();
    await chat.send('Hello');
    await eventually(() => expect(model.requests.at(-1)?.body).toMatchObject({ model: 'gpt-6.1-sol' }));
    expect(model.requests.at(-1)?.body).toMatchObject({ reasoning: { effort: 'xhigh' }, service_tier: 'priority' });
    await chat.hasStatus('Ready');

    await chat.button(/^Model: /).click();
    // The keyboard alone: what holds now is where the cursor stands.
    await workbench.page.locator('.quick-input-list .monaco-list-row.focused').filter({ hasText: 'current' }).waitFor();
    await workbench.page.keyboard.press('Escape');
    await chat.button('Model: gpt-6.1-sol · xhigh · Fast').waitFor();
  });

  test('the mode is chosen, and the picker closes without a change', async () => {
    const { workbench } = session();
    const chat = await session().newConversation();
    await chat.button('Mode: Ask').click();
    await workbench.page.locator('.quick-input-list .monaco-list-row').first().waitFor();
    await workbench.page.keyboard.press('Escape');
    await chat.button('Mode: Ask').click();
    await workbench.pickLabel('Agent');
    await chat.button('Mode: Agent').waitFor();
    await chat.send('Hello again');
    await chat.shows('ok');
    await chat.hasStatus('Ready');
  });

  test('the context meter says where the tokens went and what may still be used, and compacts', async () => {
    const { model } = session();
    model.respond(() => answer(40));
    const chat = await answered('Hello');
    await chat.button(/^Context: /).click();
    const panel = chat.frame.getByRole('dialog', { name: 'Context and limits' });
    await panel.getByRole('meter', { name: 'Context used' }).waitFor();
    expect(await panel.getByRole('row', { name: 'Input' }).innerText()).toMatch(/1,200\s+1,200/);
    expect(await panel.getByRole('meter', { name: '5-hour limit' }).getAttribute('aria-valuenow')).toBe('40');
    await chat.frame.page().keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    expect(await chat.focusedControl()).toMatch(/^Context: /);

    await chat.frame.page().keyboard.press('Enter');
    await panel.getByRole('button', { name: 'Compact now' }).click();
    await chat.shows(/Compacted/);
    await chat.hasStatus('Ready');
  });

  test('a limit that is nearly used up is said above the message box, until it is put away', async () => {
    session().model.respond(() => answer(93));
    const chat = await answered('Hello');
    const notice = chat.frame.getByText(/^93\s% of the 5-hour limit is used; it resets /);
    await notice.waitFor();
    await chat.button(/^Context: /).click();
    await chat.frame.getByRole('dialog').waitFor();
    const axe = new AxeBuilder({ page: chat.frame.page() }).include([
      'iframe.webview.ready',
      'iframe#active-frame',
      'body',
    ]);
    const { violations } = await axe.analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    await chat.frame.page().keyboard.press('Escape');
    await chat.button('Dismiss: usage limit').click();
    await notice.waitFor({ state: 'detached' });
  });
});
