import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../../base/disposable';
import { Emitter } from '../../../base/event';
import type { Timer } from '../../../base/timer';
import type { Attachment } from '../../../shared/composer';
import { onDidChangeSetting, setting } from '../../host/settings';
import { activeAttachment } from './providers';

/** A selection that is being drawn changes many times a second. */
const PAUSE_MS = 150;

/**
 * The file and selection that the person looks at. A chat in an editor tab takes the place of the active editor: then it
 * is still the one before, as long as it is open.
 */
export class ActiveEditor implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changes = this.store.add(new Emitter<void>());
  private last: vscode.TextEditor | undefined = vscode.window.activeTextEditor;
  private due: Disposable | undefined;

  readonly onDidChange = this.changes.event;

  constructor(private readonly timer: Timer) {
    this.store.add(
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        if (editor) this.last = editor;
        this.changeSoon();
      }),
    );
    this.store.add(
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor === this.last) this.changeSoon();
      }),
    );
    this.store.add(vscode.window.tabGroups.onDidChangeTabs(() => this.changeSoon()));
    this.store.add(onDidChangeSetting('context.includeActiveFile', () => this.changeSoon()));
  }

  /** The editor itself, also where {@link attachment} is switched off. */
  get editor(): vscode.TextEditor | undefined {
    const { last } = this;
    return last && isShown(last.document.uri) ? last : undefined;
  }

  /** What goes with messages by itself; `undefined` when no file is open, or the setting switches it off. */
  attachment(): Attachment | undefined {
    const { editor } = this;
    return editor && setting('context.includeActiveFile') ? activeAttachment(editor) : undefined;
  }

  dispose(): void {
    this.due?.dispose();
    this.store.dispose();
  }

  private changeSoon(): void {
    this.due ??= this.timer(PAUSE_MS, () => {
      this.due = undefined;
      this.changes.fire();
    });
  }
}

/** Files and new documents; no output channels, no diffs' other sides. */
function isShown(uri: vscode.Uri): boolean {
  if (uri.scheme !== 'file' && uri.scheme !== 'untitled') return false;
  const name = uri.toString();
  return vscode.window.tabGroups.all.some(({ tabs }) =>
    tabs.some(({ input }) => urisOf(input).some((shown) => shown.toString() === name)),
  );
}

function urisOf(input: unknown): readonly vscode.Uri[] {
  if (input instanceof vscode.TabInputText || input instanceof vscode.TabInputNotebook) return [input.uri];
  return input instanceof vscode.TabInputTextDiff ? [input.original, input.modified] : [];
}
