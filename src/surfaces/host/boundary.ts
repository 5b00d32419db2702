import * as vscode from 'vscode';
import { SwitchyardError, hasReason, messageOf } from '../../base/errors';
import type { Logger } from '../../base/logger';

/**
 * Runs what a command or a message of a panel asks for. Failures are logged once and shown once; cancelling is silent.
 * `what` names the action in the person's words, as in "`what` failed".
 */
export async function atBoundary(what: string, logger: Logger, action: () => unknown): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (hasReason(error, 'cancelled') || error instanceof vscode.CancellationError) return;
    logger.error(`${what} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    const known = error instanceof SwitchyardError;
    const choice = await vscode.window.showErrorMessage(
      vscode.l10n.t(
        '{0}: {1}',
        vscode.l10n.t('{0} failed', what),
        known ? (messageOf(error).split('\n')[0] ?? '') : messageOf(error),
      ),
      vscode.l10n.t('Show Log'),
    );
    if (choice) await vscode.commands.executeCommand('switchyard.showLog');
  }
}
