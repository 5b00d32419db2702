import type * as vscode from 'vscode';
import type { Logger } from '../../base/logger';
import type { CodexStatus } from '../../conversation/codexStatus';
import type { Conversation } from '../../conversation/conversation';
import type { Conversations } from '../../conversation/conversations';
import type { EditorChats } from '../chat/editorChats';
import type { SidebarChat } from '../chat/sidebarChat';
import type { FullAccessGate } from './modes';

/** What the commands of the palette reach. */
export interface CommandContext {
  readonly conversations: Conversations;
  readonly sidebar: SidebarChat;
  readonly editors: EditorChats;
  readonly status: CodexStatus;
  readonly fullAccess: FullAccessGate;
  readonly logger: Logger;
  readonly log: vscode.LogOutputChannel;
  readonly installFolder: vscode.Uri;
  readonly codexVersion: string;
  restartServer(): Promise<void>;
  /** What to paste into a report: versions, states, counters; no secrets and no words of a conversation. */
  diagnostics(): string;
}

/** The conversation a command is about: the one it was called for, the active tab's, or the side bar's. */
export function targetOf(context: CommandContext, argument: unknown): Conversation {
  const { conversations, editors, sidebar } = context;
  if (typeof argument === 'string') {
    const named = conversations.get(argument);
    if (named) return named;
  }
  if (isSummary(argument)) {
    const open = conversations.get(argument.key);
    if (open) return open;
    if (argument.threadId !== null) return conversations.openThread(argument.threadId);
  }
  return editors.active ?? sidebar.conversation;
}

/** Trees hand their elements to commands. */
function isSummary(argument: unknown): argument is { key: string; threadId: string | null } {
  return (
    typeof argument === 'object' &&
    argument !== null &&
    'key' in argument &&
    typeof argument.key === 'string' &&
    'threadId' in argument
  );
}
