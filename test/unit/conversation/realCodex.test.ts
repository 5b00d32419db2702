import { afterEach, describe, expect, it } from 'vitest';
import type { ConversationContext } from '../../../src/conversation/context';
import { eventually } from '../../support/eventually';
import { applyPatch, functionCall, message, modelTurn } from '../../support/modelServer';
import {
  heardByModel,
  type RealConversations,
  runTurn,
  startRealConversations,
  transcriptOf,
  until,
} from '../../support/realConversation';

let real: RealConversations | undefined;

afterEach(async () => {
  await real?.dispose();
  real = undefined;
});

async function start(overrides: Partial<ConversationContext> = {}): Promise<RealConversations> {
  real = await startRealConversations(overrides);
  return real;
}

const PATCH = '*** Begin Patch\n*** Add File: greet.txt\n+hello\n*** End Patch\n';

describe('what the agent is told beside the person’s words, with the real codex', () => {
  it('reaches the model with the next message, once, and stands in the transcript as a notice', async () => {
    const { conversations, anotherWindow, model } = await start();
    const conversation = conversations.create();
    await runTurn(conversation, 'one');
    await conversation.tellAgent('The user undid your change of src/a.ts.\n--- a\n+++ b');
    await runTurn(conversation, 'two');
    await runTurn(conversation, 'three');
    expect(heardByModel(model.requests.at(-1)?.body.input ?? [])).toEqual([
      'one',
      'two',
      '\n<editor_note>\nThe user undid your change of src/a.ts.\n--- a\n+++ b\n</editor_note>',
      'three',
    ]);
    const shown = [
      ['you: one', 'message: ok'],
      ['you: two', 'notice: Codex was told: The user undid your change of src/a.ts.', 'message: ok'],
      ['you: three', 'message: ok'],
    ];
    expect(transcriptOf(conversation)).toEqual(shown);
    const reread = anotherWindow().openThread(conversation.view.threadId ?? '');
    await reread.load();
    expect(transcriptOf(reread)).toEqual(shown);
  });

  it('waits for the next message over a reload of the window, and keeps the name of the conversation', async () => {
    const { conversations, anotherWindow, model } = await start();
    const conversation = conversations.create();
    await runTurn(conversation, 'one');
    await conversation.tellAgent('The user undid everything.');
    conversations.dispose();
    const later = anotherWindow();
    const reread = later.openThread(conversation.view.threadId ?? '');
    await reread.load();
    await runTurn(reread, 'two');
    expect(heardByModel(model.requests.at(-1)?.body.input ?? []).at(-1)).toContain('The user undid everything.');
    await later.refresh();
    expect(later.summaries()).toMatchObject([{ title: 'one' }]);
  });

  it('reaches the model right after the output of the patch that was accepted in part', async () => {
    const note = 'The user accepted your change only in part: greet.txt was left out.';
    const { conversations, model } = await start({
      beforeFilesAreWritten: () => Promise.resolve({ write: true, note }),
    });
    model.respond(({ index }) => modelTurn(index === 0 ? applyPatch(PATCH) : message('done')));
    const conversation = conversations.create();
    await conversation.send('patch');
    await until(conversation, 'waiting');
    await conversation.approvals.decide(conversation.view.approvals[0]?.id ?? '', 'accept');
    await until(conversation, 'ready');
    expect(model.requests).toHaveLength(2);
    const [, output, told] = heardByModel(model.requests.at(-1)?.body.input ?? []);
    expect(output).toContain('Success');
    expect(told).toContain(note);
    expect(transcriptOf(conversation)).toEqual([['you: patch', `notice: Codex was told: ${note}`, 'message: done']]);
    await conversation.load();
    expect(transcriptOf(conversation)).toEqual([['you: patch', `notice: Codex was told: ${note}`, 'message: done']]);
  });
});

describe('a conversation whose turn runs when it is opened, with the real codex', () => {
  it('is shown with the beginning of the turn, and can be stopped', async () => {
    const { conversations, anotherWindow, model } = await start();
    const conversation = conversations.create();
    const call = functionCall('exec_command', { cmd: 'echo one', login: false });
    let calls = 0;
    model.respond(() => (calls++ === 0 ? modelTurn(call) : [{ type: 'wait', until: new Promise(() => undefined) }]));
    await conversation.send('endless');
    await eventually(() => expect(model.requests.length).toBe(2));
    const opened = anotherWindow().openThread(conversation.view.threadId ?? '');
    await until(opened, 'working');
    expect(opened.view.turns).toMatchObject([
      {
        status: 'working',
        items: [
          { type: 'you', text: 'endless' },
          { type: 'command', command: 'echo one' },
        ],
      },
    ]);
    await opened.stop();
    await until(opened, 'stopped');
    expect(opened.view.turns).toMatchObject([{ status: 'stopped' }]);
  });
});

