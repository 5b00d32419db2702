import { type Disposable, DisposableStore } from '../base/disposable';
import { RpcError, messageOf } from '../base/errors';
import { Emitter, type Event } from '../base/event';
import type { RoutedRequest } from '../router/appServerClient';
import type { ConversationFields, ConversationView } from '../shared/conversation';
import type { ConversationSummary } from '../shared/messages';
import { withNote } from './agentNotes';
import type { ConversationContext } from './context';
import { Conversation } from './conversation';
import { emptyConversation } from './emptyConversation';
import { followThreads, UNNAMED } from './followThreads';
import { titleOf } from './outbox';
import { ThreadActions } from './threadActions';
import { type StoredThread, ThreadIndex } from './threadIndex';
import { UnreadMarks } from './unreadMarks';

/** Defaults of a new conversation, read from the settings when it is made. */
export type NewConversationFields = Pick<ConversationFields, 'mode' | 'model' | 'effort' | 'folder'>;

/** What names a conversation, open or not. */
export type ConversationId = Pick<ConversationView, 'key' | 'threadId'>;

const THREAD_NOT_OURS = -32000;

/** All conversations of the window: the open ones with their state, and the stored ones by name. */
export class Conversations implements Disposable {
  private readonly store = new DisposableStore();
  private readonly open = new Map<string, Conversation>();
  private readonly stores = new Map<string, DisposableStore>();
  private readonly unread: UnreadMarks;
  /** Keys of conversations that nobody has opened yet: their turns are read when somebody looks. */
  private readonly adopted = new Set<string>();
  /** What those without a thread are listed under, by key. */
  private readonly draftNames = new Map<string, string>();
  /** The stored threads: which of them are listed is decided here. */
  readonly index: ThreadIndex;
  /** What a person does with whole conversations. */
  readonly actions: ThreadActions;
  private readonly changes: Emitter<Conversation | undefined>;
  private readonly deletions: Emitter<ConversationId>;

  /** A line of the list changed: of this conversation, or (`undefined`) the list as a whole. */
  readonly onDidChange: Event<Conversation | undefined>;
  /** One was deleted for good: whoever keeps something of it forgets that. */
  readonly onDidDelete: Event<ConversationId>;

  constructor(
    private readonly context: ConversationContext,
    private readonly defaults: () => NewConversationFields,
  ) {
    const report = (error: unknown): void => {
      context.logger.error(messageOf(error));
    };
    this.changes = this.store.add(new Emitter(report));
    this.onDidChange = this.changes.event;
    this.deletions = this.store.add(new Emitter(report));
    this.onDidDelete = this.deletions.event;
    this.unread = new UnreadMarks(context.unfinished?.unread);
    this.index = this.browse(() => {
      this.indexChanged();
    });
    this.actions = new ThreadActions(context, {
      index: this.index,
      ofThread: (threadId) => this.ofThread(threadId),
      openThread: (threadId) => this.openThread(threadId),
      close: (conversation) => {
        this.close(conversation);
      },
      deleted: ({ view: { key, threadId } }) => {
        for (const id of [key, threadId ?? key]) context.memory.forget(id);
        this.deletions.fire({ key, threadId });
      },
    });
    this.store.add(
      followThreads(this.index, context, {
        folderOf: (threadId) => this.ofThread(threadId)?.view.folder,
        putAway: (threadId) => this.unread.remove(threadId),
      }),
    );
    this.store.add(context.client.onRequest((request) => this.answer(request)));
    for (const key of context.unfinished?.unsent ?? []) this.create(key);
  }

  /** A new conversation. Nothing is sent to the server before its first message. `key`: its name before a reload. */
  create(key = this.context.createId()): Conversation {
    const chosen = this.context.memory.recall(key);
    const fields = { ...this.defaults(), ...chosen, ...this.unsent(key), updatedAtMs: this.context.now() };
    return this.add(emptyConversation(key, fields));
  }

  /** The open conversation with this key. */
  get(key: string): Conversation | undefined {
    return this.open.get(key);
  }

