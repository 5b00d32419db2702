import { describe, expect, it } from 'vitest';
import type { Attachment } from '../../../src/shared/composer';
import { deferred, openConversation } from '../../support/conversations';
import { settled, THREAD } from '../../support/fakeClient';

const attachment = (label: string): Attachment => ({
  id: label,
  kind: 'selection',
  label,
  detail: '',
  path: null,
  text: `text of ${label}`,
});
const inputsOf = (input: readonly { readonly type: string }[]): string[] =>
  input.map((part) =>
    'text' in part ? (String(part.text).trim().split('\n').at(-2) ?? String(part.text)) : part.type,
  );

describe('a message with attachments', () => {
  it('takes them along through the queue', async () => {
    const { conversation, server, begin, say, view } = openConversation();
    await begin();
    await conversation.send('later', { attachments: [attachment('a.ts:1-2')] });
    expect(view.queue.map(({ attachments = [] }) => attachments.map(({ label }) => label))).toEqual([['a.ts:1-2']]);
    say.completed();
    await settled();
    expect(inputsOf(server.paramsOf('turn/start').at(-1)?.input ?? [])).toEqual(['later', 'text of a.ts:1-2']);
  });

  it('has them again when it is sent again after a failure', async () => {
    const { conversation, server } = openConversation();
    server.refuse('turn/start', 'not now');
    await conversation.send('', { attachments: [attachment('only')] });
    server.respond('turn/start', () => ({ turn: { id: 'turn-9' } }));
    await conversation.retry();
    expect(inputsOf(server.paramsOf('turn/start').at(-1)?.input ?? [])).toEqual(['text of only']);
  });

  describe('whose turn failed before the conversation was opened', () => {
    const image = { type: 'localImage' as const, path: '/project/shot.png' };

    async function openFailed(content: readonly object[], stored: readonly object[] = content) {
      const opened = openConversation({ threadId: THREAD });
      const item = (parts: readonly object[]) => ({ type: 'userMessage', id: 'user', clientId: null, content: parts });
      const error = { message: 'no', codexErrorInfo: null, additionalDetails: null };
      const turn = { id: 'old', items: [item(content)], status: 'failed', error, startedAt: 1, durationMs: 1 };
      opened.server.respond('thread/turns/list', () => ({ data: [turn], nextCursor: null }));
      opened.server.respond('thread/items/read', () => ({ data: [{ item: item(stored) }] }));
      await opened.conversation.load();
      return opened;
    }

    it('has them again when it is sent again', async () => {
      const { conversation, server, view } = await openFailed([image]);
      await Promise.all([conversation.retry(), conversation.retry()]);
      expect(server.paramsOf('thread/items/read')[0]).toEqual({ threadId: THREAD, turnId: 'old', itemIds: ['user'] });
      expect(server.paramsOf('turn/start').map(({ input }) => input)).toEqual([[image]]);
      expect(view.turns[0]?.problem).toBeNull();
    });

    it('waits in the queue when another message was sent while it was read', async () => {
      const { conversation, server, view } = await openFailed([image]);
      const read = deferred<object>();
      server.respond('thread/items/read', () => read.promise);
      const retrying = conversation.retry();
      await conversation.send('other');
      read.resolve({ data: [{ item: { type: 'userMessage', id: 'user', clientId: null, content: [image] } }] });
      await retrying;
      expect(server.paramsOf('turn/start').map(({ input }) => inputsOf(input))).toEqual([['other']]);
      expect(view.queue.map(({ attachments = [] }) => attachments.map(({ path }) => path))).toEqual([[image.path]]);
    });

    it('is never sent empty', async () => {
      const { conversation, server, view } = await openFailed([{ type: 'image', url: 'data:image/png;base64,AA==' }]);
      await expect(conversation.retry()).rejects.toMatchObject({ reason: 'notFound' });
      expect([server.paramsOf('turn/start'), view.turns[0]?.problem]).toMatchObject([
        [],
        { actions: ['retry', 'showLog'] },
      ]);
    });
  });

  it('gives a conversation without words a title', async () => {
    const { conversation, view } = openConversation();
    await conversation.send('', { attachments: [attachment('dot.png')] });
    expect(view.title).toBe('dot.png');
  });
});

describe('a message while a turn runs', () => {
  it('goes into the turn at once where that is chosen', async () => {
    const { conversation, server, begin, view } = openConversation();
    await begin();
    await conversation.send('now', { followUp: 'steer' });
    expect(server.paramsOf('turn/steer').map(({ input }) => inputsOf(input))).toEqual([['now']]);
    expect(view.queue).toEqual([]);
  });

  it('waits at the head of the queue when the turn does not take it', async () => {
    const { conversation, server, begin, view } = openConversation();
    await begin();
    server.refuse('turn/steer', 'cannot steer a compact turn');
    await conversation.send('now', { followUp: 'steer' });
    expect(view.queue.map(({ text }) => text)).toEqual(['now']);
  });

  it('can be moved to another place in the queue', async () => {
    const { conversation, begin, view } = openConversation();
    await begin();
    for (const text of ['one', 'two', 'three']) await conversation.send(text);
    const texts = (): string[] => view.queue.map(({ text }) => text);
    conversation.moveInQueue(view.queue[2]?.id ?? '', 0);
    expect(texts()).toEqual(['three', 'one', 'two']);
    conversation.moveInQueue(view.queue[0]?.id ?? '', 99);
    expect(texts()).toEqual(['one', 'two', 'three']);
    conversation.moveInQueue('gone', 0);
    expect(texts()).toEqual(['one', 'two', 'three']);
  });
});

describe('compact and review', () => {
  it('ask the server, and only between turns', async () => {
    const { conversation, server, begin, say } = openConversation();
    await begin();
    await expect(conversation.compact()).rejects.toMatchObject({ reason: 'declined' });
    await expect(conversation.review({ type: 'uncommittedChanges' })).rejects.toMatchObject({ reason: 'declined' });
    say.completed();
    await conversation.compact();
    await conversation.review({ type: 'baseBranch', branch: 'main' });
    expect(server.paramsOf('thread/compact/start')).toHaveLength(1);
    expect(server.paramsOf('review/start')).toMatchObject([{ target: { type: 'baseBranch', branch: 'main' } }]);
  });

  it('reviews with the mode, model and environment that are chosen now', async () => {
    const { conversation, server } = openConversation({ threadId: THREAD });
    conversation.configure({ mode: 'plan', model: 'gpt-x', effort: 'high' });
    await conversation.review({ type: 'uncommittedChanges' });
    expect(server.sent.slice(-2)).toMatchObject([
      {
        method: 'thread/settings/update',
        params: {
          approvalPolicy: 'never',
          sandboxPolicy: { type: 'readOnly' },
          model: 'gpt-x',
          effort: 'high',
          environments: [{ environmentId: 'editor' }],
        },
      },
      { method: 'review/start' },
    ]);
  });

  it('say that there is nothing to compact in a conversation without a thread', async () => {
    const { conversation } = openConversation();
    await expect(conversation.compact()).rejects.toThrow('nothing to compact');
  });
});
