import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { FileChangeView } from '../../src/shared/conversation';
import { type EditedProposal, ProposalDiff } from '../../src/surfaces/edits/proposalDiff';

/** The extension itself has registered its own. */
const SCHEME = 'proposal-under-test';
const ORIGINAL = 'one\ntwo\nthree\n';
const PROPOSED = 'one\n2\nthree\n';

let folder: string;
let diff: ProposalDiff;
let edits: EditedProposal[];

const command = (id: string, ...args: unknown[]) => vscode.commands.executeCommand(id, ...args);
const proposals = () => vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === SCHEME);
const tabs = () =>
  vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.scheme === SCHEME);

function put(name: string, content: string): string {
  fs.writeFileSync(path.join(folder, name), content);
  return path.join(folder, name);
}

function changeOf(file: string, diffText = '@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n'): FileChangeView {
  return {
    path: file,
    label: path.basename(file),
    kind: 'update',
    movedTo: null,
    diff: diffText,
    added: 1,
    removed: 1,
  };
}

async function until<T>(look: () => T | undefined | false): Promise<T> {
  const end = Date.now() + 20_000;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`It did not come to pass: ${look.toString()}`);
    await pause(10);
  }
}

/** The editor of the right side, once it is the active one. */
async function rightSide(): Promise<vscode.TextEditor> {
  return until(() => {
    const editor = vscode.window.activeTextEditor;
    return editor?.document.uri.scheme === SCHEME ? editor : undefined;
  });
}

async function type(editor: vscode.TextEditor, line: number, text: string): Promise<void> {
  editor.selection = new vscode.Selection(line, 0, line, 0);
  const length = editor.document.getText().length + text.length;
  await command('type', { text });
  await until(() => editor.document.getText().length === length);
}

const editedIn = (approvalId: string) => [...diff.editedTexts(approvalId).values()];