  /** The open conversation of this thread. */
  ofThread(threadId: string): Conversation | undefined {
    return this.all.find((conversation) => conversation.view.threadId === threadId);
  }

  /**
   * Tells the agent of a thread something that is not the person's words, in English: at once when its turn runs, else
   * with the next message, whether its conversation is open or not.
   */
  async tellAgent(threadId: string, note: string): Promise<void> {
    const conversation = this.ofThread(threadId);
    if (conversation) await conversation.tellAgent(note);
    else this.context.memory.keepNotes(threadId, withNote(this.context.memory.recallNotes(threadId), note));
  }

  /** Folders whose conversations are listed, absolute. */
  readonly folders = (): readonly string[] => [
    ...new Set([this.defaults().folder, ...this.context.workspaceFolders()]),
  ];

  /** Every open conversation, oldest first. */
  get all(): readonly Conversation[] {
    return [...this.open.values()];
  }

  /** The turns that run now, at most one a conversation. */
  get runningTurns(): readonly { readonly threadId: string; readonly turnId: string }[] {
    return this.all.flatMap(({ view: { threadId, turns } }) => {
      const turn = turns.at(-1);
      return threadId !== null && turn?.status === 'working' ? [{ threadId, turnId: turn.id }] : [];
    });
  }

  /**
   * The conversation of a thread: the open one, or one that is read from the server now (its state says `loading`).
   * `known`: what a list says of it.
   */
  openThread(threadId: string, known = this.index.get(threadId)): Conversation {
    const existing = this.ofThread(threadId);
    if (existing) {
      this.readAdopted(existing);
      return existing;
    }
    const conversation = this.follow(threadId, this.defaults(), known);
    this.read(conversation);
    return conversation;
  }

  /** The same conversation as it is open now: one that was let go meanwhile is opened again. */
  reopen({ key, threadId }: ConversationId): Conversation {
    return this.get(key) ?? (threadId === null ? this.create(key) : this.openThread(threadId));
  }

  /**
   * The listed conversations, newest first: the stored ones that the index lists, and the open ones among them or, while
   * nothing special was asked for, all open ones. A new one is listed from its first message on.
   */
  summaries(): ConversationSummary[] {
    const { threads, isEveryday } = this.index;
    const isListed = new Set(threads.map(({ threadId }) => threadId));
    const open = this.openSummaries().filter(({ threadId }) => isEveryday || isListed.has(threadId ?? ''));
    const openThreads = new Set(open.map(({ threadId }) => threadId));
    const stored = threads.filter(({ threadId }) => !openThreads.has(threadId));
    const summaries = [...open, ...stored.map((entry) => this.storedSummary(entry))];
    return summaries.sort((a, b) => b.updatedAtMs - a.updatedAtMs);
  }

  /** The open conversations that a list can name: a new one has a line of its own once something is written in it. */
  openSummaries(): ConversationSummary[] {
    const all = this.all.map((conversation) => this.summaryOf(conversation));
    return all.filter(({ threadId, title }) => threadId !== null || title !== '');
  }

  summaryOf({ view }: Conversation): ConversationSummary {
    const { key, threadId, status, updatedAtMs, folder } = view;
    const known = threadId === null ? undefined : this.index.get(threadId);
    return {
      key,
      threadId,
      title: this.nameOf(view),
      status,
      updatedAtMs,
      folder,
      unread: this.unread.has(key),
      parentThreadId: known?.parentThreadId ?? this.context.client.threads.parentOf(threadId ?? '') ?? null,
      archived: known?.archived ?? false,
    };
  }

  /** The person typed in the composer of a conversation: one that was not sent yet is listed under its first words. */
  draftChanged({ key, threadId }: ConversationId): void {
    const conversation = this.open.get(key);
    if (!conversation || threadId !== null) return;
    const name = this.nameOf(conversation.view);
    if (name === (this.draftNames.get(key) ?? '')) return;
    this.draftNames.set(key, name);
    this.changes.fire(conversation);
  }

