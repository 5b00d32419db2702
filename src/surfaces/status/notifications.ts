import * as vscode from 'vscode';
import type { Logger } from '../../base/logger';
import type { Announcement } from '../../conversation/announcements';
import type { Conversation } from '../../conversation/conversation';
import type { ConversationId } from '../../conversation/conversations';
import type { ApprovalView, DecisionView } from '../../shared/conversation';
import { atBoundary } from '../host/boundary';
import { setting } from '../host/settings';
import { nameOf } from './conversationStatus';

interface NotifyContext {
  readonly logger: Logger;
  /** Whether a panel of this window shows it. */
  readonly isShown: boolean;
  show(conversation: ConversationId): void;
}

/** A longer command is not read whole in a notification: there it cannot be allowed. */
const MAX_COMMAND = 200;

/** Tells that a conversation needs the person, is done or has failed, unless the person looks at it. */
export function notify(news: Announcement, conversation: Conversation, context: NotifyContext): void {
  if (!isWanted(context.isShown)) return;
  void atBoundary(vscode.l10n.t('Answering'), context.logger, () => announce(news, conversation, context));
}

function isWanted(isShown: boolean): boolean {
  const when = setting('notifications');
  return when === 'always' || (when === 'whenUnfocused' && !(isShown && vscode.window.state.focused));
}

async function announce(news: Announcement, conversation: Conversation, context: NotifyContext): Promise<void> {
  const show = vscode.l10n.t('Show');
  const name = quoted(conversation);
  if (news.kind === 'finished') {
    const chosen = await vscode.window.showInformationMessage(vscode.l10n.t('{0} is done.', name), show);
    if (chosen) context.show(conversation.view);
    return;
  }
  if (news.kind === 'failed') {
    const problem = conversation.view.turns.at(-1)?.problem?.title ?? vscode.l10n.t('Codex stopped');
    const chosen = await vscode.window.showErrorMessage(vscode.l10n.t('{0} failed: {1}.', name, problem), show);
    if (chosen) context.show(conversation.view);
    return;
  }
  await askInNotification(news.approval, conversation, context);
}

/** An approval or a question that nobody sees, with those answers that can be given without seeing more. */
async function askInNotification(
  approval: ApprovalView,
  conversation: Conversation,
  context: NotifyContext,
): Promise<void> {
  const show = vscode.l10n.t('Show');
  const decisions = answerable(approval);
  const what = approval.command ?? approval.title;
  const text = vscode.l10n.t('{0} needs you: {1}', quoted(conversation), what);
  const chosen = await vscode.window.showWarningMessage(text, show, ...decisions.map(({ label }) => label));
  if (chosen === show) context.show(conversation.view);
  const decision = decisions.find(({ label }) => label === chosen);
  if (!decision) return;
  if (conversation.view.approvals.some(({ id }) => id === approval.id)) {
    await conversation.approvals.decide(approval.id, decision.id);
  } else void vscode.window.showInformationMessage(vscode.l10n.t('This was answered already, or is over.'));
}

/** A short command may be allowed; of a change of files more is to be seen first. Everything may be declined. */
function answerable({ kind, command, decisions }: ApprovalView): readonly DecisionView[] {
  const isReadable = kind === 'command' && command !== null && command.length <= MAX_COMMAND && !/[\r\n]/.test(command);
  return decisions.filter(({ id }) => id === 'decline' || (id === 'accept' && isReadable));
}

/** With several windows people cannot tell which one needs them: the workspace is named too. */
function quoted({ view }: Conversation): string {
  const name = nameOf(view);
  const workspace = vscode.workspace.name;
  return workspace === undefined ? `“${name}”` : `“${name}” (${workspace})`;
}
