import assert from 'node:assert/strict';
import fs from 'node:fs';
import * as vscode from 'vscode';
import {
  answers,
  at,
  begun,
  changeWithoutWaiting,
  checkpoint,
  codexTurn,
  command,
  continued,
  conversation,
  disk,
  folder,
  ledger,
  messages,
  pick,
  put,
  putBack,
  review,
  setUp,
  type ShownPicks,
  store,
  tabLabels,
  tearDown,
  THREAD,
  treeHash,
  turnOf,
  turns,
  type,
  until,
  watchQuickPicks,
  type Work,
} from './restoreBench';

describe('Going back', () => {
  beforeEach(setUp);
  afterEach(tearDown);

  describe('over a turn', () => {
    const everything: Work[] = [
      { name: 'closed.txt', change: (text) => text.replace('two', '2') },
      { name: 'open.txt', change: (text) => text.replace('two', '2') },
      { name: 'crlf.txt', change: (text) => text.replace('two', '2') },
      { name: 'mixed.txt', change: (text) => text.replace('two', '2') },
      { name: 'run.sh', change: (text) => `${text}echo 2\n` },
      { name: 'new/deep/made.txt', change: () => 'made\n' },
      { name: 'gone.txt', change: null },
      { name: 'moved/there.txt', from: 'here.txt', change: (text) => text.replace('two', '2') },
    ];

    async function prepare(): Promise<{ readonly before: string; readonly after: string }> {
      put('closed.txt', 'one\ntwo\n');
      const open = put('open.txt', 'one\ntwo\nno final newline');
      put('crlf.txt', '\ufeffone\r\ntwo\r\n');
      put('mixed.txt', 'one\r\ntwo\nthree\r\n');
      put('run.sh', '#!/bin/sh\n', 0o755);
      put('gone.txt', 'gone\n');
      put('here.txt', 'one\ntwo\nthree\n');
      put('untouched.txt', 'mine\n');
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(open), { preview: false });
      const before = treeHash(folder);
      await codexTurn('t1', ...everything);
      return { before, after: treeHash(folder) };
    }

    it('leaves the file tree as it was before it, made folders included, and again as it was after it', async () => {
      const { before, after } = await prepare();
      assert.notEqual(before, after);
      const undone = await turns.undo(THREAD, 't1');
      assert.deepEqual(undone?.refused, []);
      assert.equal(treeHash(folder), before);
      assert.equal(undone.files.length, everything.length);
      assert.equal(ledger.turn(THREAD, 't1')?.undone, true);
      assert.deepEqual(
        review.files.map((file) => file.path),
        [],
      );
      assert.match(conversation.notes.join(), /took back .*closed\.txt/);
      const redone = await turns.redo(THREAD, 't1');
      assert.deepEqual(redone?.refused, []);
      assert.equal(treeHash(folder), after);
      assert.equal(ledger.turn(THREAD, 't1')?.undone, false);
      assert.equal(review.files.length, everything.length);
      await turns.undo(THREAD, 't1');
      assert.equal(treeHash(folder), before);
      assert.ok(messages.every(({ detail }) => detail === ''));
    });

    it('asks nothing, and keeps what was typed elsewhere in the file, unsaved text too', async () => {
      const file = put('a.txt', 'one\ntwo\nthree\nfour\n');
      const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file));
      await codexTurn('t1', { name: 'a.txt', change: (text) => text.replace('two', '2') });
      await type(editor, 3, 'mine ');
      const result = await turns.undo(THREAD, 't1');
      assert.equal(editor.document.getText(), 'one\ntwo\nthree\nmine four\n');
      assert.deepEqual(result?.merged, [file]);
      assert.match(messages.at(-1)?.text ?? '', /Took back the changes in 1 file.*Your own changes stay in .*a\.txt/);
    });

    it('lists what the person changed in the same place, and leaves it when they say so', async () => {
      put('a.txt', 'one\ntwo\n');
      put('b.txt', 'one\ntwo\n');
      await codexTurn(
        't1',
        { name: 'a.txt', change: (text) => text.replace('two', '2') },
        { name: 'b.txt', change: (text) => text.replace('two', '2') },
      );
      fs.writeFileSync(at('a.txt'), 'one\nmine\n');
      answers.push('Keep My Version');
      const result = await turns.undo(THREAD, 't1');
      assert.match(messages[0]?.detail ?? '', /• .*a\.txt/);
      assert.deepEqual(messages[0]?.buttons, ['Keep My Version', 'Overwrite']);
      assert.deepEqual([disk('a.txt'), disk('b.txt')], ['one\nmine\n', 'one\ntwo\n']);
      assert.deepEqual(result?.kept, [at('a.txt')]);
      assert.match(messages.at(-1)?.text ?? '', /Your version was kept of .*a\.txt/);
    });

    it('overwrites on demand, changes nothing on cancel, and redo brings the overwritten text back', async () => {
      put('a.txt', 'one\ntwo\n');
      await codexTurn('t1', { name: 'a.txt', change: (text) => text.replace('two', '2') });
      fs.writeFileSync(at('a.txt'), 'one\nmine\n');
      answers.push(undefined, 'Overwrite');
      assert.equal(await turns.undo(THREAD, 't1'), undefined);
      assert.equal(disk('a.txt'), 'one\nmine\n');
      await turns.undo(THREAD, 't1');
      assert.equal(disk('a.txt'), 'one\ntwo\n');
      await turns.redo(THREAD, 't1');
      assert.equal(disk('a.txt'), 'one\nmine\n');
    });

    it('takes back only its own changes of a file that a later turn changed as well', async () => {
      put('a.txt', 'one\ntwo\nthree\nfour\n');
      await codexTurn('t1', { name: 'a.txt', change: (text) => text.replace('one', '1') });
      await codexTurn('t2', { name: 'a.txt', change: (text) => text.replace('four', '4') });
      await turns.undo(THREAD, 't1');
      assert.equal(disk('a.txt'), 'one\ntwo\nthree\n4\n');
      await turns.undo(THREAD, 't2');
      assert.equal(disk('a.txt'), 'one\ntwo\nthree\nfour\n');
    });

    it('names what was not taken back, with the reason', async () => {
      const made = put('made/a.txt', 'one\n');
      put('b.txt', 'one\n');
      await codexTurn('t1', { name: 'made/a.txt', change: () => 'two\n' }, { name: 'b.txt', change: () => 'two\n' });
      const settings = vscode.workspace.getConfiguration('files');
      await settings.update('readonlyInclude', { '**/made/*': true }, vscode.ConfigurationTarget.Workspace);
      try {
        const result = await turns.undo(THREAD, 't1');
        assert.deepEqual(
          result?.refused.map((file) => file.path),
          [made],
        );
      } finally {
        await settings.update('readonlyInclude', undefined, vscode.ConfigurationTarget.Workspace);
      }
      assert.match(messages.at(-1)?.text ?? '', /changes in 1 file.*Not changed: .*a\.txt \(.*read-only.*\)/);
      assert.equal(ledger.turn(THREAD, 't1')?.undone, false);
      assert.equal(disk('b.txt'), 'one\n');
      await turns.undo(THREAD, 't1');
      assert.deepEqual([disk('made/a.txt'), ledger.turn(THREAD, 't1')?.undone], ['one\n', true]);
    });

    it('waits until all that it changed is recorded', async () => {
      put('a.txt', 'one\n');
      conversation.view.turns.push(turnOf('t1', begun));
      await changeWithoutWaiting('t1', 'a.txt', 'two\n');
      await turns.undo(THREAD, 't1');
      assert.equal(disk('a.txt'), 'one\n');
    });

    it('shows its changes in one editor', async () => {
      put('a.txt', 'one\n');
      await codexTurn('t1', { name: 'a.txt', change: () => 'two\n' }, { name: 'b.txt', change: () => 'made\n' });
      await turns.openDiff(THREAD, 't1');
      await until(() => tabLabels().some((label) => label.startsWith('Changes of This Turn')));
      assert.deepEqual(messages, []);
    });
  });

  describe('to a message', () => {
    async function threeTurns(): Promise<string> {
      put('a.txt', 'one\ntwo\nthree\nfour\n');
      await codexTurn('t1', { name: 'a.txt', change: (text) => text.replace('one', '1') });
      const before = treeHash(folder);
      await codexTurn('t2', { name: 'a.txt', change: (text) => text.replace('three', '3') });
      await codexTurn('t3', { name: 'new/b.txt', change: () => 'made\n' });
      return before;
    }

    /** Opens the list of choices, picks the one at `index`, and waits for the end. */
    async function restore(turnId: string, index: number): Promise<void> {
      await Promise.all([checkpoint.restore(conversation, turnId), pick(picks, index)]);
    }

    let picks: ShownPicks;

    beforeEach(() => {
      picks = store.add(watchQuickPicks());
    });

    it('offers files, conversation or both, with counts', async () => {
      await threeTurns();
      const done = checkpoint.restore(conversation, 't2');
      const picker = await until(() => picks.shown);
      assert.deepEqual(
        picker.items.map(({ label }) => label),
        ['Files and Conversation', 'Files Only', 'Conversation Only'],
      );
      assert.match(picker.items[0]?.detail ?? '', /in 2 files.*2 messages/);
      await command('workbench.action.closeQuickOpen');
      await done;
    });

    it('does nothing on Escape', async () => {
      await threeTurns();
      const before = treeHash(folder);
      const done = checkpoint.restore(conversation, 't2');
      await until(() => picks.shown);
      await command('workbench.action.closeQuickOpen');
      await done;
      assert.deepEqual([treeHash(folder), conversation.reverts, messages], [before, [], []]);
    });

    it('restores files and conversation, puts the message back, and redoes both', async () => {
      const before = await threeTurns();
      const after = treeHash(folder);
      await restore('t2', 0);
      assert.equal(treeHash(folder), before);
      assert.deepEqual([conversation.reverts, putBack], [['t2'], ['message of t2']]);
      assert.deepEqual(conversation.notes, []);
      assert.deepEqual(messages.at(-1)?.buttons, ['Redo']);
      await checkpoint.redo(conversation);
      assert.equal(treeHash(folder), after);
      assert.deepEqual([conversation.reverts, putBack, continued], [['t2', 'redo'], [], [[THREAD, THREAD]]]);
    });

    it('offers Redo again where the conversation could not be brought back this time', async () => {
      await threeTurns();
      const after = treeHash(folder);
      await restore('t2', 0);
      const { redoRevert } = conversation;
      conversation.redoRevert = () => Promise.reject(new Error('not now'));
      await checkpoint.redo(conversation);
      assert.match(messages.at(-1)?.text ?? '', /The conversation could not be brought back/);
      assert.deepEqual([treeHash(folder), messages.at(-1)?.buttons, continued], [after, ['Redo', 'Show Log'], []]);
      conversation.redoRevert = redoRevert;
      await checkpoint.redo(conversation);
      assert.deepEqual([treeHash(folder), conversation.reverts, putBack], [after, ['t2', 'redo'], []]);
    });

    it('restores only the files and tells the agent, or only the conversation and says that files were kept', async () => {
      const before = await threeTurns();
      await restore('t2', 1);
      assert.deepEqual([treeHash(folder), conversation.reverts], [before, []]);
      assert.match(conversation.notes.join(), /took back the changes of earlier turns in: .*a\.txt/);
      await checkpoint.redo(conversation);
      const after = treeHash(folder);
      picks.shown = undefined;
      await restore('t2', 2);
      assert.deepEqual([treeHash(folder), conversation.reverts], [after, ['t2']]);
      assert.match(conversation.notes.at(-1) ?? '', /kept the files as they are/);
    });

    it('tells the agent that files were kept, before the edited message is sent', async () => {
      await threeTurns();
      await Promise.all([checkpoint.goBack(conversation, 't2', () => conversation.notes.push('sent')), pick(picks, 1)]);
      assert.deepEqual([conversation.reverts, putBack], [['t2'], []]);
      assert.match(conversation.notes.join(), /kept the files as they are.*,sent$/);
    });

    it('shows a preview behind the list, and changes nothing for it', async () => {
      await threeTurns();
      const before = treeHash(folder);
      const done = checkpoint.restore(conversation, 't2');
      const picker = await until(() => picks.shown);
      const [preview] = picker.buttons;
      assert.equal(preview?.tooltip, 'Preview');
      picks.press?.(preview);
      await until(() => tabLabels().some((label) => label.startsWith('Preview: Before This Message')));
      assert.equal(treeHash(folder), before);
      await command('workbench.action.closeQuickOpen');
      await done;
    });

    it('takes back what later turns changed, also where the message itself changed nothing', async () => {
      put('a.txt', 'one\n');
      const before = treeHash(folder);
      conversation.view.turns.push(turnOf('t0', begun), turnOf('t1', begun));
      await codexTurn('t2', { name: 'a.txt', change: () => 'two\n' });
      await restore('t1', 1);
      assert.equal(treeHash(folder), before);
    });

    it('takes back what the turn that is stopped for it still changed', async () => {
      for (const name of ['a.txt', 'b.txt']) put(name, 'one\n');
      const before = treeHash(folder);
      await codexTurn('t1', { name: 'a.txt', change: () => 'two\n' });
      conversation.view.turns.push(turnOf('t2', begun));
      const working = Object.assign(conversation, { isBusy: true });
      answers.push('Stop and Go On');
      conversation.stop = async () => {
        await changeWithoutWaiting('t2', 'b.txt', 'two\n');
        working.isBusy = false;
      };
      await restore('t1', 1);
      assert.equal(treeHash(folder), before);
    });

    it('keeps what the person changed between two turns', async () => {
      const file = put('a.txt', 'one\ntwo\nthree\nfour\nfive\n');
      const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file));
      await codexTurn('t1', { name: 'a.txt', change: (text) => text.replace('one', '1') });
      await type(editor, 2, 'mine ');
      await codexTurn('t2', { name: 'a.txt', change: (text) => text.replace('five', '5') });
      await restore('t1', 1);
      assert.equal(disk('a.txt'), 'one\ntwo\nmine three\nfour\nfive\n');
    });
  });
});
