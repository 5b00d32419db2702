import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../src/base/disposable';
import { nullLogger } from '../../src/base/logger';
import type { PatchFile } from '../../src/conversation/patchAnnouncer';
import { ChangeLedger } from '../../src/conversation/review/changeLedger';
import { Review } from '../../src/conversation/review/review';
import type { ConversationView, TurnView } from '../../src/shared/conversation';
import { createEditConverter } from '../../src/surfaces/edits/editConverter';
import { EditorDocuments } from '../../src/surfaces/edits/editorDocuments';
import { FileRestorer } from '../../src/surfaces/edits/fileRestorer';
import { BlobStore } from '../../src/surfaces/edits/recording/blobStore';
import { ChangeRecorder } from '../../src/surfaces/edits/recording/changeRecorder';
import { seeFile, store as storeSnapshot } from '../../src/surfaces/edits/recording/fileStates';
import type { Restorable } from '../../src/surfaces/restore/restorable';
import { RestoreCheckpoint } from '../../src/surfaces/restore/restoreCheckpoint';
import { RestoreFiles } from '../../src/surfaces/restore/restoreFiles';
import { RestoreRun } from '../../src/surfaces/restore/restoreRun';
import { SnapshotDocuments } from '../../src/surfaces/restore/snapshotDocuments';
import { TurnChanges } from '../../src/surfaces/restore/turnChanges';
import { PATIENCE_MS } from './documentHost';

/** A message box that was shown. */
export interface Message {
  readonly text: string;
  readonly detail: string;
  readonly buttons: readonly string[];
}

export interface FakeConversation extends Restorable {
  readonly notes: string[];
  readonly reverts: string[];
}

export const command = (id: string, ...args: unknown[]) => vscode.commands.executeCommand(id, ...args);
export const tabLabels = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));

export async function until<T>(look: () => T | undefined | false): Promise<T> {
  const end = Date.now() + 20_000;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`It did not come to pass: ${look.toString()}`);
    await pause(10);
  }
}

export async function type(editor: vscode.TextEditor, line: number, text: string): Promise<void> {
  editor.selection = new vscode.Selection(line, 0, line, 0);
  const length = editor.document.getText().length + text.length;
  await command('type', { text });
  await until(() => editor.document.getText().length === length);
}

/** Names, modes and bytes of all files and folders. */
export function treeHash(folder: string): string {
  const hash = createHash('sha256');
  for (const name of (fs.readdirSync(folder, { recursive: true }) as string[]).sort()) {
    const stats = fs.statSync(path.join(folder, name));
    hash.update(`${name} ${stats.mode} `);
    if (stats.isFile()) hash.update(fs.readFileSync(path.join(folder, name)));
  }
  return hash.digest('hex');
}

export function turnOf(id: string, begun: number): TurnView {
  const you = { type: 'you', id: `${id}-you`, text: `message of ${id}`, attachments: [] } as const;
  const startedAtMs = Math.floor(begun / 1000) * 1000;
  return { id, status: 'completed', startedAtMs, durationMs: 1, problem: null, items: [you] };
}

export function fakeConversation(threadId: string): FakeConversation {
  const view = { threadId, title: 'Title', turns: [] as TurnView[] } as unknown as ConversationView;
  const [notes, reverts]: [string[], string[]] = [[], []];
  return {
    view,
    isBusy: false,
    notes,
    reverts,
    canRedoRevert: true,
    stop: () => Promise.resolve(),
    onDidChange: () => ({ dispose: () => undefined }),
    tellAgent: async (note) => void notes.push(note),
    revertBefore: async (turnId, goOn) => {
      reverts.push(turnId);
      goOn?.();
      return `message of ${turnId}`;
    },
    redoRevert: async (moved) => {
      reverts.push('redo');
      moved({ from: threadId, to: threadId });
      return { from: threadId, to: threadId };
    },
  };
}

