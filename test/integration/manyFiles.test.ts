import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import * as vscode from 'vscode';
import type { Conversation } from '../../src/conversation/conversation';
import type { ExtensionParts } from '../../src/extension';
import { ManyFiles } from '../support/manyFiles';
import { script } from '../support/scriptedModel';
import { activatedExtension } from './driving';

/** How many files one turn changes. `npm run bench -- edits` asks for more, and for a report of what each step took. */
const FILES = Number(process.env.SWITCHYARD_TEST_FILES ?? 500);
const REPORT = process.env.SWITCHYARD_TEST_REPORT;
const LIMIT_MS = 7 * 60_000;
const MB = 2 ** 20;
const STALL_RESOLUTION_MS = 5;

let extension: ExtensionParts;
let files: ManyFiles;
/** Rows of unreviewed files that the chat was told of since the step began. */
let rows = 0;
const steps: Record<string, unknown> = {};

async function measure<T>(name: string, work: () => Promise<T>): Promise<T> {
  const delay = monitorEventLoopDelay({ resolution: STALL_RESOLUTION_MS });
  rows = 0;
  delay.enable();
  const startedAtMs = performance.now();
  const result = await work();
  const ms = performance.now() - startedAtMs;
  delay.disable();
  steps[name] = { ms, stallMs: delay.max / 1e6, rssMb: process.memoryUsage().rss / MB, rows };
  return result;
}

/** Waits for a state of the conversation, as long as the test may take. */
function until(conversation: Conversation, condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (!condition()) return;
      subscription.dispose();
      resolve();
    };
    const subscription = conversation.onDidChange(check);
    check();
  });
}

function treeHash(): string {
  const hash = createHash('sha256');
  for (const name of fs.readdirSync(files.folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const file = path.join(files.folder, name);
    if (fs.statSync(file).isFile()) hash.update(`${name}\0`).update(fs.readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

describe('A turn that changes very many files', function () {
  this.timeout(LIMIT_MS);

  before(async () => {
    extension = await activatedExtension();
    const workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    files = new ManyFiles(workspace, fs.mkdtempSync(path.join(workspace, 'many-')), FILES);
    files.write();
  });

  after(() => {
    const { review, actions } = extension.reviewing;
    actions.keep(review.files.map((file) => file.path));
    fs.rmSync(files.folder, { recursive: true, force: true });
    if (REPORT !== undefined) fs.writeFileSync(REPORT, JSON.stringify(steps));
  });

  it('is written, taken back, made again, kept and undone, every file of it', async () => {
    const { review, actions, turns } = extension.reviewing;
    const before = treeHash();
    const conversation = extension.conversations.create();
    conversation.configure({ mode: 'agent' });
    // Shown in the side bar, so that its panel is told of everything too.
    await vscode.commands.executeCommand('switchyard.focusChat', conversation.key);
    const subscription = conversation.onDidChange(({ deltas }) => {
      for (const delta of deltas) if (delta.type === 'set') rows += delta.fields.unreviewed?.length ?? 0;
    });
    const unreviewed = (): string[] => review.files.map((file) => file.path);
    try {
      await measure('turn', async () => {
        await conversation.send(script({ patch: files.patch }));
        await until(conversation, () => !conversation.isBusy && conversation.view.unreviewed.length === FILES);
        await until(conversation, () => conversation.view.changedTurns.at(-1)?.files === FILES);
      });
      assert.deepEqual(files.unpatched(), []);
      const after = treeHash();
      const ids = [conversation.view.threadId ?? '', conversation.view.turns.at(-1)?.id ?? ''] as const;

      const undone = await measure('undo turn', () => turns.undo(...ids));
      assert.deepEqual([undone?.refused, undone?.files.length, unreviewed()], [[], FILES, []]);
      assert.equal(treeHash(), before);

      const redone = await measure('redo turn', () => turns.redo(...ids));
      assert.deepEqual([redone?.refused, redone?.files.length, unreviewed().length], [[], FILES, FILES]);
      assert.equal(treeHash(), after);

      await measure('keep half', async () => {
        actions.keep(unreviewed().slice(0, FILES / 2));
        await until(conversation, () => conversation.view.unreviewed.length === FILES / 2);
      });
      const outcome = await measure('undo half', () => actions.undo(unreviewed()));
      assert.deepEqual([outcome.refused, outcome.undone.length, unreviewed()], [[], FILES / 2, []]);
      await until(conversation, () => conversation.view.unreviewed.length === 0);
    } finally {
      subscription.dispose();
    }
  });
});
