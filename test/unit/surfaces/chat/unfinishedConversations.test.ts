import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { nullLogger } from '../../../../src/base/logger';
import { Conversations } from '../../../../src/conversation/conversations';
import { UnfinishedConversations } from '../../../../src/surfaces/chat/unfinishedConversations';
import { TURN } from '../../../support/conversations';
import { eventually } from '../../../support/eventually';
import { fakeClient, settled, THREAD } from '../../../support/fakeClient';
import { ManualTimer } from '../../../support/manualServer';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'switchyard-unfinished-'));
  file = path.join(folder, 'storage', 'unfinished.json');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A window on the folder: its conversations, and what it keeps of them. */
function openWindow(version = '1', draftOf = (_key: string): string => '') {
  const clock = new ManualTimer();
  const unfinished = new UnfinishedConversations({ file, version, timer: clock.timer, logger: nullLogger });
  const { server, context } = fakeClient({ unfinished, draftOf: ({ key }) => draftOf(key) });
  const conversations = new Conversations(context, () => ({ mode: 'ask', model: '', effort: '', folder: '/project' }));
  unfinished.follow(conversations);
  return { clock, unfinished, server, conversations };
}

/** A conversation with a turn that runs and a message that waits for its end. */
async function converse({ conversations }: ReturnType<typeof openWindow>) {
  const conversation = conversations.create();
  await conversation.send('first');
  await conversation.send('second');
  return conversation;
}

it('gives the next window the queue and the unread marks', async () => {
  const before = openWindow();
  const conversation = await converse(before);
  before.conversations.markUnread(conversation.key);
  before.unfinished.flush();
  const after = openWindow();
  expect(after.conversations.unreadCount).toBe(1);
  const reopened = after.conversations.openThread(THREAD);
  expect(reopened.view.queue.map(({ text }) => text)).toEqual(['second']);
  after.conversations.markRead(reopened.key);
  expect(after.conversations.unreadCount).toBe(0);
});

it('is at most a second behind, for a window that ends without a word', async () => {
  const before = openWindow();
  await converse(before);
  before.clock.elapse();
  await eventually(() => expect(readFileSync(file, 'utf8')).toContain('second'));
  expect(openWindow().unfinished.recall(THREAD)?.queue).toHaveLength(1);
});

it('keeps what was left of conversations that the next window did not open', async () => {
  const before = openWindow();
  await converse(before);
  before.unfinished.flush();
  const idle = openWindow();
  idle.conversations.create();
  idle.unfinished.flush();
  expect(openWindow().unfinished.recall(THREAD)?.queue).toHaveLength(1);
});

it('forgets what was sent meanwhile, also for a conversation that was let go and is opened again', async () => {
  const before = openWindow();
  await converse(before);
  before.unfinished.flush();
  const after = openWindow();
  const reopened = after.conversations.openThread(THREAD);
  await settled();
  for (const { id } of reopened.view.queue) reopened.takeFromQueue(id);
  for (const { id } of reopened.view.outbox) reopened.removeFromOutbox(id);
  expect(after.conversations.release(reopened)).toBe(true);
  expect(after.conversations.openThread(THREAD).view.queue).toEqual([]);
  after.unfinished.flush();
  expect(openWindow().unfinished.recall(THREAD)?.queue ?? []).toEqual([]);
});

it('keeps nothing of what happens while the window ends', async () => {
  const before = openWindow();
  const conversation = await converse(before);
  before.unfinished.flush();
  for (const { id } of conversation.view.queue) conversation.takeFromQueue(id);
  before.clock.elapse();
  before.unfinished.flush();
  expect(openWindow().unfinished.recall(THREAD)?.queue).toHaveLength(1);
});

it('begins with nothing where the file is damaged or was written by another version', async () => {
  const before = openWindow();
  await converse(before);
  before.unfinished.flush();
  expect(openWindow('2').unfinished.recall(THREAD)).toBeUndefined();
  writeFileSync(file, '{"version":"1","unread":[],"conversations":{"T":{"queue":7}}}');
  expect(openWindow().unfinished.recall('T')).toBeUndefined();
});

it('keeps nothing of a conversation that was deleted', async () => {
  const before = openWindow();
  const conversation = await converse(before);
  before.clock.elapse();
  await eventually(() => expect(readFileSync(file, 'utf8')).toContain('second'));
  await before.conversations.actions.delete(conversation);
  before.unfinished.flush();
  expect(before.unfinished.recall(THREAD)).toBeUndefined();
  expect(readFileSync(file, 'utf8')).not.toContain('second');
});

it('knows in the next window which conversations were written in and not sent', () => {
  const before = openWindow('1', (key) => (key === 'drafted' ? 'Sort them' : ''));
  before.conversations.create('drafted');
  before.conversations.create('empty');
  before.unfinished.flush();
  const after = openWindow();
  expect(after.conversations.all.map(({ key }) => key)).toEqual(['drafted']);
});

it('keeps nothing of a turn that was stopped and then taken back, also where it was the only one', async () => {
  const before = openWindow();
  const conversation = before.conversations.create();
  await conversation.send('first');
  before.server.notify('turn/started', {
    threadId: THREAD,
    turn: { id: TURN, rootTurnId: TURN, status: 'inProgress' },
  });
  const end = { id: TURN, status: 'interrupted', error: null, durationMs: 5 };
  before.server.notify('turn/completed', { threadId: THREAD, turn: end });
  expect(before.unfinished.recall(THREAD)?.turn?.id).toBe(TURN);
  await conversation.revertBefore(TURN);
  before.unfinished.flush();
  expect(openWindow().unfinished.recall(THREAD)?.turn ?? null).toBeNull();
});

it('knows what waits to be sent, also in conversations that this window has not opened', async () => {
  const before = openWindow();
  await converse(before);
  expect(before.unfinished.messages().map(({ text }) => text)).toContain('second');
  before.unfinished.flush();
  expect(
    openWindow()
      .unfinished.messages()
      .map(({ text }) => text),
  ).toContain('second');
});