  /** The person sees this conversation now. */
  markRead(key: string): void {
    const conversation = this.open.get(key);
    if (conversation) this.readAdopted(conversation);
    if (this.unread.remove(key)) this.changes.fire(conversation);
  }

  /** Marks a conversation that came to its end while nobody looked. */
  markUnread(key: string): void {
    this.unread.add(key);
    this.changes.fire(this.open.get(key));
  }

  /** The threads that came to an end while nobody looked, and have not been looked at since. */
  get unreadThreads(): readonly string[] {
    return this.unread.threads((key) => this.open.get(key)?.view.threadId);
  }

  /**
   * How many conversations ended while nobody looked, and have not been looked at since. Once the list was read those
   * that it does not show count no more: of other folders, or further down than was loaded.
   */
  get unreadCount(): number {
    const { index } = this;
    const isListKnown = index.isRead && index.isEveryday;
    return this.unread.count((id) => !isListKnown || this.open.has(id) || index.get(id) !== undefined);
  }

  /** Notes beside the newest change of this file, in whichever conversation made it, what the editor did not do. */
  noteFile(path: string, note: string): void {
    for (const conversation of this.all.toReversed()) if (conversation.noteFile(path, note)) return;
  }

  /** The editor refused to write this file: says so beside the change, and to the agent that made it. */
  noteRefusal(path: string, note: string): void {
    for (const conversation of this.all.toReversed()) if (conversation.noteRefusal(path, note)) return;
  }

  /** Another list of stored threads, with a choice of its own. `onDidChange` is told of its changes. */
  browse(onDidChange: () => void): ThreadIndex {
    return new ThreadIndex(this.context.client.request, this.folders, onDidChange);
  }

  /** Reads the names of the listed conversations from the server. @throws RpcError, SwitchyardError */
  refresh(): Promise<void> {
    return this.index.refresh();
  }

  /**
   * Forgets an open conversation that no panel shows, and tells the server that nobody listens: it stays in the list and
   * is read again when it is opened. `false`: it is at work, or holds what only this window knows.
   */
  release(conversation: Conversation): boolean {
    const { key, threadId, queue, outbox, approvals, side, goal, loading, title, updatedAtMs, folder } =
      conversation.view;
    const isBare = [queue, outbox, approvals].every(({ length }) => length === 0) && side === null;
    const holds = !isBare || conversation.canRedoRevert || goal?.status === 'active';
    if (threadId === null || loading || holds || conversation.isBusy) return false;
    const { client, logger } = this.context;
    this.unread.move(key, threadId);
    if (this.index.get(threadId)) this.index.update(threadId, { title, updatedAtMs, status: 'ready' });
    else if (this.index.isEveryday) {
      const parentThreadId = client.threads.parentOf(threadId) ?? null;
      this.index.add({ threadId, title, updatedAtMs, folder, parentThreadId, archived: false, status: 'ready' });
    }
    this.close(conversation);
    if (client.state.kind === 'ready') {
      client.request('thread/unsubscribe', { threadId }).catch((error: unknown) => {
        logger.info(`A conversation that nobody shows is still followed: ${messageOf(error)}`);
      });
    }
    return true;
  }

  dispose(): void {
    for (const store of this.stores.values()) store.dispose();
    this.store.dispose();
  }

  /** A running thread that nobody opened: it is listened to, and nothing is asked of the server until somebody looks. */
  private adopt(threadId: string): Conversation {
    const parent = this.ofThread(this.context.client.threads.parentOf(threadId) ?? '');
    const { title = UNNAMED, folder = parent?.view.folder } = this.index.get(threadId) ?? {};
    const defaults = this.defaults();
    const known = { title, folder: folder ?? defaults.folder, updatedAtMs: this.context.now() };
    const conversation = this.follow(threadId, { ...defaults, mode: 'ask' }, known);
    this.adopted.add(conversation.key);
    return conversation;
  }

