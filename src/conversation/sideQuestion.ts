import { type Disposable, DisposableStore, toDisposable } from '../base/disposable';
import { messageOf, SwitchyardError } from '../base/errors';
import type { TypedNotification } from '../router/notification';
import type { ConversationView, Delta } from '../shared/conversation';
import { noteInput } from './agentNotes';
import type { ConversationContext } from './context';
import { emptyConversation } from './emptyConversation';
import { modeSettings } from './modes';
import { isBusy } from './outbox';
import { SIDE_LOST, sideProblem } from './problems';
import { closeOpenItems, reduce } from './reduce';
import { onServerEnd } from './serverEnd';
import { headOf, type ViewStore } from './viewStore';

/** A copy of a running thread says that its turn was interrupted on purpose (codex app-server 0.169.0). */
const NOTE =
  'This is a side question, asked in a copy of the conversation. A turn that was at work there was not interrupted: it ' +
  'goes on in the original. Answer the question, briefly, from what you know and can read. Change nothing, ask nothing, ' +
  'and do not go on with the work.';

/**
 * The question beside a conversation: asked in an ephemeral copy of its thread, which may read and do nothing else. The
 * conversation and the turn that runs in it know nothing of it. There is one at a time.
 */
export class SideQuestion implements Disposable {
  private readonly store = new DisposableStore();
  /** Every copy so far: what one that was put away still asks is nobody's business. */
  private readonly copies = new Set<string>();
  private copy: string | undefined;
  private turnId: string | undefined;
  private subscription: Disposable = toDisposable(() => undefined);
  /** Grows with every question and when one is put away: what an earlier one still waited for is void. */
  private asking = 0;

  constructor(
    private readonly state: ViewStore,
    private readonly context: ConversationContext,
  ) {
    this.store.add(onServerEnd(context.client, () => this.serverEnded()));
  }

  /** Whether an answer is still coming. */
  get isAnswering(): boolean {
    return this.answer !== undefined && isBusy(this.answer);
  }

  /** Whether a thread is, or was, the copy that a question was asked in. */
  owns(threadId: string): boolean {
    return this.copies.has(threadId);
  }

  /**
   * Asks, in the place of the question before. A failure stands beside the question.
   *
   * @throws SwitchyardError `declined` when there is no conversation yet to ask about.
   */
  async ask(question: string): Promise<void> {
    const { threadId, turns, loading, folder, model, effort } = this.state.view;
    if (threadId === null || (turns.length === 0 && !loading)) {
      throw new SwitchyardError('declined', 'There is no conversation to ask about yet. Send it as a message.');
    }
    this.dismiss();
    const asking = this.asking;
    const updatedAtMs = this.context.now();
    const fields = { mode: 'plan', model, effort, folder, updatedAtMs, status: 'working' } as const;
    const answer = emptyConversation(this.context.createId(), fields);
    this.state.emit([{ type: 'sideQuestion', side: { question, answer } }]);
    try {
      const copy = await this.copyThread(threadId);
      if (asking !== this.asking) {
        await this.leave(copy, undefined);
        return;
      }
      this.follow(copy);
      const turnId = await this.startTurn(copy, question);
      if (asking !== this.asking) {
        await this.leave(copy, turnId);
        return;
      }
      this.turnId = turnId;
      if (this.answer?.status === 'stopping') await this.interrupt(copy, turnId);
    } catch (error) {
      if (asking === this.asking) this.fail(error);
    }
  }

  /** Ends the answer where it is. */
  async stop(): Promise<void> {
    if (!this.isAnswering) return;
    this.emit({ type: 'set', fields: { status: 'stopping' } });
    if (this.copy !== undefined && this.turnId !== undefined) await this.interrupt(this.copy, this.turnId);
  }

  /** Puts question and answer away. */
  dismiss(): void {
    this.asking += 1;
    const { copy, turnId, isAnswering } = this;
    this.forget();
    if (this.state.view.side !== null) this.state.emit([{ type: 'sideQuestion', side: null }]);
    if (copy !== undefined) void this.leave(copy, isAnswering ? turnId : undefined);
  }

  dispose(): void {
    this.dismiss();
    this.store.dispose();
  }

  private get answer(): ConversationView | undefined {
    return this.state.view.side?.answer;
  }

  private async copyThread(threadId: string): Promise<string> {
    const { approvalPolicy, sandbox } = modeSettings('plan', []);
    const { thread } = await this.context.client.request('thread/fork', {
      threadId,
      cwd: this.state.view.folder,
      ephemeral: true,
      excludeTurns: true,
      approvalPolicy,
      sandbox,
    });
    this.copies.add(thread.id);
    return thread.id;
  }

  private async startTurn(threadId: string, question: string): Promise<string> {
    const { model, effort, folder } = this.state.view;
    const { approvalPolicy, sandboxPolicy } = modeSettings('plan', []);
    const environmentId = this.context.environmentId();
    const { turn } = await this.context.client.request('turn/start', {
      threadId,
      input: [{ type: 'text', text: question, text_elements: [] }, noteInput(NOTE)],
      approvalPolicy,
      sandboxPolicy,
      ...(model !== '' && { model }),
      ...(effort !== '' && { effort }),
      // A copy begins on the server's own environment, which does not know unsaved text (codex app-server 0.169.0).
      ...(environmentId !== null && { environments: [{ environmentId, cwd: folder }] }),
    });
    return turn.id;
  }

  private follow(copy: string): void {
    this.copy = copy;
    this.subscription = this.context.client.router.onThread(copy, (notification) => this.receive(notification));
  }

  private receive(notification: TypedNotification): void {
    const { answer } = this;
    if (answer) this.emit(...reduce(answer, notification, this.context.now()));
  }

  private async interrupt(threadId: string, turnId: string): Promise<void> {
    await this.context.client.request('turn/interrupt', { threadId, turnId });
  }

  /** Nobody listens any more: the server forgets the copy after a while. */
  private async leave(threadId: string, turnId: string | undefined): Promise<void> {
    const { client, logger } = this.context;
    if (client.state.kind !== 'ready') return;
    try {
      if (turnId !== undefined) await this.interrupt(threadId, turnId);
      await client.request('thread/unsubscribe', { threadId });
    } catch (error) {
      logger.info(`The copy for a side question is still there: ${messageOf(error)}`);
    }
  }

  private fail(error: unknown): void {
    this.context.logger.error(`A side question was not asked: ${messageOf(error)}`);
    const outbox = [{ id: this.context.createId(), text: '', problem: sideProblem(error) }];
    this.emit({ type: 'set', fields: { status: 'failed', outbox } });
  }

  private serverEnded(): void {
    const { answer, isAnswering } = this;
    this.forget();
    if (!answer || !isAnswering) return;
    const turn = answer.turns.at(-1);
    const outbox = [{ id: this.context.createId(), text: '', problem: SIDE_LOST }];
    const ended: Delta[] = turn
      ? [{ type: 'turn', turn: { ...headOf(turn), status: 'failed' } }, ...closeOpenItems(turn)]
      : [];
    this.emit(...ended, { type: 'set', fields: { status: 'failed', retry: null, outbox } });
  }

  private forget(): void {
    this.subscription.dispose();
    this.copy = undefined;
    this.turnId = undefined;
  }

  private emit(...deltas: readonly Delta[]): void {
    this.state.emit(deltas.map((delta) => ({ type: 'side', delta })));
  }
}
