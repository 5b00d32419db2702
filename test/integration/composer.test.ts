import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { nullLogger } from '../../src/base/logger';
import { Catalog } from '../../src/conversation/catalog';
import type { Conversation } from '../../src/conversation/conversation';
import type { ExtensionParts } from '../../src/extension';
import type { ChatChannel } from '../../src/surfaces/chat/chatChannel';
import { ActiveEditor } from '../../src/surfaces/chat/composer/activeEditor';
import { ComposerContexts } from '../../src/surfaces/chat/composer/composerContexts';
import { Completions } from '../../src/surfaces/chat/composer/completions';
import { Images } from '../../src/surfaces/chat/composer/images';
import { problemsAttachment } from '../../src/surfaces/chat/composer/providers';
import { terminalText } from '../../src/surfaces/chat/composer/terminalText';
import { systemTimer } from '../../src/transport/systemTimer';
import { activatedExtension, TURN_LIMIT_MS, until } from './driving';

const DOT = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

let parts: ExtensionParts;
let conversation: Conversation;
let workspace: string;

const labels = (): string[] => parts.contexts.view(conversation.view).attachments.map(({ label }) => label);
const run = (command: string, ...args: unknown[]) => vscode.commands.executeCommand(`switchyard.${command}`, ...args);
async function open(file: string, selection?: vscode.Range): Promise<vscode.TextEditor> {
  const uri = vscode.Uri.file(path.join(workspace, file));
  return vscode.window.showTextDocument(uri, { preview: false, ...(selection && { selection }) });
}
/** A place for what a class keeps, as the window has it. */
function memento(): vscode.Memento {
  const values = new Map<string, unknown>();
  return {
    keys: () => [...values.keys()],
    get: (key: string) => values.get(key),
    update: (key: string, value: unknown) => {
      values.set(key, JSON.parse(JSON.stringify(value)));
      return Promise.resolve();
    },
  } as vscode.Memento;
}

