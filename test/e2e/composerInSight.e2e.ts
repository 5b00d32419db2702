import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApprovalView, ConversationView } from '../../src/shared/conversation';
import { bundleWebview, ChatBrowser } from '../support/chatBrowser';

const HEIGHT = 600;

let chat: ChatBrowser;

beforeAll(async () => {
  chat = await ChatBrowser.open(await bundleWebview(), { width: 300, height: HEIGHT });
});
afterAll(() => chat.close());

const approval = (id: string): ApprovalView => ({
  ...{ id, kind: 'command', turnId: 't', itemId: 'i', title: 'Run this command?', command: 'npm test' },
  ...{ folder: '/project', reason: null, files: [] },
  decisions: [
    { id: 'accept', label: 'Allow once', tone: 'primary' },
    { id: 'cancel', label: 'Decline and stop', tone: 'quiet' },
  ],
});

test('the composer stays in sight with a part of the conversation, whatever is asked above it', async () => {
  const fields: Partial<ConversationView> = {
    status: 'waiting',
    turns: [
      {
        ...{ id: 't', status: 'working', startedAtMs: 1, durationMs: null, problem: null },
        items: [{ type: 'you', id: 'y', text: 'Question', attachments: [] }],
      },
    ],
    approvals: ['a', 'b', 'c', 'd', 'e'].map(approval),
    queue: [{ id: 'q', text: 'later' }],
  };
  await chat.show(fields, 'a long draft\n'.repeat(40));
  const edges = async (selector: string) => {
    const box = await chat.page.locator(selector).boundingBox();
    return box && { top: box.y, bottom: box.y + box.height, height: box.height };
  };
  await chat.page.getByRole('button', { name: 'Allow once' }).first().waitFor();
  expect((await edges('.composer'))?.bottom).toBeLessThanOrEqual(HEIGHT);
  expect((await edges('.transcript'))?.height).toBeGreaterThan(40);
  expect((await edges('.above-composer'))?.height).toBeGreaterThan(100);
  expect(await chat.page.evaluate(() => document.documentElement.scrollHeight)).toBe(HEIGHT);
  await chat.page.getByRole('button', { name: 'Decline and stop' }).last().scrollIntoViewIfNeeded();
  expect((await edges('.composer'))?.bottom).toBeLessThanOrEqual(HEIGHT);
});
