import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Conversation } from '../../src/conversation/conversation';
import type { ExtensionParts } from '../../src/extension';
import type { CodeTheme } from '../../src/shared/codeTheme';
import { activatedExtension } from './driving';

const FILE = 'function sum(a, b) {\n  return a - b;\n}\n\nlet last;\n';
const CODE = 'function sum(a, b) {\n  return a + b;\n}';
const NEXT = FILE.replace('a - b', 'a + b');

let parts: ExtensionParts;
let conversation: Conversation;
let folder: string;

const command = (id: string) => vscode.commands.executeCommand(id);

/** `meanwhile` is done as often as it takes. */
async function until<T>(look: () => T | undefined | false, meanwhile = () => pause(20)): Promise<T> {
  const end = Date.now() + 20_000;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`It did not come to pass: ${look.toString()}`);
    await meanwhile();
  }
}

function put(name: string, text: string): string {
  fs.writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
}

const nothing = { sendCodeTheme: () => undefined };

async function apply(code: string, info: string): Promise<void> {
  await parts.code.receive({ type: 'applyCode', key: conversation.key, code, info }, conversation, nothing);
}

/** The text on the right of the diff that is shown. */
const proposed = () =>
  until(() => {
    const document = vscode.window.activeTextEditor?.document;
    return document?.uri.scheme === 'switchyard-proposal' && document.getText();
  });

/** Presses the first button of the question that stands there, or that may still be on its way. */
async function accept(): Promise<void> {
  await command('notifications.focusLastToast');
  await command('notification.acceptPrimaryAction');
  await pause(50);
}

describe('The code blocks of answers', () => {
  before(async () => {
    parts = await activatedExtension();
    conversation = parts.conversations.create();
    folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    assert.notEqual(folder, '');
  });

  beforeEach(async () => {
    await command('notifications.clearAll');
    await command('workbench.action.closeAllEditors');
  });

  afterEach(async () => {
    await command('workbench.action.revertAndCloseActiveEditor');
    await command('workbench.action.closeAllEditors');
    for (const name of ['apply.js', 'insert.js', 'copy.js']) fs.rmSync(path.join(folder, name), { force: true });
  });

  it('change nothing before the person says so, and then keep what was typed meanwhile', async () => {
    const file = put('apply.js', FILE);
    const document = await vscode.workspace.openTextDocument(file);
    await apply(CODE, 'js path=apply.js');
    assert.equal(await proposed(), NEXT);
    assert.equal(document.getText(), FILE);
    const typing = new vscode.WorkspaceEdit();
    typing.insert(document.uri, new vscode.Position(4, 0), 'typed();\n');
    assert.ok(await vscode.workspace.applyEdit(typing));
    await until(() => fs.readFileSync(file, 'utf8') === NEXT.replace('let last', 'typed();\nlet last'), accept);
    await until(() => vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputText);
    await until(() => vscode.window.activeTextEditor?.document === document);
    await command('undo');
    assert.equal(document.getText(), FILE.replace('let last', 'typed();\nlet last'));
  });

  it('are written as the person edited them in the diff', async () => {
    const file = put('apply.js', FILE);
    await apply(CODE, 'js path=apply.js');
    await proposed();
    const editor = vscode.window.activeTextEditor;
    assert.ok(await editor?.edit((edit) => edit.insert(new vscode.Position(0, 0), '// mine\n')));
    await until(() => fs.readFileSync(file, 'utf8') === `// mine\n${NEXT}`, accept);
  });

  it('are forgotten when their diff is closed', async () => {
    const file = put('apply.js', FILE);
    await apply(CODE, 'js path=apply.js');
    await proposed();
    await command('workbench.action.closeActiveEditor');
    await accept();
    await pause(300);
    assert.equal(fs.readFileSync(file, 'utf8'), FILE);
  });

  it('keep their diff while another file is looked at', async () => {
    const [file, other] = [put('apply.js', FILE), put('copy.js', FILE)];
    await apply(CODE, 'js path=apply.js');
    await proposed();
    await vscode.window.showTextDocument(vscode.Uri.file(other), { preview: true });
    await until(() => fs.readFileSync(file, 'utf8') === NEXT, accept);
  });

  it('do not leave the workspace, neither by their path nor by a link', async () => {
    const outside = fs.mkdtempSync(path.join(path.dirname(folder), 'outside-'));
    const link = path.join(folder, 'copy.js');
    fs.writeFileSync(path.join(outside, 'secret.js'), FILE);
    fs.symlinkSync(path.join(outside, 'secret.js'), link);
    try {
      await assert.rejects(apply(CODE, 'js path=copy.js'), /leads out of the workspace/);
      let isAnswered = false;
      const asked = apply(CODE, `js path=${path.join(outside, 'secret.js')}`).then(() => (isAnswered = true));
      await until(
        () => isAnswered,
        async () => {
          await command('workbench.action.closeQuickOpen');
          await pause(50);
        },
      );
      await asked;
      assert.equal(fs.readFileSync(path.join(outside, 'secret.js'), 'utf8'), FILE);
    } finally {
      fs.rmSync(outside, { recursive: true });
    }
  });

  it('go to every cursor of the editor that was used last, as one undo step', async () => {
    const document = await vscode.workspace.openTextDocument(put('insert.js', '  \nb\n'));
    const editor = await vscode.window.showTextDocument(document);
    editor.selections = [new vscode.Selection(0, 2, 0, 2), new vscode.Selection(1, 0, 1, 1)];
    await parts.code.receive({ type: 'insertCode', code: 'x {\n  y\n}' }, conversation, nothing);
    assert.equal(document.getText(), '  x {\n    y\n  }\nx {\n  y\n}\n');
    await command('undo');
    assert.equal(document.getText(), '  \nb\n');
    assert.equal(fs.readFileSync(path.join(folder, 'insert.js'), 'utf8'), '  \nb\n');
  });

  it('are told the colours of a theme that is installed, and of no other', async () => {
    const told: (CodeTheme | null)[] = [];
    const channel = { sendCodeTheme: (_id: string, theme: CodeTheme | null) => void told.push(theme) };
    for (const id of ['Monokai', 'No such theme']) {
      await parts.code.receive({ type: 'codeTheme', id }, conversation, channel);
    }
    assert.ok(told[0]?.some(({ scope, settings }) => scope?.includes('string') && settings.foreground === '#E6DB74'));
    assert.equal(told[1], null);
  });
});
