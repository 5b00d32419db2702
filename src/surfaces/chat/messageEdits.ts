import * as vscode from 'vscode';
import * as z from 'zod';
import { messageOf } from '../../base/errors';
import type { Logger } from '../../base/logger';
import type { Conversation } from '../../conversation/conversation';
import type { ThreadActions } from '../../conversation/threadActions';
import type { SentMessage } from '../../conversation/sentMessage';
import type { Attachment } from '../../shared/composer';
import type { ConversationView } from '../../shared/conversation';
import type { FromWebview } from '../../shared/messages';
import type { RestoreCheckpoint } from '../restore/restoreCheckpoint';
import type { Composers } from './composers';
import type { ComposerActions } from './composer/composerActions';
import { type ComposerContexts, filesOf, storedAttachment } from './composer/composerContexts';
import type { Drafts } from './drafts';

const STORAGE_KEY = 'messageEdits';
const MAX_EDITS = 50;

const stored = z
  .record(z.string(), z.object({ turnId: z.string(), draft: z.string(), attachments: z.array(storedAttachment) }))
  .catch({});

/** A message that is edited: the turn it began, and what stood in the composer before. */
type Edit = z.infer<typeof stored>[string];

const MESSAGES = ['editMessage', 'sendEdited', 'cancelEdit'] as const;

/** What a chat says of a message that is edited. */
export type EditMessage = Extract<FromWebview, { type: (typeof MESSAGES)[number] }>;

export function isEditMessage(message: FromWebview): message is EditMessage {
  return (MESSAGES as readonly string[]).includes(message.type);
}

export interface MessageEditsOptions {
  /** The message that began a turn, as the server keeps it. */
  readonly readSent: (ids: { threadId: string; turnId: string }) => Promise<SentMessage | undefined>;
  readonly memory: vscode.Memento;
  readonly drafts: Drafts;
  readonly contexts: ComposerContexts;
  readonly composer: Pick<ComposerActions, 'attached' | 'send'>;
  readonly composers: Pick<Composers, 'replace'>;
  readonly conversations: Pick<ThreadActions, 'fork'>;
  readonly checkpoint: Pick<RestoreCheckpoint, 'goBack'>;
  /** Shows a copy of a conversation where the original is shown. */
  readonly openCopy: (original: Conversation, copy: Conversation) => void;
  readonly logger: Logger;
}

/**
 * Messages that are edited and sent anew. While one is, it stands in the composer of its conversation in the place of the
 * draft, which comes back afterwards; both are kept over reloads.
 */
export class MessageEdits {
  private readonly edits: Map<string, Edit>;
  /** Conversations whose edited message is being sent. */
  private readonly sending = new Set<string>();

  constructor(private readonly options: MessageEditsOptions) {
    this.edits = new Map(Object.entries(stored.parse(options.memory.get(STORAGE_KEY) ?? {})));
  }

  /** The turn whose message stands in the composer of a conversation. */
  turnIdOf({ threadId }: Pick<ConversationView, 'threadId'>): string | undefined {
    return threadId === null ? undefined : this.edits.get(threadId)?.turnId;
  }

  async receive(message: EditMessage, conversation: Conversation): Promise<void> {
    if (message.type === 'editMessage') {
      this.options.drafts.set(conversation.view, message.draft);
      await this.begin(conversation, message.turnId);
    } else if (message.type === 'sendEdited') await this.send(conversation, message.text, message.how);
    else if (!this.isSending(conversation)) this.end(conversation);
  }

  /** Puts the message that began a turn into the composer. What stands there is put aside. */
  async begin(conversation: Conversation, turnId: string): Promise<void> {
    const { threadId } = conversation.view;
    if (threadId === null || this.isSending(conversation)) return;
    const sent = await this.read(conversation, threadId, turnId);
    // An earlier edit may be on its way since; the thread is another one when what was taken back was redone.
    if (this.isSending(conversation) || conversation.view.threadId !== threadId) return;
    const { contexts, composers, drafts } = this.options;
    // Not before: the person goes on typing meanwhile.
    const draft = drafts.get(conversation.view);
    // What an earlier edit put aside stays aside.
    const before = this.edits.get(threadId);
    const attachments = [...contexts.attached(conversation.view)];
    this.keep(threadId, { draft, attachments, ...before, turnId });
    contexts.exchange(
      conversation.view,
      sent.attachments.filter(({ kind }) => kind !== 'active'),
    );
    composers.replace(conversation, sent.text);
  }