describe('The diff of a proposal', () => {
  beforeEach(() => {
    const workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    assert.ok(workspace);
    folder = fs.mkdtempSync(path.join(workspace, 'proposal-'));
    diff = new ProposalDiff(SCHEME);
    edits = [];
    diff.onDidEdit((edit) => edits.push(edit));
  });

  afterEach(async () => {
    for (const approvalId of ['a', 'b']) await diff.close(approvalId);
    await command('workbench.action.closeAllEditors');
    diff.dispose();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('shows the file on the left and what it would become on the right, and writes nothing', async () => {
    const file = put('a.txt', ORIGINAL);
    await diff.open(changeOf(file), true, { approvalId: 'a' });
    const editor = await rightSide();
    assert.equal(editor.document.getText(), PROPOSED);
    const [tab] = tabs();
    assert.ok(tab?.input instanceof vscode.TabInputTextDiff);
    assert.equal(tab.input.original.toString(), vscode.Uri.file(file).toString());
    assert.deepEqual(editedIn('a'), []);
    assert.equal(fs.readFileSync(file, 'utf8'), ORIGINAL);
  });

  it('takes what is typed into the right side, unsaved, and undo takes it away again', async () => {
    const file = put('a.txt', ORIGINAL);
    await diff.open(changeOf(file), true, { approvalId: 'a' });
    const editor = await rightSide();
    await type(editor, 1, 'my');
    assert.deepEqual([...diff.editedTexts('a')], [[file, 'one\nmy2\nthree\n']]);
    await command('undo');
    await until(() => editor.document.getText() === PROPOSED);
    assert.deepEqual(editedIn('a'), []);
    assert.deepEqual(edits, []);
  });

  it('keeps what was saved when its tab is closed, and tells of it', async () => {
    const file = put('a.txt', ORIGINAL);
    await diff.open(changeOf(file), true, { approvalId: 'a' });
    const editor = await rightSide();
    await type(editor, 1, 'my ');
    await command('workbench.action.files.save');
    await until(() => edits.length > 0);
    assert.deepEqual(edits, [{ approvalId: 'a', path: file, text: 'one\nmy 2\nthree\n' }]);
    await type(editor, 0, 'unsaved ');
    await command('workbench.action.revertAndCloseActiveEditor');
    await until(() => tabs().length === 0);
    assert.deepEqual(editedIn('a'), ['one\nmy 2\nthree\n']);
    await diff.open(changeOf(file), true, { approvalId: 'a' });
    assert.equal((await rightSide()).document.getText(), 'one\nmy 2\nthree\n');
    assert.equal(fs.readFileSync(file, 'utf8'), ORIGINAL);
  });

  it('is closed without a question when its approval is answered, another one stays', async () => {
    const [first, second] = [put('a.txt', ORIGINAL), put('b.txt', ORIGINAL)];
    await diff.open(changeOf(first), true, { approvalId: 'a' });
    await type(await rightSide(), 1, 'unsaved ');
    await diff.open(changeOf(second), true, { approvalId: 'b' });
    await until(() => tabs().length === 2);
    await diff.close('a');
    assert.deepEqual(
      tabs().map(({ label }) => label.includes('b.txt')),
      [true],
    );
    assert.deepEqual(edits, []);
    assert.deepEqual(editedIn('a'), []);
  });

  it('follows the choice of hunks made elsewhere, but never over unsaved text', async () => {
    const file = put('a.txt', ORIGINAL);
    await diff.open(changeOf(file), true, { approvalId: 'a' });
    const editor = await rightSide();
    diff.setText('a', file, ORIGINAL);
    await until(() => editor.document.getText() === ORIGINAL);
    assert.deepEqual(editedIn('a'), []);
    await type(editor, 0, 'my ');
    diff.setText('a', file, PROPOSED);
    await diff.open(changeOf(file), true, { approvalId: 'a', choiceText: PROPOSED });
    assert.equal(editor.document.getText(), `my ${ORIGINAL}`);
    assert.deepEqual(editedIn('a'), [`my ${ORIGINAL}`]);
  });

  it('can be saved again and again', async () => {
    const file = put('a.txt', ORIGINAL);
    await diff.open(changeOf(file), true, { approvalId: 'a' });
    const editor = await rightSide();
    for (let i = 1; i <= 5; i++) {
      await type(editor, 0, 'x');
      assert.equal(await editor.document.save(), true);
      assert.deepEqual(editedIn('a'), ['x'.repeat(i) + PROPOSED]);
    }
  });

  it('keeps mixed line endings, and characters that the encoding of the files does not have', async () => {
    const files = vscode.workspace.getConfiguration('files');
    await files.update('encoding', 'iso88591', vscode.ConfigurationTarget.Workspace);
    try {
      const file = put('new.txt', '');
      fs.rmSync(file);
      const change = { ...changeOf(file, 'eins\r\nzwei €\ndrei\r\n'), kind: 'add' as const };
      await diff.open(change, true, { approvalId: 'a' });
      const editor = await rightSide();
      await type(editor, 2, '→');
      assert.deepEqual(editedIn('a'), ['eins\r\nzwei €\n→drei\r\n']);
      assert.equal(await editor.document.save(), true);
      assert.deepEqual(editedIn('a'), ['eins\r\nzwei €\n→drei\r\n']);
    } finally {
      await files.update('encoding', undefined, vscode.ConfigurationTarget.Workspace);
    }
  });

  it('cannot be edited when no approval waits for it', async () => {
    const file = put('a.txt', ORIGINAL);
    await diff.open(changeOf(file), true);
    const { document } = await rightSide();
    await assert.rejects(async () => vscode.workspace.fs.writeFile(document.uri, Buffer.from('mine')));
    assert.equal(document.getText(), PROPOSED);
  });

  it('shows a change that was made against what the file was before', async () => {
    const file = put('a.txt', PROPOSED);
    await diff.open(changeOf(file), false);
    const left = await until(() => proposals().find((document) => document.getText() === ORIGINAL));
    assert.equal(path.basename(left.uri.path), 'a.txt');
  });
});
