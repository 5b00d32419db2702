import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { nullLogger } from '../../src/base/logger';
import type { RestoreStep } from '../../src/conversation/review/restorePlan';
import { FileRestorer, type RestoredFile } from '../../src/surfaces/edits/fileRestorer';
import { BlobStore } from '../../src/surfaces/edits/recording/blobStore';
import { withinLimit } from '../../src/surfaces/edits/timeLimit';
import { command, documentOf, insert, open, PATIENCE_MS, reasonOf, useDocuments } from './documentHost';

describe('FileRestorer', () => {
  const bench = useDocuments();
  let blobs: BlobStore;
  let restorer: FileRestorer;
  let restored: RestoredFile[];

  beforeEach(() => {
    blobs = new BlobStore(bench.at('.store'), nullLogger);
    restorer = new FileRestorer(bench.host, blobs, nullLogger);
    restored = [];
    restorer.onDidRestore((file) => restored.push(file));
  });

  const step = (file: string, rest: Partial<RestoreStep>): RestoreStep => ({
    path: file,
    status: 'clean',
    action: 'write',
    text: null,
    bytes: null,
    mode: null,
    expected: null,
    movedFrom: null,
    ...rest,
  });
  const done = { kind: 'done' };

  it('takes an open document back as one undo step, saved, keeping its editor', async () => {
    const file = bench.put('a.txt', 'ONE\ntwo\nTHREE\n');
    const editor = await open(file);
    const outcome = await restorer.apply(step(file, { text: 'one\ntwo\nthree\n', expected: 'ONE\ntwo\nTHREE\n' }));
    assert.deepEqual(outcome, done);
    assert.deepEqual([bench.disk('a.txt'), editor.document.isDirty], ['one\ntwo\nthree\n', false]);
    assert.deepEqual([bench.applied, restored], [[], [{ path: file, text: 'one\ntwo\nthree\n' }]]);
    await command('undo');
    assert.equal(editor.document.getText(), 'ONE\ntwo\nTHREE\n');
  });

  it('takes a closed file back byte by byte, without a document, with its byte order mark and permissions', async () => {
    const file = bench.put('a.txt', '\ufeffONE\r\n');
    fs.chmodSync(file, 0o644);
    const mode = 0o100755;
    assert.deepEqual(await restorer.apply(step(file, { text: 'one\r\n', expected: 'ONE\r\n', mode })), done);
    assert.deepEqual([bench.disk('a.txt'), documentOf(file)], ['\ufeffone\r\n', undefined]);
    assert.equal(fs.statSync(file).mode & 0o777, 0o755);
  });

  for (const isOpen of [false, true]) {
    it(`brings back the exact bytes where the text does not stand for them, ${isOpen ? 'open' : 'closed'}`, async () => {
      const before = Buffer.from('a\nb\r\nc\n');
      const file = bench.put('a.txt', 'A\nb\r\nc\n');
      if (isOpen) await open(file);
      const bytes = await blobs.put(before);
      const expected = (await restorer.currentText(file)) ?? null;
      assert.deepEqual(await restorer.apply(step(file, { text: before.toString(), bytes, expected })), done);
      assert.deepEqual(fs.readFileSync(file), before);
      assert.equal(await restorer.bytesHash(file), bytes);
    });
  }

  it('brings back a file that is no text', async () => {
    const [before, after] = [Buffer.from([0, 1, 2]), Buffer.from([0, 9])];
    const file = bench.put('a.bin', after);
    assert.equal(await restorer.currentText(file), undefined);
    assert.deepEqual(await restorer.apply(step(file, { bytes: await blobs.put(before) })), done);
    assert.deepEqual(fs.readFileSync(file), before);
  });

  it('takes formatting back that saving brings with it', async () => {
    await bench.configure('files.trimTrailingWhitespace', true);
    const file = bench.put('a.txt', 'ONE\ntwo  \n');
    await open(file);
    assert.deepEqual(await restorer.apply(step(file, { text: 'one\ntwo  \n', expected: 'ONE\ntwo  \n' })), done);
    assert.equal(bench.disk('a.txt'), 'one\ntwo  \n');
  });

  it('makes a file again that was removed, with its folder, and takes away one that was made', async () => {
    const file = bench.at('gone/a.txt');
    assert.deepEqual(await restorer.apply(step(file, { action: 'create', text: 'one\r\n' })), done);
    assert.equal(bench.disk('gone/a.txt'), 'one\r\n');
    await open(file);
    assert.deepEqual(await restorer.apply(step(file, { action: 'delete', expected: 'one\r\n' })), done);
    assert.equal(fs.existsSync(file), false);
    assert.deepEqual(
      restored.map(({ text }) => text),
      ['one\r\n', null],
    );
  });

  it('moves a file back to where it was, with its text and its editor', async () => {
    const file = bench.put('new.txt', 'ONE\n');
    await open(file);
    const back = step(file, { text: 'one\n', expected: 'ONE\n', movedFrom: bench.at('sub/old.txt') });
    assert.deepEqual(await restorer.apply(back), done);
    assert.deepEqual([bench.disk('sub/old.txt'), fs.existsSync(file)], ['one\n', false]);
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, bench.at('sub/old.txt'));
    assert.deepEqual(restored, [
      { path: file, text: null },
      { path: bench.at('sub/old.txt'), text: 'one\n' },
    ]);
  });

  it('refuses what has changed since it was planned, and leaves it as it is', async () => {
    const [shown, closed] = [bench.put('a.txt', 'ONE\n'), bench.put('b.txt', 'ONE\n')];
    await insert(await open(shown), 0, 0, '~');
    bench.put('b.txt', 'another\n');
    for (const file of [shown, closed]) {
      const outcome = await restorer.apply(step(file, { text: 'one\n', expected: 'ONE\n' }));
      assert.match(reasonOf(outcome), /has changed meanwhile/);
    }
    assert.match(reasonOf(await restorer.apply(step(closed, { action: 'delete', expected: 'ONE\n' }))), /changed/);
    assert.match(reasonOf(await restorer.apply(step(closed, { action: 'create', text: 'one\n' }))), /changed/);
    assert.deepEqual([documentOf(shown)?.getText(), bench.disk('b.txt')], ['~ONE\n', 'another\n']);
    assert.deepEqual(restored, []);
  });

  it('refuses a file that is no text and was changed since it was planned', async () => {
    const file = bench.put('a.bin', Buffer.from([0, 9]));
    const bytes = await blobs.put(Buffer.from([0, 1]));
    const expectedBytes = await restorer.bytesHash(file);
    fs.writeFileSync(file, Buffer.from([0, 7]));
    assert.match(reasonOf(await restorer.apply(step(file, { bytes, expectedBytes }))), /has changed meanwhile/);
    assert.match(
      reasonOf(await restorer.apply(step(file, { action: 'delete', expectedBytes }))),
      /has changed meanwhile/,
    );
    assert.deepEqual(fs.readFileSync(file), Buffer.from([0, 7]));
  });

  it('takes an open file with mixed line endings back, whose text the editor shows with one kind of them', async () => {
    const file = bench.put('a.txt', 'ONE\r\ntwo\nthree\r\n');
    await open(file);
    const shown = 'ONE\r\ntwo\r\nthree\r\n';
    const outcome = await restorer.apply(step(file, { text: shown.replace('ONE', 'one'), expected: shown }));
    assert.deepEqual(outcome, done);
    assert.equal(bench.disk('a.txt'), 'one\r\ntwo\nthree\r\n');
  });

  describe('a link that leads out of the workspace', () => {
    let outside: string;

    beforeEach(() => {
      outside = fs.mkdtempSync(path.join(os.tmpdir(), 'outside-'));
      fs.writeFileSync(path.join(outside, 'a.txt'), 'theirs\n');
    });
    afterEach(() => fs.rmSync(outside, { recursive: true }));

    const theirs = () => fs.readFileSync(path.join(outside, 'a.txt'), 'utf8');
    const expected = 'theirs\n';

    it('in the place of a file is not written through, but can be removed', async () => {
      const file = bench.at('a.txt');
      fs.symlinkSync(path.join(outside, 'a.txt'), file);
      assert.match(
        reasonOf(await restorer.apply(step(file, { text: 'mine\n', expected }))),
        /leads out of the workspace/,
      );
      assert.equal(theirs(), 'theirs\n');
      assert.deepEqual(await restorer.apply(step(file, { action: 'delete', expected })), done);
      assert.deepEqual([fs.readdirSync(bench.folder).includes('a.txt'), theirs()], [false, 'theirs\n']);
    });

    it('in the place of a folder is not gone through', async () => {
      fs.symlinkSync(outside, bench.at('folder'));
      const file = bench.at('folder/a.txt');
      const steps = [
        step(file, { text: 'mine\n', expected }),
        step(file, { action: 'delete', expected }),
        step(bench.at('folder/new.txt'), { action: 'create', text: 'mine\n' }),
        step(bench.put('b.txt', 'b\n'), { text: 'b\n', expected: 'b\n', movedFrom: bench.at('folder/b.txt') }),
      ];
      for (const each of steps) assert.match(reasonOf(await restorer.apply(each)), /leads out of the workspace/);
      assert.deepEqual([fs.readdirSync(outside), theirs()], [['a.txt'], 'theirs\n']);
    });
  });

  it('never waits for itself: two files that changed places, and a name that changed only its case', async () => {
    const [a, b] = [bench.put('a.txt', 'a\n'), bench.put('b.txt', 'b\n')];
    const outcomes = Promise.all([
      restorer.apply(step(a, { text: 'a\n', expected: 'a\n', movedFrom: b })),
      restorer.apply(step(b, { text: 'b\n', expected: 'b\n', movedFrom: a })),
    ]);
    assert.notEqual(await withinLimit(outcomes, PATIENCE_MS), 'expired');
    assert.deepEqual([bench.disk('a.txt'), bench.disk('b.txt')], ['a\n', 'b\n']);
    const platform = Object.getOwnPropertyDescriptor(process, 'platform');
    assert.ok(platform);
    Object.defineProperty(process, 'platform', { ...platform, value: 'darwin' });
    try {
      const same = restorer.apply(step(a, { text: 'a\n', expected: 'a\n', movedFrom: bench.at('A.txt') }));
      assert.deepEqual(await withinLimit(same, PATIENCE_MS), done);
    } finally {
      Object.defineProperty(process, 'platform', platform);
    }
  });

  it('refuses when the stored copy is gone or the place is taken', async () => {
    const file = bench.put('a.txt', 'ONE\n');
    bench.put('old.txt', 'taken\n');
    const gone = step(file, { text: 'one\n', bytes: 'f'.repeat(64), expected: 'ONE\n' });
    assert.match(reasonOf(await restorer.apply(gone)), /stored copy/);
    const taken = step(file, { text: 'one\n', expected: 'ONE\n', movedFrom: bench.at('old.txt') });
    assert.match(reasonOf(await restorer.apply(taken)), /could not be moved back/);
    assert.deepEqual([bench.disk('a.txt'), bench.disk('old.txt')], ['ONE\n', 'taken\n']);
  });

  it('waits for Codex, and Codex for it', async () => {
    const file = bench.put('a.txt', 'ONE\ntwo\n');
    await open(file);
    const text = await bench.read(file);
    const writing = bench.host.write(file, text.replace('two', 'TWO'));
    const restoring = restorer.apply(step(file, { text: 'one\nTWO\n', expected: 'ONE\nTWO\n' }));
    assert.deepEqual([(await writing).kind, await restoring], ['written', done]);
    assert.equal(bench.disk('a.txt'), 'one\nTWO\n');
  });
});
