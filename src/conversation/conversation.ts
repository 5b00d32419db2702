import { type Disposable, DisposableStore } from '../base/disposable';
import { messageOf, SwitchyardError } from '../base/errors';
import type { Event } from '../base/event';
import type { ReviewTarget } from '../protocol/generated/types/v2/ReviewTarget';
import type { TypedNotification } from '../router/notification';
import { findTurn } from '../shared/applyDelta';
import type {
  ContentionView,
  ConversationFields,
  ConversationView,
  FilesItem,
  MessageDraft,
  TurnChangesView,
  UnreviewedFileView,
} from '../shared/conversation';
import { AgentNotes } from './agentNotes';
import { ApprovalFlow } from './approvalFlow';
import type { ConversationContext } from './context';
import { CurrentTurn } from './currentTurn';
import { FileNotes } from './fileNotes';
import { Goal } from './goal';
import { History } from './history';
import { isBusy, Outbox, type SendOptions } from './outbox';
import { INTERRUPTED_BY_SERVER_END, loadProblem } from './problems';
import { reduce } from './reduce';
import { Reverts, type ThreadChange } from './reverts';
import { onServerEnd } from './serverEnd';
import { SideQuestion } from './sideQuestion';
import { ThreadLink } from './threadLink';
import { type ConversationChange, ViewStore } from './viewStore';

/** One conversation: the state every panel of it shows, and what the person can do with it. */
export class Conversation implements Disposable {
  private readonly store = new DisposableStore();
  private readonly state: ViewStore;
  private readonly link: ThreadLink;
  private readonly outbox: Outbox;
  private readonly notes: AgentNotes;
  private readonly reverts: Reverts;
  private readonly history: History;
  private readonly turn: CurrentTurn;
  private readonly fileNotes: FileNotes;
  /** What the server asks, and what the person answers. */
  readonly approvals: ApprovalFlow;
  /** What is asked beside the conversation. */
  readonly side: SideQuestion;
  /** What the conversation is to reach over several turns. */
  readonly goal: Goal;

  readonly onDidChange: Event<ConversationChange>;

  constructor(
    initial: ConversationView,
    private readonly context: ConversationContext,
  ) {
    this.state = this.store.add(new ViewStore(initial, context.logger));
    this.onDidChange = this.state.onDidChange;
    this.link = this.store.add(
      new ThreadLink(
        initial,
        context,
        (notification) => {
          this.receive(notification);
        },
        (fields) => {
          this.state.set(fields);
        },
      ),
    );
    this.notes = new AgentNotes(context, {
      threadId: () => this.view.threadId,
      steer: (notes) => this.turn.steerNotes(notes),
    });
    this.goal = new Goal(this.state, this.link, context, () => this.turn.mustNotBeHeld());
    this.reverts = new Reverts(this.state, this.link, context.logger);
    this.turn = new CurrentTurn(this.state, this.link, context, {
      notes: this.notes,
      goal: this.goal,
      reverts: this.reverts,
    });
    this.outbox = new Outbox(this.state, context, this.turn);
    this.fileNotes = new FileNotes(this.state);
    this.approvals = new ApprovalFlow(this.state, context, this.fileNotes, this);
    this.history = new History(
      this.state,
      this.link,
      (turnId) => this.turn.follow(turnId),
      context.unfinished?.recall(initial.threadId ?? ''),
    );
    this.side = this.store.add(new SideQuestion(this.state, context));
    this.store.add(onServerEnd(context.client, () => this.serverEnded()));
    // Last: what the thread has said before is received right now, by all of the above.
    this.link.begin();
  }

  get view(): Readonly<ConversationView> {
    return this.state.view;
  }

  get key(): string {
    return this.view.key;
  }

  get isBusy(): boolean {
    return isBusy(this.view);
  }

  /** The whole state and its number; later changes count on from there. */
  snapshot(): { readonly seq: number; readonly view: Readonly<ConversationView> } {
    return { seq: this.state.seq, view: this.view };
  }

