import type { Chat } from '../../test/support/chat';
import { NamedEditor } from '../../test/support/byName';
import { type ChatEditor, openChatEditor } from './chatEditor';
import { answerTracks, type Tracks, wordsIn } from './chatTracks';
import { PanelPosts, type Posts } from './panelPosts';
import { typeKeys } from './typing';

export const CONVERSATIONS = 12;
export const KEYS = 300;
export const WORD_GAP_MS = 10;
/** More than are said while the keys are typed. */
const WORDS = 2_600;
/** The first conversation is in the side bar; with these begin the groups of the editor area. */
const GROUP_STARTS = [1, 5, 9];
const LIMIT_MS = 170_000;
/** A busy machine takes its time to say the rest of the words. */
const ANSWERS_LIMIT_MS = 60_000;

/** What typing cost, and what else went on. */
export interface TypingSample {
  /** From each key to the painting of what it wrote, in milliseconds: half before and half after the others. */
  readonly quietMs: readonly number[];
  readonly streamingMs: readonly number[];
  /** While the keys were typed into what streamed. */
  readonly posts: Posts;
  readonly streamedS: number;
  /** Conversations that could be seen. */
  readonly visible: readonly string[];
  /** Conversations of which a word was missing, too much or in the wrong place in the end. */
  readonly wrong: readonly string[];
}

/**
 * Types into a chat of a real editor that has twelve conversations, four of them to be seen: while nothing happens, and
 * while the real codex streams into all of them. @throws Error when it is not done in time.
 */
export async function measureTyping(vsix: string): Promise<TypingSample> {
  let posts: PanelPosts | undefined;
  const editor = await openChatEditor(vsix, ({ page }) => (posts = new PanelPosts(page)));
  try {
    if (!posts) throw new Error('The browser was not opened.');
    return await inTime(measureIn(editor, posts));
  } finally {
    await editor.close();
  }
}

async function measureIn({ model, workbench }: ChatEditor, posts: PanelPosts): Promise<TypingSample> {
  const { page } = workbench;
  const named = new NamedEditor(page);
  const tracks = answerTracks(model, { count: CONVERSATIONS, words: WORDS, gapMs: WORD_GAP_MS });
  const visible = await openAll({ model, workbench }, named, tracks);
  const typedName = visible.at(-1) ?? '';
  const typed = await named.chat(typedName);

  const before = await typeKeys(page, typed, KEYS / 2);
  for (const name of tracks.names) await (await show(named, tracks, name)).send(tracks.goOn(name));
  for (const name of visible) await show(named, tracks, name);
  const chat = await named.chat(typedName);
  await until(() => model.requests.length >= 2 * CONVERSATIONS);
  tracks.begin();
  await chat.shows(/t\d\dw9\b/);
  posts.restart();
  const startedMs = performance.now();
  const streamingMs = await typeKeys(page, chat, KEYS);
  const streamedS = (performance.now() - startedMs) / 1_000;
  const posted = posts.since(visible);
  await chat.hasStatus('Working', 1_000);

  const wrong: string[] = [];
  for (const name of tracks.names) {
    const shown = await show(named, tracks, name);
    await shown.hasStatus('Ready', ANSWERS_LIMIT_MS);
    const words = wordsIn(await shown.answers.last().innerText());
    if (words.join(' ') !== tracks.wordsOf(name).join(' ')) wrong.push(name);
  }
  for (const name of visible) await show(named, tracks, name);
  const after = await typeKeys(page, await named.chat(typedName), KEYS / 2);
  return { quietMs: [...before, ...after], streamingMs, posts: posted, streamedS, visible, wrong };
}

/** Opens the conversations, each with a short answer, and shows the first of each group; gives the names of what is seen. */
async function openAll(
  { model, workbench }: Pick<ChatEditor, 'model' | 'workbench'>,
  named: NamedEditor,
  tracks: Tracks,
): Promise<string[]> {
  await workbench.openSwitchyard();
  for (const [index, name] of tracks.names.entries()) {
    if (index > 0) await workbench.runCommand('Switchyard: New Conversation in Editor');
    await (await named.chat('New conversation')).send(name);
    await (await named.chat(name)).hasStatus('Ready');
    if (index > 1 && GROUP_STARTS.includes(index)) await workbench.runCommand('View: Move Editor into Right Group');
  }
  await until(() => model.requests.length >= CONVERSATIONS);
  const visible = [0, ...GROUP_STARTS].flatMap((index) => tracks.names[index] ?? []);
  for (const name of visible) await show(named, tracks, name);
  return visible;
}

async function show(named: NamedEditor, { names }: Tracks, name: string): Promise<Chat> {
  if (name !== names[0]) await named.tab(name).click();
  return named.chat(name);
}

async function until(isSo: () => boolean): Promise<void> {
  const limitMs = Date.now() + 30_000;
  while (!isSo()) {
    if (Date.now() > limitMs) throw new Error('The conversations did not come so far.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It took longer than ${LIMIT_MS / 1_000} s.`)), LIMIT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