  /** Ends it without sending: what stood in the composer before comes back. */
  end(conversation: Conversation): void {
    const { threadId } = conversation.view;
    const edit = threadId === null ? undefined : this.edits.get(threadId);
    if (threadId === null || !edit) return;
    this.keep(threadId, undefined);
    this.options.contexts.exchange(conversation.view, edit.attachments);
    this.options.composers.replace(conversation, edit.draft);
  }

  /** All files that are attached to what was put aside. */
  files(): readonly string[] {
    return [...this.edits.values()].flatMap(({ attachments }) => filesOf(attachments));
  }

  /** The conversation was deleted, with what was put aside in it. */
  forget({ threadId }: Pick<ConversationView, 'threadId'>): void {
    if (threadId !== null && this.edits.has(threadId)) this.keep(threadId, undefined);
  }

  /** A conversation goes on in a copy of its thread, whose turns have the same ids. */
  continueAs(from: string, to: string): void {
    const edit = this.edits.get(from);
    if (!edit) return;
    this.keep(from, undefined);
    if (!this.edits.has(to)) this.keep(to, edit);
  }

  private isSending({ view: { threadId } }: Conversation): boolean {
    return threadId !== null && this.sending.has(threadId);
  }

  private async send(conversation: Conversation, text: string, how: 'inPlace' | 'copy'): Promise<void> {
    const { threadId } = conversation.view;
    const edit = threadId === null ? undefined : this.edits.get(threadId);
    if (threadId === null || !edit || this.sending.has(threadId)) return;
    this.sending.add(threadId);
    try {
      await this.options.composer.attached(conversation);
      if (how === 'inPlace') await this.sendInPlace(conversation, edit, text);
      else await this.sendAsCopy(conversation, edit, text);
    } finally {
      this.sending.delete(threadId);
    }
  }

  private async sendInPlace(conversation: Conversation, { turnId }: Edit, text: string): Promise<void> {
    let sent = Promise.resolve();
    await this.options.checkpoint.goBack(conversation, turnId, () => {
      const attachments = this.options.contexts.exchange(conversation.view, []);
      this.end(conversation);
      sent = this.sendWith(conversation, text, attachments);
    });
    await sent;
  }

  private async sendAsCopy(conversation: Conversation, { turnId }: Edit, text: string): Promise<void> {
    const copy = await this.options.conversations.fork(conversation, turnId);
    const attachments = this.options.contexts.exchange(conversation.view, []);
    this.end(conversation);
    this.options.openCopy(conversation, copy);
    await this.sendWith(copy, text, attachments);
  }

  /** What is attached in the composer waits until the message is on its way. */
  private async sendWith(conversation: Conversation, text: string, attachments: readonly Attachment[]): Promise<void> {
    const { contexts, composer } = this.options;
    const waiting = contexts.exchange(conversation.view, attachments);
    const sent = composer.send(conversation, text, false);
    contexts.exchange(conversation.view, waiting);
    await sent;
  }

  private async read(conversation: Conversation, threadId: string, turnId: string): Promise<SentMessage> {
    try {
      const sent = await this.options.readSent({ threadId, turnId });
      if (sent) return sent;
    } catch (error) {
      this.options.logger.warn(`A message is edited without what was attached to it: ${messageOf(error)}`);
    }
    const you = conversation.view.turns.find(({ id }) => id === turnId)?.items.find((item) => item.type === 'you');
    if (you && you.attachments.length > 0) {
      void vscode.window.showWarningMessage(
        vscode.l10n.t(
          'What was attached to this message could not be read. Attach it again: {0}',
          you.attachments.join(', '),
        ),
      );
    }
    return { text: you?.text ?? '', attachments: [] };
  }

  private keep(threadId: string, edit: Edit | undefined): void {
    this.edits.delete(threadId);
    if (edit) this.edits.set(threadId, edit);
    while (this.edits.size > MAX_EDITS) this.edits.delete(this.edits.keys().next().value ?? '');
    void this.options.memory.update(STORAGE_KEY, Object.fromEntries(this.edits));
  }
}
