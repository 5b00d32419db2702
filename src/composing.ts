import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type * as vscode from 'vscode';
import { type Disposable, DisposableStore } from './base/disposable';
import type { Logger } from './base/logger';
import { Catalog } from './conversation/catalog';
import type { CodexStatus } from './conversation/codexStatus';
import type { Conversation } from './conversation/conversation';
import type { Conversations } from './conversation/conversations';
import { Feedback } from './conversation/feedback';
import { readSentMessage } from './conversation/sentMessage';
import type { AppServerClient } from './router/appServerClient';
import type { Drafts } from './surfaces/chat/drafts';
import type { Composers } from './surfaces/chat/composers';
import { MessageEdits } from './surfaces/chat/messageEdits';
import { SideQuestions } from './surfaces/chat/sideQuestions';
import type { UnfinishedConversations } from './surfaces/chat/unfinishedConversations';
import { ActiveEditor } from './surfaces/chat/composer/activeEditor';
import { ComposerActions } from './surfaces/chat/composer/composerActions';
import { ComposerContexts, filesOf } from './surfaces/chat/composer/composerContexts';
import { Completions } from './surfaces/chat/composer/completions';
import { Images } from './surfaces/chat/composer/images';
import type { RestoreCheckpoint } from './surfaces/restore/restoreCheckpoint';
import type { TurnChanges } from './surfaces/restore/turnChanges';
import type { ReviewActions } from './surfaces/review/reviewActions';
import { systemTimer } from './transport/systemTimer';

/** What stands behind the composers of all chats. */
export interface Composing extends Disposable {
  readonly active: ActiveEditor;
  readonly contexts: ComposerContexts;
  readonly composer: ComposerActions;
  readonly images: Images;
  readonly sides: SideQuestions;
  readonly edits: MessageEdits;
  /** A conversation goes on in another thread, with what stands in its composer. */
  continueAs(from: string, to: string): void;
}

export interface ComposingParts {
  readonly client: AppServerClient;
  readonly status: Pick<CodexStatus, 'models' | 'defaultModel' | 'requirements'>;
  readonly memory: vscode.Memento;
  /** Where images that were pasted are kept. */
  readonly storage: vscode.Uri;
  /** Whether other windows keep theirs there too. */
  readonly isStorageShared: boolean;
  readonly drafts: Drafts;
  readonly turns: Pick<TurnChanges, 'undo'>;
  readonly review: Pick<ReviewActions, 'open'>;
  readonly checkpoint: Pick<RestoreCheckpoint, 'goBack'>;
  readonly conversations: Conversations;
  readonly unfinished: Pick<UnfinishedConversations, 'messages'>;
  readonly composers: Composers;
  /** Shows a copy of a conversation where the original is shown. */
  readonly openCopy: (original: Conversation, copy: Conversation) => void;
  readonly logger: Logger;
}

/** Builds it. The caller disposes it. */
export function openComposing(parts: ComposingParts): Composing {
  const { client, status, memory, drafts, composers, turns, review, conversations, openCopy, logger } = parts;
  const store = new DisposableStore();
  const catalog = new Catalog(client);
  const active = store.add(new ActiveEditor(systemTimer));
  const contexts = store.add(new ComposerContexts(memory, active));
  const completions = new Completions({ catalog, active, logger });
  const images = new Images({
    folder: path.join(parts.storage.fsPath, 'images'),
    isShared: parts.isStorageShared,
    unsent: () => [...contexts.files(), ...edits.files(), ...unsentFiles(parts.unfinished)],
  });
  const putBack = (conversation: Conversation, text: string): void => composers.putBack(conversation, text);
  const sides = new SideQuestions({ conversations: conversations.actions, openCopy, putBack });
  const composer = new ComposerActions({
    ...{ catalog, turns, review, sides, status, drafts, composers, contexts, active, completions, images },
    feedback: new Feedback(client),
  });
  const edits: MessageEdits = new MessageEdits({
    ...{ memory, drafts, contexts, composer, composers, openCopy, logger },
    conversations: conversations.actions,
    checkpoint: parts.checkpoint,
    readSent: (ids) => readSentMessage(client.request, ids, randomUUID),
  });
  const continueAs = (from: string, to: string): void => {
    for (const kept of [drafts, contexts, edits]) kept.continueAs(from, to);
  };
  return { active, contexts, composer, images, sides, edits, continueAs, dispose: () => store.dispose() };
}

/** The files that messages name which wait to be sent. */
function unsentFiles(unfinished: ComposingParts['unfinished']): string[] {
  return unfinished.messages().flatMap(({ attachments = [] }) => filesOf(attachments));
}
