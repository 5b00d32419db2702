import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Disposable } from '../../src/base/disposable';
import { nullLogger } from '../../src/base/logger';
import type { PatchFile } from '../../src/conversation/patchAnnouncer';
import { ChangeLedger, type TurnFile } from '../../src/conversation/review/changeLedger';
import { Review } from '../../src/conversation/review/review';
import type { Snapshot } from '../../src/conversation/review/snapshot';
import { createEditConverter } from '../../src/surfaces/edits/editConverter';
import { EditorDocuments } from '../../src/surfaces/edits/editorDocuments';
import { ChangeRecorder } from '../../src/surfaces/edits/recording/changeRecorder';
import { PATIENCE_MS } from './documentHost';

/** Longer than a command or patch may be announced late: what is older was there before. */
export const SETTLED_MS = 400;

export let folder: string;
export let documents: EditorDocuments;
export let review: Review;
export let ledger: ChangeLedger;
export let recorder: ChangeRecorder;
let blobs: Map<string, Uint8Array>;
let mayWriteThread: string | undefined;
let items: number;

export const at = (name: string) => path.join(folder, name);
export const disk = (name: string) => fs.readFileSync(at(name), 'utf8');
export const command = (id: string, ...args: unknown[]) => vscode.commands.executeCommand(id, ...args);
export const textOf = (file: string) => {
  const tracked = review.get(file);
  return tracked && { baseline: tracked.baseline, current: tracked.current, gap: tracked.gap };
};

export function put(name: string, content: string | Buffer): string {
  fs.mkdirSync(path.dirname(at(name)), { recursive: true });
  fs.writeFileSync(at(name), content);
  return at(name);
}

export async function open(file: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file), { preview: false });
}

export async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`It did not come to pass: ${condition.toString()}`);
    await pause(10);
  }
}

/** Inserts as a person does, through the editor. */
export async function insert(editor: vscode.TextEditor, line: number, character: number, text: string): Promise<void> {
  editor.selection = new vscode.Selection(line, character, line, character);
  const expected = editor.document.getText().length + text.length;
  await command('type', { text });
  await until(() => editor.document.getText().length === expected);
}

export function startPatch(threadId: string, ...files: (string | PatchFile)[]): Disposable {
  const patch = files.map((file): PatchFile => (typeof file === 'string' ? { path: file, kind: 'update' } : file));
  const announced = recorder.patchStarted({ threadId, turnId: 'turn', itemId: `${items++}`, files: patch });
  const moves = documents.expectPatch(patch);
  return {
    dispose: () => {
      announced.dispose();
      moves.dispose();
    },
  };
}

/** One patch as Codex makes it: reads the file, and writes it with `from` replaced. */
export async function replace(file: string, from: string, to: string, threadId = 'thread'): Promise<void> {
  const patch = startPatch(threadId, file);
  const read = await documents.read(file);
  assert.ok(read.kind === 'text' && read.text.includes(from));
  assert.deepEqual(await documents.write(file, read.text.replace(from, to)), { kind: 'written' });
  patch.dispose();
  await recorder.settled();
}

export const startCommand = (line: string, threadId = 'thread') =>
  recorder.commandStarted({ threadId, turnId: 'turn', itemId: `${items++}`, command: line, folder });

export function recorded(file: string, threadId = 'thread'): TurnFile | undefined {
  return ledger.turn(threadId, 'turn')?.files.find((other) => other.path === file);
}

function contentOf(snapshot: Snapshot | undefined): unknown {
  if (snapshot === undefined || typeof snapshot === 'string') return snapshot;
  const text = snapshot.text === null ? null : Buffer.from(blobs.get(snapshot.text) ?? []).toString('utf8');
  return snapshot.bytes === null ? text : { text, bytes: Buffer.from(blobs.get(snapshot.bytes) ?? []) };
}

export const history = (file: string, threadId = 'thread') => {
  const found = recorded(file, threadId);
  return found && [contentOf(found.before), contentOf(found.after), found.by];
};

/** From now on only patches of this thread do not wait for the person. */
export function letOnlyWrite(threadId: string): void {
  mayWriteThread = threadId;
}

/** Makes a folder in the workspace and a recorder with nothing recorded. */
export function setUp(): void {
  const workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  assert.ok(workspace);
  folder = fs.mkdtempSync(path.join(workspace, 'recorder-'));
  [items, mayWriteThread] = [0, undefined];
  blobs = new Map();
  documents = new EditorDocuments({
    loadConverter: () => Promise.resolve(createEditConverter()),
    saveAfterApply: () => true,
    saveLimitMs: PATIENCE_MS,
    willChange: (file) => recorder.willChange(file),
    logger: nullLogger,
  });
  review = new Review(nullLogger);
  ledger = new ChangeLedger(nullLogger);
  recorder = new ChangeRecorder({
    documents,
    review,
    ledger,
    blobs: {
      put: async (content) => {
        const bytes = Buffer.from(content);
        const hash = createHash('sha256').update(bytes).digest('hex');
        blobs.set(hash, bytes);
        return hash;
      },
    },
    now: Date.now,
    roots: () => [workspace],
    mayWrite: ({ threadId }) => mayWriteThread === undefined || threadId === mayWriteThread,
    logger: nullLogger,
  });
}

export async function tearDown(): Promise<void> {
  await recorder.settled();
  recorder.dispose();
  documents.dispose();
  for (const document of vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty)) {
    await vscode.window.showTextDocument(document);
    await command('workbench.action.files.revert');
  }
  await command('workbench.action.closeAllEditors');
  fs.rmSync(folder, { recursive: true, force: true });
}