describe('going back in a conversation, with the real codex', () => {
  const turns = (...words: string[]) => words.map((word) => [`you: ${word}`, 'message: ok']);

  it('gives the message back, takes its turn and the later ones, and the model does not know them any more', async () => {
    const { conversations, anotherWindow, model } = await start();
    const conversation = conversations.create();
    for (const word of ['one', 'two', 'three']) await runTurn(conversation, word);
    expect(await conversation.revertBefore(conversation.view.turns[1]?.id ?? '')).toBe('two');
    expect(transcriptOf(conversation)).toEqual(turns('one'));
    await runTurn(conversation, 'other');
    expect(heardByModel(model.requests.at(-1)?.body.input ?? [])).toEqual(['one', 'other']);
    const later = anotherWindow();
    await later.refresh();
    expect(later.summaries().map(({ threadId }) => threadId)).toEqual([conversation.view.threadId]);
    const reread = later.openThread(conversation.view.threadId ?? '');
    await reread.load();
    expect(transcriptOf(reread)).toEqual(turns('one', 'other'));
  });

  it('can be redone with the same turns until the next message, in a thread that takes the place of the first', async () => {
    const { conversations, model } = await start();
    const conversation = conversations.create();
    for (const word of ['one', 'two']) await runTurn(conversation, word);
    const ids = conversation.view.turns.map(({ id }) => id);
    await conversation.revertBefore(ids[0] ?? '');
    expect([conversation.view.turns, conversation.canRedoRevert]).toEqual([[], true]);
    const { from, to } = await conversation.redoRevert(() => undefined);
    expect([conversation.view.threadId, from === to]).toEqual([to, false]);
    expect(conversation.view.turns.map(({ id }) => id)).toEqual(ids);
    await runTurn(conversation, 'three');
    expect(transcriptOf(conversation)).toEqual(turns('one', 'two', 'three'));
    expect(heardByModel(model.requests.at(-1)?.body.input ?? [])).toEqual(['one', 'two', 'three']);
    await conversations.refresh();
    expect(conversations.summaries().map(({ threadId }) => threadId)).toEqual([to]);
    await expect(conversation.redoRevert(() => undefined)).rejects.toMatchObject({ reason: 'declined' });
  });

  it('leaves no copy in the archive once the conversation goes on, so that it can be deleted', async () => {
    const { conversations, client } = await start();
    const conversation = conversations.create();
    for (const word of ['one', 'two', 'three']) await runTurn(conversation, word);
    await conversation.revertBefore(conversation.view.turns[2]?.id ?? '');
    await conversation.revertBefore(conversation.view.turns[1]?.id ?? '');
    const archived = async () => (await client.request('thread/list', { archived: true })).data.length;
    await eventually(async () => expect(await archived()).toBe(1));
    await runTurn(conversation, 'other');
    await eventually(async () => expect(await archived()).toBe(0));
    await client.request('thread/delete', { threadId: conversation.view.threadId ?? '' });
  });

  it('leaves nothing behind when it is deleted while it can still be redone', async () => {
    const { conversations, client } = await start();
    const conversation = conversations.create();
    for (const word of ['one', 'two']) await runTurn(conversation, word);
    await conversation.revertBefore(conversation.view.turns[1]?.id ?? '');
    await conversations.actions.delete(conversation);
    for (const archived of [false, true]) expect((await client.request('thread/list', { archived })).data).toEqual([]);
  });

  it('works on a conversation that was read after a restart of codex', async () => {
    const { conversations, anotherWindow, server, model } = await start();
    const conversation = conversations.create();
    for (const word of ['one', 'two']) await runTurn(conversation, word);
    await server.restart();
    const reread = anotherWindow().openThread(conversation.view.threadId ?? '');
    await reread.load();
    await reread.revertBefore(reread.view.turns[1]?.id ?? '');
    await runTurn(reread, 'other');
    expect(heardByModel(model.requests.at(-1)?.body.input ?? [])).toEqual(['one', 'other']);
  });

  it('stops the turn that runs, and shows nothing that still comes of it', async () => {
    const { conversations, model } = await start();
    const conversation = conversations.create();
    await runTurn(conversation, 'one');
    model.respond(() => [{ type: 'wait', until: new Promise(() => undefined) }]);
    await conversation.send('endless');
    await eventually(() => expect(model.requests.length).toBe(2));
    expect(await conversation.revertBefore(conversation.view.turns[1]?.id ?? '')).toBe('endless');
    model.respond(() => modelTurn(message('ok')));
    await runTurn(conversation, 'other');
    expect(transcriptOf(conversation)).toEqual(turns('one', 'other'));
  });
});
