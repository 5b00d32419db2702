import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Conversation } from '../../../src/conversation/conversation';
import { readSentMessage } from '../../../src/conversation/sentMessage';
import type { Attachment } from '../../../src/shared/composer';
import { message, modelTurn } from '../../support/modelServer';
import {
  heardByModel,
  type RealConversations,
  runTurn,
  startRealConversations,
  until,
} from '../../support/realConversation';

const NOTES: Attachment = {
  id: 'a1',
  kind: 'selection',
  label: 'notes.txt:1-2',
  detail: 'notes.txt',
  path: '/project/notes.txt',
  text: 'The user attached:\nline 1\nline 2',
};

describe('a message that is edited, with the real codex', () => {
  let real: RealConversations;
  beforeAll(async () => {
    real = await startRealConversations();
    let isFull = true;
    real.model.respond(({ userText, request }) => {
      const last = JSON.stringify(request.body.input.at(-1));
      if (last.includes('CONTEXT CHECKPOINT')) isFull = false;
      if (userText.startsWith('too long') && isFull) {
        const error = { code: 'context_length_exceeded', message: 'too long', type: 'invalid_request_error' };
        return { status: 400, body: { error } };
      }
      return modelTurn(message(`About ${userText.split('\n')[0] ?? ''}`));
    });
  });
  afterAll(() => real.dispose());

  const read = ({ view }: Conversation, turnId = view.turns[0]?.id ?? '') =>
    readSentMessage(real.client.request, { threadId: view.threadId ?? '', turnId }, randomUUID);

  it('comes back as it was written, with what was attached and without notes of the editor', async () => {
    const conversation = real.conversations.create();
    await conversation.tellAgent('The user undid something.');
    await conversation.send('Look at\nthis', { attachments: [NOTES] });
    await until(conversation, 'ready');
    const sent = await read(conversation);
    expect(sent?.text).toBe('Look at\nthis');
    const { view } = conversation;
    const you = view.turns[0]?.items.find(({ type }) => type === 'you');
    const ids = { threadId: view.threadId ?? '', turnId: view.turns[0]?.id ?? '', itemId: you?.id ?? '' };
    const again = await readSentMessage(real.client.request, ids, randomUUID);
    expect(again).toMatchObject({ text: sent?.text, attachments: [{ text: NOTES.text }] });
    expect(sent?.attachments).toMatchObject([
      { kind: 'selection', label: 'notes.txt:1-2', path: '/project/notes.txt', text: NOTES.text },
    ]);
  });

  it('is sent again in place: the model knows nothing of the first, nor of what came after', async () => {
    const conversation = real.conversations.create();
    await runTurn(conversation, 'one');
    await runTurn(conversation, 'two');
    await runTurn(conversation, 'three');
    await conversation.revertBefore(conversation.view.turns[1]?.id ?? '');
    await runTurn(conversation, 'two, better');
    expect(heardByModel(real.model.requests.at(-1)?.body.input ?? [])).toEqual(['one', 'two, better']);
  });

  it('is sent as a copy, also when it is the first: the original stays as it is', async () => {
    const conversation = real.conversations.create();
    await runTurn(conversation, 'one');
    await runTurn(conversation, 'two');
    const copy = await real.conversations.actions.fork(conversation, conversation.view.turns[0]?.id);
    await runTurn(copy, 'one, better');
    expect(heardByModel(real.model.requests.at(-1)?.body.input ?? [])).toEqual(['one, better']);
    expect([copy.view.turns.length, conversation.view.turns.length]).toEqual([1, 2]);
  });

  it('is sent again after a compaction, when the conversation had become too long for it', async () => {
    const conversation = real.conversations.create();
    await runTurn(conversation, 'one');
    await conversation.send('too long now');
    await until(conversation, 'failed');
    expect(conversation.view.turns.at(-1)?.problem?.actions).toContain('compactAndRetry');
    await conversation.compactAndRetry();
    await until(conversation, 'ready');
    expect(conversation.view.queue).toEqual([]);
    const items = conversation.view.turns.at(-1)?.items ?? [];
    expect(items.flatMap((item) => (item.type === 'message' ? [item.text] : []))).toEqual(['About too long now']);
  });
});
