import { messageOf } from '../base/errors';
import type { ConversationView, MessageDraft, OutgoingMessage } from '../shared/conversation';
import type { ConversationContext } from './context';
import { NOT_TAKEN, sendProblem } from './problems';
import { headOf, type ViewStore } from './viewStore';

const TITLE_LENGTH = 60;
const BUSY: ReadonlySet<ConversationView['status']> = new Set(['working', 'waiting', 'stopping'] as const);

/** Whether a turn runs, or is about to. */
export function isBusy({ status }: Pick<ConversationView, 'status'>): boolean {
  return BUSY.has(status);
}

/** The turns of a conversation, as its outbox sees them. */
export interface TurnStarter {
  /** Sends a message as a new turn. */
  start(message: MessageDraft): Promise<void>;
  /** Sends a message into the running turn; `undefined`: nothing runs that could take it. */
  steer(message: MessageDraft): Promise<void> | undefined;
}

/** A conversation's messages until the server has them: those that wait for a turn to end, and those on their way. */
export class Outbox {
  /** Messages written after Stop was pressed: they are meant for what comes next. */
  private readonly afterStop = new Set<string>();

  constructor(
    private readonly store: ViewStore,
    private readonly context: ConversationContext,
    private readonly turns: TurnStarter,
  ) {}

  /** Sends a message, or queues it while a turn runs. Failures stay visible beside the message, with a retry. */
  async send(text: string): Promise<void> {
    const message: MessageDraft = { id: this.context.createId(), text };
    if (this.status === 'stopping') this.afterStop.add(message.id);
    if (isBusy(this.view)) this.store.set({ queue: [...this.view.queue, message] });
    else await this.dispatch(message);
  }

  /** Sends a queued message now, into the running turn. */
  async sendQueuedNow(id: string): Promise<void> {
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
      if (!isBusy(this.view) && this.status !== 'failed') await this.drainQueue();
    }
  }

  /** Takes a message out of the queue and gives it back, to be edited or forgotten. */
  takeFromQueue(id: string): MessageDraft | undefined {
    const message = this.view.queue.find((entry) => entry.id === id);
    if (message) this.store.set({ queue: this.view.queue.filter((entry) => entry !== message) });
    return message;
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
    if (isBusy(this.view)) return;
    const refused = this.view.outbox.find((message) => message.problem !== null && (id === null || message.id === id));
    if (refused) {
      this.remove(refused.id);
      await (refused.text === '' ? load() : this.dispatch({ id: refused.id, text: refused.text }));
      return;
    }
    const last = this.view.turns.at(-1);
    if (!last?.problem || (id !== null && last.id !== id)) return;
    const you = last.items.findLast((item) => item.type === 'you');
    if (you?.type === 'you') {
      this.store.emit([{ type: 'turn', turn: { ...headOf(last), problem: null } }]);
      await this.dispatch({ id: this.context.createId(), text: you.text });
    }
  }

  /** A turn has ended: what it did not take is marked, and the next message of the queue is sent. */
  turnEnded(): void {
    this.markAll(NOT_TAKEN);
    // A stop or a failure leaves the queue standing, but for what was written after Stop: the person decides.
    const next = this.view.queue.find(({ id }) => this.status === 'ready' || this.afterStop.has(id));
    this.afterStop.clear();
    const message = next && this.takeFromQueue(next.id);
    if (message) void this.dispatch(message);
  }

  /** Says of everything on its way why it was not delivered. */
  markAll(problem: NonNullable<OutgoingMessage['problem']>): void {
    this.store.set({
      outbox: this.view.outbox.map((message) => ({ ...message, problem: message.problem ?? problem })),
    });
  }

  private async dispatch(message: MessageDraft): Promise<void> {
    const title = this.view.title === '' ? titleOf(message.text) : this.view.title;
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

function titleOf(text: string): string {
  const line = text.trim().split('\n')[0] ?? '';
  return line.length <= TITLE_LENGTH ? line : `${line.slice(0, TITLE_LENGTH - 1).trimEnd()}…`;
}
