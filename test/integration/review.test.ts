import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import { DisposableStore } from '../../src/base/disposable';
import { nullLogger } from '../../src/base/logger';
import { Review } from '../../src/conversation/review/review';
import { createEditConverter } from '../../src/surfaces/edits/editConverter';
import { EditorDocuments } from '../../src/surfaces/edits/editorDocuments';
import { FileRestorer } from '../../src/surfaces/edits/fileRestorer';
import { BlobStore } from '../../src/surfaces/edits/recording/blobStore';
import { BaselineDocuments } from '../../src/surfaces/review/baselineDocuments';
import type { LineChange } from '../../src/surfaces/review/hunkTargets';
import { ReviewActions, type UndoneChange } from '../../src/surfaces/review/reviewActions';
import { reviewCommands } from '../../src/surfaces/review/reviewCommands';
import { ReviewLenses } from '../../src/surfaces/review/reviewLenses';
import { ReviewSourceControl } from '../../src/surfaces/review/reviewSourceControl';
import { PATIENCE_MS } from './documentHost';

const BASELINE = 'switchyard-baseline';
const THREAD = 'thread-1';

let folder: string;
let store: DisposableStore;
let review: Review;
let documents: EditorDocuments;
let control: ReviewSourceControl;
let undone: UndoneChange[];
let run: (id: string, ...args: unknown[]) => Promise<void>;

const at = (name: string) => path.join(folder, name);
const uriOf = (name: string) => vscode.Uri.file(at(name));
const disk = (name: string) => fs.readFileSync(at(name), 'utf8');
const command = (id: string, ...args: unknown[]) => vscode.commands.executeCommand(id, ...args);
const isReviewed = (name: string) => review.get(at(name)) !== undefined;

async function until(condition: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`It did not come to pass: ${what}`);
    await pause(10);
  }
}

/** Puts a file there and opens it. */
async function open(name: string, text: string): Promise<vscode.TextEditor> {
  fs.writeFileSync(at(name), text);
  return vscode.window.showTextDocument(uriOf(name), { preview: false });
}

/** Changes a file as Codex does: it reads it, and writes it whole. */
async function codexWrites(name: string, text: string): Promise<void> {
  await documents.read(at(name));
  assert.deepEqual(await documents.write(at(name), text), { kind: 'written' });
  assert.ok(isReviewed(name));
}

/** The change as the editor hands it to commands of `scm/change/title`. */
function change(original: [number, number], modified: [number, number]): LineChange {
  return {
    originalStartLineNumber: original[0],
    originalEndLineNumber: original[1],
    modifiedStartLineNumber: modified[0],
    modifiedEndLineNumber: modified[1],
  };
}

async function lensesOf(name: string): Promise<vscode.CodeLens[]> {
  const lenses = await command('vscode.executeCodeLensProvider', uriOf(name));
  return (lenses as vscode.CodeLens[]).filter(({ command: of }) => of?.command.startsWith('switchyard.edits.'));
}

/** Presses the lens with this title above change `index`. */
async function press(name: string, title: string, index: number): Promise<void> {
  const lens = (await lensesOf(name)).filter(({ command: of }) => of?.title === title)[index];
  assert.ok(lens?.command, `There is no lens ${title} ${index}`);
  await run(lens.command.command.slice('switchyard.edits.'.length), ...((lens.command.arguments ?? []) as unknown[]));
}

/** The baselines of a file that the editor has open: it opens one to compare the file with. */
const baselinesOf = (name: string) =>
  vscode.workspace.textDocuments.filter(({ uri, isClosed }) => {
    return !isClosed && uri.scheme === BASELINE && uri.path === uriOf(name).path;
  });

/** Goes to the next mark of the gutter, whichever line that is. */
async function nextMark(editor: vscode.TextEditor): Promise<number> {
  await command('workbench.action.editor.nextChange');
  return editor.selection.active.line;
}

async function markIs(editor: vscode.TextEditor, line: number): Promise<void> {
  const end = Date.now() + 20_000;
  while (Date.now() < end) {
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    if ((await nextMark(editor)) === line) return;
    await pause(50);
  }
  throw new Error(`No mark came to line ${line}`);
}

