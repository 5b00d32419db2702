import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import { nullLogger } from '../../src/base/logger';
import type { Conversation } from '../../src/conversation/conversation';
import { FileLeases } from '../../src/conversation/fileLeases';
import type { ExtensionParts } from '../../src/extension';
import { type ChangeRecords, openChangeRecords } from '../../src/reviewing';
import type { ApprovalView, FilesItem } from '../../src/shared/conversation';
import { createEditConverter } from '../../src/surfaces/edits/editConverter';
import { systemTimer } from '../../src/transport/systemTimer';
import { replaceLines, script } from '../support/scriptedModel';
import { activatedExtension, approve, runTurn, TURN_LIMIT_MS, until } from './driving';

const SMALL_DISK = '64k';
/** The sandbox lets every command write into the folder for temporary files, in which the workspace of tests lies. */
const OUTSIDE = '/var/tmp';
const never = () => new Promise<never>(() => undefined);

let extension: ExtensionParts;
let workspace: string;
let folder: string;
let outside: string;
let ends: (() => unknown)[];

const at = (name: string): string => path.join(folder, name);
const relative = (file: string): string => path.relative(workspace, file);
const text = (name: string): string => fs.readFileSync(at(name), 'utf8');
const edit = (name: string, from: string, to: string): { patch: string } => ({
  patch: replaceLines(relative(at(name)), [from, to]),
});

function put(name: string, content: string): string {
  fs.mkdirSync(path.dirname(at(name)), { recursive: true });
  fs.writeFileSync(at(name), content);
  return at(name);
}

async function open(name: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(at(name)), { preview: false });
}

function during(registration: vscode.Disposable): void {
  ends.push(() => registration.dispose());
}

/** Sets a setting of the workspace folder until the test has ended. */
async function configure(name: string, value: unknown): Promise<void> {
  const [section = '', key = ''] = name.split(/\.(?=[^.]*$)/);
  const set = (next: unknown): Thenable<void> =>
    vscode.workspace
      .getConfiguration(section, vscode.Uri.file(workspace))
      .update(key, next, vscode.ConfigurationTarget.Workspace);
  ends.push(() => set(undefined));
  await set(value);
}

function newConversation(mode: 'ask' | 'agent'): Conversation {
  const conversation = extension.conversations.create();
  conversation.configure({ mode });
  return conversation;
}

/** What the chat shows of the newest change of files. */
function filesItem({ view }: Conversation): FilesItem | undefined {
  const items = view.turns.flatMap((turn) => turn.items);
  return items.findLast((item): item is FilesItem => item.type === 'files');
}

/** Sends a message and waits until its turn asks. */
async function question(conversation: Conversation, message: string): Promise<ApprovalView> {
  await conversation.send(message);
  await until(conversation, () => conversation.view.approvals.length > 0);
  const [approval] = conversation.view.approvals;
  assert.ok(approval);
  return approval;
}

async function answer(conversation: Conversation, decision: string): Promise<void> {
  await approve(conversation, decision);
  await until(conversation, () => !conversation.isBusy);
}

/** Codex still works in this conversation. */
async function goesOn(conversation: Conversation): Promise<void> {
  put('next.txt', 'before\n');
  await runTurn(conversation, script(edit('next.txt', 'before', 'after')));
  assert.equal(text('next.txt'), 'after\n');
}

