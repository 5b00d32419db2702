import { RpcError, SwitchyardError } from '../base/errors';
import type { ReviewTarget } from '../protocol/generated/types/v2/ReviewTarget';
import type { ConversationView, MessageDraft } from '../shared/conversation';
import type { AgentNotes } from './agentNotes';
import type { ConversationContext } from './context';
import type { Goal } from './goal';
import { isBusy, type TurnStarter } from './outbox';
import { fullAccessDeclined, INTERRUPTED_BY_SERVER_END } from './problems';
import { closeOpenItems } from './reduce';
import type { Reverts } from './reverts';
import type { ThreadLink } from './threadLink';
import { headOf, type ViewStore } from './viewStore';

/** What of the conversation a turn has to do with. */
export interface TurnParts {
  readonly notes: AgentNotes;
  readonly goal: Goal;
  readonly reverts: Reverts;
}

/** The turn of a conversation that runs, or is about to: how it is started, is told things, and is stopped. */
export class CurrentTurn implements TurnStarter {
  /** What `turn/interrupt` wants: the id of `turn/started`, which differs from the items' for a review. */
  private interruptId: string | undefined;
  private held = false;

  constructor(
    private readonly state: ViewStore,
    private readonly link: ThreadLink,
    private readonly context: ConversationContext,
    private readonly parts: TurnParts,
  ) {}

  /** Whether the server has told of the turn, so that it can be stopped. */
  get isKnown(): boolean {
    return this.interruptId !== undefined;
  }

  /** Whether turns are being taken back, or brought back: one that started meanwhile would be lost. */
  get isHeld(): boolean {
    return this.held;
  }

  /** Lets no turn start while `run` takes turns back, or brings them back. @throws SwitchyardError `declined` when held. */
  async hold<T>(run: () => Promise<T>): Promise<T> {
    this.mustNotBeHeld();
    this.held = true;
    try {
      return await run();
    } finally {
      this.held = false;
    }
  }

  /** Sends a message as a new turn. @throws RpcError, SwitchyardError */
  async start(message: MessageDraft): Promise<void> {
    // What is left of a turn that had ended before its start was answered.
    this.interruptId = undefined;
    await this.mustBeAllowed();
    const { notes } = this.parts;
    let told: readonly string[] = [];
    const turn = await this.link.startTurn(message, () => (told = notes.all()));
    notes.told(told);
    this.interruptId ??= turn.id;
    // Stop was pressed before the server had told the turn's id.
    if (this.status() === 'stopping') await this.interrupt(this.interruptId);
  }

  /** Sends a message into the turn; `undefined`: nothing runs that could take it. */
  steer(message: MessageDraft): Promise<void> | undefined {
    return this.interruptId === undefined ? undefined : this.link.steer(message, this.interruptId);
  }

  /** Tells the turn what the editor has to say; `false`: nothing runs that could take it. @throws RpcError, SwitchyardError */
  async steerNotes(notes: readonly string[]): Promise<boolean> {
    if (!isBusy(this.state.view) || this.status() === 'stopping' || this.interruptId === undefined) return false;
    await this.link.steerNotes(notes, this.interruptId);
    return true;
  }

  /** Lets Codex put a summary in the place of what was said so far. @throws RpcError, SwitchyardError */
  async compact(): Promise<void> {
    this.mustBeIdle();
    if (this.state.view.threadId === null) throw new SwitchyardError('declined', 'There is nothing to compact yet.');
    await this.link.compact();
  }

  /** Lets Codex review changes in a turn of its own. @throws RpcError, SwitchyardError */
  async review(target: ReviewTarget): Promise<void> {
    this.mustBeIdle();
    await this.mustBeAllowed();
    // The person was asked meanwhile.
    this.mustBeIdle();
    if (this.state.view.title === '') this.state.set({ title: 'Code review' });
    await this.link.review(target);
  }

  /** Stops the turn: its open approvals are closed and its commands are ended. @throws RpcError, SwitchyardError */
  async stop(): Promise<void> {
    if (!isBusy(this.state.view)) return;
    this.state.set({ status: 'stopping' });
    if (this.interruptId === undefined) return;
    try {
      await this.interrupt(this.interruptId);
    } catch (error) {
      // The turn goes on: Stop can be pressed again.
      if (this.status() === 'stopping') {
        this.state.set({ status: this.state.view.approvals.length > 0 ? 'waiting' : 'working' });
      }
      throw error;
    }
  }

  /** @throws SwitchyardError `declined` while a turn runs, or none may start. */
  mustBeIdle(): void {
    this.mustNotBeHeld();
    if (isBusy(this.state.view)) {
      throw new SwitchyardError('declined', 'Codex works. Stop it, or wait until the turn has ended.');
    }
  }

  /** @throws SwitchyardError `declined` while turns are taken back, or brought back. */
  mustNotBeHeld(): void {
    if (!this.held) return;
    throw new SwitchyardError('declined', 'Messages are being taken back or brought back. Try again in a moment.');
  }

  /** The server has begun a turn. `id`: of `turn/started`. */
  started(id: string): void {
    this.interruptId = id;
    // Whoever started it, a message or not: what was taken back before stays so.
    void this.parts.reverts.forgetCopy();
  }

  /** A turn runs already that was not heard to begin, such as a sub-agent's. `id`: of its items. */
  follow(id: string): void {
    this.interruptId ??= id;
    const { view } = this.state;
    if (!isBusy(view)) this.state.set({ status: view.approvals.length > 0 ? 'waiting' : 'working' });
  }

  /** The turn has ended, or was taken back. */
  ended(): void {
    this.interruptId = undefined;
  }

  /** The turn has ended with the server. `true`: the server had taken it. */
  serverEnded(): boolean {
    // Without an id the turn was not accepted yet: whoever sent its message is told by the request that fails.
    const accepted = this.isKnown && isBusy(this.state.view);
    this.ended();
    const turn = this.state.view.turns.at(-1);
    if (turn?.status === 'working') {
      this.state.emit([
        { type: 'turn', turn: { ...headOf(turn), status: 'failed', problem: INTERRUPTED_BY_SERVER_END } },
        ...closeOpenItems(turn),
      ]);
    } else if (!accepted) return false;
    this.state.set({ status: 'failed', retry: null });
    return accepted;
  }

  private async mustBeAllowed(): Promise<void> {
    const { mode, folder } = this.state.view;
    if (!(await this.context.mayStartTurn(mode, folder))) throw fullAccessDeclined();
  }

  /** Read anew after an `await`: it may have changed meanwhile. */
  private status(): ConversationView['status'] {
    return this.state.view.status;
  }

  private async interrupt(turnId: string): Promise<void> {
    await this.parts.goal.stopping();
    try {
      await this.link.interrupt(turnId);
    } catch (error) {
      if (!(error instanceof RpcError) || error.reason === 'overloaded') throw error;
      // The turn is over for the server: its own end is on the way, or was lost with an earlier process.
      this.context.logger.info(`Nothing to stop: ${error.rpcMessage}`);
      if (this.status() !== 'stopping') return;
      const turn = this.state.view.turns.at(-1);
      if (turn?.status === 'working') {
        this.state.emit([{ type: 'turn', turn: { ...headOf(turn), status: 'stopped' } }, ...closeOpenItems(turn)]);
      }
      this.state.set({ status: 'stopped' });
    }
  }
}
