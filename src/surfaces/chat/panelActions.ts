import * as vscode from 'vscode';
import type { Logger } from '../../base/logger';
import type { Conversation } from '../../conversation/conversation';
import type { Conversations } from '../../conversation/conversations';
import type { FileLeases } from '../../conversation/fileLeases';
import type { RateLimits } from '../../conversation/limits';
import { findItem } from '../../shared/applyDelta';
import type { ProblemAction } from '../../shared/conversation';
import type { FromWebview } from '../../shared/messages';
import { atBoundary } from '../host/boundary';
import { chooseCodex } from '../host/codexSetup';
import type { ProposalPanels } from '../edits/proposalPanels';
import type { RestoreCheckpoint } from '../restore/restoreCheckpoint';
import { type ReviewActions, reportUndo } from '../review/reviewActions';
import type { TurnChanges } from '../restore/turnChanges';
import type { ChatChannel, PanelMessage } from './chatChannel';
import { type ChatImages, isImageMessage } from './chatImages';
import { type CodeActions, isCodeMessage } from './codeActions';
import { type ComposerActions, isComposerMessage } from './composer/composerActions';
import type { Drafts } from './drafts';
import { isEditMessage, type MessageEdits } from './messageEdits';
import { openLink, putInTerminal } from './openTargets';
import type { SideQuestions } from './sideQuestions';

/** What the messages of a panel reach. */
export interface PanelActionsContext {
  readonly logger: Logger;
  readonly conversations: Conversations;
  readonly drafts: Drafts;
  readonly composer: ComposerActions;
  readonly code: Pick<CodeActions, 'receive'>;
  readonly proposals: ProposalPanels;
  readonly reviewing: {
    readonly actions: ReviewActions;
    readonly turns: TurnChanges;
    readonly checkpoint: RestoreCheckpoint;
  };
  readonly leases: Pick<FileLeases, 'proceed'>;
  readonly images: ChatImages;
  readonly sides: SideQuestions;
  readonly edits: MessageEdits;
  readonly limits: Pick<RateLimits, 'refresh'>;
}

/** Commands of the extension that stand behind the actions of a problem. */
type OurAction = 'retry' | 'compact' | 'compactAndRetry' | 'unarchive';
const PROBLEM_COMMANDS: Readonly<Record<Exclude<ProblemAction, OurAction>, string>> = {
  restart: 'switchyard.restartServer',
  chooseCodex: 'switchyard.restartServer',
  installCodex: 'switchyard.installCodex',
  showLog: 'switchyard.showLog',
  signIn: 'switchyard.signIn',
  newConversation: 'switchyard.newConversation',
  forkConversation: 'switchyard.forkConversation',
  selectModel: 'switchyard.selectModel',
  selectMode: 'switchyard.selectMode',
};

/** Does what a panel asks for. */
export function receiveFromPanel(message: PanelMessage, channel: ChatChannel, context: PanelActionsContext): void {
  void atBoundary(describe(message), context.logger, () => act(message, channel, context));
}

async function act(message: PanelMessage, channel: ChatChannel, context: PanelActionsContext): Promise<void> {
  // A panel may just have been given another conversation: what its person wrote or pressed belongs to the one it named.
  const conversation = 'key' in message ? context.conversations.get(message.key) : channel.conversation;
  if (!conversation) throw new Error(vscode.l10n.t('The conversation was closed.'));
  if (isComposerMessage(message)) return context.composer.receive(message, conversation, channel);
  if (isEditMessage(message)) return context.edits.receive(message, conversation);
  if (isImageMessage(message)) return context.images.receive(message, conversation, channel);
  if (isCodeMessage(message)) return context.code.receive(message, conversation, channel);
  switch (message.type) {
    case 'stop':
      return conversation.stop();
    case 'approve':
      context.proposals.takeEdits(conversation, message.approvalId);
      return conversation.approvals.decide(message.approvalId, message.decisionId);
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
      return openLink(message.href, conversation.view.folder);
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
      return conversation.approvals.decide(message.approvalId, message.decisionId, message.values);
    case 'fill':
      conversation.approvals.keepFilled(message.approvalId, message.values);
      return;
    case 'reply':
      return conversation.send(message.text, { followUp: 'steer' });
    case 'side':
      return context.sides.act(conversation, message.action);
    case 'command':
      await vscode.commands.executeCommand(`switchyard.${message.command}`, conversation.key);
      return;
    case 'refreshLimits':
      return context.limits.refresh();
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
    if (conversation.view.threadId !== null) await conversations.actions.unarchive(conversation.view.threadId);
    return;
  }
  if (action === 'chooseCodex') await chooseCodex();
  const startsCodex = action === 'restart' || action === 'chooseCodex';
  const isRefused = conversation.view.outbox.some((message) => message.problem !== null);
  if (action === 'retry' || (startsCodex && isRefused)) await conversation.retry(id);
  else if (action === 'compact') await conversation.compact();
  else if (action === 'compactAndRetry') await conversation.compactAndRetry();
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
    case 'sendEdited':
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
    case 'openImage':
      return vscode.l10n.t('Opening');
    case 'insertCode':
      return vscode.l10n.t('Inserting');
    case 'applyCode':
      return vscode.l10n.t('Applying');
    case 'loadEarlier':
      return vscode.l10n.t('Loading earlier messages');
    case 'side':
      return vscode.l10n.t('The side question');
    case 'goal':
      return vscode.l10n.t('Changing the goal');
    default:
      return vscode.l10n.t('That');
  }
}