describe('Trouble while Codex changes files, with the real codex in the real editor', function () {
  this.timeout(3 * TURN_LIMIT_MS);

  before(async () => {
    extension = await activatedExtension();
    workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  });

  beforeEach(() => {
    ends = [];
    folder = fs.mkdtempSync(path.join(workspace, 'trouble-'));
    outside = fs.mkdtempSync(path.join(OUTSIDE, 'outside-'));
  });

  afterEach(async () => {
    for (const end of ends.reverse()) await end();
    const { review, actions } = extension.reviewing;
    actions.keep(review.files.map((file) => file.path));
    for (const document of vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty)) {
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('workbench.action.files.revert');
    }
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const made of [folder, outside]) fs.rmSync(made, { recursive: true, force: true });
  });

  it('a patch that does not apply changes nothing, and the conversation goes on', async () => {
    put('fits.txt', 'one\n');
    put('other.txt', 'something else\n');
    const conversation = newConversation('agent');
    const patch = edit('fits.txt', 'one', 'ONE').patch.replace(
      '*** End Patch',
      `*** Update File: ${relative(at('other.txt'))}\n@@\n-not there\n+new\n*** End Patch`,
    );
    await runTurn(conversation, script({ patch }));
    assert.deepEqual([text('fits.txt'), text('other.txt')], ['one\n', 'something else\n']);
    assert.deepEqual(conversation.view.unreviewed, []);
    await goesOn(conversation);
  });

  it('a file outside of the folders is asked about, marked so, and written only when that is accepted', async () => {
    const file = path.join(outside, 'new.txt');
    const patch = `*** Begin Patch\n*** Add File: ${file}\n+made\n*** End Patch`;
    for (const decision of ['decline', 'accept'] as const) {
      const conversation = newConversation('agent');
      const approval = await question(conversation, script({ patch }));
      assert.deepEqual(
        approval.files.map(({ path: named, outside: isOutside }) => [named, isOutside]),
        [[file, true]],
      );
      assert.equal(fs.existsSync(file), false);
      await answer(conversation, decision);
      assert.equal(fs.existsSync(file), decision === 'accept');
    }
    assert.equal(fs.readFileSync(file, 'utf8'), 'made\n');
  });

  it('a link that leads out of the folders takes no write around the sandbox', async () => {
    const target = path.join(outside, 'target.txt');
    fs.writeFileSync(target, 'one\n');
    fs.symlinkSync(outside, at('link'));
    const conversation = newConversation('agent');
    await runTurn(conversation, script(edit('link/target.txt', 'one', 'two')), 'decline');
    assert.equal(fs.readFileSync(target, 'utf8'), 'one\n');
    await goesOn(conversation);
  });

  it('a file that is deleted between approval and write stays deleted, and what was written before it is told', async () => {
    put('first.txt', 'one\n');
    put('gone.txt', 'one\n');
    const conversation = newConversation('ask');
    const patch = edit('first.txt', 'one', 'two').patch.replace(
      '*** End Patch',
      `*** Update File: ${relative(at('gone.txt'))}\n@@\n-one\n+two\n*** End Patch`,
    );
    await question(conversation, script({ patch }));
    fs.rmSync(at('gone.txt'));
    await answer(conversation, 'accept');
    assert.deepEqual([text('first.txt'), fs.existsSync(at('gone.txt'))], ['two\n', false]);
    assert.equal(filesItem(conversation)?.status, 'failed');
    await until(conversation, () => conversation.view.unreviewed.length === 1);
    assert.equal(conversation.view.unreviewed[0]?.path, at('first.txt'));
    await goesOn(conversation);
  });

  describe('a full disk', () => {
    beforeEach(function () {
      fs.mkdirSync(at('small'));
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SMALL_DISK}`, 'tmpfs', at('small')], { stdio: 'ignore' });
      } catch {
        console.log('Skipped: a small disk cannot be mounted here.');
        this.skip();
      }
      ends.push(() => execFileSync('umount', ['-l', at('small')]));
    });

    it('leaves no part of a new file, keeps what fitted, and the chat names what was not written', async () => {
      put('small/fits.txt', 'one\n');
      const conversation = newConversation('agent');
      const large = Array.from({ length: 9_000 }, (_, i) => `+line ${i} of a file too large`).join('\n');
      const patch = edit('small/fits.txt', 'one', 'two').patch.replace(
        '*** End Patch',
        `*** Add File: ${relative(at('small/large.txt'))}\n${large}\n*** End Patch`,
      );
      await runTurn(conversation, script({ patch }), 'decline');
      assert.deepEqual(fs.readdirSync(at('small')), ['fits.txt']);
      assert.equal(text('small/fits.txt'), 'two\n');
      const item = filesItem(conversation);
      // Codex asked whether it may try again without its sandbox.
      assert.equal(item?.status, 'declined');
      assert.ok(
        item.notes.some((note) => note.includes('large.txt')),
        item.notes.join('\n'),
      );
      await until(conversation, () => conversation.view.unreviewed.length === 1);
      await goesOn(conversation);
    });

    for (const shown of [false, true]) {
      it(`leaves the whole old file when ${shown ? 'an open' : 'a closed'} one does not fit any more`, async () => {
        const lines = Array.from({ length: 1_500 }, (_, i) => `old line ${i}`).join('\n');
        put('small/a.txt', `${lines}\n`);
        if (shown) await open('small/a.txt');
        const conversation = newConversation('agent');
        const large = Array.from({ length: 9_000 }, (_, i) => `a line ${i} too many`).join('\n');
        await runTurn(conversation, script(edit('small/a.txt', 'old line 7', large)), 'decline');
        assert.equal(text('small/a.txt'), `${lines}\n`);
        const notes = filesItem(conversation)?.notes ?? [];
        assert.ok(notes.length === 1, notes.join('\n'));
        await goesOn(conversation);
      });
    }
  });

  describe('the connection to the editor', () => {
    /** Cuts what Codex calls the editor through. */
    function cut(): void {
      const { _getActiveHandles: handles } = process as unknown as { _getActiveHandles: () => object[] };
      const accepted = handles
        .call(process)
        .filter((handle): handle is net.Socket & { server?: unknown } => handle instanceof net.Socket)
        .filter(({ localAddress, server }) => localAddress === '127.0.0.1' && Boolean(server));
      assert.ok(accepted.length > 0);
      for (const socket of accepted) socket.destroy();
    }

    it('cut while a write is held leaves the file as it was, hangs nothing, and comes back', async () => {
      put('shared.txt', 'one\ntwo\nthree\n');
      const first = newConversation('ask');
      await question(first, script(edit('shared.txt', 'one', 'ONE')));
      const second = newConversation('agent');
      await second.send(script(edit('shared.txt', 'three', 'THREE')));
      await until(second, () => second.view.contention.some(({ role }) => role === 'waits'));
      cut();
      // Codex asks whether it may try again without its sandbox.
      await answer(second, 'decline');
      assert.equal(text('shared.txt'), 'one\ntwo\nthree\n');
      await answer(first, 'decline');
      assert.equal(text('shared.txt'), 'one\ntwo\nthree\n');
      await goesOn(second);
    });

    it('cut while a document is saved leaves the file whole, before or after, hangs nothing, and comes back', async () => {
      put('a.txt', 'one\n');
      await open('a.txt');
      const conversation = newConversation('agent');
      let isCut = false;
      during(
        vscode.workspace.onWillSaveTextDocument((event) => {
          if (isCut || event.document.uri.fsPath !== at('a.txt')) return;
          isCut = true;
          cut();
          event.waitUntil(pause(200));
        }),
      );
      await runTurn(conversation, script(edit('a.txt', 'one', 'two')), 'decline');
      assert.ok(isCut);
      assert.match(text('a.txt'), /^(one|two)\n$/);
      await goesOn(conversation);
    });
  });

  describe('other extensions', () => {
    it('that never finish formatting or saving keep no turn waiting; the chat says what is not saved', async () => {
      put('a.slow', 'one\n');
      const { document } = await open('a.slow');
      const provideDocumentFormattingEdits = never;
      during(
        vscode.languages.registerDocumentFormattingEditProvider(
          { pattern: '**/*.slow' },
          { provideDocumentFormattingEdits },
        ),
      );
      await configure('editor.formatOnSave', true);
      const conversation = newConversation('agent');
      await runTurn(conversation, script(edit('a.slow', 'one', 'two')));
      assert.equal(document.getText(), 'two\n');
      assert.match(filesItem(conversation)?.notes.join() ?? '', /not saved/);
      await goesOn(conversation);
    });

    it('whose handlers fail, or never end, before a file is made keep no turn waiting', async () => {
      await configure('files.participants.timeout', 500);
      for (const handler of [never, () => Promise.reject(new Error('broken'))]) {
        const registration = vscode.workspace.onWillCreateFiles((event) => event.waitUntil(handler()));
        try {
          const name = `made-${handler === never ? 'late' : 'anyway'}.txt`;
          const patch = `*** Begin Patch\n*** Add File: ${relative(at(name))}\n+made\n*** End Patch`;
          await runTurn(newConversation('agent'), script({ patch }));
          assert.equal(text(name), 'made\n');
        } finally {
          registration.dispose();
        }
      }
    });

    it('that edit the same document meanwhile lose nothing, and Codex neither', async () => {
      put('a.txt', 'one\ntwo\nthree\n');
      const { document } = await open('a.txt');
      let edits = 0;
      during(
        vscode.workspace.onDidChangeTextDocument((event) => {
          if (event.document !== document || !document.getText().includes('TWO') || edits > 0) return;
          edits++;
          const other = new vscode.WorkspaceEdit();
          other.insert(document.uri, new vscode.Position(0, 0), 'of another extension\n');
          void vscode.workspace.applyEdit(other).then(() => edits++);
        }),
      );
      const conversation = newConversation('agent');
      await runTurn(conversation, script(edit('a.txt', 'two', 'TWO'), edit('a.txt', 'three', 'THREE')));
      assert.equal(edits, 2);
      assert.equal(document.getText(), 'of another extension\none\nTWO\nTHREE\n');
      assert.equal(text('a.txt'), document.getText());
    });

    it('that trim what is saved leave nothing of Codex that cannot be undone to the byte', async () => {
      await configure('files.trimTrailingWhitespace', true);
      put('a.txt', 'one\ntwo\n');
      await open('a.txt');
      const conversation = newConversation('agent');
      await runTurn(conversation, script(edit('a.txt', 'two', 'TWO   ')));
      assert.equal(text('a.txt'), 'one\nTWO\n');
      const { review, actions } = extension.reviewing;
      assert.deepEqual(
        [review.get(at('a.txt'))?.baseline, review.get(at('a.txt'))?.current],
        ['one\ntwo\n', 'one\nTWO\n'],
      );
      assert.deepEqual((await actions.undo([at('a.txt')])).refused, []);
      assert.equal(text('a.txt'), 'one\ntwo\n');
    });
  });

  describe('a window that closes between write and save', () => {
    const origin = { threadId: 'thread', turnId: 'turn' };

    /** What a window knows of changes, kept in a folder outside of the workspace. */
    function openWindow(): ChangeRecords {
      return openChangeRecords({
        folder: path.join(outside, 'records'),
        loadConverter: createEditConverter,
        leases: new FileLeases(nullLogger, systemTimer),
        runningTurns: () => [origin],
        logger: nullLogger,
      });
    }

    async function writeAndClose(name: string): Promise<void> {
      await configure('switchyard.edits.saveAfterApply', false);
      const file = put(name, 'one\ntwo\n');
      await open(name);
      const records = openWindow();
      await records.loaded;
      const patch = { ...origin, itemId: 'item', files: [{ path: file, kind: 'update' as const }] };
      const announced = records.recorder.patchStarted(patch);
      await records.documents.metadata(file);
      await records.documents.read(file);
      assert.deepEqual(await records.documents.write(file, 'one\nTWO\n'), { kind: 'written' });
      announced.dispose();
      await records.flush();
      records.dispose();
      assert.equal(text(name), 'one\ntwo\n');
    }

    async function whatIsUnreviewed(name: string): Promise<unknown> {
      const records = openWindow();
      await records.loaded;
      const file = records.review.get(at(name));
      await records.flush();
      records.dispose();
      return file && [file.baseline, file.current];
    }

    it('shows the change again where the editor kept the unsaved text', async () => {
      await writeAndClose('a.txt');
      assert.deepEqual(await whatIsUnreviewed('a.txt'), ['one\ntwo\n', 'one\nTWO\n']);
    });

    it('forgets the change where the text was not kept, and the file is as before', async () => {
      await writeAndClose('a.txt');
      await vscode.commands.executeCommand('workbench.action.files.revert');
      assert.equal(await whatIsUnreviewed('a.txt'), undefined);
      assert.equal(text('a.txt'), 'one\ntwo\n');
    });
  });
});
