import { type Disposable, DisposableStore } from '../base/disposable';
import { messageOf, RpcError, SwitchyardError } from '../base/errors';
import type { Event } from '../base/event';
import type { ReviewTarget } from '../protocol/generated/types/v2/ReviewTarget';
import type { RoutedRequest } from '../router/appServerClient';
import type { TypedNotification } from '../router/notification';
import { findItem, findTurn } from '../shared/applyDelta';
import type {
  ApprovalView,
  ContentionView,
  ConversationFields,
  ConversationView,
  FilesItem,
  MessageDraft,
  TurnChangesView,
  UnreviewedFileView,
} from '../shared/conversation';
import type { FieldValue } from '../shared/questions';
import { AgentNotes } from './agentNotes';
import { DECLINE_AND_STOP } from './approval';
import { ApprovalDesk } from './approvalDesk';
import { toApproval } from './approvals';
import type { ApprovedFile, ConversationContext } from './context';
import { FileNotes } from './fileNotes';
import { Goal } from './goal';
import { History } from './history';
import { isBusy, Outbox, type SendOptions } from './outbox';
import { fullAccessDeclined, INTERRUPTED_BY_SERVER_END, loadProblem } from './problems';
import { closeOpenItems, reduce } from './reduce';
import { Reverts, type ThreadChange } from './reverts';
import { SideQuestion } from './sideQuestion';
import { ThreadLink } from './threadLink';
import { type ConversationChange, headOf, ViewStore } from './viewStore';

const UNSUPPORTED = -32601;

/** One conversation: the state every panel of it shows, and what the person can do with it. */
export class Conversation implements Disposable {
  private readonly store = new DisposableStore();
  private readonly state: ViewStore;
  private readonly approvals: ApprovalDesk;
  private readonly link: ThreadLink;
  private readonly outbox: Outbox;
  private readonly notes: AgentNotes;
  private readonly reverts: Reverts;
  private readonly history: History;
  /** What `turn/interrupt` wants: the id of `turn/started`, which differs from the items' for a review. */
  private interruptId: string | undefined;
  private readonly fileNotes: FileNotes;
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
    this.approvals = new ApprovalDesk((approvals) => {
      this.setApprovals(approvals);
    });
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
    this.outbox = new Outbox(this.state, context, {
      start: (message) => this.startTurn(message),
      steer: (message) => (this.interruptId === undefined ? undefined : this.link.steer(message, this.interruptId)),
    });
    this.notes = new AgentNotes(context, {
      threadId: () => this.view.threadId,
      steer: (notes) => this.steerNotes(notes),
    });
    this.fileNotes = new FileNotes(this.state);
    this.reverts = new Reverts(this.state, this.link, context.logger);
    this.history = new History(this.state, this.link, context.unfinished?.recall(initial.threadId ?? ''));
    this.side = this.store.add(new SideQuestion(this.state, context));
    this.goal = new Goal(this.state, this.link, context);
    this.store.add(
      context.client.onStateChange((server) => {
        if (server.kind !== 'ready' && server.kind !== 'starting') this.serverEnded();
      }),
    );
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
  async compact(): Promise<void> {
    this.mustBeIdle();
    if (this.view.threadId === null) throw new SwitchyardError('declined', 'There is nothing to compact yet.');
    await this.link.compact();
  }

  /** Compacts, and then sends the message again whose turn failed, if that is the newest. @throws RpcError, SwitchyardError */
  async compactAndRetry(): Promise<void> {
    this.mustBeIdle();
    this.outbox.queueFailed();
    await this.compact();
  }

  /** Lets Codex review changes in a turn of its own. @throws RpcError, SwitchyardError */
  async review(target: ReviewTarget): Promise<void> {
    this.mustBeIdle();
    if (!(await this.context.mayStartTurn(this.view.mode, this.view.folder))) throw fullAccessDeclined();
    if (this.view.title === '') this.state.set({ title: 'Code review' });
    await this.link.review(target);
  }

  /** Stops the running turn: its open approvals are closed and its commands are ended. */
  async stop(): Promise<void> {
    if (!this.isBusy) return;
    this.state.set({ status: 'stopping' });
    if (this.interruptId === undefined) return;
    try {
      await this.interrupt(this.interruptId);
    } catch (error) {
      // The turn goes on: Stop can be pressed again.
      if (this.status() === 'stopping') {
        this.state.set({ status: this.view.approvals.length > 0 ? 'waiting' : 'working' });
      }
      throw error;
    }
  }

