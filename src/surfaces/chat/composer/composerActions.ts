import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { messageOf } from '../../../base/errors';
import type { Conversation } from '../../../conversation/conversation';
import type { Attachment, AttachSource } from '../../../shared/composer';
import type { FromWebview } from '../../../shared/messages';
import { setting } from '../../host/settings';
import type { ChatChannel } from '../chatChannel';
import type { Composers } from '../composers';
import type { Drafts } from '../drafts';
import { actOnGoal } from '../goals';
import type { ActiveEditor } from './activeEditor';
import { Attaching } from './attaching';
import type { Completions } from './completions';
import type { ComposerContexts } from './composerContexts';
import { gitChanges } from './gitChanges';
import { type Images, isImageFile } from './images';
import { fileAttachment, problemsAttachment, selectionAttachment, symbolAttachment } from './providers';
import { runSlashCommand, type SlashContext } from './slashCommands';
import { terminalText } from './terminalText';

export interface ComposerActionsOptions extends SlashContext {
  readonly drafts: Drafts;
  readonly composers: Pick<Composers, 'keep' | 'sending'>;
  readonly contexts: ComposerContexts;
  readonly active: ActiveEditor;
  readonly completions: Completions;
  readonly images: Images;
}

const MESSAGES = [
  'send',
  'draft',
  'complete',
  'attach',
  'attachImage',
  'attachUris',
  'detach',
  'includeActive',
  'runCommand',
  'queueMove',
  'queueEdit',
  'goal',
] as const;

/** What a composer says to the host. */
export type ComposerMessage = Extract<FromWebview, { type: (typeof MESSAGES)[number] }>;

export function isComposerMessage(message: FromWebview): message is ComposerMessage {
  return (MESSAGES as readonly string[]).includes(message.type);
}

/** Does what the composer of a chat asks for, and what commands attach to a message. */
export class ComposerActions {
  private readonly attaching = new Attaching<Conversation>();

  constructor(private readonly options: ComposerActionsOptions) {}

  async receive(message: ComposerMessage, conversation: Conversation, channel: ChatChannel): Promise<void> {
    const { composers, contexts, completions } = this.options;
    switch (message.type) {
      case 'send':
        await composers.sending(conversation, message.text, channel, this.attaching.end(conversation));
        return this.send(conversation, message.text, message.inverted === true);
      case 'draft':
        composers.keep(conversation, message.text, channel);
        return;
      case 'complete': {
        const items = await completions.find(message.trigger, message.query, conversation);
        channel.sendCompletions(message.request, items);
        return;
      }
      case 'attach':
        return this.attach(conversation, message.source);
      case 'attachImage':
        return this.attachImage(conversation, message.name, Buffer.from(message.data, 'base64'));
      case 'attachUris':
        return this.attachFiles(
          conversation,
          message.uris.map((uri) => vscode.Uri.parse(uri)),
        );
      case 'detach':
        contexts.remove(conversation.view, message.id);
        return;
      case 'includeActive':
        contexts.includeActive(conversation.view, message.include);
        return;
      case 'runCommand':
        return runSlashCommand(message.command, conversation, this.options, message.argument);
      case 'queueMove':
        conversation.moveInQueue(message.id, message.index);
        return;
      case 'queueEdit':
        this.editQueued(conversation, message.id, channel);
        return;
      case 'goal':
        return actOnGoal(conversation, message.action);
    }
  }

  /** Attaches files, folders and images. Those that cannot be read are named, the others attached. */
  attachFiles(conversation: Conversation, uris: readonly vscode.Uri[]): Promise<void> {
    return this.untilAttached(conversation, this.addFiles(conversation, uris));
  }

  /** Attaches what the editor knows; says so where there is none of it. */
  attach(conversation: Conversation, source: AttachSource): Promise<void> {
    return this.untilAttached(conversation, this.addSource(conversation, source));
  }

  /** Resolves when what is being attached to the next message of a conversation is attached, or takes too long. */
  async attached(conversation: Conversation): Promise<void> {
    await this.attaching.end(conversation);
  }