  /** Sends a message, or queues it while a turn runs. Failures stay visible beside the message, with a retry. */
  send(text: string, options: SendOptions = {}): Promise<void> {
    return this.outbox.send(text, options);
  }

  /** Sends a queued message now, into the running turn. */
  sendQueuedNow(id: string): Promise<void> {
    return this.outbox.sendQueuedNow(id);
  }

  /** Takes a message out of the queue and gives it back, to be edited or forgotten. */
  takeFromQueue(id: string): MessageDraft | undefined {
    return this.outbox.takeFromQueue(id);
  }

  /** Moves a queued message to another place in the queue. */
  moveInQueue(id: string, index: number): void {
    this.outbox.moveInQueue(id, index);
  }

  removeFromOutbox(id: string): void {
    this.outbox.remove(id);
  }

  /**
   * Sends again: the message that was refused, or the one whose turn failed, if that is the newest.
   *
   * @param id of the message or the turn; `null`: whatever can be sent again.
   */
  retry(id: string | null = null): Promise<void> {
    return this.outbox.retry(id, () =>
      this.load().catch((error: unknown) => {
        this.reportLoadFailure(error);
      }),
    );
  }

  /**
   * Tells the agent something that is not the person's words, in English: at once into the turn that runs, else with
   * the next message, also after a reload. The transcript shows it as a notice.
   */
  tellAgent(note: string): Promise<void> {
    return this.notes.tell(note);
  }

  /** Lets Codex put a summary in the place of what was said so far. @throws RpcError, SwitchyardError */
  compact(): Promise<void> {
    return this.turn.compact();
  }

  /** Compacts, and then sends the message again whose turn failed, if that is the newest. @throws RpcError, SwitchyardError */
  async compactAndRetry(): Promise<void> {
    this.turn.mustBeIdle();
    await this.outbox.queueFailed();
    await this.compact();
  }

  /** Lets Codex review changes in a turn of its own. @throws RpcError, SwitchyardError */
  review(target: ReviewTarget): Promise<void> {
    return this.turn.review(target);
  }

  /** Stops the running turn: its open approvals are closed and its commands are ended. */
  stop(): Promise<void> {
    return this.turn.stop();
  }

  /** Changes title, mode, model, effort or tier; all but the title hold from the next message on. */
  configure(fields: Partial<Pick<ConversationFields, 'title' | 'mode' | 'model' | 'effort' | 'tier'>>): void {
    this.state.set(fields);
    if (Object.keys(fields).some((field) => field !== 'title')) void this.goal.settingsChanged();
  }

  /** Files with changes of this conversation that nobody has kept or undone yet. */
  setUnreviewed(unreviewed: readonly UnreviewedFileView[]): void {
    if (unreviewed.length > 0 || this.view.unreviewed.length > 0) this.state.set({ unreviewed });
  }

  /** The turns that changed files, oldest first. */
  setChangedTurns(changedTurns: readonly TurnChangesView[]): void {
    if (changedTurns.length > 0 || this.view.changedTurns.length > 0) this.state.set({ changedTurns });
  }

  /** Files that another conversation is about to write as well. */
  setContention(contention: readonly ContentionView[]): void {
    if (contention.length > 0 || this.view.contention.length > 0) this.state.set({ contention });
  }

  /** Reads the newest of the conversation's turns from the server. @throws RpcError, SwitchyardError */
  load(): Promise<void> {
    return this.history.load();
  }

  /** Reads the turns before the earliest that is shown, a page at a time. @throws RpcError, SwitchyardError */
  loadEarlier(): Promise<void> {
    return this.history.loadEarlier();
  }

  /** Shows why the conversation could not be read. What the panel held before stays. */
  reportLoadFailure(error: unknown): void {
    this.context.logger.error(`A conversation was not read: ${messageOf(error)}`);
    this.state.set({
      outbox: [...this.view.outbox, { id: this.context.createId(), text: '', problem: loadProblem(error) }],
    });
  }

  /** True until the next message after {@link revertBefore}. */
  get canRedoRevert(): boolean {
    return this.reverts.canRedo;
  }

