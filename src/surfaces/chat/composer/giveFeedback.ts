import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { messageOf } from '../../../base/errors';
import type { Conversation } from '../../../conversation/conversation';
import type { Feedback, FeedbackCategory, FeedbackReport } from '../../../conversation/feedback';
import { zipEntries } from './zipEntries';

/** Asks for feedback to Codex’s makers, shows what would leave this computer, and sends it only on the person’s word. */
export async function giveFeedback({ view }: Conversation, feedback: Feedback): Promise<void> {
  const category = await chooseCategory();
  const words = category && (await askForWords());
  if (!category || !words) return;
  const withLogs = await chooseLogs(view.threadId !== null);
  if (withLogs === undefined) return;
  await packAndSend({ category, words, threadId: view.threadId, withLogs }, feedback);
}

async function packAndSend(report: FeedbackReport, feedback: Feedback): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'switchyard-feedback-'));
  try {
    const archive = path.join(folder, 'feedback.zip');
    await inProgress(vscode.l10n.t('Packing feedback…'), () => feedback.pack(report, archive));
    if (!(await mayLeave(report, archive))) return;
    await inProgress(vscode.l10n.t('Sending feedback…'), () => feedback.send(report));
    void vscode.window.showInformationMessage(vscode.l10n.t('Thank you. Your feedback was sent to OpenAI.'));
  } catch (error) {
    const again = vscode.l10n.t('Try Again');
    const copy = vscode.l10n.t('Copy Words');
    const answer = await vscode.window.showErrorMessage(
      vscode.l10n.t('Your feedback was not sent: {0}', messageOf(error)),
      again,
      copy,
    );
    if (answer === again) await packAndSend(report, feedback);
    if (answer === copy) await vscode.env.clipboard.writeText(report.words);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Shows what was packed. The archive itself can be looked at before the answer. */
async function mayLeave(report: FeedbackReport, archive: string): Promise<boolean> {
  const files = zipEntries(await readFile(archive));
  const send = vscode.l10n.t('Send');
  const question = vscode.l10n.t('Send this feedback to OpenAI?');
  const look = vscode.l10n.t('Show the Archive');
  const detail = [
    vscode.l10n.t('Category: {0}', categoryLabel(report.category)),
    vscode.l10n.t('Words: {0}', report.words),
    report.threadId === null ? '' : vscode.l10n.t('Thread: {0}', report.threadId),
    vscode.l10n.t('Packed by Codex, with its version and settings in report.json:'),
    ...files.map(({ name, bytes }) => `• ${path.posix.basename(name)} (${kilobytes(bytes)})`),
  ];
  const options = { modal: true, detail: detail.filter(Boolean).join('\n') };
  const answer = await vscode.window.showInformationMessage(question, options, send, look);
  if (answer !== look) return answer === send;
  await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(archive));
  return (await vscode.window.showInformationMessage(question, send, vscode.l10n.t('Discard'))) === send;
}

function kilobytes(bytes: number): string {
  return vscode.l10n.t('{0} kB', Math.ceil(bytes / 1_000).toLocaleString());
}

async function chooseCategory(): Promise<FeedbackCategory | undefined> {
  const categories: readonly FeedbackCategory[] = ['bug', 'bad_result', 'good_result', 'other'];
  const chosen = await vscode.window.showQuickPick(
    categories.map((category) => ({ label: categoryLabel(category), category })),
    { title: vscode.l10n.t('Feedback'), placeHolder: vscode.l10n.t('What is it about?') },
  );
  return chosen?.category;
}

function categoryLabel(category: FeedbackCategory): string {
  switch (category) {
    case 'bug':
      return vscode.l10n.t('Something does not work');
    case 'bad_result':
      return vscode.l10n.t('A bad result');
    case 'good_result':
      return vscode.l10n.t('A good result');
    case 'other':
      return vscode.l10n.t('Something else');
  }
}

async function askForWords(): Promise<string | undefined> {
  const words = await vscode.window.showInputBox({
    title: vscode.l10n.t('Feedback'),
    prompt: vscode.l10n.t('For the makers of Codex at OpenAI. You see what would be sent before it is.'),
    placeHolder: vscode.l10n.t('What happened, and what did you expect?'),
    ignoreFocusOut: true,
  });
  return words?.trim();
}

async function chooseLogs(hasThread: boolean): Promise<boolean | undefined> {
  const logs = hasThread
    ? vscode.l10n.t('Codex’s log, a check of its setup, and all that was said and done here, with contents of files')
    : vscode.l10n.t('Codex’s log and a check of its setup');
  const chosen = await vscode.window.showQuickPick(
    [
      { label: vscode.l10n.t('Words Only'), detail: vscode.l10n.t('And Codex’s version and settings'), logs: false },
      { label: vscode.l10n.t('Words and Logs'), detail: logs, logs: true },
    ],
    { title: vscode.l10n.t('Feedback'), placeHolder: vscode.l10n.t('What may be sent?'), ignoreFocusOut: true },
  );
  return chosen?.logs;
}

function inProgress(title: string, task: () => Promise<void>): Thenable<void> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, task);
}
