import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppServerClient } from '../../../src/router/appServerClient';
import { nullLogger } from '../../../src/base/logger';
import { WORKSPACE_THREADS } from '../../../src/conversation/threadIndex';
import { eventually } from '../../support/eventually';
import { type ModelCall, functionCall, message, modelTurn } from '../../support/modelServer';
import { type RealConversations, runTurn, startRealConversations, until } from '../../support/realConversation';

let real: RealConversations;
let elsewhere: string;

/** A thread of another folder, which no conversation of this window knows. */
async function threadElsewhere(text: string): Promise<string> {
  const client = new AppServerClient(real.server, nullLogger);
  const { thread } = await client.startThread({ cwd: elsewhere });
  const input = [{ type: 'text' as const, text, text_elements: [] }];
  const ended = new Promise<void>((resolve) => {
    client.router.onThread(thread.id, (each) => {
      if (each.known && each.method === 'turn/completed') resolve();
    });
  });
  await client.request('turn/start', { threadId: thread.id, input });
  await ended;
  return thread.id;
}

describe('The stored conversations of the real codex', () => {
  beforeAll(async () => {
    elsewhere = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'switchyard-elsewhere-')));
    real = await startRealConversations();
  });

  afterAll(async () => {
    await real.dispose();
    rmSync(elsewhere, { recursive: true, force: true });
  });

  it('are found by words of any case and of any folder, and by id', async () => {
    const { conversations } = real;
    await runTurn(conversations.create(), 'Alpha Apple');
    const there = conversations.browse(() => undefined);
    const other = real.anotherWindow();
    const id = await threadElsewhere('Delta apple');
    await there.refresh();
    expect(there.threads.map(({ title }) => title)).toEqual(['Alpha Apple']);
    await there.show({ ...WORKSPACE_THREADS, text: 'aPPLE' });
    expect(there.threads.map(({ title }) => title).sort()).toEqual(['Alpha Apple', 'Delta apple']);
    await there.show({ ...WORKSPACE_THREADS, allFolders: true });
    expect(there.threads.find(({ threadId }) => threadId === id)).toMatchObject({ folder: elsewhere });
    const opened = await other.actions.openById(id);
    expect(opened.view).toMatchObject({ title: 'Delta apple', folder: elsewhere });
  });

  it('can be forked; then the original can be archived and read, but not deleted', async () => {
    const { conversations } = real;
    const original = conversations.create();
    await runTurn(original, 'Original words');
    const copy = await conversations.actions.fork(original);
    await eventually(() => expect(copy.view.turns.length).toBe(1));
    await until(copy, 'ready');
    await runTurn(copy, 'Only in the copy');
    const text = await conversations.actions.exportMarkdown(copy);
    expect(text).toMatch(/^# Original words \(fork\)\n[\s\S]*Original words[\s\S]*Only in the copy/);
    await expect(conversations.actions.delete(original)).rejects.toMatchObject({ reason: 'declined' });
    const threadId = original.view.threadId ?? '';
    await conversations.actions.archive(original);
    await conversations.index.show({ ...WORKSPACE_THREADS, archived: true });
    expect(conversations.summaries()).toMatchObject([{ threadId, archived: true }]);
    const archived = conversations.openThread(threadId);
    await eventually(() =>
      expect(archived.view.outbox).toMatchObject([{ problem: { title: 'This conversation is archived' } }]),
    );
    expect(archived.view.turns.length).toBe(1);
    await conversations.index.show(WORKSPACE_THREADS);
    await conversations.actions.unarchive(threadId);
    await eventually(() => expect(archived.view.outbox).toEqual([]));
    await runTurn(archived, 'It goes on');
    await conversations.actions.delete(copy);
    await conversations.actions.delete(archived);
    expect(conversations.summaries().map(({ title }) => title)).toEqual(['Alpha Apple']);
  });

  it('go on after they were released', async () => {
    const { conversations } = real;
    const conversation = conversations.create();
    await runTurn(conversation, 'Rest');
    expect(conversations.release(conversation)).toBe(true);
    const again = conversations.openThread(conversation.view.threadId ?? '');
    await eventually(() => expect(again.view.turns.length).toBe(1));
    await runTurn(again, 'And on');
    expect(again.view.turns.length).toBe(2);
  });

  it('are stopped where they work without being opened', async () => {
    const { conversations, model } = real;
    model.respond(() => [{ type: 'wait', until: new Promise(() => undefined) }]);
    const conversation = conversations.create();
    await conversation.send('Takes long');
    await eventually(() => expect(conversation.view.turns.length).toBe(1));
    const threadId = conversation.view.threadId ?? '';
    const other = real.anotherWindow();
    await eventually(async () => expect(await other.actions.interrupt(threadId)).toBe(true));
    await until(conversation, 'stopped');
    await eventually(async () => expect(await other.actions.interrupt(threadId)).toBe(false));
    model.respond(() => modelTurn(message('done')));
    await conversations.actions.delete(conversation);
  });

  it('have their sub-agents under them, with a name', async () => {
    const { conversations, model } = real;
    let hasSpawned = false;
    model.respond((call: ModelCall) => {
      const namespace = call.request.body.tools?.find((tool) => JSON.stringify(tool).includes('spawn_agent'))?.name;
      if (hasSpawned || namespace === undefined) return modelTurn(message('done'));
      hasSpawned = true;
      const steps = functionCall('spawn_agent', { message: 'Do the part' });
      return modelTurn(steps.map((step) => ('item' in step ? { ...step, item: { ...step.item, namespace } } : step)));
    });
    const parent = conversations.create();
    parent.configure({ model: 'a-model-with-sub-agents' });
    await runTurn(parent, 'Parent task');
    await eventually(() => {
      const sub = conversations.summaries().find(({ parentThreadId }) => parentThreadId === parent.view.threadId);
      expect(sub).toMatchObject({ title: 'Do the part', status: 'ready' });
    });
  });
}, 60_000);
