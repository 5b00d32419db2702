import { expect, it } from 'vitest';
import { Conversations } from '../../../../src/conversation/conversations';
import { releaseUnshown } from '../../../../src/surfaces/status/releaseUnshown';
import { fakeClient, settled, THREAD } from '../../../support/fakeClient';
import { ManualTimer } from '../../../support/manualServer';

/** A stored conversation that was opened, long after its last turn, and panels that hold what the test says. */
async function setUp() {
  const { server, context } = fakeClient();
  const conversations = new Conversations(context, () => ({ mode: 'ask', model: '', effort: '', folder: '/project' }));
  const conversation = conversations.openThread(THREAD);
  await settled();
  const held = new Set<string>();
  const clock = new ManualTimer();
  const sweeping = releaseUnshown({ conversations, timer: clock.timer, isHeld: ({ key }) => held.has(key) });
  const sweep = (times: number): void => {
    for (let count = 0; count < times; count++) clock.elapse();
  };
  return { server, conversations, conversation, held, clock, sweeping, sweep };
}

it('lets a conversation go that no panel has held for a while, however old it is', async () => {
  const { conversations, sweep } = await setUp();
  sweep(4);
  expect(conversations.all.length).toBe(1);
  sweep(1);
  expect(conversations.all).toEqual([]);
});

it('counts anew from when a panel held it or a turn ran', async () => {
  const { conversations, conversation, held, server, sweep } = await setUp();
  sweep(4);
  held.add(conversation.key);
  sweep(9);
  held.clear();
  sweep(4);
  await conversation.send('Hello');
  sweep(9);
  server.notify('turn/started', { threadId: THREAD, turn: { id: 'turn-1', rootTurnId: 'turn-1' } });
  const turn = { id: 'turn-1', status: 'completed', error: null, durationMs: 5 };
  server.notify('turn/completed', { threadId: THREAD, turn });
  for (const { id } of conversation.view.outbox) conversation.removeFromOutbox(id);
  sweep(4);
  expect(conversations.all.length).toBe(1);
  sweep(1);
  expect(conversations.all).toEqual([]);
});

it('ends with the window', async () => {
  const { clock, sweeping, sweep } = await setUp();
  sweep(1);
  sweeping.dispose();
  expect(clock.waits).toEqual([]);
});
