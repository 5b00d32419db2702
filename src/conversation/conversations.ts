import { type Disposable, DisposableStore } from '../base/disposable';
import { RpcError, messageOf } from '../base/errors';
import { Emitter } from '../base/event';
import type { Thread } from '../protocol/generated/types/v2/Thread';
import type { RoutedRequest } from '../router/appServerClient';
import type { TypedNotification } from '../router/notification';
import type { ConversationFields } from '../shared/conversation';
import type { ConversationSummary } from '../shared/messages';
import { withNote } from './agentNotes';
import type { ConversationContext } from './context';
import { Conversation, emptyConversation } from './conversation';
import { threadTitle } from './threadLink';

/** Defaults of a new conversation, read from the settings when it is made. */
export type NewConversationFields = Pick<ConversationFields, 'mode' | 'model' | 'effort' | 'folder'>;

const HISTORY_PAGE = 50;
const THREAD_NOT_OURS = -32000;

/** All conversations of the window: the open ones with their state, and the stored ones by name. */
export class Conversations implements Disposable {
  private readonly store = new DisposableStore();
  private readonly open = new Map<string, Conversation>();
  private readonly stores = new Map<string, DisposableStore>();
  private readonly unread = new Set<string>();
  private stored: readonly ConversationSummary[] = [];
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
    this.store.add(context.client.onRequest((request) => this.answer(request)));
    this.store.add(
      context.client.onNotification((notification) => {
        this.receive(notification);
      }),
    );
  }

  /** A new conversation. Nothing is sent to the server before its first message. `key`: its name before a reload. */
  create(key = this.context.createId()): Conversation {
    return this.add(emptyConversation(key, { ...this.defaults(), updatedAtMs: this.context.now() }));
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

  /** The conversation of a thread: the open one, or one that is read from the server now (its state says `loading`). */
  openThread(threadId: string): Conversation {
    const existing = this.ofThread(threadId);
    if (existing) return existing;
    const known = this.stored.find((summary) => summary.threadId === threadId);
    const conversation = this.add(
      emptyConversation(this.context.createId(), {
        ...this.defaults(),
        ...this.context.memory.recall(threadId),
        threadId,
        title: known?.title ?? '',
        updatedAtMs: known?.updatedAtMs ?? this.context.now(),
      }),
    );
    conversation.load().catch((error: unknown) => {
      conversation.reportLoadFailure(error);
    });
    return conversation;
  }

  /** Open and stored conversations, newest first. A new one is listed from its first message on. */
  summaries(): ConversationSummary[] {
    const open = this.all
      .filter(({ view }) => view.threadId !== null || view.title !== '')
      .map((conversation) => this.summaryOf(conversation));
    const openThreads = new Set(open.map((summary) => summary.threadId));
    const stored = this.stored.filter((summary) => !openThreads.has(summary.threadId));
    return [...open, ...stored].sort((a, b) => b.updatedAtMs - a.updatedAtMs);
  }

  summaryOf(conversation: Conversation): ConversationSummary {
    const { key, threadId, title, status, updatedAtMs } = conversation.view;
    return { key, threadId, title, status, updatedAtMs, unread: this.unread.has(key) };
  }

  /** The person sees this conversation now. */
  markRead(key: string): void {
    if (this.unread.delete(key)) this.changes.fire(this.open.get(key));
  }

  /** Marks a conversation that came to its end while nobody looked. */
  markUnread(key: string): void {
    this.unread.add(key);
    this.changes.fire(this.open.get(key));
  }

  /** Notes beside the newest change of this file, in whichever conversation made it, what the editor did not do. */
  noteFile(path: string, note: string): void {
    for (const conversation of this.all.toReversed()) if (conversation.noteFile(path, note)) return;
  }

  /** The editor refused to write this file: says so beside the change, and to the agent that made it. */
  noteRefusal(path: string, note: string): void {
    for (const conversation of this.all.toReversed()) if (conversation.noteRefusal(path, note)) return;
  }

  /** Reads the names of the stored conversations of this folder from the server. @throws RpcError, SwitchyardError */
  async refresh(): Promise<void> {
    const { folder } = this.defaults();
    const { data } = await this.context.client.request('thread/list', { limit: HISTORY_PAGE, cwd: folder });
    // A thread that was reverted is listed once for each of its histories, the newest first (codex app-server 0.169.0).
    const unique = data.filter(({ id }, index) => data.findIndex((other) => other.id === id) === index);
    this.stored = unique.map(toSummary);
    this.changes.fire(undefined);
  }

  /** Gives a conversation another title, here and on the server. @throws RpcError, SwitchyardError */
  async rename(conversation: Conversation, title: string): Promise<void> {
    const { threadId } = conversation.view;
    conversation.configure({ title });
    if (threadId !== null) await this.context.client.request('thread/name/set', { threadId, name: title });
  }

  /** Takes a conversation out of the list; the server keeps it, archived. @throws RpcError, SwitchyardError */
  async archive(conversation: Conversation): Promise<void> {
    const { threadId, key } = conversation.view;
    await conversation.stop();
    // One that is still being read has turns on the server, if not here yet.
    const isStored = conversation.view.loading || conversation.view.turns.length > 0;
    if (threadId !== null && isStored) await this.context.client.request('thread/archive', { threadId });
    this.stored = this.stored.filter((summary) => summary.threadId !== threadId);
    this.open.delete(key);
    this.stores.get(key)?.dispose();
    this.stores.delete(key);
    this.changes.fire(undefined);
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
        const { threadId, mode, model, effort } = conversation.view;
        const chosen = deltas.some(({ type }) => type === 'set');
        if (chosen && threadId !== null) this.context.memory.keep(threadId, { mode, model, effort });
        // Words and output do not change the list.
        if (deltas.some((delta) => delta.type === 'set' || delta.type === 'turn')) this.changes.fire(conversation);
      }),
    );
    this.open.set(view.key, conversation);
    this.stores.set(view.key, store);
    this.changes.fire(undefined);
    return conversation;
  }

  private receive(notification: TypedNotification): void {
    if (!notification.known) return;
    const { method, threadId } = notification;
    const gone = method === 'thread/archived' || method === 'thread/deleted';
    if (gone && this.stored.some((summary) => summary.threadId === threadId)) {
      this.stored = this.stored.filter((summary) => summary.threadId !== threadId);
      this.changes.fire(undefined);
    }
  }

  /** A thread that no panel shows, such as a sub-agent's, gets a conversation: its question is held and listed. */
  private answer(request: RoutedRequest): Promise<unknown> {
    if (request.threadId === undefined) {
      return Promise.reject(new RpcError(request.method, THREAD_NOT_OURS, 'The request names no thread'));
    }
    const { threadId } = request;
    return (this.ofThread(threadId) ?? this.adopt(threadId)).ask(request);
  }
}

function toSummary(thread: Thread): ConversationSummary {
  return {
    key: thread.id,
    threadId: thread.id,
    title: threadTitle(thread),
    status: 'ready',
    updatedAtMs: thread.updatedAt * 1_000,
    unread: false,
  };
}