/** Until it is disposed, modal boxes are answered with `answers`, in order, and all are noted in `messages`. */
export function answerMessages(messages: Message[], answers: (string | undefined)[]): Disposable {
  const { window } = vscode;
  const store = new DisposableStore();
  for (const name of ['showInformationMessage', 'showWarningMessage'] as const) {
    const original = window[name];
    const show = (text: string, ...rest: unknown[]): Promise<string | undefined> => {
      const options = rest.find((item) => typeof item === 'object') as vscode.MessageOptions | undefined;
      const buttons = rest.filter((item) => typeof item === 'string');
      messages.push({ text, detail: options?.detail ?? '', buttons });
      return Promise.resolve(options?.modal ? answers.shift() : undefined);
    };
    Object.assign(window, { [name]: show });
    store.add({ dispose: () => Object.assign(window, { [name]: original }) });
  }
  return store;
}

/** The list of choices that was shown last, and what presses one of its buttons. */
export interface ShownPicks extends Disposable {
  shown: vscode.QuickPick<vscode.QuickPickItem> | undefined;
  press: ((button: vscode.QuickInputButton) => void) | undefined;
}

/** Follows the lists of choices that are shown until it is disposed. */
export function watchQuickPicks(): ShownPicks {
  const { createQuickPick } = vscode.window;
  const picks: ShownPicks = {
    shown: undefined,
    press: undefined,
    dispose: () => Object.assign(vscode.window, { createQuickPick }),
  };
  const create = (): vscode.QuickPick<vscode.QuickPickItem> => {
    const picker = createQuickPick();
    const show = picker.show.bind(picker);
    const { onDidTriggerButton } = picker;
    Object.defineProperty(picker, 'onDidTriggerButton', {
      value: (listener: (button: vscode.QuickInputButton) => void) => {
        picks.press = listener;
        return onDidTriggerButton(listener);
      },
    });
    picker.show = () => {
      show();
      picks.shown = picker;
    };
    return picker;
  };
  Object.assign(vscode.window, { createQuickPick: create });
  return picks;
}

/** Picks a choice of the list that is shown. Until the list is there, accepting does nothing. */
export async function pick(picks: ShownPicks, index: number): Promise<void> {
  const picker = await until(() => picks.shown);
  for (let i = 0; i < index; i++) await command('workbench.action.quickOpenSelectNext');
  await until(() => picker.activeItems[0] === picker.items[index]);
  await command('workbench.action.acceptSelectedQuickOpenItem');
}

export const THREAD = 'thread';

export let folder: string;
let storage: string;
export let store: DisposableStore;
let documents: EditorDocuments;
let recorder: ChangeRecorder;
export let review: Review;
export let ledger: ChangeLedger;
export let turns: TurnChanges;
export let checkpoint: RestoreCheckpoint;
export let begun: number;
export let conversation: FakeConversation;
export let messages: Message[];
export let answers: (string | undefined)[];
export let putBack: string[];
export let continued: [string, string][];

export const at = (name: string) => path.join(folder, name);
export const disk = (name: string) => fs.readFileSync(at(name), 'utf8');

export function put(name: string, content: string | Buffer, mode = 0o644): string {
  fs.mkdirSync(path.dirname(at(name)), { recursive: true });
  fs.writeFileSync(at(name), content, { mode });
  return at(name);
}

/** What Codex does to a file: `null` removes it; `from` is the file's old name. */
export interface Work {
  readonly name: string;
  readonly change: ((text: string) => string) | null;
  readonly from?: string;
}

