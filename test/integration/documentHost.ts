import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { DocumentWrite } from '../../src/base/documentHost';
import { nullLogger } from '../../src/base/logger';
import type { AppliedChange, ReformattedText } from '../../src/surfaces/edits/documentWriter';
import { createEditConverter } from '../../src/surfaces/edits/editConverter';
import { EditorDocuments } from '../../src/surfaces/edits/editorDocuments';

/** How long tests wait for what has to come. */
export const PATIENCE_MS = 20_000;

/** The documents of a folder of the workspace that every test gets anew, and what was told of them. */
export interface DocumentBench {
  readonly folder: string;
  readonly host: EditorDocuments;
  /** Whether documents are saved after a change. */
  save: boolean;
  /** How long a save may take before a write goes on without it. */
  saveLimitMs: number;
  /** How often the converter was loaded. */
  loads: number;
  willChange: (file: string) => Promise<void>;
  readonly unsaved: string[];
  readonly applied: AppliedChange[];
  readonly reformatted: ReformattedText[];
  at(name: string): string;
  put(name: string, content: string | Buffer): string;
  disk(name: string): string;
  read(file: string): Promise<string>;
  /** One change as Codex makes it: it asks what the file is, reads it, and writes it with `from` replaced. */
  replace(file: string, from: string, to: string): Promise<DocumentWrite>;
  /** Sets a setting of the workspace folder until the test has ended. */
  configure(name: string, value: unknown): Promise<void>;
  /** Is disposed when the test has ended. */
  during(registration: vscode.Disposable): void;
}

/** Call it inside `describe`: the bench is filled anew before each of its tests, and cleared away after it. */
export function useDocuments(): DocumentBench {
  const bench = {} as { -readonly [Key in keyof DocumentBench]: DocumentBench[Key] };
  let ends: (() => unknown)[] = [];
  beforeEach(() => {
    const workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    assert.ok(workspace);
    ends = [];
    Object.assign(
      bench,
      methodsOn(bench, (end) => ends.push(end)),
    );
    bench.folder = fs.mkdtempSync(path.join(workspace, 'documents-'));
    Object.assign(bench, { save: true, saveLimitMs: PATIENCE_MS, loads: 0, unsaved: [], applied: [], reformatted: [] });
    bench.willChange = () => Promise.resolve();
    bench.host = new EditorDocuments({
      loadConverter: () => {
        bench.loads++;
        return Promise.resolve(createEditConverter());
      },
      saveAfterApply: () => bench.save,
      get saveLimitMs() {
        return bench.saveLimitMs;
      },
      willChange: (file) => bench.willChange(file),
      logger: nullLogger,
    });
    bench.host.onDidLeaveUnsaved((file) => bench.unsaved.push(file));
    bench.host.onDidApply((change) => bench.applied.push(change));
    bench.host.onDidReformat((text) => bench.reformatted.push(text));
  });
  afterEach(async () => {
    for (const end of ends.reverse()) await end();
    bench.host.dispose();
    await closeAll();
    fs.rmSync(bench.folder, { recursive: true, force: true });
  });
  return bench;
}

function methodsOn(bench: DocumentBench, onEnd: (end: () => unknown) => void): Partial<DocumentBench> {
  const at = (name: string): string => path.join(bench.folder, name);
  const read = async (file: string): Promise<string> => {
    await bench.host.metadata(file);
    const result = await bench.host.read(file);
    assert.equal(result.kind, 'text');
    return result.text;
  };
  return {
    at,
    read,
    put: (name, content) => {
      fs.mkdirSync(path.dirname(at(name)), { recursive: true });
      fs.writeFileSync(at(name), content);
      return at(name);
    },
    disk: (name) => fs.readFileSync(at(name), 'utf8'),
    replace: async (file, from, to) => {
      const text = await read(file);
      assert.ok(text.includes(from), `${JSON.stringify(from)} is not in ${JSON.stringify(text)}`);
      return bench.host.write(
        file,
        text.replace(from, () => to),
      );
    },
    configure: async (name, value) => {
      const resource = vscode.Uri.file(at('x'));
      onEnd(() => setSetting(name, undefined, resource));
      await setSetting(name, value, resource);
    },
    during: (registration) => onEnd(() => registration.dispose()),
  };
}

async function setSetting(name: string, value: unknown, resource: vscode.Uri): Promise<void> {
  const [section = '', key = ''] = name.split(/\.(?=[^.]*$)/);
  const settings = vscode.workspace.getConfiguration(section, resource);
  await settings.update(key, value, vscode.ConfigurationTarget.Workspace);
}

async function closeAll(): Promise<void> {
  for (const document of vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty)) {
    await vscode.window.showTextDocument(document);
    await command(
      document.isUntitled ? 'workbench.action.revertAndCloseActiveEditor' : 'workbench.action.files.revert',
    );
  }
  await command('workbench.action.closeAllEditors');
}

export const command = (id: string, ...args: unknown[]) => vscode.commands.executeCommand(id, ...args);

export async function open(file: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file), { preview: false });
}

export function documentOf(file: string): vscode.TextDocument | undefined {
  const address = vscode.Uri.file(file).toString();
  return vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === address);
}

/** Inserts as a person does, through the editor. */
export async function insert(editor: vscode.TextEditor, line: number, character: number, text: string): Promise<void> {
  editor.selection = new vscode.Selection(line, character, line, character);
  const expected = editor.document.getText().length + text.length;
  await command('type', { text });
  await until(() => editor.document.getText().length === expected);
}

export async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`It did not come to pass: ${condition.toString()}`);
    await pause(10);
  }
}

/** What a refused write was answered with; fails when it was not refused. */
export function reasonOf(result: { readonly kind: string; readonly reason?: string }): string {
  assert.equal(result.kind, 'refused');
  return result.reason ?? '';
}
