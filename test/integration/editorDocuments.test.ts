import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import { nullLogger } from '../../src/base/logger';
import type { DocumentWrite } from '../../src/base/documentHost';
import { createEditConverter } from '../../src/surfaces/edits/editConverter';
import { type AppliedChange, EditorDocuments } from '../../src/surfaces/edits/editorDocuments';

const SAVE_LIMIT_MS = 1500;
const KEY_REPEAT_MS = 20;

let folder: string;
let host: EditorDocuments;
let save: boolean;
let loads: number;
let unsaved: string[];
let applied: AppliedChange[];

const at = (name: string) => path.join(folder, name);
const disk = (name: string) => fs.readFileSync(at(name), 'utf8');
const command = (id: string, ...args: unknown[]) => vscode.commands.executeCommand(id, ...args);
const numbered = (count: number) => Array.from({ length: count }, (_, i) => `line ${i} alpha beta gamma\n`).join('');

function put(name: string, content: string | Buffer): string {
  fs.mkdirSync(path.dirname(at(name)), { recursive: true });
  fs.writeFileSync(at(name), content);
  return at(name);
}

async function open(file: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file), { preview: false });
}

/** Inserts as a person does, through the editor. */
async function insert(editor: vscode.TextEditor, line: number, character: number, text: string): Promise<void> {
  editor.selection = new vscode.Selection(line, character, line, character);
  const expected = editor.document.getText().length + text.length;
  await command('type', { text });
  await until(() => editor.document.getText().length === expected);
}

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`It did not come to pass: ${condition.toString()}`);
    await pause(10);
  }
}

async function read(file: string): Promise<string> {
  const result = await host.read(file);
  assert.equal(result.kind, 'text');
  return result.text;
}

/** One change as Codex makes it: reads the file, and writes it with `from` replaced. */
async function replace(file: string, from: string, to: string): Promise<DocumentWrite> {
  const text = await read(file);
  assert.ok(text.includes(from), `${JSON.stringify(from)} is not in ${JSON.stringify(text)}`);
  return host.write(file, text.replace(from, to));
}

async function configure(name: string, value: unknown): Promise<void> {
  const [section = '', key = ''] = name.split(/\.(?=[^.]*$)/);
  const resource = vscode.Uri.file(at('x'));
  const settings = () => vscode.workspace.getConfiguration(section, resource);
  await settings().update(key, value, vscode.ConfigurationTarget.Workspace);
}

const uriOf = (file: string) => vscode.Uri.file(file).toString();
const documentOf = (file: string) => vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === uriOf(file));

