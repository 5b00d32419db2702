import * as vscode from 'vscode';
import type { RestoreStep } from '../../conversation/review/restorePlan';
import type { Logger } from '../../base/logger';
import { atBoundary } from '../host/boundary';
import type { RestoreProgress } from './restoreRun';
import { questionAbout } from './restoreTexts';

const PROGRESS_FROM_FILES = 50;

/** Runs `work`; where it is about many files, with a progress that can be cancelled. */
export async function withProgress<T>(
  title: string,
  files: number,
  work: (progress: RestoreProgress) => Promise<T>,
): Promise<T> {
  if (files <= PROGRESS_FROM_FILES) return work({ isCancelled: false, report: () => undefined });
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, (shown, token) => {
    let percent = 0;
    return work({
      get isCancelled() {
        return token.isCancellationRequested;
      },
      report: (done, total) => {
        const next = Math.floor((done / total) * 100);
        if (next <= percent) return;
        shown.report({ increment: next - percent, message: vscode.l10n.t('{0} of {1}', done, total) });
        percent = next;
      },
    });
  });
}

/** Asks only where something is not clean. `undefined`: the person wants none of it. */
export async function askAbout(steps: readonly RestoreStep[]): Promise<{ readonly overwrite: boolean } | undefined> {
  const question = questionAbout(steps);
  if (question === undefined) return { overwrite: false };
  const { message, detail, hasConflicts } = question;
  const overwrite = vscode.l10n.t('Overwrite');
  const goOn = hasConflicts ? vscode.l10n.t('Keep My Version') : vscode.l10n.t('Go On');
  const buttons = hasConflicts ? [goOn, overwrite] : [goOn];
  const answer = await vscode.window.showWarningMessage(message, { modal: true, detail }, ...buttons);
  return answer === undefined ? undefined : { overwrite: answer === overwrite };
}

/** Something the person may do next. */
export interface Offer {
  readonly label: string;
  run(): Promise<unknown>;
}

/** Says what was done, and returns at once. What is not whole is a warning, with the log beside it. */
export function say(report: { message: string; isWhole: boolean }, offer: Offer | undefined, logger: Logger): void {
  const showLog = vscode.l10n.t('Show Log');
  const buttons = [...(offer ? [offer.label] : []), ...(report.isWhole ? [] : [showLog])];
  const show = report.isWhole ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
  void show(report.message, ...buttons).then(async (answer) => {
    if (answer === showLog) await vscode.commands.executeCommand('switchyard.showLog');
    else if (offer && answer === offer.label) await atBoundary(offer.label, logger, () => offer.run());
  });
}
