import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import { atBoundary } from '../host/boundary';
import { codexCommands } from './codexCommands';
import type { CommandContext } from './context';
import { conversationCommands } from './conversationCommands';

/** Registers every command of the manifest. A failure is logged and shown once. */
export function registerCommands(context: CommandContext): Disposable {
  const store = new DisposableStore();
  const all = { ...conversationCommands(context), ...codexCommands(context) };
  for (const [name, run] of Object.entries(all)) {
    const register = (argument?: unknown): Promise<void> =>
      atBoundary(titleOf(name), context.logger, () => run(argument));
    store.add(vscode.commands.registerCommand(`switchyard.${name}`, register));
  }
  return store;
}

/** "restartServer" is "Restart server". */
function titleOf(name: string): string {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
