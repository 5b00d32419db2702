import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { type Disposable, DisposableStore } from '../../base/disposable';
import { messageOf } from '../../base/errors';
import type { Logger } from '../../base/logger';
import type { Timer } from '../../base/timer';
import type { Conversations } from '../../conversation/conversations';
import type { ConversationView, MessageDraft } from '../../shared/conversation';
import { type Unfinished, unfinishedOf, type UnfinishedMemory } from '../../conversation/unfinished';

const SAVE_MS = 1_000;
/** The words and the output of a turn that are kept, in characters as they are stored. */
const MAX_TURN_CHARACTERS = 1_000_000;
const MAX_CONVERSATIONS = 100;

const message = z.looseObject({ id: z.string(), text: z.string() });
const shape = z.object({
  queue: z.array(message),
  outbox: z.array(message),
  turn: z.looseObject({ id: z.string(), items: z.array(z.looseObject({ id: z.string() })) }).nullable(),
  waiting: z.boolean(),
});
const stored = z.object({
  version: z.string(),
  unread: z.array(z.string()),
  unsent: z.array(z.string()),
  // What is in the messages and the items is as this very version has written it.
  conversations: z.record(
    z.string(),
    z.custom<Unfinished>((value) => shape.safeParse(value).success),
  ),
});
type Stored = Omit<z.infer<typeof stored>, 'version'>;

interface UnfinishedConversationsOptions {
  /** Absolute; its folder is made when it is needed. */
  readonly file: string;
  /** Of the extension: what another version has written is not read. */
  readonly version: string;
  readonly timer: Timer;
  readonly logger: Logger;
}

/**
 * Keeps in a file what only this window knows of its conversations, while there is such a thing: at most a second
 * behind, and up to date when the window ends in an orderly way ({@link flush}).
 */
export class UnfinishedConversations implements UnfinishedMemory, Disposable {
  private readonly store = new DisposableStore();
  /** By thread, else key: of open conversations as it was noted last, of others as they were left. */
  private readonly left: Map<string, Unfinished>;
  /** Keys of conversations whose turns are known; of one that is being read, or could not be, they are still to come. */
  private readonly readKeys = new Set<string>();
  readonly unread: readonly string[];
  readonly unsent: readonly string[];
  private conversations: Conversations | undefined;
  private saving: Disposable | undefined;
  private saved: string;
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly options: UnfinishedConversationsOptions) {
    const { conversations, unread, unsent } = this.read();
    this.unsent = unsent;
    this.left = new Map(Object.entries(conversations));
    const cutOff = [...this.left].filter(([, { turn: last }]) => last?.status === 'working').map(([id]) => id);
    this.unread = [...new Set([...unread, ...cutOff])];
    this.saved = this.content();
  }

  recall(id: string): Unfinished | undefined {
    return this.left.get(id);
  }

  /** What waits to be sent, in conversations that are open and in those that were not opened since the window began. */
  messages(): readonly MessageDraft[] {
    this.noteAll();
    return [...this.left.values()].flatMap(({ queue, outbox }) => [...queue, ...outbox]);
  }

  /** Begins to keep what these conversations leave unfinished. */
  follow(conversations: Conversations): void {
    this.conversations = conversations;
    this.store.add(
      conversations.onDidChange((conversation) => {
        // It may be closed, and opened again, before anything is saved.
        if (conversation) this.note(conversation.view);
        this.saveSoon();
      }),
    );
    this.store.add(
      conversations.onDidDelete(({ key, threadId }) => {
        for (const id of [key, threadId ?? key]) this.left.delete(id);
        this.saveSoon();
      }),
    );
  }

  /** Writes what is not written yet. What happens afterwards, while the window ends, is not kept. */
  flush(): void {
    if (!this.conversations) return;
    const content = this.content();
    this.dispose();
    if (content === this.saved) return;
    try {
      mkdirSync(path.dirname(this.options.file), { recursive: true });
      writeFileSync(`${this.options.file}.last`, content);
      renameSync(`${this.options.file}.last`, this.options.file);
    } catch (error) {
      this.warn(error);
    }
  }

  dispose(): void {
    this.conversations = undefined;
    this.saving?.dispose();
    this.store.dispose();
  }

  private saveSoon(): void {
    this.saving ??= this.options.timer(SAVE_MS, () => {
      this.saving = undefined;
      this.save();
      // Words come without a change of the list.
      if (this.conversations?.all.some(({ isBusy }) => isBusy)) this.saveSoon();
    });
  }

  private save(): void {
    const content = this.content();
    if (content === this.saved) return;
    const { file } = this.options;
    this.writing = this.writing
      .then(async () => {
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(`${file}.new`, content);
        // Otherwise the window has ended meanwhile, and has written what is newer. It cannot end between the two.
        if (!this.conversations) return;
        renameSync(`${file}.new`, file);
        this.saved = content;
      })
      .catch((error: unknown) => this.warn(error));
  }

  /** Everything as it is stored. */
  private content(): string {
    this.noteAll();
    const kept = [...this.left].slice(-MAX_CONVERSATIONS);
    const conversations = Object.fromEntries(kept.map(([id, left]) => [id, { ...left, turn: fitting(left.turn) }]));
    const unread = this.conversations?.unreadThreads ?? this.unread;
    const unsent = this.unsentKeys();
    return JSON.stringify({ version: this.options.version, unread, unsent, conversations });
  }

  private unsentKeys(): readonly string[] {
    const open = this.conversations?.openSummaries();
    return open?.flatMap(({ key, threadId }) => (threadId === null ? [key] : [])) ?? this.unsent;
  }

  private noteAll(): void {
    for (const { view } of this.conversations?.all ?? []) this.note(view);
  }

  private note(view: Readonly<ConversationView>): void {
    const id = view.threadId ?? view.key;
    const before = this.left.get(id);
    const now = unfinishedOf(view);
    if (view.threadId === null || (!view.loading && view.turns.length > 0)) this.readKeys.add(view.key);
    // All its turns may have been taken back since.
    const { turn, waiting } = (this.readKeys.has(view.key) ? now : before) ?? NOTHING;
    this.left.delete(view.key);
    this.left.delete(id);
    if (now || turn) this.left.set(id, { ...NOTHING, ...now, turn, waiting });
  }

  private read(): Stored {
    try {
      const { version, ...found } = stored.parse(JSON.parse(readFileSync(this.options.file, 'utf8')));
      if (version === this.options.version) return found;
    } catch (error) {
      if (!isMissing(error)) this.warn(error);
    }
    return { conversations: {}, unread: [], unsent: [] };
  }

  private warn(error: unknown): void {
    this.options.logger.warn(`What the conversations left unfinished is not kept: ${messageOf(error)}`);
  }
}

const NOTHING: Unfinished = { queue: [], outbox: [], turn: null, waiting: false };

function fitting(turn: Unfinished['turn']): Unfinished['turn'] {
  return JSON.stringify(turn).length > MAX_TURN_CHARACTERS ? null : turn;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
