import { messageOf } from '../base/errors';
import type { ThreadGoal } from '../protocol/generated/types/v2/ThreadGoal';
import type { ThreadGoalGetResponse } from '../protocol/generated/types/v2/ThreadGoalGetResponse';
import type { GoalView } from '../shared/conversation';
import type { ConversationContext } from './context';
import { titleOf } from './outbox';
import { fullAccessDeclined } from './problems';
import type { ThreadLink } from './threadLink';
import type { ViewStore } from './viewStore';

/** A goal as the server tells of it. */
export function toGoal({ objective, status, tokensUsed, timeUsedSeconds }: ThreadGoal): GoalView {
  return { objective, status, tokensUsed, seconds: timeUsedSeconds };
}

/**
 * What a conversation is to reach: the server starts one turn after the other for it until the model says that it is
 * done, or the goal is paused. How it stands is told by notifications of the thread, also right after a resume.
 */
export class Goal {
  constructor(
    private readonly state: ViewStore,
    private readonly link: Pick<ThreadLink, 'attach' | 'applySettings'>,
    private readonly context: ConversationContext,
    /** Throws while no turn may start. */
    private readonly mustNotBeHeld: () => void,
  ) {}

  private get isActive(): boolean {
    return this.state.view.goal?.status === 'active';
  }

  /** Sets a goal, or goes on with the one that is set. Its turns start at once. @throws RpcError, SwitchyardError */
  async pursue(objective?: string): Promise<void> {
    await this.mustBeAllowed();
    await this.link.attach();
    await this.link.applySettings();
    this.mustNotBeHeld();
    if (objective !== undefined && this.state.view.title === '') this.state.set({ title: titleOf(objective) });
    await this.update({ ...(objective !== undefined && { objective }), status: 'active' });
  }

  /** Says it in other words. One that was reached is pursued anew, others go on or stay paused. @throws RpcError, SwitchyardError */
  async reword(objective: string): Promise<void> {
    const { goal } = this.state.view;
    await (!goal || goal.status === 'complete' ? this.pursue(objective) : this.update({ objective }));
  }

  /** No turn is started for it any more; one that runs goes on. @throws RpcError, SwitchyardError */
  async pause(): Promise<void> {
    await this.update({ status: 'paused' });
  }

  /** @throws RpcError, SwitchyardError */
  async clear(): Promise<void> {
    await this.context.client.request('thread/goal/clear', { threadId: this.threadId(), origin: 'user' });
  }

  /** Its turn is being stopped: the server would leave it active (codex app-server 0.169.0). Never rejects. */
  async stopping(): Promise<void> {
    if (this.isActive) await this.pause().catch((error: unknown) => this.warn('The goal was not paused', error));
  }

  /** Mode, model, effort or tier were changed: the turns of the goal must not go on with the former. Never rejects. */
  async settingsChanged(): Promise<void> {
    if (!this.isActive) return;
    try {
      await this.mustBeAllowed();
      await this.link.applySettings();
    } catch (error) {
      this.warn('The goal cannot go on with what was chosen', error);
      await this.stopping();
    }
  }

  /** Nothing works on it without a server, and {@link resumeQuietly} keeps it so. */
  serverEnded(): void {
    const { goal } = this.state.view;
    if (goal?.status === 'active') this.state.set({ goal: { ...goal, status: 'paused' } });
  }

  private async update(change: { objective?: string; status?: GoalView['status'] }): Promise<void> {
    await this.context.client.request('thread/goal/set', { threadId: this.threadId(), origin: 'user', ...change });
  }

  private async mustBeAllowed(): Promise<void> {
    const { mode, folder } = this.state.view;
    if (!(await this.context.mayStartTurn(mode, folder))) throw fullAccessDeclined();
  }

  private threadId(): string {
    const { threadId } = this.state.view;
    if (threadId === null) throw new Error('The conversation has no thread yet.');
    return threadId;
  }

  private warn(what: string, error: unknown): void {
    this.context.logger.warn(`${what}: ${messageOf(error)}`);
  }
}

/**
 * Resumes a thread without its goal: the server would at once start a turn for an active one, on its own environment
 * and unasked (codex app-server 0.169.0). The goal is paused before; where the thread cannot be resumed, it is put back.
 */
export async function resumeQuietly<T>(
  { client, logger }: Pick<ConversationContext, 'client' | 'logger'>,
  threadId: string,
  resume: () => Promise<T>,
): Promise<T> {
  const setStatus = (status: GoalView['status']): Promise<unknown> =>
    client.request('thread/goal/set', { threadId, origin: 'automatic', status });
  const log = (error: unknown): void => logger.warn(`The goal of a conversation is not known: ${messageOf(error)}`);
  let wasActive = false;
  try {
    const { goal }: Partial<ThreadGoalGetResponse> = await client.request('thread/goal/get', { threadId });
    wasActive = goal?.status === 'active';
    if (wasActive) await setStatus('paused');
  } catch (error) {
    log(error);
  }
  try {
    return await resume();
  } catch (error) {
    if (wasActive) await setStatus('active').catch(log);
    throw error;
  }
}
