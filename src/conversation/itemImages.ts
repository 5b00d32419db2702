import type { ThreadItem } from '../protocol/generated/types/v2/ThreadItem';
import type { ImageView } from '../shared/images';
import { baseName } from '../shared/paths';

/** More of one item are left out. */
const MAX_IMAGES = 20;
/** Of an image in Base64; larger ones are not kept. */
const MAX_CHARACTERS = 15_000_000;
/** What `inline` images hold, as `data:` URLs. They go when their item goes: a panel never gets them with its state. */
const held = new WeakMap<ImageView, string>();

/** The images that an item shows, names or gives, in its order. */
export function imagesOf(item: ThreadItem): ImageView[] {
  return allOf(item).slice(0, MAX_IMAGES);
}

/** As a part of a view: nothing, where there are none. */
export function withImages(item: ThreadItem): { readonly images?: readonly ImageView[] } {
  const images = imagesOf(item);
  return images.length > 0 ? { images } : {};
}

/** The `data:` URL of an `inline` image; its bytes are unchecked. */
export function heldImage(image: ImageView): string | undefined {
  return held.get(image);
}

function allOf(item: ThreadItem): ImageView[] {
  switch (item.type) {
    case 'userMessage':
      return item.content.flatMap((part) => {
        if (part.type === 'localImage') return [ofFile(part.path)];
        return part.type === 'image' && 'url' in part ? ofUrl(part.url, 'Image') : [];
      });
    case 'imageView':
      return [ofFile(item.path)];
    case 'imageGeneration':
      if (item.savedPath) return [{ ...ofFile(item.savedPath), label: item.revisedPrompt ?? 'Generated image' }];
      return 'result' in item ? ofBase64(item.result, item.revisedPrompt ?? 'Generated image') : [];
    case 'mcpToolCall':
      return (item.result?.content ?? []).flatMap((content) => ofContent(content, item.tool));
    case 'dynamicToolCall':
      return (item.contentItems ?? []).flatMap((content) => ofContent(content, item.tool));
    case 'functionCallOutput':
      return typeof item.output === 'string' ? [] : item.output.flatMap((content) => ofContent(content, item.name));
    default:
      return [];
  }
}

/** Whether a piece of what a tool gave is an image that is shown. */
export function isShownImage(content: unknown): boolean {
  return ofContent(content, '').length > 0;
}

/** One piece of what a tool gave. What servers send is not believed to be what the protocol says. */
function ofContent(content: unknown, tool: string): ImageView[] {
  const label = `Image from ${tool}`;
  const url = textIn(content, 'imageUrl') ?? textIn(content, 'image_url');
  if (url !== undefined) return ofUrl(url, label);
  const resource = fieldOf(content, 'resource');
  const source = resource ?? content;
  const isImage = textIn(source, 'mimeType')?.startsWith('image/') ?? textIn(content, 'type') === 'image';
  const data = textIn(source, resource === undefined ? 'data' : 'blob');
  return isImage && data !== undefined ? ofBase64(data, label) : [];
}

function ofFile(path: string): ImageView {
  return { label: baseName(path), kind: 'file', address: path };
}

function ofUrl(url: string, label: string): ImageView[] {
  if (url.startsWith('data:')) return hold(url, label);
  return /^https?:/i.test(url) ? [{ label, kind: 'remote', address: url }] : [];
}

function ofBase64(data: string, label: string): ImageView[] {
  // What it really is shows in its first bytes.
  return data === '' ? [] : hold(`data:image/png;base64,${data}`, label);
}

function hold(url: string, label: string): ImageView[] {
  const image: ImageView = { label: label.slice(0, 500), kind: 'inline', address: '' };
  if (url.length <= MAX_CHARACTERS) held.set(image, url);
  return [image];
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function textIn(value: unknown, name: string): string | undefined {
  const field = fieldOf(value, name);
  return typeof field === 'string' ? field : undefined;
}