  /**
   * Answers an open approval with one of its decisions, and with what was filled in where it has fields. Anything
   * unknown, unfit or answered already is ignored.
   */
  async decide(approvalId: string, decisionId: string, values?: readonly FieldValue[]): Promise<void> {
    const approval = this.view.approvals.find((view) => view.id === approvalId);
    if (approval?.kind === 'files' && decisionId.startsWith('accept')) {
      await this.approvals.decideAfter(approvalId, decisionId, () => this.prepareWrite(approval, decisionId));
    } else this.approvals.decide(approvalId, decisionId, values);
    if (approval && decisionId === DECLINE_AND_STOP) await this.stop();
  }

  /** Keeps what is filled in of an approval so far, for when its panel is shown again. */
  keepFilled(approvalId: string, values: readonly FieldValue[]): void {
    this.approvals.keepFilled(approvalId, values);
  }

  /** Chooses which hunks of a proposed file are written when the change is accepted. */
  chooseHunks(approvalId: string, path: string, hunks: readonly number[] | 'all' | 'none'): void {
    this.approvals.choose(approvalId, (choices) => {
      choices.choose(path, hunks);
    });
  }

  /** Another text, of the person's own, is written instead of a proposed file when the change is accepted. */
  editProposal(approvalId: string, path: string, text: string): void {
    this.approvals.choose(approvalId, (choices) => {
      choices.edit(path, text);
    });
  }

  /** The files of a change that waits for the person; `undefined` when it does not wait any more. */
  proposal(approvalId: string): readonly ApprovedFile[] | undefined {
    return this.approvals.proposal(approvalId);
  }

