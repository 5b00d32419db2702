import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Conversation } from '../../src/conversation/conversation';
import type { ExtensionParts } from '../../src/extension';
import { replaceLines, script } from '../support/scriptedModel';
import { activatedExtension, approve, runTurn, TURN_LIMIT_MS, until } from './driving';

const ENCODINGS = ['utf8', 'utf8bom', 'utf16le', 'utf16be', 'latin1'] as const;
const LINE_ENDINGS = { LF: '\n', CRLF: '\r\n', mixed: 'mixed' } as const;
const KEY_PAUSE_MS = 100;

type Encoding = (typeof ENCODINGS)[number];

let extension: ExtensionParts;
let workspace: string;
let folder: string;

const at = (name: string): string => path.join(folder, name);
const relative = (name: string): string => path.relative(workspace, at(name));
const bytes = (name: string): Buffer => fs.readFileSync(at(name));
const text = (name: string): string => fs.readFileSync(at(name), 'utf8');

function put(name: string, content: string | Buffer): void {
  fs.mkdirSync(path.dirname(at(name)), { recursive: true });
  fs.writeFileSync(at(name), content);
}

async function open(name: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(at(name)), { preview: false });
}

async function becomes(what: string, condition: () => boolean): Promise<void> {
  const end = Date.now() + TURN_LIMIT_MS;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`It did not come to pass: ${what}`);
    await pause(10);
  }
}

function newConversation(mode: 'ask' | 'agent' = 'ask'): Conversation {
  const conversation = extension.conversations.create();
  conversation.configure({ mode });
  return conversation;
}

/** Names and contents of all files below the test's folder. */
function treeHash(): string {
  const hash = createHash('sha256');
  for (const name of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (fs.statSync(at(name)).isFile()) hash.update(`${name}\0`).update(bytes(name)).update('\0');
  }
  return hash.digest('hex');
}

async function configure(name: string, value: unknown): Promise<void> {
  const [section = '', key = ''] = name.split(/\.(?=[^.]*$)/);
  const settings = vscode.workspace.getConfiguration(section, vscode.Uri.file(workspace));
  await settings.update(key, value, vscode.ConfigurationTarget.Workspace);
}

function encode(content: string, encoding: Encoding): Buffer {
  if (encoding === 'utf8bom') return Buffer.from(`\ufeff${content}`);
  if (encoding === 'utf16le') return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(content, 'utf16le')]);
  if (encoding === 'utf16be') return encode(content, 'utf16le').swap16();
  return Buffer.from(content, encoding);
}