describe('What goes with a message', function () {
  this.timeout(2 * TURN_LIMIT_MS);

  before(async () => {
    parts = await activatedExtension();
    workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  });

  beforeEach(() => {
    conversation = parts.conversations.create();
  });

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('is the selection, by command, with its lines and its text', async () => {
    await open('src/offers.js', new vscode.Range(1, 0, 3, 0));
    await run('addSelection', conversation.key);
    assert.deepEqual(labels(), ['src/offers.js:2-3']);
    const [attached] = parts.contexts.take(conversation.view);
    const text = fs.readFileSync(path.join(workspace, 'src/offers.js'), 'utf8').split('\n').slice(1, 3).join('\n');
    assert.ok(attached?.text.includes(text), attached?.text);
  });

  it('is the whole file by its path when nothing is selected', async () => {
    const editor = await open('src/offers.js');
    // A file that is opened again has the selection that it had.
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    await run('addSelection', conversation.key);
    assert.deepEqual(labels(), ['src/offers.js']);
  });

  it('is every file and folder that is selected in the Explorer, each once', async () => {
    const uris = ['src', 'src/offers.js'].map((name) => vscode.Uri.file(path.join(workspace, name)));
    await parts.composer.attachFiles(conversation, uris);
    await parts.composer.attachFiles(conversation, uris);
    assert.deepEqual(labels(), ['src/', 'src/offers.js']);
  });

  it('is the problems that the editor reports, worst first', () => {
    const collection = vscode.languages.createDiagnosticCollection('composer');
    try {
      const uri = vscode.Uri.file(path.join(workspace, 'src/offers.js'));
      const at = new vscode.Range(4, 2, 4, 5);
      collection.set(uri, [
        new vscode.Diagnostic(at, 'looks odd', vscode.DiagnosticSeverity.Warning),
        new vscode.Diagnostic(at, 'is wrong', vscode.DiagnosticSeverity.Error),
      ]);
      const attached = problemsAttachment(uri);
      assert.deepEqual(attached?.text.split('\n').slice(1), [
        `${uri.fsPath}:5:3: error: is wrong`,
        `${uri.fsPath}:5:3: warning: looks odd`,
      ]);
    } finally {
      collection.dispose();
    }
  });

  it('goes with the message, is named in the transcript, and is used up', async () => {
    await open('src/offers.js', new vscode.Range(0, 0, 1, 0));
    await run('addSelection', conversation.key);
    parts.contexts.includeActive(conversation.view, false);
    await parts.composer.send(conversation, 'Hello', false);
    await until(conversation, () => conversation.view.status === 'ready' && conversation.view.turns.length === 1);
    const you = conversation.view.turns[0]?.items.find((item) => item.type === 'you');
    assert.deepEqual(you?.type === 'you' && [you.text, you.attachments], ['Hello', ['src/offers.js:1']]);
    assert.deepEqual(labels(), []);
  });

  it('is the image that was pasted right before the message was sent', async () => {
    const channel = {} as unknown as ChatChannel;
    const [{ key }, data] = [conversation, DOT];
    const pasted = parts.composer.receive({ type: 'attachImage', key, name: 'dot.png', data }, conversation, channel);
    const sent = parts.composer.receive({ type: 'send', key, text: 'What is this?' }, conversation, channel);
    await Promise.all([pasted, sent]);
    await until(conversation, () => conversation.view.status === 'ready' && conversation.view.turns.length === 1);
    const you = conversation.view.turns[0]?.items.find((item) => item.type === 'you');
    assert.equal(you?.type === 'you' && you.images?.length, 1);
    assert.deepEqual(labels(), []);
  });

  it('is an image only when it is one', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'switchyard-images-'));
    try {
      const images = new Images({ folder, isShared: false, unsent: () => [] });
      const kept = await images.keep('dot.png', Buffer.from(DOT, 'base64'));
      assert.equal(fs.readFileSync(kept.path ?? '').toString('base64'), DOT);
      await assert.rejects(images.keep('notes.png', Buffer.from('words')), { reason: 'declined' });
      assert.equal(fs.readdirSync(folder).length, 1);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it('is what the editor shows, unless that is left out in this conversation, and is kept over a reload', async () => {
    const active = new ActiveEditor(systemTimer);
    try {
      const memory = memento();
      const contexts = new ComposerContexts(memory, active);
      const editor = await open('src/offers.js');
      const shown = (): string | undefined => contexts.view(conversation.view).active?.label;
      await new Promise<void>((resolve) => {
        const subscription = active.onDidChange(() => {
          if (shown() !== 'src/offers.js') return;
          subscription.dispose();
          resolve();
        });
        editor.selection = new vscode.Selection(0, 1, 0, 1);
      });
      assert.deepEqual(
        contexts.take(conversation.view).map(({ kind, label }) => [kind, label]),
        [['active', 'src/offers.js']],
      );
      contexts.includeActive(conversation.view, false);
      const after = new ComposerContexts(memory, active);
      assert.equal(after.view(conversation.view).withActive, false);
      assert.deepEqual(after.take(conversation.view), []);
    } finally {
      active.dispose();
    }
  });

  it('is found in the menu: open files at first, then whatever fits', async () => {
    const active = new ActiveEditor(systemTimer);
    try {
      const file = { root: workspace, path: 'src/my money.js', match_type: 'file' };
      const client = { request: () => Promise.resolve({ files: [file] }) };
      const catalog = new Catalog(client);
      const completions = new Completions({ catalog, active, logger: nullLogger });
      await open('src/offers.js');
      const atFirst = await completions.find('@', '', conversation);
      assert.ok(atFirst.some(({ insert }) => insert === '@src/offers.js '));
      const found = await completions.find('@', 'mon', conversation);
      assert.deepEqual(
        found.filter(({ icon }) => icon === 'file').map(({ label, insert }) => [label, insert]),
        [['my money.js', '@"src/my money.js" ']],
      );
      const commands = await completions.find('/', 'co', conversation);
      assert.deepEqual(
        commands.map(({ label }) => label),
        ['/compact', '/ide-context'],
      );
    } finally {
      active.dispose();
    }
  });

  it('is found in the menu also while the Git extension is still starting', async () => {
    const { getExtension } = vscode.extensions;
    const starting = { activate: () => new Promise(() => undefined) };
    Object.assign(vscode.extensions, { getExtension: () => starting });
    const active = new ActiveEditor(systemTimer);
    try {
      const catalog = new Catalog({ request: () => Promise.reject(new Error('not asked')) });
      const completions = new Completions({ catalog, active, logger: nullLogger });
      await open('src/offers.js');
      const found = await completions.find('@', '', conversation);
      assert.ok(found.some(({ insert }) => insert === '@src/offers.js '));
    } finally {
      Object.assign(vscode.extensions, { getExtension });
      active.dispose();
    }
  });

  it('is nothing of the terminal, and what is in the clipboard stays, where nothing is selected in it', async () => {
    const terminal = vscode.window.createTerminal('Nothing selected');
    const { clipboard } = vscode.env;
    const written: string[] = [];
    // What an image looks like to us: no text.
    const image = { readText: () => Promise.resolve(''), writeText: (text: string) => written.push(text) };
    Object.defineProperty(vscode.env, 'clipboard', { value: image, configurable: true });
    try {
      terminal.show();
      assert.equal(await terminalText({ all: false }), undefined);
      assert.deepEqual(written, []);
    } finally {
      Object.defineProperty(vscode.env, 'clipboard', { value: clipboard, configurable: true });
      terminal.dispose();
    }
  });
});
