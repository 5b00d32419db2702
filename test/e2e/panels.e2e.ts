import { expect, test } from 'vitest';
import { eventually } from '../support/eventually';
import { message, modelTurn } from '../support/modelServer';
import { startScriptedModel } from '../support/scriptedModel';
import { useSession } from '../support/session';

const session = useSession({ startModel: startScriptedModel });

test('Ctrl+F finds in the conversation, not in the editor', async () => {
  await session().workbench.openFile('src/offers.js');
  session().model.respond(() => modelTurn(message('A needle in the hay, and one more needle.')));
  const chat = await session().newConversation();
  await chat.send('Where is it?');
  await chat.shows('A needle in the hay');
  await chat.hasStatus('Ready');
  await chat.composer.press('ControlOrMeta+f');
  const find = chat.frame.getByRole('search', { name: 'Find in conversation' });
  await find.waitFor();
  await find.getByRole('textbox').fill('needle');
  await find.getByText('2 of 2').waitFor();
  await find.getByRole('textbox').press('Enter');
  await find.getByText('1 of 2').waitFor();
  await find.getByRole('textbox').press('Escape');
  await find.waitFor({ state: 'detached' });
});

test('the file that the person looks at goes along as a chip, until they remove it', async () => {
  const { workbench, model } = session();
  await workbench.openFile('src/offers.js');
  model.respond(() => modelTurn(message('Seen.')));
  const chat = await session().newConversation();
  await chat.send('What do I look at?');
  await chat.shows('Seen.');
  await chat.hasStatus('Ready');
  expect(JSON.stringify(model.requests.at(-1)?.body.input)).toContain('src/offers.js');

  const next = await session().newConversation();
  await next.frame.getByRole('button', { name: /^Remove .*offers\.js/ }).click();
  await next.send('And now?');
  await next.shows('Seen.');
  await next.hasStatus('Ready');
  expect(JSON.stringify(model.requests.at(-1)?.body.input)).not.toContain('src/offers.js');
});

test('a file is named with @ by the keyboard alone', async () => {
  const { model } = session();
  model.respond(() => modelTurn(message('Named.')));
  const chat = await session().newConversation();
  await chat.composer.pressSequentially('Look at @baske');
  await chat.frame
    .getByRole('option', { name: /basket\.js/ })
    .first()
    .waitFor();
  await chat.composer.press('Enter');
  await eventually(async () => expect(await chat.composer.inputValue()).toContain('basket.js'));
  await chat.composer.press('Enter');
  await chat.shows('Named.');
  await chat.hasStatus('Ready');
  expect(JSON.stringify(model.requests.at(-1)?.body.input)).toContain('basket.js');
});
