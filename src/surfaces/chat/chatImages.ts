import { fileURLToPath } from 'node:url';
import * as vscode from 'vscode';
import { heldImage } from '../../conversation/itemImages';
import type { Conversation } from '../../conversation/conversation';
import { findItem } from '../../shared/applyDelta';
import type { ImageRef, ImageResult, ImageView } from '../../shared/images';
import type { FromWebview } from '../../shared/messages';
import { diskFolders } from '../host/workspaceFolders';
import type { ChatChannel } from './chatChannel';
import type { Images } from './composer/images';
import { bytesOfUrl, fileInFolders, imageUrl, readImage } from './imageBytes';

const TYPES = ['loadImage', 'openImage'] as const;
type ImageMessage = Extract<FromWebview, { type: (typeof TYPES)[number] }>;

/** Whether a message is about the images of a conversation. */
export function isImageMessage(message: FromWebview): message is ImageMessage {
  return (TYPES as readonly string[]).includes(message.type);
}

/**
 * Gives panels the images of their conversation, and opens them in the editor. Read are the files that an item names,
 * and files of the workspace that a text names.
 */
export class ChatImages {
  /** @param images Keeps what lies in no file, so that it can be opened. */
  constructor(private readonly images: Pick<Images, 'keep'>) {}

  async receive(
    message: ImageMessage,
    conversation: Conversation,
    channel: Pick<ChatChannel, 'sendImage'>,
  ): Promise<void> {
    if (message.type === 'loadImage') {
      channel.sendImage(message.request, await load(message.image, conversation));
      return;
    }
    const file = await this.fileOf(message.image, conversation);
    if (file !== undefined) await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file));
    else void vscode.window.showWarningMessage(vscode.l10n.t('The image is not there any more.'));
  }

  private async fileOf(ref: ImageRef, conversation: Conversation): Promise<string | undefined> {
    if (ref.kind === 'file') return fileOfText(ref.path, conversation);
    const image = imageOfItem(ref, conversation);
    if (image?.kind === 'file') return image.address;
    const bytes = image && bytesOfUrl(heldImage(image) ?? '');
    return bytes && ((await this.images.keep(image.label, bytes)).path ?? undefined);
  }
}

async function load(ref: ImageRef, conversation: Conversation): Promise<ImageResult> {
  if (ref.kind === 'file') {
    const file = await fileOfText(ref.path, conversation);
    return file === undefined ? { problem: 'outside' } : readImage(file);
  }
  const image = imageOfItem(ref, conversation);
  if (image?.kind === 'file') return readImage(image.address);
  const bytes = image && bytesOfUrl(heldImage(image) ?? '');
  return bytes ? imageUrl(bytes) : { problem: 'missing' };
}

function imageOfItem(
  { turnId, itemId, index }: Extract<ImageRef, { kind: 'item' }>,
  { view }: Conversation,
): ImageView | undefined {
  const item = findItem(view, turnId, itemId) ?? (view.side ? findItem(view.side.answer, turnId, itemId) : undefined);
  return item?.type === 'you' || item?.type === 'step' ? item.images?.[index] : undefined;
}

async function fileOfText(href: string, { view }: Conversation): Promise<string | undefined> {
  try {
    const name = href.startsWith('file:') ? fileURLToPath(href) : decodeURI(href);
    return await fileInFolders(name, [view.folder, ...diskFolders()]);
  } catch {
    return undefined;
  }
}
