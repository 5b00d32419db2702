import * as vscode from 'vscode';
import type { Conversation } from '../../conversation/conversation';
import { SwitchyardError } from '../../base/errors';
import type { RestoreResult } from './restoreRun';
import { noteForAgent } from './restoreTexts';

/** What going back needs of a conversation. */
export type Restorable = Pick<
  Conversation,
  'view' | 'isBusy' | 'stop' | 'onDidChange' | 'tellAgent' | 'revertBefore' | 'redoRevert' | 'canRedoRevert'
>;

const STOP_LIMIT_MS = 10_000;

/** Files are not taken back while Codex changes them: asks to stop it. `false`: the person wants it to go on. */
export async function stopFirst(conversation: Restorable): Promise<boolean> {
  if (!conversation.isBusy) return true;
  const stop = vscode.l10n.t('Stop and Go On');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('“{0}” is still working.', conversation.view.title),
    { modal: true, detail: vscode.l10n.t('Codex has to stop before its changes can be taken back.') },
    stop,
  );
  if (answer !== stop) return false;
  await conversation.stop();
  await untilIdle(conversation);
  return true;
}

/** Tells the agent which files are not as it left them; `what` begins the sentence, in English. */
export async function tellAgent(conversation: Restorable, result: RestoreResult, what: string): Promise<void> {
  const note = noteForAgent(result, what);
  if (note !== undefined) await conversation.tellAgent(note);
}

async function untilIdle(conversation: Restorable): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      subscription.dispose();
    };
    const check = (): void => {
      if (conversation.isBusy) return;
      end();
      resolve();
    };
    const timer = setTimeout(() => {
      end();
      reject(new SwitchyardError('deadline', vscode.l10n.t('Codex did not stop. Nothing was taken back.')));
    }, STOP_LIMIT_MS);
    const subscription = conversation.onDidChange(check);
    check();
  });
}
