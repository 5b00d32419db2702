import { type Disposable, DisposableStore } from '../base/disposable';
import { RpcError, messageOf } from '../base/errors';
import { Emitter } from '../base/event';
import type { Turn } from '../protocol/generated/types/v2/Turn';
import type { RoutedRequest } from '../router/appServerClient';
import type { TypedNotification } from '../router/notification';
import { applyDelta, findItem } from '../shared/applyDelta';
import type {
  ConversationFields,
  ConversationView,
  Delta,
  FilesItem,
  MessageDraft,
  OutgoingMessage,
} from '../shared/conversation';
import { ApprovalDesk } from './approvalDesk';
import { toApproval } from './approvals';
import type { ConversationContext } from './context';
import { historyDeltas } from './history';
import { fullAccessDeclined, INTERRUPTED_BY_SERVER_END, loadProblem, NOT_TAKEN, sendProblem } from './problems';
import { closeOpenItems, reduce } from './reduce';
import { ThreadLink } from './threadLink';

/** Deltas as they were applied; `seq` is the number of the last one. */
export interface ConversationChange {
  readonly seq: number;
  readonly deltas: readonly Delta[];
}

const TITLE_LENGTH = 60;
const UNSUPPORTED = -32601;
const BUSY: ReadonlySet<ConversationView['status']> = new Set(['working', 'waiting', 'stopping'] as const);

