import * as vscode from 'vscode';
import type { Logger } from '../../base/logger';
import type { Conversation } from '../../conversation/conversation';
import type { Conversations } from '../../conversation/conversations';
import { findItem } from '../../shared/applyDelta';
import type { ProblemAction } from '../../shared/conversation';
import type { FromWebview } from '../../shared/messages';
import { atBoundary } from '../host/boundary';
import { chooseCodex } from '../host/codexSetup';
import type { ProposalDiff } from '../edits/proposalDiff';
import type { ChatChannel } from './chatChannel';
import type { Drafts } from './drafts';
import { openLink, putInTerminal } from './openTargets';

/** What the messages of a panel reach. */
export interface PanelActionsContext {
  readonly logger: Logger;
  readonly conversations: Conversations;
  readonly drafts: Drafts;
  readonly diff: ProposalDiff;
}

/** Commands of the extension that stand behind the actions of a problem. */
const PROBLEM_COMMANDS: Readonly<Record<Exclude<ProblemAction, 'retry'>, string>> = {
  restart: 'switchyard.restartServer',
  chooseCodex: 'switchyard.restartServer',
  installCodex: 'switchyard.installCodex',
  showLog: 'switchyard.showLog',
  signIn: 'switchyard.signIn',
  newConversation: 'switchyard.newConversation',
};

/** Does what a panel asks for. */
export function receiveFromPanel(message: FromWebview, channel: ChatChannel, context: PanelActionsContext): void {
  void atBoundary(describe(message), context.logger, () => act(message, channel, context));
}

async function act(message: FromWebview, channel: ChatChannel, context: PanelActionsContext): Promise<void> {
  // A panel may just have been given another conversation: what its person wrote or pressed belongs to the one it named.
  const conversation = 'key' in message ? context.conversations.get(message.key) : channel.conversation;
  if (!conversation) throw new Error(vscode.l10n.t('The conversation was closed.'));
  const { folder } = conversation.view;
  switch (message.type) {
    case 'send':
      context.drafts.set(conversation.view, '');
      return conversation.send(message.text);
    case 'draft':
      context.drafts.set(conversation.view, message.text);
      return;
    case 'stop':
      return conversation.stop();
    case 'approve':
      return conversation.decide(message.approvalId, message.decisionId);
    case 'queueRemove':
      conversation.takeFromQueue(message.id);
      return;
    case 'queueEdit': {
      const queued = conversation.takeFromQueue(message.id);
      if (queued) channel.insertText(queued.text);
      return;
    }
    case 'queueSendNow':
      return conversation.sendQueuedNow(message.id);
    case 'outboxRemove':
      conversation.removeFromOutbox(message.id);
      return;
    case 'openLink':
      return openLink(message.href, folder);
    case 'openDiff':
      return openDiff(message, channel, context.diff);
    case 'openInTerminal': {
      const item = findItem(conversation.view, message.turnId, message.itemId);
      return item?.type === 'command' ? putInTerminal(item.command, folder) : undefined;
    }
    case 'copy':
      await vscode.env.clipboard.writeText(message.text);
      return;
    case 'problem':
      return solve(message.action, message.id, conversation);
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
async function solve(action: ProblemAction, id: string | null, conversation: Conversation): Promise<void> {
  if (action === 'chooseCodex') await chooseCodex();
  const startsCodex = action === 'restart' || action === 'chooseCodex';
  const isRefused = conversation.view.outbox.some((message) => message.problem !== null);
  if (action === 'retry' || (startsCodex && isRefused)) await conversation.retry(id);
  else await vscode.commands.executeCommand(PROBLEM_COMMANDS[action]);
}

async function openDiff(
  message: Extract<FromWebview, { type: 'openDiff' }>,
  { conversation }: ChatChannel,
  diff: ProposalDiff,
): Promise<void> {
  const item = findItem(conversation.view, message.turnId, message.itemId);
  const change = item?.type === 'files' ? item.changes.find(({ path }) => path === message.path) : undefined;
  if (item?.type === 'files' && change) await diff.open(change, item.status !== 'completed');
}

function describe({ type }: FromWebview): string {
  switch (type) {
    case 'send':
    case 'queueSendNow':
      return vscode.l10n.t('Sending');
    case 'stop':
      return vscode.l10n.t('Stopping');
    case 'approve':
      return vscode.l10n.t('Answering');
    case 'openLink':
    case 'openDiff':
      return vscode.l10n.t('Opening');
    default:
      return vscode.l10n.t('That');
  }
}
