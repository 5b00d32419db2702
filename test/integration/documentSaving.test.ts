import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import { insert, open, useDocuments } from './documentHost';

const never = () => new Promise<never>(() => undefined);

/** A save that never ends, or asks the person, is not waited for longer. */
const SHORT_MS = 1500;

describe('EditorDocuments: saving', () => {
  const bench = useDocuments();

  /** Registers a formatter of `*.formatted` that runs with every save. */
  async function formatOnSave(format: (document: vscode.TextDocument) => vscode.ProviderResult<vscode.TextEdit[]>) {
    bench.during(
      vscode.languages.registerDocumentFormattingEditProvider(
        { pattern: '**/*.formatted' },
        { provideDocumentFormattingEdits: format },
      ),
    );
    await bench.configure('editor.formatOnSave', true);
  }

  it('with a formatter that never ends does not keep the write waiting, and it is said to be unsaved', async () => {
    bench.saveLimitMs = SHORT_MS;
    await formatOnSave(never);
    const file = bench.put('a.formatted', 'one\n');
    const editor = await open(file);
    assert.deepEqual(await bench.replace(file, 'one', 'two'), { kind: 'written' });
    assert.deepEqual(bench.unsaved, [file]);
    assert.deepEqual([editor.document.getText(), bench.disk('a.formatted')], ['two\n', 'one\n']);
    assert.equal(await bench.read(file), 'two\n');
  });

  it('with a formatter that fails saves what Codex wrote', async () => {
    await formatOnSave(() => Promise.reject(new Error('broken')));
    const file = bench.put('a.formatted', 'one\n');
    await open(file);
    assert.deepEqual(await bench.replace(file, 'one', 'two'), { kind: 'written' });
    assert.deepEqual([bench.disk('a.formatted'), bench.unsaved], ['two\n', []]);
  });

  it('with a formatter tells what it made of the text, which the next change is made from', async () => {
    await formatOnSave((document) => {
      const end = document.lineAt(0).range.end;
      return document.lineAt(0).text.endsWith(';') ? [] : [vscode.TextEdit.insert(end, ';')];
    });
    const file = bench.put('a.formatted', 'one;\ntwo\n');
    const editor = await open(file);
    editor.selection = new vscode.Selection(1, 0, 1, 0);
    assert.deepEqual(await bench.replace(file, 'one;', 'ONE'), { kind: 'written' });
    assert.deepEqual(bench.reformatted, [{ path: file, text: 'ONE;\ntwo\n' }]);
    assert.deepEqual(await bench.replace(file, 'ONE;', '1;'), { kind: 'written' });
    assert.equal(bench.disk('a.formatted'), '1;\ntwo\n');
  });

  it('with the editor’s own trimming tells what it made of the text', async () => {
    await bench.configure('files.trimTrailingWhitespace', true);
    const file = bench.put('a.txt', 'one\ntwo  \n');
    const editor = await open(file);
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    assert.deepEqual(await bench.replace(file, 'one', 'ONE'), { kind: 'written' });
    assert.deepEqual(bench.reformatted, [{ path: file, text: 'ONE\ntwo\n' }]);
    assert.equal(bench.disk('a.txt'), 'ONE\ntwo\n');
  });

  it('waits for a slow save participant', async () => {
    bench.during(
      vscode.workspace.onWillSaveTextDocument((event) => {
        event.waitUntil(pause(300));
      }),
    );
    const file = bench.put('a.txt', 'one\n');
    await open(file);
    await bench.replace(file, 'one', 'two');
    assert.deepEqual([bench.disk('a.txt'), bench.unsaved], ['two\n', []]);
  });

  it('is not kept by a save participant that fails, and for no longer than it may take by one that never ends', async () => {
    bench.saveLimitMs = SHORT_MS;
    const participants = [
      () => Promise.reject(new Error('broken')),
      () => {
        throw new Error('broken');
      },
      never,
    ];
    const file = bench.put('a.txt', 'one\n');
    const editor = await open(file);
    for (const [i, participant] of participants.entries()) {
      const subscription = vscode.workspace.onWillSaveTextDocument((event) => {
        event.waitUntil(participant());
      });
      try {
        const [last, next] = [i === 0 ? 'one' : `two${i - 1}`, `two${i}`];
        assert.deepEqual(await bench.replace(file, last, next), { kind: 'written' });
        assert.equal(editor.document.getText(), `${next}\n`);
      } finally {
        subscription.dispose();
      }
    }
  });

  it('does not overwrite what somebody else wrote to the disk under unsaved text; the write is said to be unsaved', async () => {
    bench.saveLimitMs = SHORT_MS;
    const file = bench.put('a.txt', 'one\ntwo\n');
    const editor = await open(file);
    await insert(editor, 0, 0, '~');
    bench.put('a.txt', 'of another program\n');
    assert.deepEqual(await bench.replace(file, 'two', 'TWO'), { kind: 'written' });
    assert.deepEqual([editor.document.getText(), bench.disk('a.txt')], ['~one\nTWO\n', 'of another program\n']);
    assert.deepEqual(bench.unsaved, [file]);
  });
});
