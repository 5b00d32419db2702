import { type Disposable, DisposableStore } from '../base/disposable';
import { RpcError, messageOf } from '../base/errors';
import { Emitter } from '../base/event';
import type { RoutedRequest } from '../router/appServerClient';
import type { ConversationFields } from '../shared/conversation';
import type { ConversationSummary } from '../shared/messages';
import { withNote } from './agentNotes';
import type { ConversationContext } from './context';
import { Conversation } from './conversation';
import { emptyConversation } from './emptyConversation';
import { followThreads } from './followThreads';
import { ThreadActions } from './threadActions';
import { type StoredThread, ThreadIndex } from './threadIndex';
import { UnreadMarks } from './unreadMarks';

/** Defaults of a new conversation, read from the settings when it is made. */
export type NewConversationFields = Pick<ConversationFields, 'mode' | 'model' | 'effort' | 'folder'>;

const THREAD_NOT_OURS = -32000;

/** All conversations of the window: the open ones with their state, and the stored ones by name. */
export class Conversations implements Disposable {
  private readonly store = new DisposableStore();
  private readonly open = new Map<string, Conversation>();
  private readonly stores = new Map<string, DisposableStore>();
  private readonly unread: UnreadMarks;
  /** The stored threads: which of them are listed is decided here. */
  readonly index: ThreadIndex;
  /** What a person does with whole conversations. */
  readonly actions: ThreadActions;
  private readonly changes: Emitter<Conversation | undefined>;

  /** A line of the list changed: of this conversation, or (`undefined`) the list as a whole. */
  readonly onDidChange;

  constructor(
    private readonly context: ConversationContext,
    private readonly defaults: () => NewConversationFields,
  ) {
    this.changes = this.store.add(
      new Emitter((error) => {
        context.logger.error(messageOf(error));
      }),
    );
    this.onDidChange = this.changes.event;
    this.unread = new UnreadMarks(context.unfinished?.unread);
    this.index = this.browse(() => {
      this.changes.fire(undefined);
    });
    this.actions = new ThreadActions(context, {
      index: this.index,
      ofThread: (threadId) => this.ofThread(threadId),
      openThread: (threadId) => this.openThread(threadId),
      close: (conversation) => {
        this.close(conversation);
      },
    });
    this.store.add(followThreads(this.index, context, (threadId) => this.ofThread(threadId)?.view.folder));
    this.store.add(context.client.onRequest((request) => this.answer(request)));
  }

  /** A new conversation. Nothing is sent to the server before its first message. `key`: its name before a reload. */
  create(key = this.context.createId()): Conversation {
    const fields = { ...this.defaults(), ...this.unsent(key), updatedAtMs: this.context.now() };
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
    if (existing) return existing;
    const key = this.context.createId();
    this.unread.move(threadId, key);
    const conversation = this.add(
      emptyConversation(key, {
        ...this.defaults(),
        ...this.context.memory.recall(threadId),
        ...this.unsent(threadId),
        threadId,
        title: known?.title ?? '',
        updatedAtMs: known?.updatedAtMs ?? this.context.now(),
        ...(known && { folder: known.folder }),
      }),
    );
    conversation.load().catch((error: unknown) => {
      // One that was closed meanwhile was archived or deleted.
      if (this.open.get(key) === conversation) conversation.reportLoadFailure(error);
    });
    return conversation;
  }

  /**
   * The listed conversations, newest first: the stored ones that the index lists, and the open ones among them or, while
   * nothing special was asked for, all open ones. A new one is listed from its first message on.
   */
  summaries(): ConversationSummary[] {
    const { query, threads } = this.index;
    const isListed = new Set(threads.map(({ threadId }) => threadId));
    const everyday = query.text === '' && !query.archived;
    const open = this.all.filter(({ view }) =>
      everyday ? view.threadId !== null || view.title !== '' : isListed.has(view.threadId ?? ''),
    );
    const openThreads = new Set(open.map(({ view }) => view.threadId));
    const stored = threads.filter(({ threadId }) => !openThreads.has(threadId));
    const summaries = [
      ...open.map((entry) => this.summaryOf(entry)),
      ...stored.map((entry) => this.storedSummary(entry)),
    ];
    return summaries.sort((a, b) => b.updatedAtMs - a.updatedAtMs);
  }

  summaryOf(conversation: Conversation): ConversationSummary {
    const { key, threadId, title, status, updatedAtMs, folder } = conversation.view;
    const known = threadId === null ? undefined : this.index.get(threadId);
    return {
      key,
      threadId,
      title,
      status,
      updatedAtMs,
      folder,
      unread: this.unread.has(key),
      parentThreadId: known?.parentThreadId ?? this.context.client.threads.parentOf(threadId ?? '') ?? null,
      archived: known?.archived ?? false,
    };
  }

  /** The person sees this conversation now. */
  markRead(key: string): void {
    if (this.unread.remove(key)) this.changes.fire(this.open.get(key));
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

  /** How many conversations ended while nobody looked, and have not been looked at since. */
  get unreadCount(): number {
    return this.unread.count;
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
    if (!this.index.get(threadId)) {
      const parentThreadId = client.threads.parentOf(threadId) ?? null;
      this.index.add({ threadId, title, updatedAtMs, folder, parentThreadId, archived: false, status: 'ready' });
    } else this.index.update(threadId, { title, updatedAtMs, status: 'ready' });
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

  /** A running thread that nobody opened: it is listened to, and nothing is asked of the server. */
  private adopt(threadId: string): Conversation {
    const updatedAtMs = this.context.now();
    const fields = { ...this.defaults(), mode: 'ask', threadId, title: 'Sub-agent', updatedAtMs } as const;
    return this.add(emptyConversation(this.context.createId(), fields));
  }

  private add(view: ReturnType<typeof emptyConversation>): Conversation {
    const store = new DisposableStore();
    const conversation = store.add(new Conversation(view, this.context));
    store.add(
      conversation.onDidChange(({ deltas }) => {
        const { threadId, mode, model, effort, tier = null, folder } = conversation.view;
        const chosen = deltas.some(({ type }) => type === 'set');
        if (chosen && threadId !== null) this.context.memory.keep(threadId, { mode, model, effort, tier, folder });
        // Words and output do not change the list.
        if (deltas.some((delta) => delta.type === 'set' || delta.type === 'turn')) this.changes.fire(conversation);
      }),
    );
    this.open.set(view.key, conversation);
    this.stores.set(view.key, store);
    this.changes.fire(undefined);
    return conversation;
  }

  /** The messages that a conversation had not sent when the window before this one ended. */
  private unsent(id: string): Pick<ConversationFields, 'queue' | 'outbox'> {
    const { queue = [], outbox = [] } = this.context.unfinished?.recall(id) ?? {};
    return { queue: [...queue], outbox: [...outbox] };
  }

  private close({ key }: Conversation): void {
    this.open.delete(key);
    this.unread.remove(key);
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
