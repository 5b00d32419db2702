import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { WORKSPACE_THREADS } from '../../src/conversation/threadIndex';
import type { Conversations } from '../../src/conversation/conversations';
import { activatedExtension, runTurn, TURN_LIMIT_MS, until } from './driving';

let conversations: Conversations;

describe('The commands of conversations', function () {
  this.timeout(2 * TURN_LIMIT_MS);

  before(async () => {
    ({ conversations } = await activatedExtension());
  });

  afterEach(async () => {
    await conversations.index.show(WORKSPACE_THREADS);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('fork, export, archive and read one, with the real codex', async () => {
    const original = conversations.create();
    await runTurn(original, 'Hello');
    await vscode.commands.executeCommand('switchyard.openConversation', original.key);
    await vscode.commands.executeCommand('switchyard.forkConversation', original.key);
    const copy = conversations.all.find(({ view }) => view.title === `${original.view.title} (fork)`);
    assert.ok(copy);
    await until(copy, () => !copy.view.loading && copy.view.turns.length === 1);

    await vscode.commands.executeCommand('switchyard.exportConversation', copy.key);
    const exported = vscode.window.activeTextEditor?.document;
    assert.equal(exported?.languageId, 'markdown');
    assert.match(exported.getText(), /^# Hello \(fork\)\n[\s\S]*## You\n\nHello\n\n## Codex\n/);

    const { threadId } = original.view;
    assert.ok(threadId);
    await vscode.commands.executeCommand('switchyard.archiveConversation', original.key);
    const isListed = (): boolean => conversations.summaries().some((summary) => summary.threadId === threadId);
    assert.equal(isListed(), false);
    await conversations.index.show({ ...WORKSPACE_THREADS, archived: true });
    assert.equal(isListed(), true);

    const archived = conversations.openThread(threadId);
    await until(archived, () => archived.view.outbox.length > 0);
    assert.equal(archived.view.outbox[0]?.problem?.title, 'This conversation is archived');
    assert.equal(archived.view.turns.length, 1);
    await conversations.actions.unarchive(threadId);
    await until(archived, () => archived.view.outbox.length === 0 && !archived.view.loading);
    await runTurn(archived, 'Hello');
  });

  it('stop the only conversation that works where the one in front does not, and leave no mark at it', async () => {
    const working = conversations.create();
    await working.send('Find and fix the failing test');
    await until(working, () => working.view.approvals.length > 0);
    await vscode.commands.executeCommand('switchyard.openConversation', conversations.create().key);
    await vscode.commands.executeCommand('switchyard.stop');
    await until(working, () => working.view.status === 'stopped');
    assert.equal(conversations.summaryOf(working).unread, false);
  });
});
