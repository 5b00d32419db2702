import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import { atBoundary } from '../host/boundary';
import { codexCommands } from './codexCommands';
import { type CommandContext, targetOf } from './context';
import { composerCommands } from './composerCommands';
import { conversationCommands } from './conversationCommands';
import { reviewCommands } from '../review/reviewCommands';

/** Registers every command of the manifest. A failure is logged and shown once. */
export function registerCommands(context: CommandContext): Disposable {
  const store = new DisposableStore();
  const all: Readonly<Record<string, (...args: unknown[]) => unknown>> = {
    ...conversationCommands(context),
    ...composerCommands(context),
    ...codexCommands(context),
    ...reviewCommands({
      review: context.reviewing.review,
      actions: context.reviewing.actions,
      openTurnDiff: (argument) => context.reviewing.turns.choose(targetOf(context, argument)),
      restoreCheckpoint: (argument) => context.reviewing.checkpoint.choose(targetOf(context, argument)),
    }),
  };
  for (const [name, run] of Object.entries(all)) {
    const register = (...args: unknown[]): Promise<void> =>
      atBoundary(titleOf(name), context.logger, () => run(...args));
    store.add(vscode.commands.registerCommand(`switchyard.${name}`, register));
  }
  return store;
}

/** "restartServer" is "Restart server", "edits.keepAll" is "Keep all". */
function titleOf(name: string): string {
  const words = (name.split('.').at(-1) ?? name).replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
