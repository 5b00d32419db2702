import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../src/base/disposable';
import type { ConversationView, TurnView } from '../../src/shared/conversation';
import type { Restorable } from '../../src/surfaces/restore/restorable';

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
