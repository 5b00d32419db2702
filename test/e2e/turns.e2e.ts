import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually';
import { applyPatch, execCommand, failed, message, type ModelAnswer, modelTurn } from '../support/modelServer';
import { PacedMessage } from '../support/pacing';
import { useSession } from '../support/session';

const session = useSession();

/** A patch that replaces one line of a file, found by the line before it. */
function replaceLine(file: string, before: string, line: string, next: string): string {
  return `*** Begin Patch\n*** Update File: ${file}\n@@\n ${before}\n-${line}\n+${next}\n*** End Patch`;
}

/** A model that makes one patch and then says what the tool told it. */
function patching(patch: string): void {
  session().model.respond(({ toolOutputs }) => {
    const [output] = toolOutputs;
    return output ? modelTurn(message(`The tool said: ${output.text}`)) : modelTurn(applyPatch(patch));
  });
}

describe('a change of a file', () => {
  test('is made to the unsaved text that the person typed, and keeps it', async () => {
    const { workbench } = session();
    session().write('notes.txt', 'one\ntwo\nthree\n');
    await workbench.openFile('notes.txt');
    await workbench.typeInEditor('typed by hand\n', 'notes.txt');
    expect(session().read('notes.txt')).toBe('one\ntwo\nthree\n');
    // The line before stands in the editor only: on the disk this patch finds no place.
    patching(replaceLine('notes.txt', 'typed by hand', 'one', 'uno'));

    const chat = await session().newConversation();
    await chat.send('Translate the first number');
    await chat.approval.waitFor();
    await workbench.typeInEditor('', 'notes.txt');
    await workbench.page.keyboard.press('ControlOrMeta+End');
    await workbench.page.keyboard.type('and more while it waits\n');
    await chat.button('Allow once').click();
    await chat.shows(/The tool said: .*Success/s);
    await chat.hasStatus('Ready');

    const merged = 'typed by hand\nuno\ntwo\nthree\nand more while it waits\n';
    expect(await workbench.editorText('notes.txt')).toBe(merged);
    expect(session().read('notes.txt')).toBe(merged);
    await workbench.undo('notes.txt');
    await eventually(async () => expect(await workbench.editorText('notes.txt')).toBe(merged.replace('uno', 'one')));
  });

  test('is not written when the person declines, and the model is told', async () => {
    session().write('kept.txt', 'alpha\nbeta\n');
    patching(replaceLine('kept.txt', 'alpha', 'beta', 'gamma'));
    const chat = await session().newConversation();
    await chat.send('Change it');
    await chat.approval.waitFor();
    await chat.button('Decline').click();
    await chat.shows(/The tool said: .*rejected by user/s);
    await chat.hasStatus('Ready');
    expect(session().read('kept.txt')).toBe('alpha\nbeta\n');
    expect(await chat.approval.count()).toBe(0);
  });
});

describe('a model error', () => {
  const lost: ModelAnswer = [...modelTurn(message('The beginning of')).slice(0, 3), { type: 'drop' }];
  const failures: readonly [string, ModelAnswer, string][] = [
    ['401', { status: 401, body: { error: { message: 'Invalid key' } } }, 'The model refused the sign-in'],
    ['429', { status: 429, body: { error: { message: 'Slow down' } } }, 'Too many requests'],
    ['500', { status: 500, body: { error: { message: 'Oh no' } } }, 'The model service has trouble'],
    ['a dropped stream', lost, 'The connection to the model was lost'],
    ['an overloaded model', failed('server_is_overloaded', 'Too busy'), 'The model service has trouble'],
  ];
  test.each(failures)(
    'of %s is shown with its meaning, and Retry completes once the model is well',
    async (_name, answer, title) => {
      session().model.respond(() => answer);
      const chat = await session().newConversation();
      await chat.send('Are you there?');
      await chat.problem(title).waitFor();
      await chat.hasStatus(`Failed: ${title}`);

      session().model.respond(() => modelTurn(message('Back again.')));
      await chat.problem(title).getByRole('button', { name: 'Retry' }).click();
      await chat.shows('Back again.');
      await chat.hasStatus('Ready');
      expect(await chat.problem(title).count()).toBe(0);
    },
  );
});

describe('Stop', () => {
  test('ends an answer while it streams, keeps its words, and the next message runs', async () => {
    const story = new PacedMessage(['Once', 'upon', 'a', 'time']);
    session().model.respond(() => modelTurn(story.steps));
    const chat = await session().newConversation();
    await chat.send('Tell me a story');
    story.say();
    story.say();
    await chat.shows('Once upon');
    await chat.button('Stop').click();
    await chat.hasStatus('Stopped');
    await eventually(() => expect(session().model.requests.at(-1)?.abandoned).toBe(true));
    story.finish();

    session().model.respond(() => modelTurn(message('Something else.')));
    await chat.send('Something else');
    await chat.shows('Something else.');
    await chat.hasStatus('Ready');
    expect(await chat.answerText()).toContain('Once upon');
    expect(await chat.answerText()).not.toContain('time');
  });

  test('ends a command that runs, and its process is gone', async () => {
    const command = 'echo $$ > pid.txt; exec sleep 300';
    session().model.respond(() => modelTurn(execCommand(command, { escalated: true, yieldTimeMs: 60_000 })));
    const chat = await session().newConversation();
    await chat.send('Wait a while');
    await chat.approval.waitFor();
    await chat.button('Allow once').click();
    await chat.command('sleep 300').waitFor();
    await eventually(() => expect(session().read('pid.txt')).toMatch(/^\d+\n$/));
    const pid = Number(session().read('pid.txt'));
    expect(isRunning(pid)).toBe(true);
    await chat.button('Stop').click();
    await chat.hasStatus('Stopped');
    await eventually(() => expect(isRunning(pid)).toBe(false));
  });

  test('closes an open approval, and nothing of it is done', async () => {
    patching('*** Begin Patch\n*** Add File: never.txt\n+never\n*** End Patch');
    const chat = await session().newConversation();
    await chat.send('Add a file');
    await chat.approval.waitFor();
    await chat.button('Stop').click();
    await chat.hasStatus('Stopped');
    expect(await chat.approval.count()).toBe(0);
    expect(existsSync(session().file('never.txt'))).toBe(false);
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