  /** Shows a request of the server and resolves with the person's answer. Rejects when it is closed without one. */
  async ask(request: RoutedRequest): Promise<unknown> {
    const { threadId, turnId, itemId } = request;
    const item = turnId !== undefined && itemId !== undefined ? findItem(this.view, turnId, itemId) : undefined;
    if (request.method === 'item/fileChange/requestApproval' && this.fileNotes.isRefused(itemId ?? '')) {
      // Asked again "command failed; retry without sandbox?": no sandbox was in the way (codex app-server 0.169.0).
      return { decision: 'decline' };
    }
    const { folder } = this.view;
    const folders = this.context.workspaceFolders();
    const approval = toApproval(request, {
      id: this.context.createId(),
      folder,
      changes: item?.type === 'files' ? item.changes : [],
      folders: folders.length > 0 ? folders : [folder],
    });
    if (!approval) {
      this.notice(`Codex asked for something that Switchyard cannot show yet (${request.method}). It was told so.`);
      throw new RpcError(request.method, UNSUPPORTED, `Switchyard cannot show ${request.method} yet`);
    }
    const answer = this.approvals.open(request.id, approval);
    if (approval.choices && threadId !== undefined && itemId !== undefined) {
      this.context.leases.waitingForApproval(threadId, itemId);
    }
    return answer;
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
   * @returns the text of the message that began the turn. @throws RpcError, SwitchyardError
   */
  async revertBefore(turnId: string): Promise<string> {
    const turn = findTurn(this.view, turnId);
    if (!turn) throw new SwitchyardError('notFound', 'This message is no longer part of the conversation.');
    await this.goal.stopping();
    await this.stop();
    if (this.isBusy && this.interruptId === undefined) {
      throw new SwitchyardError('declined', 'Codex has not taken the last message yet. Try again in a moment.');
    }
    await this.reverts.revertBefore(turn);
    this.interruptId = undefined;
    const you = turn.items.find((item) => item.type === 'you');
    return you?.text ?? '';
  }

  /**
   * Brings back what {@link revertBefore} took, until the next message. The conversation goes on in a copy of its
   * thread, whose turns have the same ids: the server cannot take a revert back (codex app-server 0.169.0).
   *
   * @returns the ids of the thread it was and the one it is now. @throws RpcError, SwitchyardError
   */
  async redoRevert(): Promise<ThreadChange> {
    if (this.isBusy) throw new SwitchyardError('declined', 'Codex works. Stop it before you bring anything back.');
    const change = await this.reverts.redo();
    this.notes.threadChanged();
    await this.load();
    return change;
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

  private mustBeIdle(): void {
    if (this.isBusy) throw new SwitchyardError('declined', 'Codex works. Stop it, or wait until the turn has ended.');
  }

  private async startTurn(message: MessageDraft): Promise<void> {
    // What is left of a turn that had ended before its start was answered.
    this.interruptId = undefined;
    if (!(await this.context.mayStartTurn(this.view.mode, this.view.folder))) throw fullAccessDeclined();
    let notes: readonly string[] = [];
    const turn = await this.link.startTurn(message, () => (notes = this.notes.all()));
    this.notes.told(notes);
    this.reverts.forgetCopy();
    this.interruptId ??= turn.id;
    // Stop was pressed before the server had told the turn's id.
    if (this.status() === 'stopping') await this.interrupt(this.interruptId);
  }

  private async steerNotes(notes: readonly string[]): Promise<boolean> {
    if (!this.isBusy || this.status() === 'stopping' || this.interruptId === undefined) return false;
    await this.link.steerNotes(notes, this.interruptId);
    return true;
  }

  /** Gets an accepted change ready to be written, and gives the decision that it comes to. */
  private async prepareWrite({ id, turnId, itemId }: ApprovalView, decisionId: string): Promise<string> {
    const files = this.approvals.proposal(id) ?? [];
    if (files.length > 0 && files.every(({ choice }) => choice === 'none')) return 'decline';
    const ids = { threadId: this.view.threadId ?? '', turnId: turnId ?? '', itemId: itemId ?? '' };
    const { write, note } = await this.context.beforeFilesAreWritten({ ...ids, files });
    // Meanwhile its turn may have ended: then nothing will be written.
    if (this.approvals.proposal(id) === undefined) return 'decline';
    // Told before the answer, it reaches the model right after the output of the patch, which says "Success" whatever
    // was left out of it, or only "rejected" (codex app-server 0.169.0).
    if (note !== undefined) await this.tellAgent(note);
    if (!write) return 'decline';
    this.fileNotes.addChoices(files);
    this.context.leases.accepted(ids.threadId, ids.itemId);
    return decisionId;
  }

  /** Read anew after an `await`: it may have changed meanwhile. */
  private status(): ConversationView['status'] {
    return this.view.status;
  }

  private async interrupt(turnId: string): Promise<void> {
    await this.goal.stopping();
    try {
      await this.link.interrupt(turnId);
    } catch (error) {
      if (!(error instanceof RpcError) || error.reason === 'overloaded') throw error;
      // The turn is over for the server: its own end is on the way, or was lost with an earlier process.
      this.context.logger.info(`Nothing to stop: ${error.rpcMessage}`);
      const turn = this.view.turns.at(-1);
      if (this.status() === 'stopping') {
        this.state.emit(
          turn?.status === 'working'
            ? [{ type: 'turn', turn: { ...headOf(turn), status: 'stopped' } }, ...closeOpenItems(turn)]
            : [],
        );
        this.state.set({ status: 'stopped' });
      }
    }
  }

  private receive(notification: TypedNotification): void {
    if (this.reverts.hasDropped(notification.turnId)) return;
    if (notification.known && notification.method === 'turn/started') this.interruptId = notification.params.turn.id;
    if (notification.known && notification.method === 'serverRequest/resolved') {
      this.approvals.closeRequest(notification.params.requestId, 'It was answered elsewhere, or its turn ended.');
    }
    const wasBusy = this.isBusy;
    this.state.emit(reduce(this.view, notification, this.context.now(), this.context.limitReached?.()));
    if (!notification.known || notification.method !== 'turn/completed') return;
    this.state.set({ updatedAtMs: this.context.now() });
    if (!wasBusy || isBusy(this.view)) return;
    this.interruptId = undefined;
    this.outbox.turnEnded();
  }

  /** Says something in the newest turn that is no item of the server's. */
  private notice(text: string): void {
    const turn = this.view.turns.at(-1);
    if (!turn) return;
    const item = { type: 'notice', id: this.context.createId(), text } as const;
    this.state.emit([{ type: 'item', turnId: turn.id, item }]);
  }

  private setApprovals(approvals: ConversationView['approvals']): void {
    const { status, turns } = this.view;
    if (approvals.length > 0 && status !== 'stopping') this.state.set({ approvals, status: 'waiting' });
    else if (status !== 'waiting') this.state.set({ approvals });
    else this.state.set({ approvals, status: turns.at(-1)?.status === 'working' ? 'working' : 'ready' });
  }

  private serverEnded(): void {
    this.approvals.closeAll('Codex stopped.');
    this.link.detach();
    this.goal.serverEnded();
    // Without an id the turn was not accepted yet: whoever sent its message is told by the request that fails.
    const accepted = this.interruptId !== undefined && this.isBusy;
    this.interruptId = undefined;
    const turn = this.view.turns.at(-1);
    if (turn?.status === 'working') {
      this.state.emit([
        { type: 'turn', turn: { ...headOf(turn), status: 'failed', problem: INTERRUPTED_BY_SERVER_END } },
        ...closeOpenItems(turn),
      ]);
    } else if (!accepted) return;
    if (accepted) this.outbox.markAll(INTERRUPTED_BY_SERVER_END);
    this.state.set({ status: 'failed', retry: null });
  }
}
