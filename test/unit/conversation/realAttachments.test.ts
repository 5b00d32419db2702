import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { nullLogger } from '../../../src/base/logger';
import { Catalog } from '../../../src/conversation/catalog';
import { AppServerClient } from '../../../src/router/appServerClient';
import type { Attachment } from '../../../src/shared/composer';
import { eventually } from '../../support/eventually';
import { type RealConversations, startRealConversations, until } from '../../support/realConversation';

const DOT = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

let real: RealConversations | undefined;

afterEach(async () => {
  await real?.dispose();
  real = undefined;
});

describe('what is attached to a message, with the real codex', () => {
  it('reaches the model after the words, and stands in the transcript by its label, also after a reload', async () => {
    real = await startRealConversations();
    const { conversations, anotherWindow, model, folder } = real;
    const image = path.join(folder, 'dot.png');
    writeFileSync(image, Buffer.from(DOT, 'base64'));
    const attachments: Attachment[] = [
      { id: 's', kind: 'selection', label: 'a.ts:1', detail: '', path: null, text: 'Selected:\nconst a = 1;' },
      { id: 'i', kind: 'image', label: 'dot.png', detail: '', path: image, text: '' },
    ];
    const conversation = conversations.create();
    await conversation.send('Explain', { attachments });
    await until(conversation, 'ready');
    const content = model.requests.at(-1)?.body.input.at(-1)?.content ?? [];
    expect(content.map(({ type, text }) => text ?? type)).toEqual([
      'Explain',
      '\n<editor_context>\nSelected:\nconst a = 1;\n</editor_context>',
      expect.stringContaining('dot.png'),
      'input_image',
      '</image>',
    ]);
    const said = { type: 'you', text: 'Explain', attachments: ['a.ts:1', image] };
    expect(conversation.view.turns[0]?.items[0]).toMatchObject(said);
    const later = anotherWindow();
    const reread = later.openThread(conversation.view.threadId ?? '');
    await reread.load();
    expect(reread.view.turns[0]?.items[0]).toMatchObject(said);
    await later.refresh();
    expect(later.summaries()).toMatchObject([{ title: 'Explain' }]);
  });

  it('is not needed for a skill: its name with a dollar sign brings its instructions', async () => {
    real = await startRealConversations();
    const { conversations, server, model, folder } = real;
    const file = path.join(folder, '.agents/skills/tidy-up/SKILL.md');
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, '---\nname: tidy-up\ndescription: Tidies up.\n---\nPut everything in its place.\n');
    const client = new AppServerClient(server, nullLogger);
    await client.start();
    expect(await new Catalog(client).skills(folder)).toContainEqual({
      name: 'tidy-up',
      description: 'Tidies up.',
      path: file,
    });
    const conversation = conversations.create();
    await conversation.send('use $tidy-up now');
    await until(conversation, 'ready');
    expect(JSON.stringify(model.requests.at(-1)?.body.input)).toContain('Put everything in its place.');
    client.dispose();
  });
});

describe('the catalog, with the real codex', () => {
  it('finds files and folders of the workspace, but none of Git’s own', async () => {
    real = await startRealConversations();
    const { server, folder } = real;
    mkdirSync(path.join(folder, '.git'));
    mkdirSync(path.join(folder, 'src'));
    for (const file of ['.git/config', 'src/config.ts']) writeFileSync(path.join(folder, file), '');
    const client = new AppServerClient(server, nullLogger);
    await client.start();
    const catalog = new Catalog(client);
    expect(await catalog.findFiles('config', [folder], 'test')).toEqual([
      { root: folder, path: path.join('src', 'config.ts'), isFolder: false },
    ]);
    expect(await catalog.findFiles('src', [folder], 'test')).toContainEqual({
      root: folder,
      path: 'src',
      isFolder: true,
    });
    expect(await catalog.mcpServers()).toEqual([]);
    client.dispose();
  });

  it('compacts and reviews a conversation in turns of their own', async () => {
    real = await startRealConversations();
    const { conversations } = real;
    const conversation = conversations.create();
    await conversation.send('one');
    await until(conversation, 'ready');
    await conversation.compact();
    await eventually(() => expect(conversation.view.turns.length).toBe(2));
    await until(conversation, 'ready');
    expect(conversation.view.turns[1]?.items).toMatchObject([{ type: 'step', subject: 'the conversation' }]);
    conversation.configure({ model: 'gpt-5.6-sol' });
    await conversation.review({ type: 'custom', instructions: 'Look at everything' });
    await eventually(() => expect(conversation.view.turns.length).toBe(3));
    await until(conversation, 'ready');
    expect(conversation.view.turns[2]?.items.map(({ type }) => type)).toContain('step');
    await eventually(() => expect(real?.model.requests.at(-1)?.body.model).toBe('gpt-5.6-sol'));
  });
});