function build(): void {
  store = new DisposableStore();
  undone = [];
  review = store.add(new Review(nullLogger));
  documents = store.add(
    new EditorDocuments({
      loadConverter: () => Promise.resolve(createEditConverter()),
      saveAfterApply: () => true,
      saveLimitMs: PATIENCE_MS,
      logger: nullLogger,
    }),
  );
  store.add(
    documents.onDidApply((applied) => {
      const { before = null, after = null, movedFrom } = applied;
      review.codexChanged({
        path: applied.path,
        before,
        after,
        threadId: THREAD,
        ...(movedFrom === undefined ? {} : { movedFrom }),
      });
    }),
  );
  store.add(
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges, reason }) => {
      const file = document.uri.fsPath;
      const isOurs = contentChanges.length === 0 || documents.isWriting(file) || document.uri.scheme !== 'file';
      if (!isOurs) review.personChanged(file, document.getText(), reason !== undefined);
    }),
  );
  const blobs = new BlobStore(at('storage'), nullLogger);
  const restore = store.add(new FileRestorer(documents, blobs, nullLogger));
  store.add(restore.onDidRestore(({ path: file, text }) => review.personChanged(file, text)));
  const actions = new ReviewActions({
    review,
    restore,
    logger: nullLogger,
    deleted: () => undefined,
    onDidUndo: (event) => undone.push(event),
  });
  store.add(new BaselineDocuments(review));
  store.add(new ReviewLenses(review));
  control = store.add(new ReviewSourceControl(review, nullLogger));
  const commands = reviewCommands({
    review,
    actions,
    openTurnDiff: () => Promise.resolve(),
    restoreCheckpoint: () => Promise.resolve(),
  });
  run = async (id, ...args) => {
    await commands[`edits.${id}`]?.(...args);
  };
}