  /**
   * Takes a turn and all later ones back: they are gone from the view, and the agent does not know of them any more.
   * Files stay as they are. A turn that runs is stopped first.
   *
   * @param goOn is called when it is done: what it sends goes before what was written meanwhile.
   * @returns the text of the message that began the turn. @throws RpcError, SwitchyardError
   */
  async revertBefore(turnId: string, goOn?: () => void): Promise<string> {
    const turn = findTurn(this.view, turnId);
    if (!turn) throw new SwitchyardError('notFound', 'This message is no longer part of the conversation.');
    await this.hold(async () => {
      await this.goal.stopping();
      await this.stop();
      if (this.isBusy && !this.turn.isKnown) {
        throw new SwitchyardError('declined', 'Codex has not taken the last message yet. Try again in a moment.');
      }
      await this.reverts.revertBefore(turn);
      this.turn.ended();
    });
    goOn?.();
    this.outbox.released();
    const you = turn.items.find((item) => item.type === 'you');
    return you?.text ?? '';
  }

  /**
   * Brings back what {@link revertBefore} took, until the next message. The conversation goes on in a copy of its
   * thread, whose turns have the same ids: the server cannot take a revert back (codex app-server 0.169.0).
   *
   * @param moved told as soon as it has the other thread: what is kept under the id of the former has to follow.
   * @returns the ids of the thread it was and the one it is now. @throws RpcError, SwitchyardError where it has not moved
   */
  async redoRevert(moved: (threads: ThreadChange) => void): Promise<ThreadChange> {
    if (this.isBusy) throw new SwitchyardError('declined', 'Codex works. Stop it before you bring anything back.');
    const change = await this.hold(async () => {
      const threads = await this.reverts.redo((ids) => {
        this.notes.threadChanged();
        moved(ids);
      });
      await this.load().catch((error: unknown) => {
        this.reportLoadFailure(error);
      });
      return threads;
    });
    this.outbox.released();
    return change;
  }

  /** Nothing can be brought back any more. Resolves when nothing is kept for it; never rejects. */
  giveUpRedo(): Promise<void> {
    return this.reverts.forgetCopy();
  }

  /** The editor did not write a file: notes it beside the change, and tells the agent. `false`: as {@link noteFile}. */
  noteRefusal(path: string, note: string): boolean {
    if (!this.fileNotes.addRefusal(path, note)) return false;
    void this.tellAgent(`The editor did not write ${path}. ${note} Read the file again before you change it.`);
    return true;
  }

  /** Notes beside a changed file what the editor did not do; gives the change, unless the file is in none. */
  noteFile(path: string, note: string): FilesItem | undefined {
    return this.fileNotes.add(path, note);
  }

  dispose(): void {
    this.approvals.closeAll('The conversation was closed.');
    this.store.dispose();
  }

  /** Lets no turn start meanwhile. What is written stays in the queue when `run` fails: the person decides. */
  private hold<T>(run: () => Promise<T>): Promise<T> {
    return this.turn.hold(async () => {
      try {
        return await run();
      } catch (error) {
        this.outbox.staysQueued();
        throw error;
      }
    });
  }

  private receive(notification: TypedNotification): void {
    if (!notification.known || this.reverts.hasDropped(notification.turnId)) return;
    if (notification.method === 'turn/started') this.turn.started(notification.params.turn.id);
    const wasBusy = this.isBusy;
    if (notification.method === 'serverRequest/resolved') this.approvals.resolved(notification.params.requestId);
    if (notification.method === 'turn/completed') this.approvals.turnEnded(notification.params.turn.id);
    this.state.emit(reduce(this.view, notification, this.context.now(), this.context.limitReached?.()));
    if (notification.method !== 'turn/completed') return;
    this.state.set({ updatedAtMs: this.context.now() });
    if (!wasBusy || isBusy(this.view)) return;
    this.turn.ended();
    this.outbox.turnEnded();
  }

  private serverEnded(): void {
    this.approvals.closeAll('Codex stopped.');
    this.link.detach();
    this.goal.serverEnded();
    if (this.turn.serverEnded()) this.outbox.markAll(INTERRUPTED_BY_SERVER_END);
  }
}
