import type * as vscode from 'vscode';
import type { Logger } from '../../base/logger';
import type { CodexStatus } from '../../conversation/codexStatus';
import type { Conversation } from '../../conversation/conversation';
import type { Conversations } from '../../conversation/conversations';
import type { ActiveEditor } from '../chat/composer/activeEditor';
import type { ComposerActions } from '../chat/composer/composerActions';
import type { ComposerContexts } from '../chat/composer/composerContexts';
import type { Composers } from '../chat/composers';
import type { EditorChats } from '../chat/editorChats';
import type { FocusedChat } from '../chat/focusedChat';
import type { SidebarChats } from '../chat/sidebarChats';
import type { SideQuestions } from '../chat/sideQuestions';
import type { RestoreCheckpoint } from '../restore/restoreCheckpoint';
import type { Review } from '../../conversation/review/review';
import type { ReviewActions } from '../review/reviewActions';
import type { TurnChanges } from '../restore/turnChanges';
import type { FullAccessGate } from './modes';

/** What the commands of the palette reach. */
export interface CommandContext {
  readonly conversations: Conversations;
  readonly sidebar: SidebarChats;
  readonly editors: EditorChats;
  readonly focused: FocusedChat;
  readonly composer: ComposerActions;
  readonly sides: Pick<SideQuestions, 'ask'>;
  readonly composers: Pick<Composers, 'submit'>;
  readonly contexts: ComposerContexts;
  readonly activeEditor: ActiveEditor;
  readonly status: CodexStatus;
  readonly fullAccess: FullAccessGate;
  readonly reviewing: {
    readonly review: Review;
    readonly actions: ReviewActions;
    readonly turns: TurnChanges;
    readonly checkpoint: RestoreCheckpoint;
  };
  readonly logger: Logger;
  readonly log: vscode.LogOutputChannel;
  readonly installFolder: vscode.Uri;
  readonly codexVersion: string;
  restartServer(): Promise<void>;
  /** What to paste into a report: versions, states, counters; no secrets and no words of a conversation. */
  diagnostics(): string;
}

/** The conversation a command is about: the one it was called for, or of the chat that had the focus last. */
export function targetOf(context: CommandContext, argument: unknown): Conversation {
  const { conversations, editors, focused, sidebar } = context;
  if (typeof argument === 'string') {
    const named = conversations.get(argument);
    if (named) return named;
  }
  if (isSummary(argument)) {
    const open = conversations.get(argument.key);
    if (open) return open;
    if (argument.threadId !== null) return conversations.openThread(argument.threadId);
  }
  return focused.conversation ?? editors.active ?? sidebar.conversation;
}

/** Trees hand their elements to commands. */
export function isSummary(argument: unknown): argument is { key: string; threadId: string | null } {
  return (
    typeof argument === 'object' &&
    argument !== null &&
    'key' in argument &&
    typeof argument.key === 'string' &&
    'threadId' in argument
  );
}