describe('What Codex changes, with the real codex in the real editor', function () {
  this.timeout(3 * TURN_LIMIT_MS);

  before(async () => {
    extension = await activatedExtension();
    workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  });

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(workspace, 'edits-'));
  });

  afterEach(async () => {
    const { review, actions } = extension.reviewing;
    actions.keep(review.files.map((file) => file.path));
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** Every encoding with every line ending, with and without a line end at the end of the file. */
  function documents(): readonly { name: string; encoding: Encoding; before: string; after: string }[] {
    return ENCODINGS.flatMap((encoding) =>
      Object.entries(LINE_ENDINGS).flatMap(([ending, eol]) =>
        [true, false].map((isEnded) => {
          const lines = ['first é', 'second', 'third ü', 'last'];
          const endings = eol === 'mixed' ? ['\r\n', '\n', '\r\n'] : [eol, eol, eol];
          const join = (parts: readonly string[], ends: readonly string[]): string =>
            parts.map((part, i) => part + (ends[i] ?? '')).join('');
          const end = eol === 'mixed' ? '\n' : eol;
          return {
            name: `${encoding}-${ending}-${isEnded ? 'ended' : 'open'}.txt`,
            encoding,
            before: join(lines, endings) + (isEnded ? end : ''),
            // codex itself gives a changed line the ending of the first, and the last line an end (0.169.0).
            after: join(
              lines.map((line) => (line === 'second' ? 'zweite' : line)),
              endings.map((ending) => (eol === 'mixed' ? '\r\n' : ending)),
            ).concat(isEnded ? end : (endings[0] ?? '')),
          };
        }),
      ),
    );
  }

  for (const shown of [false, true]) {
    it(`is byte for byte the edit in every encoding and line ending, ${shown ? 'open in the editor' : 'closed'}`, async () => {
      await configure('files.autoGuessEncoding', true);
      const all = documents();
      assert.equal(all.length, 30);
      for (const { name, encoding, before } of all) put(name, encode(before, encoding));
      await configure('files.encoding', 'utf8');
      try {
        for (const { name } of all) if (shown) await open(name);
        const patches = all.map(({ name }) => ({ patch: replaceLines(relative(name), ['second', 'zweite']) }));
        await runTurn(newConversation('agent'), script(...patches), 'accept', 2 * TURN_LIMIT_MS);
        for (const { name, encoding, after } of all) {
          assert.deepEqual(bytes(name).toString('latin1'), encode(after, encoding).toString('latin1'), name);
        }
      } finally {
        await configure('files.autoGuessEncoding', undefined);
        await configure('files.encoding', undefined);
      }
    });
  }

  it('loses no key of a person who types ten a second while Codex writes the file fifty times', async () => {
    const count = 50;
    put('busy.txt', `typed: \n${Array.from({ length: count }, (_, i) => `line ${i}`).join('\n')}\n`);
    const editor = await open('busy.txt');
    const patches = Array.from({ length: count }, (_, i) => ({
      patch: replaceLines(relative('busy.txt'), [`line ${i}`, `row ${i}`]),
    }));
    let typed = '';
    let done = false;
    const typing = (async () => {
      while (!done) {
        const { end } = editor.document.lineAt(0).range;
        editor.selection = new vscode.Selection(end, end);
        const key = 'abcdefghij'[typed.length % 10] ?? '';
        await vscode.commands.executeCommand('type', { text: key });
        typed += key;
        await pause(KEY_PAUSE_MS);
      }
    })();
    await runTurn(newConversation('agent'), script(...patches), 'accept', 2 * TURN_LIMIT_MS).finally(
      () => (done = true),
    );
    await typing;
    const rows = Array.from({ length: count }, (_, i) => `row ${i}`).join('\n');
    await becomes(
      'all keys stand where they were typed',
      () => editor.document.getText() === `typed: ${typed}\n${rows}\n`,
    );
    assert.ok(typed.length > 10, `only ${typed.length} keys were typed`);
  });

  it('goes back step by step: every undo gives the bytes before it', async () => {
    put('steps.txt', 'alpha\r\nbeta\r\ngamma');
    const editor = await open('steps.txt');
    const states = [bytes('steps.txt').toString()];
    for (const [from, to] of [
      ['alpha', 'ALPHA'],
      ['beta', 'BETA'],
      ['gamma', 'GAMMA'],
    ] as const) {
      await runTurn(newConversation('agent'), script({ patch: replaceLines(relative('steps.txt'), [from, to]) }));
      states.push(bytes('steps.txt').toString());
    }
    assert.equal(new Set(states).size, 4);
    for (const state of states.slice(0, -1).reverse()) {
      await vscode.window.showTextDocument(editor.document);
      await vscode.commands.executeCommand('undo');
      await editor.document.save();
      assert.equal(bytes('steps.txt').toString(), state);
    }
  });

  it('leaves the files as they were when the turn is taken back, and makes them again by redo', async () => {
    put('kept.txt', 'nobody touches this\n');
    put('changed.txt', 'one\ntwo\nthree\n');
    put('removed.txt', 'going\n');
    put('moved.txt', 'on the way\nhere\n');
    const before = treeHash();
    const conversation = newConversation('agent');
    const patch = [
      '*** Begin Patch',
      `*** Add File: ${relative('new/made.txt')}`,
      '+made',
      `*** Update File: ${relative('changed.txt')}`,
      '@@',
      '-two',
      '+2',
      `*** Delete File: ${relative('removed.txt')}`,
      `*** Update File: ${relative('moved.txt')}`,
      `*** Move to: ${relative('new/arrived.txt')}`,
      '@@',
      '-here',
      '+there',
      '*** End Patch',
    ].join('\n');
    await runTurn(conversation, script({ patch }));
    const after = treeHash();
    assert.notEqual(after, before);
    const { threadId, turns } = conversation.view;
    const turnId = turns[0]?.id ?? '';
    await becomes('the turn is recorded', () => conversation.view.changedTurns[0]?.files === 4);
    const undone = await extension.reviewing.turns.undo(threadId ?? '', turnId);
    assert.deepEqual(undone?.refused, []);
    assert.equal(treeHash(), before);
    const redone = await extension.reviewing.turns.redo(threadId ?? '', turnId);
    assert.deepEqual(redone?.refused, []);
    assert.equal(treeHash(), after);
  });

  it('is written only as far as it was accepted: exactly the chosen hunks, and Codex is told', async () => {
    const lines = Array.from({ length: 40 }, (_, i) => `line ${i}`);
    put('parts.txt', `${lines.join('\n')}\n`);
    put('left.txt', 'left alone\n');
    const conversation = newConversation();
    const update = replaceLines(
      relative('parts.txt'),
      ['line 3', 'FIRST'],
      ['line 20', 'SECOND'],
      ['line 35', 'THIRD'],
    );
    const patch = update.replace(
      '*** End Patch',
      `*** Update File: ${relative('left.txt')}\n@@\n-left alone\n+changed\n*** End Patch`,
    );
    await conversation.send(script({ patch }));
    await until(conversation, () => conversation.view.approvals.length > 0);
    const [approval] = conversation.view.approvals;
    assert.ok(approval);
    const parts = approval.files.find((file) => file.path === at('parts.txt'));
    assert.equal(parts?.hunks.length, 3);
    conversation.approvals.chooseHunks(approval.id, at('parts.txt'), [0, 2]);
    conversation.approvals.chooseHunks(approval.id, at('left.txt'), 'none');
    await conversation.approvals.decide(approval.id, 'accept');
    await until(conversation, () => !conversation.isBusy);
    const expected = lines.map((line) => ({ 'line 3': 'FIRST', 'line 35': 'THIRD' })[line] ?? line);
    assert.equal(text('parts.txt'), `${expected.join('\n')}\n`);
    assert.equal(text('left.txt'), 'left alone\n');
    const notices = conversation.view.turns[0]?.items.filter((item) => item.type === 'notice') ?? [];
    assert.equal(notices.length, 1, JSON.stringify(conversation.view.turns[0]?.items));
  });

  it('waits in review, hunk by hunk: Keep and Undo leave exactly what was chosen', async () => {
    const lines = Array.from({ length: 30 }, (_, i) => `line ${i}`);
    put('review.txt', `${lines.join('\n')}\n`);
    const conversation = newConversation('agent');
    const patch = replaceLines(relative('review.txt'), ['line 3', 'KEPT'], ['line 20', 'UNDONE']);
    await runTurn(conversation, script({ patch }));
    const { review, actions } = extension.reviewing;
    await becomes('the chat shows it', () => conversation.view.unreviewed.length === 1);
    const [kept] = review.hunks(at('review.txt'));
    assert.ok(kept);
    actions.keepHunk(at('review.txt'), kept);
    const [undone] = review.hunks(at('review.txt'));
    assert.ok(undone);
    assert.ok(await actions.undoHunk(at('review.txt'), undone));
    assert.equal(text('review.txt'), `${lines.join('\n').replace('line 3\n', 'KEPT\n')}\n`);
    await becomes('nothing is left to review', () => conversation.view.unreviewed.length === 0);
  });

  it('makes the second of two conversations wait for the first with a file that both change', async () => {
    put('shared.txt', 'one\ntwo\nthree\n');
    const first = newConversation();
    await first.send(script({ patch: replaceLines(relative('shared.txt'), ['one', 'ONE']) }));
    await until(first, () => first.view.approvals.length > 0);
    const second = newConversation('agent');
    await second.send(script({ patch: replaceLines(relative('shared.txt'), ['three', 'THREE']) }));
    await until(second, () => second.view.contention.some(({ role }) => role === 'waits'));
    await until(first, () => first.view.contention.some(({ role }) => role === 'isWaitedFor'));
    assert.equal(text('shared.txt'), 'one\ntwo\nthree\n');
    await approve(first, 'accept');
    await until(first, () => !first.isBusy);
    await until(second, () => !second.isBusy);
    assert.equal(text('shared.txt'), 'ONE\ntwo\nTHREE\n');
    await becomes('nobody waits any more', () => [first, second].every(({ view }) => view.contention.length === 0));
  });

  it('lets the waiting conversation go on when the person says so', async () => {
    put('shared.txt', 'one\ntwo\nthree\n');
    const first = newConversation();
    await first.send(script({ patch: replaceLines(relative('shared.txt'), ['one', 'ONE']) }));
    await until(first, () => first.view.approvals.length > 0);
    const second = newConversation('agent');
    await second.send(script({ patch: replaceLines(relative('shared.txt'), ['three', 'THREE']) }));
    await until(second, () => second.view.contention.some(({ role }) => role === 'waits'));
    extension.leases.proceed(at('shared.txt'));
    await until(second, () => !second.isBusy);
    assert.equal(text('shared.txt'), 'one\ntwo\nTHREE\n');
    await approve(first, 'accept');
    await until(first, () => !first.isBusy);
    assert.equal(text('shared.txt'), 'ONE\ntwo\nTHREE\n');
  });

  it('says which files were written and which were not when the person changed the same line meanwhile', async () => {
    put('a-first.txt', 'one\n');
    put('b-second.txt', 'one\ntwo\n');
    const editor = await open('b-second.txt');
    const conversation = newConversation();
    const second = `*** Update File: ${relative('b-second.txt')}\n@@\n-two\n+TWO\n*** End Patch`;
    const patch = replaceLines(relative('a-first.txt'), ['one', 'ONE']).replace('*** End Patch', second);
    await conversation.send(script({ patch }));
    await until(conversation, () => conversation.view.approvals.length > 0);
    // The server finds its line no more: it fails at this file, after it wrote the first.
    await editor.edit((edit) => edit.replace(new vscode.Range(1, 0, 1, 3), 'mine'));
    await approve(conversation, 'accept');
    await until(conversation, () => !conversation.isBusy);
    assert.equal(text('a-first.txt'), 'ONE\n');
    assert.equal(editor.document.getText(), 'one\nmine\n');
    const item = conversation.view.turns[0]?.items.find(({ type }) => type === 'files');
    assert.equal(item?.type === 'files' && item.status, 'failed');
    const expected = `Only a part was written: ${relative('a-first.txt')}. Not written: ${relative('b-second.txt')}.`;
    await becomes('the chat says it', () => item?.type === 'files' && item.notes.includes(expected));
  });

  it('shows in git as nothing but the change itself', async () => {
    const git = (...args: string[]): string => execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8' });
    git('init', '-q');
    put('tracked.txt', 'one\ntwo\n');
    git('add', '.');
    git('-c', 'user.name=t', '-c', 'user.email=t@example.invalid', 'commit', '-qm', 'first');
    const head = git('rev-parse', 'HEAD');
    const conversation = newConversation('agent');
    await runTurn(conversation, script({ patch: replaceLines(relative('tracked.txt'), ['two', '2']) }));
    assert.equal(git('status', '--porcelain'), ' M tracked.txt\n');
    await extension.reviewing.turns.undo(conversation.view.threadId ?? '', conversation.view.turns[0]?.id ?? '');
    assert.equal(git('status', '--porcelain'), '');
    assert.equal(
      git('rev-parse', 'HEAD') + git('stash', 'list') + git('branch', '--list', '--format=%(refname)'),
      `${head}${git('branch', '--list', '--format=%(refname)')}`,
    );
  });
});
