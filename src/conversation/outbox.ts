import { messageOf, SwitchyardError } from '../base/errors';
import type { Attachment } from '../shared/composer';
import type { ConversationView, MessageDraft, OutgoingMessage, TurnView, YouItem } from '../shared/conversation';
import type { ConversationContext } from './context';
import { NOT_TAKEN, sendProblem } from './problems';
import { readSentMessage } from './sentMessage';
import { headOf, type ViewStore } from './viewStore';

const TITLE_LENGTH = 60;
const BUSY: ReadonlySet<ConversationView['status']> = new Set(['working', 'waiting', 'stopping'] as const);

/** Whether a turn runs, or is about to. */
export function isBusy({ status }: Pick<ConversationView, 'status'>): boolean {
  return BUSY.has(status);
}

/** How a message is sent. */
export interface SendOptions {
  /** What goes with it beside its words. */
  readonly attachments?: readonly Attachment[];
  /** What becomes of it while a turn runs: it waits for the end (the default), or goes into the turn at once. */
  readonly followUp?: 'queue' | 'steer';
}

/** The turns of a conversation, as its outbox sees them. */
export interface TurnStarter {
  /** Nothing runs, and nothing may be started either: turns are being taken back, or brought back. */
  readonly isHeld: boolean;
  /** Sends a message as a new turn. */
  start(message: MessageDraft): Promise<void>;
  /** Sends a message into the running turn; `undefined`: nothing runs that could take it. */
  steer(message: MessageDraft): Promise<void> | undefined;
}

/** A conversation's messages until the server has them: those that wait for a turn to end, and those on their way. */
export class Outbox {
  /** Messages written after Stop was pressed, or while turns are taken back: they are meant for what comes next. */
  private readonly forNext = new Set<string>();
  /** The message that was sent last: its turn may fail, and it is sent again whole. */
  private lastSent: MessageDraft | undefined;

  constructor(
    private readonly store: ViewStore,
    private readonly context: ConversationContext,
    private readonly turns: TurnStarter,
  ) {}

  /** Sends a message, or queues it while a turn runs. Failures stay visible beside the message, with a retry. */
  async send(text: string, { attachments = [], followUp }: SendOptions = {}): Promise<void> {
    const message = withAttachments({ id: this.context.createId(), text }, attachments);
    const isForNext = this.status === 'stopping' || this.turns.isHeld;
    if (isForNext) this.forNext.add(message.id);
    await this.sendWhenIdle(message);
    if (followUp === 'steer' && !isForNext) await this.sendQueuedNow(message.id);
  }

  /** Sends a queued message now, into the running turn. */
  async sendQueuedNow(id: string): Promise<void> {
    if (this.turns.isHeld) {
      this.forNext.add(id);
      return;
    }
    const message = this.takeFromQueue(id);
    if (!message) return;
    const steering = isBusy(this.view) ? this.turns.steer(message) : undefined;
    if (!steering) {
      await this.dispatch(message);
      return;
    }
    this.store.set({ outbox: [...this.view.outbox, { ...message, problem: null }] });
    try {
      await steering;
    } catch (error) {
      // The turn ended meanwhile, or takes no input: keep the place at the head of the queue.
      this.context.logger.info(`Not steered: ${messageOf(error)}`);
      this.remove(id);
      this.store.set({ queue: [message, ...this.view.queue] });
      if (!this.mustWait && this.status !== 'failed') await this.drainQueue();
    }
  }

  /** Takes a message out of the queue and gives it back, to be edited or forgotten. */
  takeFromQueue(id: string): MessageDraft | undefined {
    const message = this.view.queue.find((entry) => entry.id === id);
    if (message) this.store.set({ queue: this.view.queue.filter((entry) => entry !== message) });
    return message;
  }

  /** Moves a queued message to another place in the queue; `index` counts without it, and is brought into range. */
  moveInQueue(id: string, index: number): void {
    const message = this.view.queue.find((entry) => entry.id === id);
    if (!message) return;
    this.store.set({ queue: this.view.queue.filter((entry) => entry !== message).toSpliced(index, 0, message) });
  }

  /** Forgets a message that is on its way or was refused. */
  remove(id: string): void {
    this.store.set({ outbox: this.view.outbox.filter((message) => message.id !== id) });
  }

  /**
   * Sends again: the message that was refused, or the one whose turn failed, if that is the newest.
   *
   * @param id of the message or the turn; `null`: whatever can be sent again.
   * @param load what to do where there is no message, but a conversation that could not be read.
   */
  async retry(id: string | null, load: () => Promise<void>): Promise<void> {
    if (this.mustWait) return;
    const refused = this.view.outbox.find((message) => message.problem !== null && (id === null || message.id === id));
    if (refused) {
      this.remove(refused.id);
      const message = withAttachments({ id: refused.id, text: refused.text }, refused.attachments);
      await (isEmptyMessage(message) ? load() : this.dispatch(message));
      return;
    }
    const message = await this.takeFailed(id);
    if (message) await this.sendWhenIdle(message);
  }

  /**
   * Lets the message of the newest turn, if that failed, wait for the end of the next one.
   *
   * @throws RpcError, SwitchyardError when it could not be read again.
   */
  async queueFailed(): Promise<void> {
    const message = await this.takeFailed(null);
    if (message) this.store.set({ queue: [message, ...this.view.queue] });
  }

