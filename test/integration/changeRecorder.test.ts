import assert from 'node:assert/strict';
import fs from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import {
  SETTLED_MS,
  at,
  command,
  disk,
  documents,
  history,
  insert,
  ledger,
  letOnlyWrite,
  open,
  put,
  recorded,
  recorder,
  replace,
  review,
  setUp,
  startCommand,
  startPatch,
  tearDown,
  textOf,
  until,
} from './recorderBench';

describe('ChangeRecorder', () => {
  beforeEach(setUp);
  afterEach(tearDown);

  describe('what the editor writes for Codex', () => {
    it('is unreviewed, and recorded with its turn; the unsaved text of the person is not', async () => {
      const file = put('a.txt', 'one\ntwo\nthree\n');
      await insert(await open(file), 0, 0, '~');
      await replace(file, 'two', '2');
      assert.deepEqual(textOf(file), { baseline: '~one\ntwo\nthree\n', current: '~one\n2\nthree\n', gap: false });
      assert.deepEqual(review.get(file)?.threads, ['thread']);
      assert.deepEqual(history(file), ['~one\ntwo\nthree\n', '~one\n2\nthree\n', 'patch']);
    });

    it('is recorded with exact bytes and permissions where the text does not stand for them', async () => {
      const [before, after] = [Buffer.from('\ufeffa\nb\n', 'utf16le'), Buffer.from('\ufeffa\nB\n', 'utf16le')];
      const file = put('a.txt', before);
      fs.chmodSync(file, 0o755);
      await replace(file, 'b', 'B');
      assert.deepEqual(history(file), [{ text: 'a\nb\n', bytes: before }, { text: 'a\nB\n', bytes: after }, 'patch']);
      const states = [recorded(file)?.before, recorded(file)?.after];
      assert.deepEqual(
        states.map((state) => typeof state === 'object' && state.mode),
        [0o755, 0o755],
      );
    });

    it('moves with what the person types around it, and undo and redo take it out and bring it back', async () => {
      const file = put('a.txt', 'one\ntwo\nthree\n');
      const editor = await open(file);
      await replace(file, 'two', '2');
      await insert(editor, 0, 0, '~');
      assert.deepEqual(textOf(file), { baseline: '~one\ntwo\nthree\n', current: '~one\n2\nthree\n', gap: false });
      await command('undo');
      await until(() => review.get(file)?.current === 'one\n2\nthree\n');
      await command('undo');
      await until(() => review.get(file) === undefined);
      assert.equal(editor.document.getText(), 'one\ntwo\nthree\n');
      await command('redo');
      await until(() => review.get(file) !== undefined);
      assert.deepEqual(textOf(file), { baseline: 'one\ntwo\nthree\n', current: 'one\n2\nthree\n', gap: false });
    });

    it('becomes the person’s where they type over it', async () => {
      const file = put('a.txt', 'one\ntwo\nthree\n');
      const editor = await open(file);
      await replace(file, 'two', '2');
      editor.selection = new vscode.Selection(1, 0, 1, 1);
      await command('type', { text: 'mine' });
      await until(() => editor.document.getText() === 'one\nmine\nthree\n');
      await until(() => review.get(file) === undefined);
    });

    it('stays Codex’s when it is formatted while it is saved', async () => {
      const formatter = vscode.languages.registerDocumentFormattingEditProvider(
        { pattern: '**/*.shout' },
        {
          provideDocumentFormattingEdits: (document) => {
            const line = document.lineAt(1);
            return [vscode.TextEdit.replace(line.range, line.text.toUpperCase())];
          },
        },
      );
      const settings = vscode.workspace.getConfiguration('editor', vscode.Uri.file(at('x')));
      await settings.update('formatOnSave', true, vscode.ConfigurationTarget.Workspace);
      try {
        const file = put('a.shout', 'one\ntwo\nthree\n');
        await open(file);
        await replace(file, 'two', 'zwei');
        assert.equal(disk('a.shout'), 'one\nZWEI\nthree\n');
        const expected = { baseline: 'one\ntwo\nthree\n', current: 'one\nZWEI\nthree\n', gap: false };
        assert.deepEqual(textOf(file), expected);
        assert.deepEqual(history(file), ['one\ntwo\nthree\n', 'one\nZWEI\nthree\n', 'patch']);
      } finally {
        await settings.update('formatOnSave', undefined, vscode.ConfigurationTarget.Workspace);
        formatter.dispose();
      }
    });

    it('belongs to the patch that is announced only after the write', async () => {
      const file = put('a.txt', 'one\n');
      await documents.read(file);
      let late: { dispose(): void } | undefined;
      // Not after the save: an announcement is waited for only so long.
      const applied = documents.onDidApply(() => {
        if (review.get(file)?.threads.length === 0) late = startPatch('late', file);
      });
      await documents.write(file, 'two\n');
      applied.dispose();
      late?.dispose();
      await recorder.settled();
      assert.deepEqual([review.get(file)?.threads, history(file, 'late')], [['late'], ['one\n', 'two\n', 'patch']]);
    });

    it('belongs to the patch that does not wait for the person', async () => {
      const file = put('a.txt', 'one\n');
      letOnlyWrite('free');
      const waiting = startPatch('waiting', file);
      await replace(file, 'one', 'two', 'free');
      waiting.dispose();
      await recorder.settled();
      assert.deepEqual([recorded(file, 'waiting'), history(file, 'free')], [undefined, ['one\n', 'two\n', 'patch']]);
    });

    it('follows a move, and takes back to where it came from', async () => {
      const file = put('old.txt', 'one\ntwo\n');
      await open(file);
      const patch = startPatch('thread', { path: file, moveTo: at('new.txt'), kind: 'update' });
      await documents.read(file);
      assert.deepEqual(await documents.write(at('new.txt'), 'one\n2\n'), { kind: 'written' });
      await documents.remove(file);
      patch.dispose();
      await recorder.settled();
      assert.deepEqual(ledger.turn('thread', 'turn')?.files.length, 1);
      assert.equal(recorded(at('new.txt'))?.movedFrom, file);
      assert.deepEqual(history(at('new.txt')), ['one\ntwo\n', 'one\n2\n', 'patch']);
      assert.deepEqual([review.get(file), review.get(at('new.txt'))?.movedFrom], [undefined, file]);
    });

    it('made and deleted is recorded as missing before and after', async () => {
      const file = put('a.txt', 'one\n');
      const patch = startPatch('thread', { path: file, kind: 'delete' }, { path: at('b.txt'), kind: 'add' });
      await documents.read(file);
      await documents.remove(file);
      await documents.write(at('b.txt'), 'new\n');
      patch.dispose();
      await recorder.settled();
      assert.deepEqual(history(file), ['one\n', 'missing', 'patch']);
      assert.deepEqual(history(at('b.txt')), ['missing', 'new\n', 'patch']);
      assert.deepEqual(textOf(file), { baseline: 'one\n', current: null, gap: false });
      assert.deepEqual(textOf(at('b.txt')), { baseline: null, current: 'new\n', gap: false });
    });
  });

  describe('what the person does', () => {
    it('to a closed file under review is theirs', async () => {
      const file = put('a.txt', 'one\ntwo\nthree\n');
      await replace(file, 'two', '2');
      await command('workbench.action.closeAllEditors');
      fs.writeFileSync(file, 'one\n2\nthree\nfour\n');
      await until(() => review.get(file)?.current === 'one\n2\nthree\nfour\n');
      assert.equal(review.get(file)?.baseline, 'one\ntwo\nthree\nfour\n');
      fs.rmSync(file);
      await until(() => review.get(file) === undefined);
    });

    it('renaming a file takes its hunks along', async () => {
      const file = put('a.txt', 'one\ntwo\n');
      await open(file);
      await replace(file, 'two', '2');
      const edit = new vscode.WorkspaceEdit();
      edit.renameFile(vscode.Uri.file(file), vscode.Uri.file(at('b.txt')));
      assert.ok(await vscode.workspace.applyEdit(edit));
      await until(() => review.get(at('b.txt')) !== undefined);
      assert.deepEqual(textOf(at('b.txt')), { baseline: 'one\ntwo\n', current: 'one\n2\n', gap: false });
      assert.equal(review.get(file), undefined);
    });

    it('while a command runs is not the command’s', async () => {
      const [typed, made] = [put('a.txt', 'one\n'), at('b.txt')];
      const editor = await open(typed);
      await pause(SETTLED_MS);
      const running = startCommand('sleep 1');
      await insert(editor, 0, 0, '~');
      assert.ok(await editor.document.save());
      const edit = new vscode.WorkspaceEdit();
      edit.createFile(vscode.Uri.file(made), { contents: Buffer.from('mine\n') });
      assert.ok(await vscode.workspace.applyEdit(edit));
      fs.writeFileSync(at('marker.txt'), 'by the command\n');
      await until(() => recorded(at('marker.txt')) !== undefined);
      running.dispose();
      await recorder.settled();
      assert.deepEqual([recorded(typed), recorded(made), review.get(typed)], [undefined, undefined, undefined]);
    });

    it('before the window was closed is found when the review is loaded', async () => {
      const file = put('a.txt', 'one\n2\nthree\nfour\n');
      review.codexChanged({ path: file, before: 'one\ntwo\nthree\n', after: 'one\n2\nthree\n', threadId: 'thread' });
      review.codexChanged({ path: at('gone.txt'), before: 'a\n', after: 'b\n', threadId: 'thread' });
      await recorder.reconcile();
      assert.equal(review.get(file)?.baseline, 'one\ntwo\nthree\nfour\n');
      assert.equal(review.get(at('gone.txt')), undefined);
    });

    it('taking a file back is theirs, also while a command runs', async () => {
      const file = put('a.txt', 'one\n');
      await replace(file, 'one', 'two');
      await command('workbench.action.closeAllEditors');
      const running = startCommand('sleep 1');
      fs.writeFileSync(file, 'one\n');
      recorder.restored({ path: file, text: 'one\n' });
      fs.writeFileSync(at('marker.txt'), 'by the command\n');
      await until(() => recorded(at('marker.txt')) !== undefined);
      running.dispose();
      await recorder.settled();
      assert.equal(review.get(file), undefined);
      assert.deepEqual(history(file), ['one\n', 'two\n', 'patch']);
    });
  });
});
