import * as vscode from 'vscode';
import type { Logger } from '../../base/logger';
import type { Conversation } from '../../conversation/conversation';
import type { Conversations } from '../../conversation/conversations';
import type { FileLeases } from '../../conversation/fileLeases';
import { findItem } from '../../shared/applyDelta';
import type { ProblemAction } from '../../shared/conversation';
import type { FromWebview } from '../../shared/messages';
import { atBoundary } from '../host/boundary';
import { chooseCodex } from '../host/codexSetup';
import type { ProposalPanels } from '../review/proposalPanels';
import type { RestoreCheckpoint } from '../review/restoreCheckpoint';
import { type ReviewActions, reportUndo } from '../review/reviewActions';
import type { TurnChanges } from '../review/turnChanges';
import type { ChatChannel } from './chatChannel';
import { type ComposerActions, isComposerMessage } from './context/composerActions';
import type { Drafts } from './drafts';
import { openLink, putInTerminal } from './openTargets';

/** What the messages of a panel reach. */
export interface PanelActionsContext {
  readonly logger: Logger;
  readonly conversations: Conversations;
  readonly drafts: Drafts;
  readonly composer: ComposerActions;
  readonly proposals: ProposalPanels;
  readonly reviewing: {
    readonly actions: ReviewActions;
    readonly turns: TurnChanges;
    readonly checkpoint: RestoreCheckpoint;
  };
  readonly leases: Pick<FileLeases, 'proceed'>;
}

/** Commands of the extension that stand behind the actions of a problem. */
const PROBLEM_COMMANDS: Readonly<Record<Exclude<ProblemAction, 'retry' | 'compact' | 'unarchive'>, string>> = {
  restart: 'switchyard.restartServer',
  chooseCodex: 'switchyard.restartServer',
  installCodex: 'switchyard.installCodex',
  showLog: 'switchyard.showLog',
  signIn: 'switchyard.signIn',
  newConversation: 'switchyard.newConversation',
  forkConversation: 'switchyard.forkConversation',
};

/** Does what a panel asks for. */
export function receiveFromPanel(message: FromWebview, channel: ChatChannel, context: PanelActionsContext): void {
  void atBoundary(describe(message), context.logger, () => act(message, channel, context));
}

async function act(message: FromWebview, channel: ChatChannel, context: PanelActionsContext): Promise<void> {
  // A panel may just have been given another conversation: what its person wrote or pressed belongs to the one it named.
  const conversation = 'key' in message ? context.conversations.get(message.key) : channel.conversation;
  if (!conversation) throw new Error(vscode.l10n.t('The conversation was closed.'));
  if (isComposerMessage(message)) return context.composer.receive(message, conversation, channel);
  const { folder } = conversation.view;
  switch (message.type) {
    case 'stop':
      return conversation.stop();
    case 'approve':
      context.proposals.takeEdits(conversation, message.approvalId);
      return conversation.decide(message.approvalId, message.decisionId);
    case 'chooseHunks':
      return context.proposals.choose(conversation, message.approvalId, message.path, message.hunks);
    case 'review':
    case 'openReview':
      return review(message, conversation, context.reviewing.actions);
    case 'turn':
      return actOnTurn(message, conversation, context.reviewing);
    case 'proceed':
      context.leases.proceed(message.path);
      return;
    case 'queueRemove':
      conversation.takeFromQueue(message.id);
      return;
    case 'queueSendNow':
      return conversation.sendQueuedNow(message.id);
    case 'outboxRemove':
      conversation.removeFromOutbox(message.id);
      return;
    case 'openLink':
      return openLink(message.href, folder);
    case 'openDiff':
      return context.proposals.open(conversation, message.turnId, message.itemId, message.path);
    case 'openInTerminal':
      return openInTerminal(message, conversation);
    case 'copy':
      await vscode.env.clipboard.writeText(message.text);
      return;
    case 'problem':
      return solve(message.action, message.id, conversation, context.conversations);
    case 'loadEarlier':
      return conversation.loadEarlier();
    case 'answer':
      return conversation.decide(message.approvalId, message.decisionId, message.values);
    case 'fill':
      conversation.keepFilled(message.approvalId, message.values);
      return;
    case 'reply':
      return conversation.send(message.text, { followUp: 'steer' });
    case 'command':
      await vscode.commands.executeCommand(`switchyard.${message.command}`, conversation.key);
      return;
    case 'focused':
    case 'ready':
    case 'resync':
      return;
  }
}

/** Takes the next step that stands beside a failure. A message that was not sent is sent again, which starts Codex. */
async function solve(
  action: ProblemAction,
  id: string | null,
  conversation: Conversation,
  conversations: Conversations,
): Promise<void> {
  if (action === 'unarchive') {
    if (conversation.view.threadId !== null) await conversations.unarchive(conversation.view.threadId);
    return;
  }
  if (action === 'chooseCodex') await chooseCodex();
  const startsCodex = action === 'restart' || action === 'chooseCodex';
  const isRefused = conversation.view.outbox.some((message) => message.problem !== null);
  if (action === 'retry' || (startsCodex && isRefused)) await conversation.retry(id);
  else if (action === 'compact') await conversation.compact();
  else await vscode.commands.executeCommand(PROBLEM_COMMANDS[action], conversation.key);
}

async function openInTerminal(
  { turnId, itemId }: Extract<FromWebview, { type: 'openInTerminal' }>,
  { view }: Conversation,
): Promise<void> {
  const item = findItem(view, turnId, itemId);
  if (item?.type === 'command') await putInTerminal(item.command, view.folder);
}

/** Only files of this conversation: a panel shows no others. */
async function review(
  message: Extract<FromWebview, { type: 'review' | 'openReview' }>,
  { view }: Conversation,
  actions: ReviewActions,
): Promise<void> {
  const paths = view.unreviewed
    .map(({ path }) => path)
    .filter((path) => message.path === null || path === message.path);
  if (message.type === 'openReview') await actions.open(paths);
  else if (message.action === 'keep') actions.keep(paths);
  else reportUndo(await actions.undo(paths));
}

async function actOnTurn(
  { turnId, action }: Extract<FromWebview, { type: 'turn' }>,
  conversation: Conversation,
  { turns, checkpoint }: PanelActionsContext['reviewing'],
): Promise<void> {
  const { threadId } = conversation.view;
  if (threadId === null) return;
  if (action === 'restore') await checkpoint.restore(conversation, turnId);
  else if (action === 'openChanges') await turns.openDiff(threadId, turnId);
  else if (action === 'undo') await turns.undo(threadId, turnId);
  else await turns.redo(threadId, turnId);
}

function describe({ type }: FromWebview): string {
  switch (type) {
    case 'send':
    case 'queueSendNow':
      return vscode.l10n.t('Sending');
    case 'attach':
    case 'attachImage':
    case 'attachUris':
      return vscode.l10n.t('Attaching');
    case 'stop':
      return vscode.l10n.t('Stopping');
    case 'approve':
    case 'answer':
    case 'reply':
      return vscode.l10n.t('Answering');
    case 'openLink':
    case 'openDiff':
    case 'openReview':
      return vscode.l10n.t('Opening');
    case 'loadEarlier':
      return vscode.l10n.t('Loading earlier messages');
    default:
      return vscode.l10n.t('That');
  }
}