describe('EditorDocuments', () => {
  beforeEach(() => {
    const workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    assert.ok(workspace);
    folder = fs.mkdtempSync(path.join(workspace, 'documents-'));
    [save, loads, unsaved, applied] = [true, 0, [], []];
    host = new EditorDocuments({
      loadConverter: () => {
        loads++;
        return Promise.resolve(createEditConverter());
      },
      saveAfterApply: () => save,
      saveLimitMs: SAVE_LIMIT_MS,
      logger: nullLogger,
    });
    host.onDidLeaveUnsaved((file) => unsaved.push(file));
    host.onDidApply((change) => applied.push(change));
  });

  afterEach(async () => {
    host.dispose();
    for (const document of vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty)) {
      await vscode.window.showTextDocument(document);
      await command('workbench.action.files.revert');
    }
    await command('workbench.action.closeAllEditors');
    fs.rmSync(folder, { recursive: true, force: true });
  });

  describe('an open document', () => {
    it('keeps unsaved text, and one undo takes back exactly what Codex changed', async () => {
      const file = put('a.txt', 'one\ntwo\nthree\n');
      const editor = await open(file);
      await insert(editor, 0, 0, 'UNSAVED_');
      assert.deepEqual(await replace(file, 'three', 'three by codex'), { kind: 'written' });
      assert.equal(editor.document.getText(), 'UNSAVED_one\ntwo\nthree by codex\n');
      assert.equal(disk('a.txt'), 'UNSAVED_one\ntwo\nthree by codex\n');
      await command('undo');
      assert.equal(editor.document.getText(), 'UNSAVED_one\ntwo\nthree\n');
      await command('undo');
      assert.equal(editor.document.getText(), 'one\ntwo\nthree\n');
    });

    it('is left unsaved when the person does not want it saved', async () => {
      const file = put('a.txt', 'one\n');
      const editor = await open(file);
      save = false;
      await replace(file, 'one', 'two');
      assert.deepEqual([editor.document.getText(), editor.document.isDirty, disk('a.txt')], ['two\n', true, 'one\n']);
      assert.equal((await host.metadata(file))?.sizeBytes, 4);
      assert.equal(await read(file), 'two\n');
    });

    it('tells what was applied, with the text before it', async () => {
      const file = put('a.txt', 'one\n');
      await insert(await open(file), 0, 0, '~');
      await replace(file, 'one', 'two');
      assert.deepEqual(applied, [{ path: file, before: '~one\n', after: '~two\n', movedFrom: undefined }]);
    });

    it('keeps what was typed between reading and writing', async () => {
      const file = put('a.txt', 'one two\nthree\n');
      const editor = await open(file);
      const text = await read(file);
      await insert(editor, 0, 0, 'typed ');
      await insert(editor, 1, 5, ' typed');
      assert.deepEqual(await host.write(file, text.replace('two', '2')), { kind: 'written' });
      assert.equal(disk('a.txt'), 'typed one 2\nthree typed\n');
    });

    it('is left as it is, with a reason, when the person changed the same text', async () => {
      const file = put('a.txt', 'one two\nthree\n');
      const editor = await open(file);
      const text = await read(file);
      await insert(editor, 0, 5, '~');
      const result = await host.write(file, text.replace('two', '2'));
      assert.equal(result.kind, 'refused');
      assert.match(result.reason, /same lines of .*a\.txt/);
      assert.deepEqual([editor.document.getText(), disk('a.txt')], ['one t~wo\nthree\n', 'one two\nthree\n']);
    });

    it('loses no key while twenty changes are written', async () => {
      const file = put('a.txt', numbered(30));
      const editor = await open(file);
      editor.selection = new vscode.Selection(25, 0, 25, 0);
      const typist = { keys: 0, stop: false };
      const typing = (async () => {
        while (!typist.stop) {
          await command('type', { text: '~' });
          typist.keys++;
          await pause(KEY_REPEAT_MS);
        }
      })();
      try {
        let last = 'beta';
        for (let i = 0; i < 20; i++) {
          const next = `beta${i}`;
          assert.deepEqual(await replace(file, `10 alpha ${last} `, `10 alpha ${next} `), { kind: 'written' });
          last = next;
        }
      } finally {
        typist.stop = true;
        await typing;
      }
      const count = (text: string) => text.split('~').length - 1;
      await until(() => count(editor.document.getText()) >= typist.keys);
      assert.ok(typist.keys > 0);
      assert.equal(count(editor.document.getText()), typist.keys);
      assert.ok(editor.document.getText().includes('line 10 alpha beta19 '));
      assert.deepEqual(unsaved, []);
    });

    it('is not overwritten by somebody who has not read its unsaved text', async () => {
      const file = put('a.txt', 'one\n');
      const editor = await open(file);
      await insert(editor, 0, 0, '~');
      assert.equal((await host.write(file, 'two\n')).kind, 'refused');
      assert.equal(editor.document.getText(), '~one\n');
    });
  });

  describe('a closed file', () => {
    it('is changed on the disk, in no tab, and can be undone when it is opened later', async () => {
      const file = put('a.txt', 'one\ntwo\n');
      assert.deepEqual(await replace(file, 'two', '2'), { kind: 'written' });
      assert.equal(disk('a.txt'), 'one\n2\n');
      assert.deepEqual(
        vscode.window.tabGroups.all.flatMap((group) => group.tabs),
        [],
      );
      const editor = await open(file);
      await command('undo');
      assert.equal(editor.document.getText(), 'one\ntwo\n');
    });

    it('is read without being opened, and the converter is loaded once, with the first write', async () => {
      const [one, two] = [put('a.txt', 'one\n'), put('b.txt', 'é\n')];
      await Promise.all([read(one), read(two)]);
      assert.deepEqual([documentOf(one), documentOf(two), loads], [undefined, undefined, 0]);
      await Promise.all([replace(one, 'one', '1'), replace(two, 'é', 'e')]);
      assert.equal(loads, 1);
    });

    it('in a large patch is written byte by byte without a document', async () => {
      const names = Array.from({ length: 21 }, (_, i) => `many/${i}.txt`);
      const files = names.map((name) => put(name, '\ufeffé\r\nb\r\n'));
      const patch = host.expectPatch(files.map((file) => ({ path: file })));
      for (const file of files) assert.deepEqual(await replace(file, 'b', 'B'), { kind: 'written' });
      assert.deepEqual(
        names.map(disk),
        names.map(() => '\ufeffé\r\nB\r\n'),
      );
      assert.deepEqual(
        files.map(documentOf),
        files.map(() => undefined),
      );
      assert.equal(applied.length, 21);
      patch.dispose();
      await replace(files[0]!, 'B', 'b');
      assert.notEqual(documentOf(files[0]!), undefined);
    });

    it('gets a new file only where its folder exists', async () => {
      assert.deepEqual(await host.read(at('new/a.txt')), { kind: 'missing' });
      assert.deepEqual(await host.write(at('new/a.txt'), 'x\n'), { kind: 'noFolder' });
      fs.mkdirSync(at('new'));
      assert.deepEqual(await host.write(at('new/a.txt'), 'é\r\n'), { kind: 'written' });
      assert.equal(disk('new/a.txt'), 'é\r\n');
      assert.deepEqual(applied, [{ path: at('new/a.txt'), before: undefined, after: 'é\r\n' }]);
    });
  });

  describe('removing', () => {
    it('removes a file and closes its editor', async () => {
      const file = put('a.txt', 'one\n');
      await open(file);
      await read(file);
      assert.deepEqual(await host.remove(file), { kind: 'written' });
      assert.equal(fs.existsSync(file), false);
      assert.deepEqual(applied, [{ path: file, before: 'one\n', after: undefined }]);
    });

    it('is refused while the document has unsaved text that Codex has not read', async () => {
      const file = put('a.txt', 'one\n');
      const editor = await open(file);
      await read(file);
      await insert(editor, 0, 0, '~');
      assert.equal((await host.remove(file)).kind, 'refused');
      assert.deepEqual([editor.document.getText(), disk('a.txt')], ['~one\n', 'one\n']);
    });

    it('leaves folders and what does not exist to the file system', async () => {
      fs.mkdirSync(at('folder'));
      assert.deepEqual(await host.remove(at('folder')), { kind: 'pass' });
      assert.deepEqual(await host.remove(at('none.txt')), { kind: 'pass' });
    });
  });

  describe('a move that was announced', () => {
    it('renames the file with its unsaved text, then changes it', async () => {
      const file = put('old.txt', 'one\ntwo\n');
      await insert(await open(file), 0, 0, '~');
      const text = await read(file);
      const move = host.expectMove(file, at('new.txt'));
      assert.deepEqual(await host.write(at('new.txt'), text.replace('two', '2')), { kind: 'written' });
      assert.notEqual(await host.metadata(file), undefined);
      assert.deepEqual(await host.remove(file), { kind: 'written' });
      move.dispose();
      assert.equal(await host.metadata(file), undefined);
      assert.deepEqual(fs.readdirSync(folder), ['new.txt']);
      assert.equal(disk('new.txt'), '~one\n2\n');
      assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, at('new.txt'));
      assert.equal(applied[0]?.movedFrom, file);
    });

    it('is taken back when the change cannot be made', async () => {
      const file = put('old.txt', 'one\ntwo\n');
      const editor = await open(file);
      const text = await read(file);
      await insert(editor, 1, 1, '~');
      host.expectMove(file, at('new.txt'));
      assert.equal((await host.write(at('new.txt'), text.replace('two', '2'))).kind, 'refused');
      assert.deepEqual(fs.readdirSync(folder), ['old.txt']);
      assert.equal(documentOf(file)?.getText(), 'one\nt~wo\n');
    });

    it('that ended without a write leaves a later file of that name alone', async () => {
      const file = put('old.txt', 'one\n');
      host.expectMove(file, at('new.txt')).dispose();
      await host.write(at('new.txt'), 'new\n');
      assert.deepEqual([disk('old.txt'), disk('new.txt')], ['one\n', 'new\n']);
    });
  });

  describe('bytes', () => {
    const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
    const cases: [title: string, before: Buffer, from: string, to: string, after: Buffer][] = [
      ['CRLF', Buffer.from('a\r\nb\r\n'), 'b\r\n', 'B\nC\r\n', Buffer.from('a\r\nB\r\nC\r\n')],
      ['a byte order mark', Buffer.from('\ufeffa\nb\n'), 'a', 'A', Buffer.from('\ufeffA\nb\n')],
      ['UTF-16', utf16('a\nbé\n'), 'bé', 'Bé', utf16('a\nBé\n')],
      ['mixed line endings', Buffer.from('a\nb\r\nc\nd\n'), 'c', 'C', Buffer.from('a\nb\r\nC\nd\n')],
      ['a lone carriage return', Buffer.from('a\rb\nc\n'), 'c', 'C', Buffer.from('a\rb\nC\n')],
      ['no newline at the end', Buffer.from('a\nb'), 'a', 'A', Buffer.from('A\nb')],
    ];
    for (const isOpen of [false, true]) {
      for (const [title, before, from, to, after] of cases) {
        it(`of a file with ${title} change only where Codex changed them, ${isOpen ? 'open' : 'closed'}`, async () => {
          const file = put('a.txt', before);
          if (isOpen) await open(file);
          assert.deepEqual(await replace(file, from, to), { kind: 'written' });
          assert.deepEqual(fs.readFileSync(file), after);
        });
      }

      it(`in an encoding that the editor does not know are left alone, ${isOpen ? 'open' : 'closed'}`, async () => {
        const bytes = Buffer.from('caf\xe9\nb\n', 'latin1');
        const file = put('a.txt', bytes);
        if (isOpen) await open(file);
        assert.deepEqual(await host.read(file), { kind: 'pass' });
        assert.deepEqual(await host.write(file, 'x'), { kind: 'pass' });
        assert.deepEqual(fs.readFileSync(file), bytes);
      });
    }

    it('in an encoding that the settings name are decoded and encoded by it', async () => {
      await configure('files.encoding', 'iso88591');
      try {
        const file = put('a.txt', Buffer.from('caf\xe9\nb\n', 'latin1'));
        assert.equal(await read(file), 'café\nb\n');
        await replace(file, 'b', 'é');
        assert.deepEqual(fs.readFileSync(file), Buffer.from('caf\xe9\n\xe9\n', 'latin1'));
      } finally {
        await configure('files.encoding', undefined);
      }
    });

    it('that are no text pass on, reading and writing alike', async () => {
      const file = put('a.bin', Buffer.from([0, 1, 2, 10]));
      assert.deepEqual(await host.read(file), { kind: 'pass' });
      assert.deepEqual(await host.write(file, 'text'), { kind: 'pass' });
      assert.deepEqual(await host.remove(file), { kind: 'pass' });
    });
  });

  describe('a read-only document', () => {
    it('by the settings is not changed, open or closed', async () => {
      await configure('files.readonlyInclude', { '**/*.locked': true });
      try {
        for (const name of ['open.locked', 'closed.locked']) {
          const file = put(name, 'one\n');
          if (name.startsWith('open')) await open(file);
          const result = await replace(file, 'one', 'two');
          assert.match(result.kind === 'refused' ? result.reason : '', /read-only/);
          assert.deepEqual([documentOf(file)?.getText(), disk(name)], ['one\n', 'one\n']);
        }
      } finally {
        await configure('files.readonlyInclude', undefined);
      }
    });

    it('by the person for this session gets its text back', async () => {
      const file = put('a.txt', 'one\n');
      const editor = await open(file);
      await command('workbench.action.files.setActiveEditorReadonlyInSession');
      try {
        const result = await replace(file, 'one', 'two');
        assert.match(result.kind === 'refused' ? result.reason : '', /read-only/);
        assert.deepEqual([editor.document.getText(), disk('a.txt')], ['one\n', 'one\n']);
      } finally {
        await command('workbench.action.files.resetActiveEditorReadonlyInSession');
      }
    });
  });

  it('refuses to write or remove a notebook with unsaved changes, which its next save would overwrite', async () => {
    const cell = { cell_type: 'code', execution_count: null, metadata: {}, outputs: [], source: ['x = 1'] };
    const metadata = { language_info: { name: 'python' } };
    const content = JSON.stringify({ cells: [cell], metadata, nbformat: 4, nbformat_minor: 5 });
    const file = put('a.ipynb', content);
    const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.file(file));
    await vscode.window.showNotebookDocument(notebook);
    const text = await read(file);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(notebook.cellAt(0).document.uri, new vscode.Position(0, 0), '# ');
    await vscode.workspace.applyEdit(edit);
    await until(() => notebook.isDirty);
    assert.equal((await host.write(file, text.replace('x = 1', 'x = 2'))).kind, 'refused');
    assert.equal((await host.remove(file)).kind, 'refused');
    assert.equal(disk('a.ipynb'), content);
    await notebook.save();
  });

  describe('a save that does not end', () => {
    it('does not keep the write waiting: the change is in the document, and it is said to be unsaved', async () => {
      const formatter = vscode.languages.registerDocumentFormattingEditProvider(
        { pattern: '**/*.hangs' },
        { provideDocumentFormattingEdits: () => new Promise<never>(() => undefined) },
      );
      await configure('editor.formatOnSave', true);
      try {
        const file = put('a.hangs', 'one\n');
        const editor = await open(file);
        assert.deepEqual(await replace(file, 'one', 'two'), { kind: 'written' });
        assert.deepEqual(unsaved, [file]);
        assert.deepEqual([editor.document.getText(), disk('a.hangs')], ['two\n', 'one\n']);
        assert.equal(await read(file), 'two\n');
      } finally {
        await configure('editor.formatOnSave', undefined);
        formatter.dispose();
      }
    });

    it('is not a slow save participant, which is waited for', async () => {
      const subscription = vscode.workspace.onWillSaveTextDocument((event) => {
        event.waitUntil(pause(300));
      });
      try {
        const file = put('a.txt', 'one\n');
        await open(file);
        await replace(file, 'one', 'two');
        assert.deepEqual([disk('a.txt'), unsaved], ['two\n', []]);
      } finally {
        subscription.dispose();
      }
    });
  });
});