/** A turn with one patch, as Codex makes it through the editor. */
export async function codexTurn(turnId: string, ...work: Work[]): Promise<void> {
  const files = work.map(({ name, change, from }): PatchFile => {
    const kind = change === null ? 'delete' : fs.existsSync(at(from ?? name)) ? 'update' : 'add';
    return { path: at(from ?? name), kind, ...(from !== undefined && { moveTo: at(name) }) };
  });
  const open = new DisposableStore();
  open.add(documents.expectPatch(files));
  open.add(recorder.patchStarted({ threadId: THREAD, turnId, itemId: `${turnId}-patch`, files }));
  for (const { name, change, from } of work) {
    const source = at(from ?? name);
    const read = await documents.read(source);
    assert.notEqual(read.kind, 'pass');
    if (change === null) assert.deepEqual(await documents.remove(source), { kind: 'written' });
    else await write(at(name), change(read.kind === 'text' ? read.text : ''));
    if (from !== undefined) assert.deepEqual(await documents.remove(source), { kind: 'written' });
  }
  open.dispose();
  await recorder.settled();
  conversation.view.turns.push(turnOf(turnId, begun));
}

/** A patch of one file; what it did may not be recorded yet. */
export async function changeWithoutWaiting(turnId: string, name: string, text: string): Promise<void> {
  const files = [{ path: at(name), kind: 'update' }] as const;
  const patch = recorder.patchStarted({ threadId: THREAD, turnId, itemId: `${turnId}-patch`, files });
  await documents.read(at(name));
  await write(at(name), text);
  patch.dispose();
}

/** As the server does: it makes the folder when there is none, and writes again. */
async function write(file: string, text: string): Promise<void> {
  let result = await documents.write(file, text);
  if (result.kind === 'noFolder') {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    result = await documents.write(file, text);
  }
  assert.deepEqual(result, { kind: 'written' });
}

function build(): void {
  documents = store.add(
    new EditorDocuments({
      loadConverter: () => Promise.resolve(createEditConverter()),
      saveAfterApply: () => true,
      saveLimitMs: PATIENCE_MS,
      willChange: (file) => recorder.willChange(file),
      logger: nullLogger,
    }),
  );
  review = store.add(new Review(nullLogger));
  ledger = store.add(new ChangeLedger(nullLogger));
  const blobs = new BlobStore(storage, nullLogger);
  const [now, roots, logger] = [() => Date.now(), () => [folder], nullLogger];
  recorder = store.add(new ChangeRecorder({ documents, review, ledger, blobs, now, roots, logger }));
  const restorer = store.add(new FileRestorer(documents, blobs, logger));
  store.add(restorer.onDidRestore((restored) => recorder.restored(restored)));
  const snapshot = async (file: string) => storeSnapshot((await seeFile(file)).state, blobs, logger);
  const settled = () => recorder.settled();
  const run = new RestoreRun({ restorer, blobText: (hash) => blobs.text(hash), snapshot, settled, roots, logger });
  const files = new RestoreFiles({ ledger, review, blobs, run, now, logger });
  const snapshots = store.add(new SnapshotDocuments('snapshot-under-test'));
  turns = new TurnChanges({ ledger, blobs, restorer, files, snapshots, conversation: () => conversation, logger });
  checkpoint = new RestoreCheckpoint({
    files,
    restorer,
    snapshots,
    putBack: (_conversation, text) => putBack.push(text),
    takeOut: (_conversation, text) => (putBack = putBack.filter((each) => each !== text)),
    continueAs: (from, to) => continued.push([from, to]),
    logger,
  });
}

/** Makes a folder in the workspace, and what goes back in it, with nothing recorded. */
export function setUp(): void {
  const workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  assert.ok(workspace);
  folder = fs.mkdtempSync(path.join(workspace, 'restore-'));
  storage = fs.mkdtempSync(path.join(os.tmpdir(), 'restore-storage-'));
  begun = Date.now();
  store = new DisposableStore();
  [messages, answers, putBack, continued] = [[], [], [], []];
  conversation = fakeConversation(THREAD);
  build();
  store.add(answerMessages(messages, answers));
}

export async function tearDown(): Promise<void> {
  store.dispose();
  await command('workbench.action.closeQuickOpen');
  for (const document of vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty)) {
    await vscode.window.showTextDocument(document);
    await command('workbench.action.files.revert');
  }
  await command('workbench.action.closeAllEditors');
  fs.rmSync(folder, { recursive: true, force: true });
  fs.rmSync(storage, { recursive: true, force: true });
}
