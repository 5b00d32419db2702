import { type Accessor, createSignal, type Setter, untrack } from 'solid-js';
import type { ImageProblem, ImageRef, ImageResult } from '../../src/shared/images';
import { onMessage, post } from '../host/vscodeApi';
import { conversationKey } from './state';

/** An image as far as it is known: asked for, there, or not to be had. */
export interface LoadedImage {
  readonly url?: string;
  readonly problem?: ImageProblem;
  /** In CSS pixels, once it was shown: a row that comes back takes up its place at once. */
  readonly size?: { readonly width: number; readonly height: number };
}

interface Entry {
  readonly image: Accessor<LoadedImage>;
  readonly set: Setter<LoadedImage>;
  readonly request: number;
  readonly askedAtMs: number;
}

/** So many characters of images are kept of what was shown; what is asked for again comes anew. */
const MAX_CHARACTERS = 48_000_000;

/** What could not be had is asked for again after this time: it may be written by now. */
const AGAIN_MS = 5_000;

const entries = new Map<string, Entry>();
let requests = 0;
let characters = 0;

onMessage((message) => {
  if (message.type !== 'image') return;
  const found = [...entries].find(([, entry]) => entry.request === message.request);
  if (!found) return;
  const [key, entry] = found;
  entry.set(message.result);
  characters += lengthOf(message.result);
  for (const [oldest, { image }] of entries) {
    if (characters <= MAX_CHARACTERS) break;
    if (oldest === key || image().url === undefined) continue;
    characters -= lengthOf(image());
    entries.delete(oldest);
  }
});

/** An image of the conversation that is shown. It is asked for when this is called for the first time. */
export function imageOf(ref: ImageRef): Accessor<LoadedImage> {
  const key = keyOf(ref);
  const known = entries.get(key);
  if (known && (untrack(known.image).problem === undefined || Date.now() - known.askedAtMs < AGAIN_MS)) {
    entries.delete(key);
    entries.set(key, known);
    return known.image;
  }
  const [image, set] = createSignal<LoadedImage>({});
  entries.set(key, { image, set, request: ++requests, askedAtMs: Date.now() });
  post({ type: 'loadImage', key: conversationKey(), request: requests, image: ref });
  return image;
}

/** Remembers how large an image is. */
export function noteSize(ref: ImageRef, width: number, height: number): void {
  entries.get(keyOf(ref))?.set((image) => (image.size ? image : { ...image, size: { width, height } }));
}

/** Shows an image in the editor. */
export function openImage(image: ImageRef): void {
  post({ type: 'openImage', key: conversationKey(), image });
}

function keyOf(ref: ImageRef): string {
  return JSON.stringify([conversationKey(), ref]);
}

function lengthOf(image: LoadedImage | ImageResult): number {
  return 'url' in image && image.url ? image.url.length : 0;
}
