import assert from 'node:assert/strict';
import fs from 'node:fs';
import * as vscode from 'vscode';
import { command, documentOf, insert, open, until, useDocuments } from './documentHost';

describe('EditorDocuments', () => {
  const bench = useDocuments();

  describe('an open document', () => {
    it('keeps unsaved text, and one undo takes back exactly what Codex changed', async () => {
      const file = bench.put('a.txt', 'one\ntwo\nthree\n');
      const editor = await open(file);
      await insert(editor, 0, 0, 'UNSAVED_');
      assert.deepEqual(await bench.replace(file, 'three', 'three by codex'), { kind: 'written' });
      assert.equal(editor.document.getText(), 'UNSAVED_one\ntwo\nthree by codex\n');
      assert.equal(bench.disk('a.txt'), 'UNSAVED_one\ntwo\nthree by codex\n');
      await command('undo');
      assert.equal(editor.document.getText(), 'UNSAVED_one\ntwo\nthree\n');
      await command('undo');
      assert.equal(editor.document.getText(), 'one\ntwo\nthree\n');
    });

    it('is left unsaved when the person does not want it saved', async () => {
      const file = bench.put('a.txt', 'one\n');
      const editor = await open(file);
      bench.save = false;
      await bench.replace(file, 'one', 'two');
      assert.deepEqual(
        [editor.document.getText(), editor.document.isDirty, bench.disk('a.txt')],
        ['two\n', true, 'one\n'],
      );
      assert.equal((await bench.host.metadata(file))?.sizeBytes, 4);
      assert.equal(await bench.read(file), 'two\n');
    });

    it('tells what was applied, with the text before it', async () => {
      const file = bench.put('a.txt', 'one\n');
      await insert(await open(file), 0, 0, '~');
      await bench.replace(file, 'one', 'two');
      assert.deepEqual(bench.applied, [{ path: file, before: '~one\n', after: '~two\n', movedFrom: undefined }]);
    });

    it('keeps what was typed between reading and writing', async () => {
      const file = bench.put('a.txt', 'one two\nthree\n');
      const editor = await open(file);
      const text = await bench.read(file);
      await insert(editor, 0, 0, 'typed ');
      await insert(editor, 1, 5, ' typed');
      assert.deepEqual(await bench.host.write(file, text.replace('two', '2')), { kind: 'written' });
      assert.equal(bench.disk('a.txt'), 'typed one 2\nthree typed\n');
    });

    it('is left as it is, with a reason, when the person changed the same text', async () => {
      const file = bench.put('a.txt', 'one two\nthree\n');
      const editor = await open(file);
      const text = await bench.read(file);
      await insert(editor, 0, 5, '~');
      const result = await bench.host.write(file, text.replace('two', '2'));
      assert.equal(result.kind, 'refused');
      assert.match(result.reason, /same lines of .*a\.txt/);
      assert.deepEqual([editor.document.getText(), bench.disk('a.txt')], ['one t~wo\nthree\n', 'one two\nthree\n']);
    });

    it('is read as another program has just written it', async () => {
      const file = bench.put('a.txt', 'one\ntwo\n');
      const editor = await open(file);
      bench.put('a.txt', 'ONE\ntwo\n');
      assert.equal(await bench.read(file), 'ONE\ntwo\n');
      assert.deepEqual(await bench.replace(file, 'two', 'TWO'), { kind: 'written' });
      await until(() => bench.disk('a.txt') === 'ONE\nTWO\n' && editor.document.getText() === 'ONE\nTWO\n');
    });

    it('is not overwritten by somebody who has not read its unsaved text', async () => {
      const file = bench.put('a.txt', 'one\n');
      const editor = await open(file);
      await insert(editor, 0, 0, '~');
      assert.equal((await bench.host.write(file, 'two\n')).kind, 'refused');
      assert.equal(editor.document.getText(), '~one\n');
    });
  });

  describe('a closed file', () => {
    it('is changed on the disk, in no tab, and can be undone when it is opened later', async () => {
      const file = bench.put('a.txt', 'one\ntwo\n');
      assert.deepEqual(await bench.replace(file, 'two', '2'), { kind: 'written' });
      assert.equal(bench.disk('a.txt'), 'one\n2\n');
      // The list of tabs is told later than what is done.
      await until(() => vscode.window.tabGroups.all.every((group) => group.tabs.length === 0));
      const editor = await open(file);
      await command('undo');
      assert.equal(editor.document.getText(), 'one\ntwo\n');
    });

    it('is read without being opened, and the converter is loaded once, with the first write', async () => {
      const [one, two] = [bench.put('a.txt', 'one\n'), bench.put('b.txt', 'é\n')];
      await Promise.all([bench.read(one), bench.read(two)]);
      assert.deepEqual([documentOf(one), documentOf(two), bench.loads], [undefined, undefined, 0]);
      await Promise.all([bench.replace(one, 'one', '1'), bench.replace(two, 'é', 'e')]);
      assert.equal(bench.loads, 1);
    });

    it('in a large patch is written byte by byte without a document', async () => {
      const names = Array.from({ length: 21 }, (_, i) => `many/${i}.txt`);
      const files = names.map((name) => bench.put(name, '\ufeffé\r\nb\r\n'));
      const patch = bench.host.expectPatch(files.map((file) => ({ path: file })));
      for (const file of files) assert.deepEqual(await bench.replace(file, 'b', 'B'), { kind: 'written' });
      assert.deepEqual(
        names.map((name) => bench.disk(name)),
        names.map(() => '\ufeffé\r\nB\r\n'),
      );
      assert.deepEqual(
        files.map(documentOf),
        files.map(() => undefined),
      );
      assert.equal(bench.applied.length, 21);
      patch.dispose();
      await bench.replace(files[0]!, 'B', 'b');
      assert.notEqual(documentOf(files[0]!), undefined);
    });

    it('gets a new file only where its folder exists', async () => {
      assert.deepEqual(await bench.host.read(bench.at('new/a.txt')), { kind: 'missing' });
      assert.deepEqual(await bench.host.write(bench.at('new/a.txt'), 'x\n'), { kind: 'noFolder' });
      fs.mkdirSync(bench.at('new'));
      assert.deepEqual(await bench.host.write(bench.at('new/a.txt'), 'é\r\n'), { kind: 'written' });
      assert.equal(bench.disk('new/a.txt'), 'é\r\n');
      assert.deepEqual(bench.applied, [{ path: bench.at('new/a.txt'), before: undefined, after: 'é\r\n' }]);
    });
  });

  describe('removing', () => {
    it('removes a file and closes its editor', async () => {
      const file = bench.put('a.txt', 'one\n');
      await open(file);
      await bench.read(file);
      assert.deepEqual(await bench.host.remove(file), { kind: 'written' });
      assert.equal(fs.existsSync(file), false);
      assert.deepEqual(bench.applied, [{ path: file, before: 'one\n', after: undefined }]);
    });

    it('is refused while the document has unsaved text that Codex has not read', async () => {
      const file = bench.put('a.txt', 'one\n');
      const editor = await open(file);
      await bench.read(file);
      await insert(editor, 0, 0, '~');
      assert.equal((await bench.host.remove(file)).kind, 'refused');
      assert.deepEqual([editor.document.getText(), bench.disk('a.txt')], ['~one\n', 'one\n']);
    });

    it('leaves folders and what does not exist to the file system', async () => {
      fs.mkdirSync(bench.at('folder'));
      assert.deepEqual(await bench.host.remove(bench.at('folder')), { kind: 'pass' });
      assert.deepEqual(await bench.host.remove(bench.at('none.txt')), { kind: 'pass' });
    });
  });

  describe('a move that was announced', () => {
    it('renames the file with its unsaved text, then changes it', async () => {
      const file = bench.put('old.txt', 'one\ntwo\n');
      await insert(await open(file), 0, 0, '~');
      const text = await bench.read(file);
      const move = bench.host.expectMove(file, bench.at('new.txt'));
      assert.deepEqual(await bench.host.write(bench.at('new.txt'), text.replace('two', '2')), { kind: 'written' });
      assert.notEqual(await bench.host.metadata(file), undefined);
      assert.deepEqual(await bench.host.remove(file), { kind: 'written' });
      move.dispose();
      assert.equal(await bench.host.metadata(file), undefined);
      assert.deepEqual(fs.readdirSync(bench.folder), ['new.txt']);
      assert.equal(bench.disk('new.txt'), '~one\n2\n');
      assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, bench.at('new.txt'));
      assert.equal(bench.applied[0]?.movedFrom, file);
    });

    it('is taken back when the change cannot be made', async () => {
      const file = bench.put('old.txt', 'one\ntwo\n');
      const editor = await open(file);
      const text = await bench.read(file);
      await insert(editor, 1, 1, '~');
      bench.host.expectMove(file, bench.at('new.txt'));
      assert.equal((await bench.host.write(bench.at('new.txt'), text.replace('two', '2'))).kind, 'refused');
      assert.deepEqual(fs.readdirSync(bench.folder), ['old.txt']);
      assert.equal(documentOf(file)?.getText(), 'one\nt~wo\n');
    });

    it('that ended without a write leaves a later file of that name alone', async () => {
      const file = bench.put('old.txt', 'one\n');
      bench.host.expectMove(file, bench.at('new.txt')).dispose();
      await bench.host.write(bench.at('new.txt'), 'new\n');
      assert.deepEqual([bench.disk('old.txt'), bench.disk('new.txt')], ['one\n', 'new\n']);
    });
  });

  describe('a read-only document', () => {
    it('by the settings is not changed, open or closed', async () => {
      await bench.configure('files.readonlyInclude', { '**/*.locked': true });
      try {
        for (const name of ['open.locked', 'closed.locked']) {
          const file = bench.put(name, 'one\n');
          if (name.startsWith('open')) await open(file);
          const result = await bench.replace(file, 'one', 'two');
          assert.match(result.kind === 'refused' ? result.reason : '', /read-only/);
          assert.deepEqual([documentOf(file)?.getText(), bench.disk(name)], ['one\n', 'one\n']);
        }
      } finally {
        await bench.configure('files.readonlyInclude', undefined);
      }
    });

    it('by the person for this session gets its text back', async () => {
      const file = bench.put('a.txt', 'one\n');
      const editor = await open(file);
      await command('workbench.action.files.setActiveEditorReadonlyInSession');
      try {
        const result = await bench.replace(file, 'one', 'two');
        assert.match(result.kind === 'refused' ? result.reason : '', /read-only/);
        assert.deepEqual([editor.document.getText(), bench.disk('a.txt')], ['one\n', 'one\n']);
      } finally {
        await command('workbench.action.files.resetActiveEditorReadonlyInSession');
      }
    });
  });

  it('refuses to write or remove a notebook with unsaved changes, which its next save would overwrite', async () => {
    const cell = { cell_type: 'code', execution_count: null, metadata: {}, outputs: [], source: ['x = 1'] };
    const metadata = { language_info: { name: 'python' } };
    const content = JSON.stringify({ cells: [cell], metadata, nbformat: 4, nbformat_minor: 5 });
    const file = bench.put('a.ipynb', content);
    const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.file(file));
    await vscode.window.showNotebookDocument(notebook);
    const text = await bench.read(file);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(notebook.cellAt(0).document.uri, new vscode.Position(0, 0), '# ');
    await vscode.workspace.applyEdit(edit);
    await until(() => notebook.isDirty);
    assert.equal((await bench.host.write(file, text.replace('x = 1', 'x = 2'))).kind, 'refused');
    assert.equal((await bench.host.remove(file)).kind, 'refused');
    assert.equal(bench.disk('a.ipynb'), content);
    await notebook.save();
  });

  describe('two conversations that take turns', () => {
    it('keep each other’s changes, and what was typed between their readings', async () => {
      const file = bench.put('a.txt', 'one\ntwo\nthree\nfour\n');
      const editor = await open(file);
      const first = await bench.read(file);
      await insert(editor, 1, 3, ' typed');
      const second = await bench.read(file);
      assert.deepEqual(await bench.host.write(file, first.replace('four', 'FOUR')), { kind: 'written' });
      assert.deepEqual(await bench.host.write(file, second.replace('one', 'ONE')), { kind: 'written' });
      assert.equal(bench.disk('a.txt'), 'ONE\ntwo typed\nthree\nFOUR\n');
    });
  });

  describe('a change that the person accepted in part', () => {
    const [one, two] = ['one\nx\nx\nx\nx\ntwo\n', 'ONE\nx\nx\nx\nx\nTWO\n'];
    const part = 'ONE\nx\nx\nx\nx\ntwo\n';

    it('writes that part, once, keeping what was typed', async () => {
      const file = bench.put('a.txt', one);
      const editor = await open(file);
      const text = await bench.read(file);
      await insert(editor, 2, 0, 'typed ');
      bench.host.expectAmended(file, { proposed: two, accepted: part });
      assert.deepEqual(await bench.host.write(file, text.replace('one', 'ONE').replace('two', 'TWO')), {
        kind: 'written',
      });
      assert.equal(bench.disk('a.txt'), part.replace('x\nx', 'x\ntyped x'));
      assert.deepEqual(await bench.replace(file, 'two', 'TWO'), { kind: 'written' });
      assert.equal(bench.disk('a.txt'), two.replace('x\nx', 'x\ntyped x'));
    });

    it('writes nothing of a file of which all was left out, be it new, changed or removed', async () => {
      const file = bench.put('a.txt', one);
      bench.host.expectAmended(file, { proposed: two, accepted: one });
      assert.deepEqual(await bench.replace(file, 'one', 'ONE'), { kind: 'written' });
      bench.host.expectAmended(file, { proposed: null, accepted: one });
      assert.deepEqual(await bench.host.remove(file), { kind: 'written' });
      bench.host.expectAmended(bench.at('new/b.txt'), { proposed: 'new\n', accepted: null });
      assert.deepEqual(await bench.host.write(bench.at('new/b.txt'), 'new\n'), { kind: 'written' });
      assert.deepEqual([fs.readdirSync(bench.folder), bench.disk('a.txt'), bench.applied], [['a.txt'], one, []]);
    });

    it('leaves a file whose removal was left out to the person, who types on in it or removes it', async () => {
      const file = bench.put('a.txt', one);
      const editor = await open(file);
      bench.host.expectAmended(file, { proposed: null, accepted: one });
      await insert(editor, 2, 0, 'typed ');
      await bench.read(file);
      assert.deepEqual(await bench.host.remove(file), { kind: 'written' });
      assert.equal(editor.document.getText(), one.replace('x\nx', 'x\ntyped x'));
      const gone = bench.at('gone.txt');
      bench.host.expectAmended(gone, { proposed: null, accepted: one });
      assert.deepEqual(await bench.host.remove(gone), { kind: 'written' });
      assert.deepEqual(fs.readdirSync(bench.folder), ['a.txt']);
    });

    it('writes the person’s own text of a new file, also when its folder has to be made first', async () => {
      const file = bench.at('new/a.txt');
      bench.host.expectAmended(file, { proposed: 'new\n', accepted: 'mine\n' });
      assert.deepEqual(await bench.host.write(file, 'new\n'), { kind: 'noFolder' });
      fs.mkdirSync(bench.at('new'));
      assert.deepEqual(await bench.host.write(file, 'new\n'), { kind: 'written' });
      assert.equal(bench.disk('new/a.txt'), 'mine\n');
    });

    it('leaves a moved file where it is when the move was left out', async () => {
      const file = bench.put('old.txt', one);
      const move = bench.host.expectPatch([{ path: file, moveTo: bench.at('new.txt') }]);
      bench.host.expectAmended(bench.at('new.txt'), { proposed: two, accepted: null });
      bench.host.expectAmended(file, { proposed: null, accepted: one });
      await bench.read(file);
      assert.deepEqual(await bench.host.write(bench.at('new.txt'), two), { kind: 'written' });
      assert.deepEqual(await bench.host.remove(file), { kind: 'written' });
      move.dispose();
      assert.deepEqual([fs.readdirSync(bench.folder), bench.disk('old.txt')], [['old.txt'], one]);
    });

    it('is the whole change again when the patch has ended', async () => {
      const file = bench.put('a.txt', one);
      bench.host.expectAmended(file, { proposed: two, accepted: one }).dispose();
      await bench.replace(file, 'one', 'ONE');
      assert.equal(bench.disk('a.txt'), part);
    });
  });

  it('leaves an untitled draft of the same name alone', async () => {
    const uri = vscode.Uri.file(bench.at('a.txt')).with({ scheme: 'untitled' });
    const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
    await insert(editor, 0, 0, 'draft');
    assert.deepEqual(await bench.host.write(bench.at('a.txt'), 'new\n'), { kind: 'written' });
    assert.deepEqual([editor.document.getText(), editor.document.isUntitled], ['draft', true]);
    assert.equal(bench.disk('a.txt'), 'new\n');
  });

  it('changes a notebook that has no unsaved changes, and shows it', async () => {
    const cell = { cell_type: 'code', execution_count: null, metadata: {}, outputs: [], source: ['x = 1'] };
    const content = { cells: [cell], metadata: { language_info: { name: 'python' } }, nbformat: 4, nbformat_minor: 5 };
    const file = bench.put('a.ipynb', JSON.stringify(content));
    const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.file(file));
    await vscode.window.showNotebookDocument(notebook);
    assert.deepEqual(await bench.replace(file, 'x = 1', 'x = 2'), { kind: 'written' });
    await until(() => notebook.cellAt(0).document.getText() === 'x = 2');
    assert.equal(notebook.isDirty, false);
  });

  describe('before a file is changed', () => {
    it('says so, and waits, with the file as it was', async () => {
      const file = bench.put('a.txt', 'one\n');
      const seen: string[] = [];
      bench.willChange = async (path) => {
        await Promise.resolve();
        seen.push(`${path === file} ${bench.disk('a.txt')} ${bench.host.isWriting(file)}`);
      };
      await bench.replace(file, 'one', 'two');
      await bench.host.remove(file);
      assert.deepEqual(seen, ['true one\n true', 'true two\n true']);
      assert.equal(bench.host.isWriting(file), false);
    });

    it('names both files of a move, and those that pass on', async () => {
      const [file, binary] = [bench.put('old.txt', 'one\n'), bench.put('a.bin', Buffer.from([0, 1]))];
      const seen: string[] = [];
      bench.willChange = (path) => Promise.resolve(void seen.push(path));
      bench.host.expectMove(file, bench.at('new.txt'));
      await bench.read(file);
      await bench.host.write(bench.at('new.txt'), 'two\n');
      await bench.host.read(binary);
      assert.deepEqual(await bench.host.write(binary, 'text'), { kind: 'pass' });
      assert.deepEqual(seen, [bench.at('new.txt'), file, binary]);
    });

    it('goes on when that fails', async () => {
      const file = bench.put('a.txt', 'one\n');
      bench.willChange = () => Promise.reject(new Error('broken'));
      bench.host.onDidApply(() => {
        throw new Error('broken too');
      });
      assert.deepEqual(await bench.replace(file, 'one', 'two'), { kind: 'written' });
      assert.equal(bench.disk('a.txt'), 'two\n');
    });
  });
});