  /** Sends a message with what is attached to it. Nothing at all is not sent. The draft is the caller's. */
  async send(conversation: Conversation, text: string, inverted: boolean): Promise<void> {
    const { contexts } = this.options;
    const hasAttachments = contexts.attached(conversation.view).length > 0;
    if (text.trim() === '' && !hasAttachments) return;
    const attachments = contexts.take(conversation.view);
    const steers = (setting('followUp') === 'steer') !== inverted;
    await conversation.send(text.trim() === '' ? '' : text, { attachments, followUp: steers ? 'steer' : 'queue' });
  }

  /** Sends what stands in the composer of a conversation, as it was kept. */
  async sendDraft(conversation: Conversation): Promise<boolean> {
    const { contexts, drafts } = this.options;
    await this.attached(conversation);
    const text = drafts.get(conversation.view);
    const hasAttachments = contexts.attached(conversation.view).length > 0;
    if (text.trim() === '' && !hasAttachments) return false;
    drafts.set(conversation.view, '');
    await this.send(conversation, text, false);
    return true;
  }

  /** What is sent meanwhile waits for it. */
  private untilAttached(conversation: Conversation, work: Promise<void>): Promise<void> {
    this.attaching.add(conversation, work);
    return work;
  }

  private attachImage(conversation: Conversation, name: string, bytes: Uint8Array): Promise<void> {
    const { contexts, images } = this.options;
    const adding = images.keep(name, bytes).then((image) => contexts.add(conversation.view, image));
    return this.untilAttached(conversation, adding);
  }

  private async addFiles(conversation: Conversation, uris: readonly vscode.Uri[]): Promise<void> {
    const failed: string[] = [];
    for (const uri of uris) {
      try {
        this.options.contexts.add(conversation.view, await this.fileOf(uri));
      } catch (error) {
        failed.push(`${uri.path}: ${messageOf(error)}`);
      }
    }
    if (failed.length === 0) return;
    void vscode.window.showWarningMessage(vscode.l10n.t('Not attached: {0}', failed.join('; ')));
  }

  private async addSource(conversation: Conversation, source: AttachSource): Promise<void> {
    const attachment = await this.attachmentOf(source, conversation);
    if (attachment) this.options.contexts.add(conversation.view, attachment);
    else void vscode.window.showInformationMessage(nothingOf(source.kind));
  }

  /** Back into the composer, with its attachments, unless it was sent meanwhile. */
  private editQueued(conversation: Conversation, id: string, channel: ChatChannel): void {
    const queued = conversation.takeFromQueue(id);
    if (!queued) return;
    const attached = (queued.attachments ?? []).filter(({ kind }) => kind !== 'active');
    if (attached.length > 0) this.options.contexts.add(conversation.view, ...attached);
    channel.insertText(queued.text);
  }

  private async attachmentOf(source: AttachSource, { view }: Conversation): Promise<Attachment | undefined> {
    const { editor } = this.options.active;
    switch (source.kind) {
      case 'selection':
        return editor && selectionAttachment(editor);
      case 'problems':
        return problemsAttachment();
      case 'terminal':
        return terminalText({ all: true });
      case 'changes':
        return gitChanges(view.folder);
      case 'symbol':
        return symbolAttachment(vscode.Uri.file(source.path), source.name, source.line, source.endLine);
      case 'file':
      case 'folder':
        return this.fileOf(vscode.Uri.file(source.path));
    }
  }

  private async fileOf(given: vscode.Uri): Promise<Attachment> {
    // A page of a remote window names the files of the computer that we run on so.
    const uri = given.scheme === 'vscode-remote' ? vscode.Uri.file(given.path) : given;
    if (uri.scheme !== 'file') throw new Error(vscode.l10n.t('{0} is not on this computer.', uri.toString(true)));
    if ((await stat(uri.fsPath)).isDirectory()) return fileAttachment(uri, 'folder');
    return isImageFile(uri.fsPath) ? this.options.images.ofFile(uri.fsPath) : fileAttachment(uri, 'file');
  }
}

function nothingOf(kind: AttachSource['kind']): string {
  switch (kind) {
    case 'selection':
      return vscode.l10n.t('Nothing is selected in the editor.');
    case 'problems':
      return vscode.l10n.t('The editor reports no problems.');
    case 'terminal':
      return vscode.l10n.t('There is no text in a terminal to attach.');
    case 'changes':
      return vscode.l10n.t('There are no uncommitted changes.');
    default:
      return vscode.l10n.t('There is nothing to attach.');
  }
}
