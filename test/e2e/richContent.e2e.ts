import { writeFileSync } from 'node:fs';
import type { Locator } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Chat } from '../support/chat';
import { eventually } from '../support/eventually';
import { functionCall, message } from '../support/modelServer';
import { png } from '../support/png';
import { useSession } from '../support/session';
import { runTurn, stageChat } from '../support/stage';

const session = useSession();
const ANSWER = `The sum is $\\sum_{i=1}^{n} x_i$, which costs $5 and $6:

$$
\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}
$$

\`\`\`mermaid
flowchart LR
  accTitle: How an offer is counted
  basket[The basket of the shop] -->|counts whole packs| offer{Is there an offer?}
  offer -->|yes| paid[The price of the offer]
\`\`\`

![The shelf](shelf.png) ![Elsewhere](https://example.com/shelf.png)

\`\`\`mermaid
flowchart LR
  basket --> [broken
\`\`\``;

beforeAll(() => {
  writeFileSync(
    session().file('shelf.png'),
    png(160, 96, (x, y) => [40 + x, 80 + y, 200 - x]),
  );
});

/** Waits until an image is drawn, and gives its size in its own pixels. */
async function drawnSize(image: Locator): Promise<readonly [width: number, height: number]> {
  await image.waitFor();
  return eventually(async () => {
    const size = await image.evaluate((element: HTMLImageElement) => [element.naturalWidth, element.naturalHeight]);
    expect(size[0]).toBeGreaterThan(0);
    return size as [number, number];
  });
}

describe('an answer with more than words', () => {
  let chat: Chat;
  beforeAll(async () => {
    chat = await stageChat(session());
    await runTurn(session(), chat, 'Explain the offers', [message(ANSWER)]);
  });

  test('sets formulas and leaves prices alone', async () => {
    const [answer] = [chat.answers.first()];
    await answer.locator('math').first().waitFor();
    expect(await answer.getByText('$5 and $6').count()).toBe(1);
    const formula = answer.getByRole('group', { name: 'Formula' });
    const edges = await formula
      .locator('mtd')
      .evaluateAll((cells) => cells.map((cell) => getComputedStyle(cell).textAlign));
    expect(edges).toEqual(['right', 'left', 'right', 'left']);
  });

  test('draws a diagram as an image whose labels have room', async () => {
    const figure = chat.answers.first().getByRole('figure', { name: 'Diagram: How an offer is counted' });
    const [width, height] = await drawnSize(figure.getByRole('img').first());
    // Words that were measured without their font would leave a fraction of it.
    expect(width).toBeGreaterThan(400);
    expect(height).toBeGreaterThan(50);
    await figure.getByRole('button', { name: 'Show source' }).click();
    await figure.getByText('counts whole packs').waitFor();
    await figure.getByRole('button', { name: 'Show diagram' }).click();
    await figure.getByRole('button', { name: 'Open larger' }).click();
    await chat.frame.getByRole('dialog', { name: 'Diagram: How an offer is counted' }).waitFor();
    await session().workbench.page.keyboard.press('Escape');
    await chat.frame.getByRole('dialog').waitFor({ state: 'hidden' });
  });

  test('says why a diagram cannot be drawn, and shows its source', async () => {
    const figure = chat.answers.first().getByRole('figure', { name: 'Diagram', exact: true });
    await figure.getByText(/This diagram cannot be drawn: Parse error on line 2/).waitFor();
    await figure.locator('pre').getByText('basket --> [broken').waitFor();
  });

  test('shows images of the workspace, and loads none from the web', async () => {
    const [answer] = [chat.answers.first()];
    const image = answer.getByRole('button', { name: 'Open image The shelf' });
    expect(await drawnSize(image.locator('img'))).toEqual([160, 96]);
    expect(await answer.getByRole('button', { name: 'Elsewhere', exact: true }).count()).toBe(1);
    await image.click();
    await session()
      .workbench.page.getByRole('tab', { name: /shelf\.png/ })
      .waitFor();
  });
});

describe('an image that the model looked at', () => {
  test('is shown below its step', async () => {
    const chat = await stageChat(session());
    const call = functionCall('view_image', { path: session().file('shelf.png') });
    await runTurn(session(), chat, 'Look at it', [call]);
    const image = chat.transcript.getByRole('button', { name: 'Open image shelf.png' });
    expect(await drawnSize(image.locator('img'))).toEqual([160, 96]);
  });
});
