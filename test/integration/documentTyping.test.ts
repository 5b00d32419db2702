import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import { command, open, until, useDocuments } from './documentHost';

const numbered = (count: number) => Array.from({ length: count }, (_, i) => `line ${i} alpha beta gamma\n`).join('');

describe('EditorDocuments: typing', function () {
  this.timeout(180_000);
  const bench = useDocuments();

  /** A person who types `~`, one key each `gapMs`, until they are stopped. */
  function startTyping(editor: vscode.TextEditor, line: number, gapMs: number) {
    editor.selection = new vscode.Selection(line, 0, line, 0);
    const typist = { keys: 0, stop: () => Promise.resolve() };
    let isTyping = true;
    const typing = (async () => {
      while (isTyping) {
        await command('type', { text: '~' });
        typist.keys++;
        await pause(gapMs);
      }
    })();
    typist.stop = () => {
      isTyping = false;
      return typing;
    };
    return typist;
  }

  const typed = (text: string) => text.split('~').length - 1;

  async function changeRepeatedly(file: string, writes: number, gapMs: number): Promise<void> {
    for (let i = 0; i < writes; i++) {
      const [last, next] = [i === 0 ? 'beta' : `beta${i - 1}`, `beta${i}`];
      assert.deepEqual(await bench.replace(file, `10 alpha ${last} `, `10 alpha ${next} `), { kind: 'written' });
      await pause(gapMs);
    }
  }

  for (const [keys, gapMs, writes, writeGapMs] of [
    ['fifty keys', 20, 20, 0],
    ['ten keys', 100, 50, 100],
  ] as const) {
    it(`at ${keys} a second loses no key and no change while ${writes} are written, and all can be undone`, async () => {
      const file = bench.put('a.txt', numbered(30));
      const editor = await open(file);
      const typist = startTyping(editor, 25, gapMs);
      try {
        await changeRepeatedly(file, writes, writeGapMs);
      } finally {
        await typist.stop();
      }
      await until(() => typed(editor.document.getText()) >= typist.keys);
      const expected = numbered(30)
        .replace('10 alpha beta ', `10 alpha beta${writes - 1} `)
        .replace('line 25', `${'~'.repeat(typist.keys)}line 25`);
      assert.equal(editor.document.getText(), expected);
      assert.ok(typist.keys > 0);
      assert.deepEqual(bench.unsaved, []);
      assert.deepEqual(bench.reformatted, []);
      for (let i = 0; i < 2 * (typist.keys + writes) && editor.document.getText() !== numbered(30); i++) {
        await command('undo');
      }
      assert.equal(editor.document.getText(), numbered(30));
    });
  }

  it('is kept together with saving by itself', async () => {
    await bench.configure('files.autoSaveDelay', 50);
    await bench.configure('files.autoSave', 'afterDelay');
    const file = bench.put('a.txt', numbered(30));
    const editor = await open(file);
    const typist = startTyping(editor, 25, 20);
    try {
      await changeRepeatedly(file, 10, 20);
    } finally {
      await typist.stop();
    }
    await until(() => typed(bench.disk('a.txt')) === typist.keys && bench.disk('a.txt').includes('10 alpha beta9 '));
  });

  it('of another extension, at the same time in the same document, is kept too', async () => {
    const file = bench.put('a.txt', numbered(30));
    const editor = await open(file);
    let edits = 0;
    const other = { isBusy: true };
    const working = (async () => {
      while (other.isBusy) {
        const edit = new vscode.WorkspaceEdit();
        edit.insert(editor.document.uri, new vscode.Position(20, 0), '~');
        if (await vscode.workspace.applyEdit(edit)) edits++;
        await pause(10);
      }
    })();
    try {
      await changeRepeatedly(file, 20, 0);
    } finally {
      other.isBusy = false;
      await working;
    }
    assert.ok(edits > 0);
    assert.equal(typed(editor.document.getText()), edits);
    assert.ok(editor.document.getText().includes('10 alpha beta19 '));
  });
});