  /** A turn has ended: what it did not take is marked, and the next message of the queue is sent. */
  turnEnded(): void {
    this.markAll(NOT_TAKEN);
    if (this.turns.isHeld) return;
    // A stop or a failure leaves the queue standing, but for what was written after Stop: the person decides.
    this.sendFirst(({ id }) => this.status === 'ready' || this.forNext.has(id));
  }

  /** Turns may be started again: sends what was written meanwhile. What was in the queue before stays there. */
  released(): void {
    if (this.mustWait) this.staysQueued();
    else this.sendFirst(({ id }) => this.forNext.has(id));
  }

  /** What was written for what comes next waits like the rest of the queue: something else came, or nothing did. */
  staysQueued(): void {
    this.forNext.clear();
  }

  /** Says of everything on its way why it was not delivered. */
  markAll(problem: NonNullable<OutgoingMessage['problem']>): void {
    this.store.set({
      outbox: this.view.outbox.map((message) => ({ ...message, problem: message.problem ?? problem })),
    });
  }

  /** The message of the newest turn, if that failed and is the one meant; its problem is then gone. */
  private async takeFailed(id: string | null): Promise<MessageDraft | undefined> {
    const failed = this.failedTurn(id);
    const you = failed?.items.findLast((item) => item.type === 'you');
    if (!failed || !you) return undefined;
    const attachments = await this.attachmentsOf(failed.id, you);
    const message = withAttachments({ id: this.context.createId(), text: you.text }, attachments);
    if (isEmptyMessage(message)) {
      throw new SwitchyardError('notFound', 'Nothing of this message can be sent again from here. Write it anew.');
    }
    // Meanwhile it may have been taken by another Retry, or the conversation has gone on.
    const turn = this.failedTurn(failed.id);
    if (!turn) return undefined;
    this.store.emit([{ type: 'turn', turn: { ...headOf(turn), problem: null } }]);
    return message;
  }

  /** The newest turn, if that failed and is the one meant. */
  private failedTurn(id: string | null): TurnView | undefined {
    const last = this.view.turns.at(-1);
    return last?.problem && (id === null || last.id === id) ? last : undefined;
  }

  /** What was attached to a message. One that was sent before a reload, or into a turn, is read from the server. */
  private async attachmentsOf(turnId: string, { id, text, attachments }: YouItem): Promise<readonly Attachment[]> {
    if (attachments.length === 0) return [];
    if (this.lastSent?.text === text) return this.lastSent.attachments ?? [];
    const ids = { threadId: this.view.threadId ?? '', turnId, itemId: id };
    const sent = await readSentMessage(this.context.client.request, ids, () => this.context.createId());
    return sent?.attachments ?? [];
  }

  private async dispatch(message: MessageDraft): Promise<void> {
    this.lastSent = message;
    const title =
      this.view.title === '' ? titleOf(message.text || (message.attachments?.[0]?.label ?? '')) : this.view.title;
    const outgoing: OutgoingMessage = { ...message, problem: null };
    this.store.set({
      status: 'working',
      title,
      outbox: [...this.view.outbox, outgoing],
      updatedAtMs: this.context.now(),
    });
    try {
      await this.turns.start(message);
    } catch (error) {
      this.context.logger.error(`A message was not sent: ${messageOf(error)}`);
      const outbox = this.view.outbox.map((entry) =>
        entry.id === message.id ? { ...entry, problem: sendProblem(error) } : entry,
      );
      this.store.set({ status: this.status === 'stopping' ? 'stopped' : 'failed', outbox });
    }
  }

  private sendFirst(which: (message: MessageDraft) => boolean): void {
    const next = this.view.queue.find(which);
    this.forNext.clear();
    const message = next && this.takeFromQueue(next.id);
    if (message) void this.dispatch(message);
  }

  private get mustWait(): boolean {
    return isBusy(this.view) || this.turns.isHeld;
  }

  /** Sends a message, or queues it while that is not possible. */
  private async sendWhenIdle(message: MessageDraft): Promise<void> {
    if (this.mustWait) this.store.set({ queue: [...this.view.queue, message] });
    else await this.dispatch(message);
  }

  private async drainQueue(): Promise<void> {
    const [next, ...rest] = this.view.queue;
    if (!next) return;
    this.store.set({ queue: rest });
    await this.dispatch(next);
  }

  private get view(): Readonly<ConversationView> {
    return this.store.view;
  }

  /** Read anew after an `await`: it may have changed meanwhile. */
  private get status(): ConversationView['status'] {
    return this.store.view.status;
  }
}

function withAttachments(message: MessageDraft, attachments: readonly Attachment[] = []): MessageDraft {
  return attachments.length > 0 ? { ...message, attachments } : message;
}

/** No message at all: a conversation that could not be read. */
function isEmptyMessage({ text, attachments = [] }: MessageDraft): boolean {
  return text === '' && attachments.length === 0;
}

/** What a conversation is called that begins with these words. */
export function titleOf(text: string): string {
  const line = text.trim().split('\n')[0] ?? '';
  return line.length <= TITLE_LENGTH ? line : `${line.slice(0, TITLE_LENGTH - 1).trimEnd()}…`;
}