  /** An open conversation of a thread, whose turns are not read yet. */
  private follow(
    threadId: string,
    defaults: NewConversationFields,
    known?: Pick<StoredThread, 'title' | 'folder' | 'updatedAtMs'>,
  ): Conversation {
    const key = this.context.createId();
    this.unread.move(threadId, key);
    return this.add(
      emptyConversation(key, {
        ...defaults,
        ...this.context.memory.recall(threadId),
        ...this.unsent(threadId),
        threadId,
        title: known?.title ?? '',
        updatedAtMs: known?.updatedAtMs ?? this.context.now(),
        ...(known && { folder: known.folder }),
      }),
    );
  }

  private read(conversation: Conversation): void {
    conversation.load().catch((error: unknown) => {
      // One that was closed meanwhile was archived or deleted.
      if (this.open.get(conversation.key) === conversation) conversation.reportLoadFailure(error);
    });
  }

  private readAdopted(conversation: Conversation): void {
    if (this.adopted.delete(conversation.key)) this.read(conversation);
  }

  private add(view: ReturnType<typeof emptyConversation>): Conversation {
    const store = new DisposableStore();
    const conversation = store.add(new Conversation(view, this.context));
    store.add(
      conversation.onDidChange(({ deltas }) => {
        if (deltas.some(({ type }) => type === 'set')) this.keepChoices(conversation.view);
        // Words and output do not change the list.
        if (deltas.some((delta) => delta.type === 'set' || delta.type === 'turn')) this.changes.fire(conversation);
      }),
    );
    this.open.set(view.key, conversation);
    this.stores.set(view.key, store);
    this.changes.fire(undefined);
    return conversation;
  }

  private keepChoices(view: Readonly<ConversationView>): void {
    const { key, threadId, mode, model, effort, tier = null, folder } = view;
    const { memory } = this.context;
    memory.keep(threadId ?? key, { mode, model, effort, tier, folder });
    // Chosen before the conversation had its thread.
    if (threadId !== null) memory.forget(key);
  }

  private indexChanged(): void {
    const { index } = this;
    for (const conversation of this.all) {
      const title = index.get(conversation.view.threadId ?? '')?.title ?? UNNAMED;
      // A sub-agent gets its name only when it is done.
      if (conversation.view.title === UNNAMED && title !== UNNAMED) conversation.configure({ title });
    }
    this.changes.fire(undefined);
  }

  /** One without a title goes by the first words that the person wrote in it; empty: there are none. */
  private nameOf(view: Readonly<ConversationView>): string {
    const { title, threadId, outbox } = view;
    if (title !== '' || threadId !== null) return title;
    return titleOf(this.context.draftOf?.(view) ?? '') || titleOf(outbox[0]?.text ?? '');
  }

  /** The messages that a conversation had not sent when the window before this one ended. */
  private unsent(id: string): Pick<ConversationFields, 'queue' | 'outbox'> {
    const { queue = [], outbox = [] } = this.context.unfinished?.recall(id) ?? {};
    return { queue: [...queue], outbox: [...outbox] };
  }

  private close({ key }: Conversation): void {
    this.open.delete(key);
    this.unread.remove(key);
    this.adopted.delete(key);
    this.draftNames.delete(key);
    this.stores.get(key)?.dispose();
    this.stores.delete(key);
    this.changes.fire(undefined);
  }

  private storedSummary({ threadId, ...entry }: StoredThread): ConversationSummary {
    return { ...entry, key: threadId, threadId, unread: this.unread.has(threadId) };
  }

  /** A thread that no panel shows, such as a sub-agent's, gets a conversation: its question is held and listed. */
  private answer(request: RoutedRequest): Promise<unknown> {
    if (request.threadId === undefined) {
      return Promise.reject(new RpcError(request.method, THREAD_NOT_OURS, 'The request names no thread'));
    }
    const { threadId } = request;
    if (this.all.some(({ side }) => side.owns(threadId))) {
      return Promise.reject(new RpcError(request.method, THREAD_NOT_OURS, 'A side question asks the person nothing'));
    }
    return (this.ofThread(threadId) ?? this.adopt(threadId)).approvals.ask(request);
  }
}