/** One conversation: the state every panel of it shows, and what the person can do with it. */
export class Conversation implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changes: Emitter<ConversationChange>;
  private readonly approvals: ApprovalDesk;
  private readonly link: ThreadLink;
  private seq = 0;
  /** What `turn/interrupt` wants: the id of `turn/started`, which differs from the items' for a review. */
  private interruptId: string | undefined;
  /** Messages written after Stop was pressed: they are meant for what comes next. */
  private readonly afterStop = new Set<string>();

  readonly onDidChange;

  constructor(
    private readonly state: ConversationView,
    private readonly context: ConversationContext,
  ) {
    this.changes = this.store.add(
      new Emitter((error) => {
        context.logger.error(messageOf(error));
      }),
    );
    this.onDidChange = this.changes.event;
    this.approvals = new ApprovalDesk((approvals) => {
      this.setApprovals(approvals);
    });
    this.link = this.store.add(
      new ThreadLink(
        state,
        context,
        (notification) => {
          this.receive(notification);
        },
        (fields) => {
          this.set(fields);
        },
      ),
    );
    this.store.add(
      context.client.onStateChange((server) => {
        if (server.kind !== 'ready' && server.kind !== 'starting') this.serverEnded();
      }),
    );
  }

  get view(): Readonly<ConversationView> {
    return this.state;
  }

  get key(): string {
    return this.state.key;
  }

  get isBusy(): boolean {
    return BUSY.has(this.state.status);
  }

  /** The whole state and its number; later changes count on from there. */
  snapshot(): { readonly seq: number; readonly view: Readonly<ConversationView> } {
    return { seq: this.seq, view: this.state };
  }

  /** Sends a message, or queues it while a turn runs. Failures stay visible beside the message, with a retry. */
  async send(text: string): Promise<void> {
    const message: MessageDraft = { id: this.context.createId(), text };
    if (this.state.status === 'stopping') this.afterStop.add(message.id);
    if (this.isBusy) this.set({ queue: [...this.state.queue, message] });
    else await this.dispatch(message);
  }

  /** Sends a queued message now, into the running turn. */
  async sendQueuedNow(id: string): Promise<void> {
    const message = this.takeFromQueue(id);
    if (!message) return;
    if (!this.isBusy || this.interruptId === undefined) {
      await this.dispatch(message);
      return;
    }
    this.set({ outbox: [...this.state.outbox, { ...message, problem: null }] });
    try {
      await this.link.steer(message, this.interruptId);
    } catch (error) {
      // The turn ended meanwhile, or takes no input: keep the place at the head of the queue.
      this.context.logger.info(`Not steered: ${messageOf(error)}`);
      this.removeFromOutbox(id);
      this.set({ queue: [message, ...this.state.queue] });
      if (!BUSY.has(this.status()) && this.status() !== 'failed') await this.drainQueue();
    }
  }

  /** Takes a message out of the queue and gives it back, to be edited or forgotten. */
  takeFromQueue(id: string): MessageDraft | undefined {
    const message = this.state.queue.find((entry) => entry.id === id);
    if (message) this.set({ queue: this.state.queue.filter((entry) => entry !== message) });
    return message;
  }

  removeFromOutbox(id: string): void {
    this.set({ outbox: this.state.outbox.filter((message) => message.id !== id) });
  }

  /**
   * Sends again: the message that was refused, or the one whose turn failed, if that is the newest.
   *
   * @param id of the message or the turn; `null`: whatever can be sent again.
   */
  async retry(id: string | null = null): Promise<void> {
    if (this.isBusy) return;
    const refused = this.state.outbox.find((message) => message.problem !== null && (id === null || message.id === id));
    if (refused) {
      this.removeFromOutbox(refused.id);
      if (refused.text === '') {
        await this.load().catch((error: unknown) => {
          this.reportLoadFailure(error);
        });
        return;
      }
      await this.dispatch({ id: refused.id, text: refused.text });
      return;
    }
    const last = this.state.turns.at(-1);
    if (!last?.problem || (id !== null && last.id !== id)) return;
    const you = last.items.findLast((item) => item.type === 'you');
    if (you?.type === 'you') {
      this.emit([{ type: 'turn', turn: { ...head(last), problem: null } }]);
      await this.dispatch({ id: this.context.createId(), text: you.text });
    }
  }

  /** Stops the running turn: its open approvals are closed and its commands are ended. */
  async stop(): Promise<void> {
    if (!this.isBusy) return;
    this.set({ status: 'stopping' });
    if (this.interruptId === undefined) return;
    try {
      await this.interrupt(this.interruptId);
    } catch (error) {
      // The turn goes on: Stop can be pressed again.
      if (this.status() === 'stopping') this.set({ status: this.state.approvals.length > 0 ? 'waiting' : 'working' });
      throw error;
    }
  }

  /** Answers an open approval with one of its decisions. Anything unknown, or answered already, is ignored. */
  async decide(approvalId: string, decisionId: string): Promise<void> {
    const approval = this.state.approvals.find((view) => view.id === approvalId);
    if (approval?.kind === 'files' && decisionId.startsWith('accept')) {
      const go = await this.context.beforeFilesAreWritten(approval.files.map((file) => file.path));
      this.approvals.decide(approvalId, go ? decisionId : 'decline');
      return;
    }
    this.approvals.decide(approvalId, decisionId);
  }

  /** Shows a request of the server and resolves with the person's answer. Rejects when it is closed without one. */
  async ask(request: RoutedRequest): Promise<unknown> {
    const item =
      request.turnId !== undefined && request.itemId !== undefined
        ? findItem(this.state, request.turnId, request.itemId)
        : undefined;
    const changes = item?.type === 'files' ? item.changes : [];
    const approval = toApproval(request, { id: this.context.createId(), folder: this.state.folder, changes });
    if (approval) return this.approvals.open(request.id, approval);
    this.notice(`Codex asked for something that Switchyard cannot show yet (${request.method}). It was told so.`);
    throw new RpcError(request.method, UNSUPPORTED, `Switchyard cannot show ${request.method} yet`);
  }

  /** Changes title, mode, model or effort; a mode or model holds from the next message on. */
  configure(fields: Partial<Pick<ConversationFields, 'title' | 'mode' | 'model' | 'effort'>>): void {
    this.set(fields);
  }

  /** Reads the conversation's turns from the server, oldest first. @throws RpcError, SwitchyardError */
  async load(): Promise<void> {
    this.set({ loading: true });
    try {
      await this.link.attach();
      const known = new Set(this.state.turns.map((turn) => turn.id));
      const turns = await this.link.readTurns();
      // A turn that began meanwhile is followed by its own events, which know more than what is stored of it.
      const begun = this.state.turns.filter((turn) => !known.has(turn.id) || turn.status === 'working');
      const stored = turns.filter((turn) => !begun.some(({ id }) => id === turn.id));
      this.emit([{ type: 'dropTurns' }, ...historyDeltas(stored, this.state.folder), ...begun.flatMap(wholeTurn)]);
    } finally {
      this.set({ loading: false });
    }
  }

  /** Shows why the conversation could not be read. What the panel held before stays. */
  reportLoadFailure(error: unknown): void {
    this.context.logger.error(`A conversation was not read: ${messageOf(error)}`);
    this.set({
      outbox: [...this.state.outbox, { id: this.context.createId(), text: '', problem: loadProblem(error) }],
    });
  }

  /** Notes beside a changed file why the editor did not write or save it; `false` when it is not among the changes. */
  noteFile(path: string, note: string): boolean {
    for (const turn of this.state.turns.toReversed()) {
      const item = turn.items.findLast(
        (entry): entry is FilesItem =>
          entry.type === 'files' && entry.changes.some((change) => change.path === path || change.movedTo === path),
      );
      if (!item) continue;
      this.emit([{ type: 'item', turnId: turn.id, item: { ...item, notes: [...new Set([...item.notes, note])] } }]);
      return true;
    }
    return false;
  }

  dispose(): void {
    this.approvals.closeAll('The conversation was closed.');
    this.store.dispose();
  }

  private async dispatch(message: MessageDraft): Promise<void> {
    const outgoing: OutgoingMessage = { ...message, problem: null };
    // What is left of a turn that had ended before its start was answered.
    this.interruptId = undefined;
    const title = this.state.title === '' ? titleOf(message.text) : this.state.title;
    this.set({ status: 'working', title, outbox: [...this.state.outbox, outgoing], updatedAtMs: this.context.now() });
    try {
      if (!(await this.context.mayStartTurn(this.state.mode, this.state.folder))) throw fullAccessDeclined();
      const turn: Turn = await this.link.startTurn(message);
      this.interruptId ??= turn.id;
      // Stop was pressed before the server had told the turn's id.
      if (this.status() === 'stopping') await this.interrupt(this.interruptId);
    } catch (error) {
      this.context.logger.error(`A message was not sent: ${messageOf(error)}`);
      const stopped = this.status() === 'stopping';
      const outbox = this.state.outbox.map((entry) =>
        entry.id === message.id ? { ...entry, problem: sendProblem(error) } : entry,
      );
      this.set({ status: stopped ? 'stopped' : 'failed', outbox });
    }
  }

  /** Read anew after an `await`: it may have changed meanwhile. */
  private status(): ConversationView['status'] {
    return this.state.status;
  }

  private async interrupt(turnId: string): Promise<void> {
    try {
      await this.link.interrupt(turnId);
    } catch (error) {
      if (!(error instanceof RpcError) || error.reason === 'overloaded') throw error;
      // The turn is over for the server: its own end is on the way, or was lost with an earlier process.
      this.context.logger.info(`Nothing to stop: ${error.rpcMessage}`);
      const turn = this.state.turns.at(-1);
      if (this.status() === 'stopping') {
        this.emit(
          turn?.status === 'working'
            ? [{ type: 'turn', turn: { ...head(turn), status: 'stopped' } }, ...closeOpenItems(turn)]
            : [],
        );
        this.set({ status: 'stopped' });
      }
    }
  }

  private receive(notification: TypedNotification): void {
    if (notification.known && notification.method === 'turn/started') this.interruptId = notification.params.turn.id;
    if (notification.known && notification.method === 'serverRequest/resolved') {
      this.approvals.closeRequest(notification.params.requestId, 'It was answered elsewhere, or its turn ended.');
    }
    const wasBusy = this.isBusy;
    this.emit(reduce(this.state, notification, this.context.now()));
    if (!notification.known || notification.method !== 'turn/completed') return;
    this.set({ updatedAtMs: this.context.now() });
    if (!wasBusy || BUSY.has(this.status())) return;
    this.interruptId = undefined;
    this.set({ outbox: this.state.outbox.map((message) => ({ ...message, problem: message.problem ?? NOT_TAKEN })) });
    // A stop or a failure leaves the queue standing, but for what was written after Stop: the person decides.
    const next = this.state.queue.find(({ id }) => this.state.status === 'ready' || this.afterStop.has(id));
    this.afterStop.clear();
    const message = next && this.takeFromQueue(next.id);
    if (message) void this.dispatch(message);
  }

  /** Says something in the newest turn that is no item of the server's. */
  private notice(text: string): void {
    const turn = this.state.turns.at(-1);
    if (!turn) return;
    const item = { type: 'notice', id: this.context.createId(), text } as const;
    this.emit([{ type: 'item', turnId: turn.id, item }]);
  }

  private async drainQueue(): Promise<void> {
    const [next, ...rest] = this.state.queue;
    if (!next) return;
    this.set({ queue: rest });
    await this.dispatch(next);
  }

  private setApprovals(approvals: ConversationView['approvals']): void {
    const { status, turns } = this.state;
    if (approvals.length > 0 && status !== 'stopping') this.set({ approvals, status: 'waiting' });
    else if (status !== 'waiting') this.set({ approvals });
    else this.set({ approvals, status: turns.at(-1)?.status === 'working' ? 'working' : 'ready' });
  }

  private serverEnded(): void {
    this.approvals.closeAll('Codex stopped.');
    this.link.detach();
    // Without an id the turn was not accepted yet: whoever sent its message is told by the request that fails.
    const accepted = this.interruptId !== undefined && this.isBusy;
    this.interruptId = undefined;
    const turn = this.state.turns.at(-1);
    if (turn?.status === 'working') {
      this.emit([
        { type: 'turn', turn: { ...head(turn), status: 'failed', problem: INTERRUPTED_BY_SERVER_END } },
        ...closeOpenItems(turn),
      ]);
    } else if (!accepted) return;
    const outbox = this.state.outbox.map((message) =>
      accepted ? { ...message, problem: message.problem ?? INTERRUPTED_BY_SERVER_END } : message,
    );
    this.set({ status: 'failed', retry: null, outbox });
  }

  private set(fields: Partial<ConversationFields>): void {
    this.emit([{ type: 'set', fields }]);
  }

  private emit(deltas: readonly Delta[]): void {
    if (deltas.length === 0) return;
    for (const delta of deltas) applyDelta(this.state, delta);
    this.seq += deltas.length;
    this.changes.fire({ seq: this.seq, deltas });
  }
}

function head({ id, status, startedAtMs, durationMs, problem }: ConversationView['turns'][number]) {
  return { id, status, startedAtMs, durationMs, problem };
}

/** The deltas that put a turn back as it is. */
function wholeTurn(turn: ConversationView['turns'][number]): Delta[] {
  return [
    { type: 'turn', turn: head(turn) },
    ...turn.items.map((item): Delta => ({ type: 'item', turnId: turn.id, item: { ...item } })),
  ];
}

function titleOf(text: string): string {
  const line = text.trim().split('\n')[0] ?? '';
  return line.length <= TITLE_LENGTH ? line : `${line.slice(0, TITLE_LENGTH - 1).trimEnd()}…`;
}

/** A new, empty conversation's state. */
export function emptyConversation(
  key: string,
  fields: Pick<ConversationFields, 'mode' | 'model' | 'effort' | 'folder' | 'updatedAtMs'> &
    Partial<ConversationFields>,
): ConversationView {
  return {
    key,
    threadId: null,
    title: '',
    status: 'ready',
    provider: '',
    loading: false,
    turns: [],
    approvals: [],
    queue: [],
    outbox: [],
    usage: null,
    retry: null,
    unreviewed: [],
    changedTurns: [],
    contention: [],
    ...fields,
  };
}
