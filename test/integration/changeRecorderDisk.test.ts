import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import {
  SETTLED_MS,
  at,
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

describe('ChangeRecorder, on the disk', () => {
  beforeEach(setUp);
  afterEach(tearDown);

  describe('what a command does', () => {
    it('to files it names, and to open ones, is reviewed against what was there', async () => {
      const [named, shown] = [put('a.txt', 'one\n'), put('b.txt', 'one\n')];
      await open(shown);
      await pause(SETTLED_MS);
      const running = startCommand('sed -i s/one/two/ a.txt');
      await recorder.settled();
      fs.writeFileSync(named, 'two\n');
      fs.writeFileSync(shown, 'three\n');
      await until(() => review.get(named) !== undefined && review.get(shown)?.current === 'three\n');
      running.dispose();
      await recorder.settled();
      assert.deepEqual(textOf(named), { baseline: 'one\n', current: 'two\n', gap: false });
      assert.deepEqual(textOf(shown), { baseline: 'one\n', current: 'three\n', gap: false });
      assert.deepEqual(history(named), ['one\n', 'two\n', 'command']);
      assert.deepEqual(history(shown), ['one\n', 'three\n', 'command']);
    });

    it('to a file that nobody looked at is reviewed as a gap', async () => {
      const file = put('a.txt', 'one\n');
      await pause(SETTLED_MS);
      const running = startCommand('make');
      await recorder.settled();
      fs.writeFileSync(file, 'two\n');
      await until(() => recorded(file) !== undefined);
      running.dispose();
      assert.equal(review.get(file)?.gap, true);
      assert.deepEqual(history(file), ['unknown', 'two\n', 'command']);
    });

    it('adds to what Codex changed before', async () => {
      const file = put('a.txt', 'one\ntwo\n');
      await pause(SETTLED_MS);
      await replace(file, 'one', '1');
      const running = startCommand('make');
      fs.writeFileSync(file, '1\n2\n');
      await until(() => review.get(file)?.current === '1\n2\n');
      running.dispose();
      await recorder.settled();
      assert.deepEqual(textOf(file), { baseline: 'one\ntwo\n', current: '1\n2\n', gap: false });
      assert.deepEqual(history(file), ['one\ntwo\n', '1\n2\n', 'command']);
    });

    it('is found at its end, also when no event told of it', async () => {
      const file = put('a.txt', 'one\n');
      await replace(file, 'one', 'two');
      const running = startCommand('make');
      fs.writeFileSync(file, 'three\n');
      running.dispose();
      await recorder.settled();
      assert.deepEqual([review.get(file)?.current, history(file)], ['three\n', ['one\n', 'three\n', 'command']]);
    });

    it('may make and delete files and folders', async () => {
      const gone = put('old/a.txt', 'one\n');
      await pause(SETTLED_MS);
      const running = startCommand('cat old/a.txt');
      await recorder.settled();
      fs.mkdirSync(at('new/deep'), { recursive: true });
      fs.writeFileSync(at('new/deep/b.txt'), 'new\n');
      fs.rmSync(at('old'), { recursive: true });
      await until(() => recorded(gone) !== undefined && recorded(at('new/deep/b.txt')) !== undefined);
      running.dispose();
      await recorder.settled();
      assert.deepEqual(history(gone), ['one\n', 'missing', 'command']);
      assert.deepEqual(history(at('new/deep/b.txt')), ['missing', 'new\n', 'command']);
      assert.deepEqual(textOf(gone), { baseline: 'one\n', current: null, gap: false });
      assert.deepEqual(textOf(at('new/deep/b.txt')), { baseline: null, current: 'new\n', gap: false });
    });

    it('to ignored files is nobody’s work', async () => {
      put('.gitignore', '*.log\n');
      await pause(SETTLED_MS);
      const running = startCommand('make');
      await recorder.settled();
      fs.writeFileSync(at('a.log'), 'x\n');
      fs.mkdirSync(at('node_modules'));
      fs.writeFileSync(at('node_modules/b.js'), 'x\n');
      fs.writeFileSync(at('marker.txt'), 'x\n');
      await until(() => recorded(at('marker.txt')) !== undefined);
      running.dispose();
      await recorder.settled();
      assert.deepEqual(
        ledger.turn('thread', 'turn')?.files.map((file) => file.path),
        [at('marker.txt')],
      );
    });

    it('to a binary file is recorded byte by byte, and not reviewed', async () => {
      const [before, after] = [Buffer.from([0, 1, 2]), Buffer.from([0, 1, 3])];
      const file = put('a.bin', before);
      await pause(SETTLED_MS);
      const running = startCommand('convert a.bin');
      await recorder.settled();
      fs.writeFileSync(file, after);
      await until(() => recorded(file) !== undefined);
      running.dispose();
      const expected = [{ text: null, bytes: before }, { text: null, bytes: after }, 'command'];
      assert.deepEqual([history(file), review.get(file)], [expected, undefined]);
    });

    it('under unsaved text is recorded, and the text of the person is left alone', async () => {
      const file = put('a.txt', 'one\n');
      const editor = await open(file);
      await pause(SETTLED_MS);
      const before = startCommand('cat a.txt');
      await recorder.settled();
      before.dispose();
      await insert(editor, 0, 0, '~');
      const running = startCommand('make');
      fs.writeFileSync(file, 'two\n');
      await until(() => recorded(file) !== undefined);
      running.dispose();
      await recorder.settled();
      assert.deepEqual(history(file), ['one\n', 'two\n', 'command']);
      assert.deepEqual([editor.document.getText(), review.get(file)], ['~one\n', undefined]);
    });
  });

  describe('a patch that the server writes', () => {
    it('is compared at its end, outside the workspace folders too', async () => {
      const elsewhere = fs.mkdtempSync(path.join(os.tmpdir(), 'recorder-'));
      try {
        const outside = path.join(elsewhere, 'a.txt');
        fs.writeFileSync(outside, 'one\n');
        const binary = put('b.bin', Buffer.from([0, 1]));
        await pause(SETTLED_MS);
        const patch = startPatch('thread', outside, binary, { path: at('c.txt'), kind: 'add' });
        await recorder.settled();
        fs.writeFileSync(outside, 'two\n');
        fs.writeFileSync(binary, Buffer.from([0, 2]));
        fs.writeFileSync(at('c.txt'), 'new\n');
        patch.dispose();
        await recorder.settled();
        assert.deepEqual(textOf(outside), { baseline: 'one\n', current: 'two\n', gap: false });
        assert.deepEqual(history(outside), ['one\n', 'two\n', 'patch']);
        assert.deepEqual(history(at('c.txt')), ['missing', 'new\n', 'patch']);
        const bytes = [Buffer.from([0, 1]), Buffer.from([0, 2])].map((content) => ({ text: null, bytes: content }));
        assert.deepEqual([history(binary), review.get(binary)], [[...bytes, 'patch'], undefined]);
      } finally {
        fs.rmSync(elsewhere, { recursive: true });
      }
    });

    it('is told from what the person typed and saved before and after it', async () => {
      const file = put('a.txt', 'one\ntwo\nthree\n');
      const editor = await open(file);
      await pause(SETTLED_MS);
      const patch = startPatch('thread', file);
      await recorder.settled();
      await insert(editor, 0, 0, '~');
      assert.ok(await editor.document.save());
      fs.writeFileSync(file, '~one\n2\nthree\n');
      await until(() => editor.document.getText() === '~one\n2\nthree\n');
      await insert(editor, 2, 0, '~');
      patch.dispose();
      await recorder.settled();
      assert.deepEqual(textOf(file), { baseline: '~one\ntwo\n~three\n', current: '~one\n2\n~three\n', gap: false });
      assert.deepEqual(history(file), ['~one\ntwo\nthree\n', '~one\n2\nthree\n', 'patch']);
    });

    it('is not what somebody else changed while it waited for the person', async () => {
      const [shown, closed] = [put('a.txt', 'one\n'), put('b.txt', 'one\n')];
      const editor = await open(shown);
      await pause(SETTLED_MS);
      letOnlyWrite('nobody');
      const patch = startPatch('thread', shown, closed);
      await recorder.settled();
      const told = new Set<string>();
      const watcher = vscode.workspace.createFileSystemWatcher('**');
      watcher.onDidCreate(({ fsPath }) => told.add(fsPath));
      watcher.onDidChange(({ fsPath }) => told.add(fsPath));
      for (const file of [shown, closed]) fs.writeFileSync(file, 'theirs\n');
      // The recorder, whose watcher is older, has heard of them by then.
      await until(() => editor.document.getText() === 'theirs\n' && told.has(shown) && told.has(closed));
      watcher.dispose();
      await recorder.settled();
      patch.dispose();
      await recorder.settled();
      assert.deepEqual([review.files, ledger.turn('thread', 'turn')], [[], undefined]);
    });

    it('is not what the person typed after a write that was refused', async () => {
      const file = put('a.txt', 'one\n');
      const editor = await open(file);
      await pause(SETTLED_MS);
      const patch = startPatch('thread', file);
      await documents.read(file);
      await insert(editor, 0, 1, 'x');
      assert.equal((await documents.write(file, 'ONE\n')).kind, 'refused');
      await insert(editor, 0, 0, '~');
      assert.ok(await editor.document.save());
      patch.dispose();
      await recorder.settled();
      assert.deepEqual([review.files, ledger.turn('thread', 'turn')], [[], undefined]);
    });

    it('and that was declined leaves nothing', async () => {
      const file = put('a.txt', 'one\n');
      const editor = await open(file);
      const patch = startPatch('thread', file, { path: at('b.txt'), kind: 'add' });
      await recorder.settled();
      await insert(editor, 0, 0, '~');
      patch.dispose();
      await recorder.settled();
      assert.deepEqual([review.files.length, ledger.turn('thread', 'turn')], [0, undefined]);
    });
  });
});
