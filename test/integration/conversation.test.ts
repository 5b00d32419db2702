import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Conversations } from '../../src/conversation/conversations';
import { activatedExtension, approve, TURN_LIMIT_MS, until, words } from './driving';

let conversations: Conversations;
let workspace: string;
let original: string;

const offers = () => path.join(workspace, 'src/offers.js');
/** Opens the file as it was at first; a document that is still held from an earlier test first catches up with the disk. */
async function openOffers(): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument(offers());
  const editor = await vscode.window.showTextDocument(document, { preview: false });
  await new Promise<void>((resolve) => {
    const check = (): void => {
      if (document.getText() !== original) return;
      subscription.dispose();
      resolve();
    };
    const subscription = vscode.workspace.onDidChangeTextDocument(check);
    check();
  });
  return editor;
}

describe('A conversation with the real codex', function () {
  this.timeout(2 * TURN_LIMIT_MS);

  before(async () => {
    ({ conversations } = await activatedExtension());
    workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    original = fs.readFileSync(offers(), 'utf8');
  });

  afterEach(async () => {
    fs.writeFileSync(offers(), original);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('asks before it changes a file, and writes it into the open document so that one undo takes it back', async () => {
    const editor = await openOffers();
    const conversation = conversations.create();
    await conversation.send('Find and fix the failing test');
    await until(conversation, () => conversation.view.approvals.length > 0);
    assert.equal(editor.document.getText(), original);
    assert.equal(conversation.view.status, 'waiting');
    await approve(conversation, 'accept');
    await until(conversation, () => conversation.view.status === 'ready');
    assert.match(editor.document.getText(), /Math\.floor/);
    assert.match(fs.readFileSync(offers(), 'utf8'), /Math\.floor/);
    assert.match(words(conversation).join('\n'), /all 12 tests pass/);
    await vscode.window.showTextDocument(editor.document);
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), original);
  });

  it('keeps what the person typed and did not save', async () => {
    const editor = await openOffers();
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '// not saved yet\n'));
    assert.equal(fs.readFileSync(offers(), 'utf8'), original);
    const conversation = conversations.create();
    await conversation.send('Find and fix the failing test');
    await approve(conversation, 'accept');
    await until(conversation, () => conversation.view.status === 'ready');
    assert.match(editor.document.getText(), /^\/\/ not saved yet\n/);
    assert.match(editor.document.getText(), /Math\.floor/);
  });

  it('writes nothing when the change is declined', async () => {
    const editor = await openOffers();
    const conversation = conversations.create();
    await conversation.send('Find and fix the failing test');
    await approve(conversation, 'decline');
    await until(conversation, () => conversation.view.status === 'ready');
    assert.equal(editor.document.getText(), original);
    assert.equal(fs.readFileSync(offers(), 'utf8'), original);
    const files = conversation.view.turns[0]?.items.find((item) => item.type === 'files');
    assert.equal(files?.type === 'files' && files.status, 'declined');
  });

  it('is read back from the server as it was', async () => {
    const conversation = conversations.create();
    await conversation.send('Explain how this project is built');
    await until(conversation, () => conversation.view.status === 'ready' && conversation.view.turns.length === 1);
    const said = words(conversation);
    const { threadId } = conversation.view;
    assert.ok(threadId);
    await conversations.refresh();
    assert.ok(conversations.summaries().some((summary) => summary.threadId === threadId));
    await conversation.load();
    assert.deepEqual(words(conversation), said);
    assert.equal(conversation.view.turns[0]?.status, 'completed');
  });

  it('goes on after the server was restarted', async () => {
    const conversation = conversations.create();
    await conversation.send('Hello');
    await until(conversation, () => conversation.view.status === 'ready' && conversation.view.turns.length === 1);
    await vscode.commands.executeCommand('switchyard.restartServer');
    const editor = await openOffers();
    await conversation.send('Find and fix the failing test');
    await approve(conversation, 'accept');
    await until(conversation, () => conversation.view.status === 'ready' && conversation.view.turns.length === 2);
    // Written through the editor again: the environment was selected anew.
    await vscode.window.showTextDocument(editor.document);
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), original);
  });
});