describe('Reviewing what Codex changed', () => {
  beforeEach(() => {
    const workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    assert.ok(workspace);
    folder = fs.mkdtempSync(path.join(workspace, 'review-'));
    build();
  });

  afterEach(async () => {
    store.dispose();
    await command('workbench.action.closeAllEditors');
    fs.rmSync(folder, { recursive: true, force: true });
  });

  describe('in the editor', () => {
    it('compares the file with its baseline, and marks its changes', async () => {
      const editor = await open('a.txt', 'one\ntwo\nthree\nfour\n');
      assert.equal(control.original(uriOf('a.txt')), undefined);
      await codexWrites('a.txt', 'one\ntwo\nTHREE\nfour\n');
      const original = control.original(uriOf('a.txt'));
      assert.equal(original?.scheme, BASELINE);
      await until(() => baselinesOf('a.txt').length === 1, 'the editor opened the baseline');
      assert.equal(baselinesOf('a.txt')[0]?.getText(), 'one\ntwo\nthree\nfour\n');
      await markIs(editor, 2);
    });

    it('follows what is kept, and uses another baseline when the file comes back', async () => {
      const editor = await open('a.txt', 'one\ntwo\nthree\nfour\n');
      await codexWrites('a.txt', 'ONE\ntwo\nthree\nFOUR\n');
      await markIs(editor, 3);
      const first = control.original(uriOf('a.txt'))?.toString();
      await run('keepHunk', uriOf('a.txt'), [change([1, 1], [1, 1]), change([4, 4], [4, 4])], 1);
      await until(() => baselinesOf('a.txt')[0]?.getText() === 'one\ntwo\nthree\nFOUR\n', 'the baseline followed');
      await run('keepFile', { resourceUri: uriOf('a.txt') });
      assert.equal(control.original(uriOf('a.txt')), undefined);
      await codexWrites('a.txt', 'ONE\ntwo\nTHREE\nFOUR\n');
      assert.notEqual(control.original(uriOf('a.txt'))?.toString(), first);
      await markIs(editor, 2);
    });

    it('shows nothing of it in the editor when the review is only in the chat', async () => {
      const settings = () => vscode.workspace.getConfiguration('switchyard');
      await open('a.txt', 'one\n');
      await settings().update('edits.review', 'chatOnly', vscode.ConfigurationTarget.Workspace);
      try {
        await codexWrites('a.txt', 'ONE\n');
        assert.deepEqual(await lensesOf('a.txt'), []);
      } finally {
        await settings().update('edits.review', undefined, vscode.ConfigurationTarget.Workspace);
      }
      assert.equal((await lensesOf('a.txt')).length, 3);
    });

    it('has Keep, Undo and a count above every change', async () => {
      await open('a.txt', 'one\ntwo\nthree\nfour\nfive\n');
      await codexWrites('a.txt', 'ONE\ntwo\nfour\nfive\nsix\n');
      const lenses = await lensesOf('a.txt');
      const shown = lenses.map(({ range, command: of }) => `${range.start.line} ${of?.title}`);
      assert.deepEqual(
        [...shown].sort(),
        ['0', '2', '4'].flatMap((line, index) => [`${line} Change ${index + 1} of 3`, `${line} Keep`, `${line} Undo`]),
      );
      await press('a.txt', 'Undo', 1);
      assert.equal(disk('a.txt'), 'ONE\ntwo\nthree\nfour\nfive\nsix\n');
      await press('a.txt', 'Keep', 1);
      assert.equal(review.hunks(at('a.txt')).length, 1);
      await press('a.txt', 'Undo', 0);
      assert.equal(disk('a.txt'), 'one\ntwo\nthree\nfour\nfive\nsix\n');
      assert.ok(!isReviewed('a.txt'));
    });
  });

  describe('one change', () => {
    it('is taken back alone, and one undo of the editor brings it back to be reviewed again', async () => {
      const editor = await open('a.txt', 'one\ntwo\nthree\n');
      await codexWrites('a.txt', 'ONE\ntwo\nthree\nfour\n');
      await run('undoHunk', uriOf('a.txt'), [change([1, 1], [1, 1]), change([3, 0], [4, 4])], 0);
      assert.equal(editor.document.getText(), 'one\ntwo\nthree\nfour\n');
      assert.equal(disk('a.txt'), 'one\ntwo\nthree\nfour\n');
      assert.equal(review.hunks(at('a.txt')).length, 1);
      assert.deepEqual(
        undone.map(({ path: file, threads }) => [file, threads]),
        [[at('a.txt'), [THREAD]]],
      );
      assert.match(undone[0]?.description ?? '', /-ONE\n\+one/);

      await vscode.window.showTextDocument(editor.document);
      await command('undo');
      await until(() => editor.document.getText() === 'ONE\ntwo\nthree\nfour\n', 'the change came back');
      await until(() => review.hunks(at('a.txt')).length === 2, 'it is to be reviewed again');
    });

    it('is taken back exactly in a file with CRLF and without a final line end', async () => {
      await open('crlf.txt', 'one\r\ntwo\r\nthree');
      await codexWrites('crlf.txt', 'one\r\n2\r\n2b\r\nthree\r\nfour\r\n');
      const changes = [change([2, 2], [2, 3]), change([3, 0], [5, 6])];
      await run('undoHunk', uriOf('crlf.txt'), changes, 1);
      assert.equal(disk('crlf.txt'), 'one\r\n2\r\n2b\r\nthree');
      await run('undoHunk', uriOf('crlf.txt'), [change([2, 2], [2, 3])], 0);
      assert.equal(disk('crlf.txt'), 'one\r\ntwo\r\nthree');
      assert.ok(!isReviewed('crlf.txt'));
    });

    it('that is kept in the peek gives way to the next one', async () => {
      const editor = await open('a.txt', 'one\ntwo\nthree\nfour\nfive\n');
      await codexWrites('a.txt', 'ONE\ntwo\nthree\nfour\nFIVE\n');
      await markIs(editor, 4);
      const isPeekOpen = () =>
        vscode.window.visibleTextEditors.some(({ document }) => document.uri.scheme === BASELINE);
      assert.ok(!isPeekOpen());
      await run('keepHunk', uriOf('a.txt'), [change([1, 1], [1, 1]), change([5, 5], [5, 5])], 0);
      await until(isPeekOpen, 'the peek is open');
      assert.equal(editor.selection.active.line, 4);
      await command('closeQuickDiff');
      await until(() => !isPeekOpen(), 'the peek is closed');
    });

    it('is found at the cursor', async () => {
      const editor = await open('a.txt', 'one\ntwo\nthree\nfour\n');
      await codexWrites('a.txt', 'ONE\ntwo\nfour\n');
      editor.selection = new vscode.Selection(1, 0, 1, 0);
      await run('undoHunk');
      assert.equal(disk('a.txt'), 'ONE\ntwo\nthree\nfour\n');
      editor.selection = new vscode.Selection(2, 0, 2, 0);
      void run('undoHunk');
      editor.selection = new vscode.Selection(0, 1, 0, 1);
      await run('keepHunk');
      assert.ok(!isReviewed('a.txt'));
      assert.equal(disk('a.txt'), 'ONE\ntwo\nthree\nfour\n');
    });

    it('that is not there any more is left alone', async () => {
      await open('a.txt', 'one\ntwo\nthree\nfour\n');
      await codexWrites('a.txt', 'ONE\ntwo\nthree\nFOUR\n');
      void run('undoHunk', uriOf('a.txt'), [change([2, 2], [2, 2])], 0);
      void run('keepHunk', uriOf('a.txt'), [change([2, 2], [2, 2])], 0);
      assert.equal(review.hunks(at('a.txt')).length, 2);
      assert.equal(disk('a.txt'), 'ONE\ntwo\nthree\nFOUR\n');
    });
  });

  describe('whole files', () => {
    it('are kept, and leave the review', async () => {
      await open('a.txt', 'one\n');
      await codexWrites('a.txt', 'ONE\n');
      fs.writeFileSync(at('b.txt'), 'two\n');
      await codexWrites('b.txt', 'TWO\n');
      await vscode.window.showTextDocument(uriOf('a.txt'));
      await run('keepFile');
      assert.deepEqual([isReviewed('a.txt'), isReviewed('b.txt')], [false, true]);
      await run('keepAll');
      assert.ok(!isReviewed('b.txt'));
      assert.deepEqual([disk('a.txt'), disk('b.txt')], ['ONE\n', 'TWO\n']);
    });

    it('come back as they were: changed, created and deleted ones, open and closed', async () => {
      await open('open.txt', 'one\r\ntwo');
      fs.writeFileSync(at('closed.txt'), 'uno\n');
      fs.writeFileSync(at('gone.txt'), 'eins\n');
      await codexWrites('open.txt', 'ONE\r\ntwo\r\n');
      await codexWrites('closed.txt', 'UNO\n');
      await codexWrites('new.txt', 'new\n');
      await documents.read(at('gone.txt'));
      assert.deepEqual(await documents.remove(at('gone.txt')), { kind: 'written' });
      assert.equal(review.files.length, 4);

      await run('undoFile', { resourceUri: uriOf('open.txt') });
      assert.equal(disk('open.txt'), 'one\r\ntwo');
      await run('undoAll');
      assert.deepEqual([disk('closed.txt'), disk('gone.txt')], ['uno\n', 'eins\n']);
      assert.ok(!fs.existsSync(at('new.txt')));
      assert.deepEqual(review.files, []);
      assert.equal(undone.length, 4);
    });

    it('that Codex moved go back to where they were', async () => {
      await open('old.txt', 'one\ntwo\n');
      const move = documents.expectMove(at('old.txt'), at('new.txt'));
      await documents.read(at('old.txt'));
      assert.deepEqual(await documents.write(at('new.txt'), 'one\nTWO\n'), { kind: 'written' });
      assert.deepEqual(await documents.remove(at('old.txt')), { kind: 'written' });
      move.dispose();
      assert.equal(review.get(at('new.txt'))?.movedFrom, at('old.txt'));
      await run('undoFile', uriOf('new.txt'));
      assert.equal(disk('old.txt'), 'one\ntwo\n');
      assert.ok(!fs.existsSync(at('new.txt')));
      assert.deepEqual(review.files, []);
    });

    it('come back as well when there are many', async () => {
      const names = Array.from({ length: 60 }, (_, index) => `${index}.txt`);
      for (const name of names) {
        fs.writeFileSync(at(name), `${name} as it was`);
        const before = disk(name);
        fs.writeFileSync(at(name), `${name} by Codex\n`);
        review.codexChanged({ path: at(name), before, after: `${name} by Codex\n`, threadId: THREAD });
      }
      await run('undoAll');
      assert.deepEqual(
        names.map(disk),
        names.map((name) => `${name} as it was`),
      );
      assert.deepEqual(review.files, []);
    });

    it('keep what the person typed outside of the changes', async () => {
      const editor = await open('a.txt', 'one\ntwo\nthree\n');
      await codexWrites('a.txt', 'one\ntwo\nTHREE\n');
      await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'mine\n'));
      await until(() => review.get(at('a.txt'))?.current === 'mine\none\ntwo\nTHREE\n', 'the review followed');
      await run('undoFile', uriOf('a.txt'));
      assert.equal(disk('a.txt'), 'mine\none\ntwo\nthree\n');
      assert.ok(!isReviewed('a.txt'));
    });

    it('whose earlier text is not known can be kept, but not undone', async () => {
      await open('made.txt', 'made by a command\n');
      review.changedWithoutBaseline(at('made.txt'), 'made by a command\n', THREAD);
      assert.equal(control.original(uriOf('made.txt')), undefined);
      void run('undoFile', uriOf('made.txt'));
      await until(() => isReviewed('made.txt'), 'it stays in the review');
      assert.equal(disk('made.txt'), 'made by a command\n');
      await run('keepAll');
      assert.ok(!isReviewed('made.txt'));
    });
  });

  describe('going through the changes', () => {
    const place = () => {
      const editor = vscode.window.activeTextEditor;
      return editor && [path.basename(editor.document.uri.path), editor.selection.active.line];
    };

    it('goes over the ends of the files and around', async () => {
      const editor = await open('a.txt', 'one\ntwo\nthree\nfour\n');
      await codexWrites('a.txt', 'one\nTWO\nthree\nFOUR\n');
      fs.writeFileSync(at('b.txt'), 'uno\ndue\n');
      await codexWrites('b.txt', 'uno\nDUE\n');
      await vscode.window.showTextDocument(editor.document, { selection: new vscode.Range(0, 0, 0, 0) });
      const visited = [];
      for (let count = 0; count < 4; count++) {
        await run('next');
        visited.push(place());
      }
      assert.deepEqual(visited, [
        ['a.txt', 1],
        ['a.txt', 3],
        ['b.txt', 1],
        ['a.txt', 1],
      ]);
      await run('previous');
      assert.deepEqual(place(), ['b.txt', 1]);
    });

    it('shows the changes of one file as a diff with its baseline, of several in one view', async () => {
      fs.writeFileSync(at('a.txt'), 'one\n');
      await codexWrites('a.txt', 'ONE\n');
      await run('open');
      const input = () => vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      await until(() => input() instanceof vscode.TabInputTextDiff, 'a diff is shown');
      const diff = input() as vscode.TabInputTextDiff;
      assert.deepEqual([diff.original.scheme, diff.modified.fsPath], [BASELINE, at('a.txt')]);
      await codexWrites('new.txt', 'new\n');
      await run('open');
      const label = () => vscode.window.tabGroups.activeTabGroup.activeTab?.label ?? '';
      await until(() => label().startsWith('Unreviewed changes'), 'several diffs are shown');
    });

    it('shows what a deleted file held', async () => {
      fs.writeFileSync(at('gone.txt'), 'eins\n');
      await documents.read(at('gone.txt'));
      await documents.remove(at('gone.txt'));
      await run('next');
      const shown = () => vscode.window.visibleTextEditors.map(({ document }) => document.getText());
      await until(() => shown().includes('eins\n'), 'the text that is gone is shown');
    });
  });
});
