import { type Disposable, DisposableStore } from '../base/disposable';
import { RpcError, SwitchyardError } from '../base/errors';
import type { UserInput } from '../protocol/generated/types/v2/UserInput';
import type { SendRequest } from '../transport/appServer';
import type { MessageRouter } from './messageRouter';
import type { TypedNotification } from './notification';
import { TurnLog } from './turnLog';

/** How the server names the turn it meant: `expected active turn id X but found Y` (codex app-server 0.169.0). */
const FOUND_TURN = /but found [`'"]?([\w-]+)/;

/**
 * A goal that the server pursues over several turns of one thread. Its events are those of the thread from its start
 * until the goal is no longer active and its last turn has ended; the turns keep their own ids.
 */
export class GoalOperation implements Disposable {
  private readonly log = new TurnLog((event) => this.isEndedBy(event));
  private readonly store = new DisposableStore();
  private readonly first: AsyncIterableIterator<TypedNotification>;
  private readonly waitingForTurn = new Set<(turnId: string | undefined) => void>();
  private turnId: string | undefined;
  private isActive = true;

  constructor(
    readonly threadId: string,
    router: MessageRouter,
    private readonly request: SendRequest,
    private readonly onDidEnd: (goal: GoalOperation) => void,
  ) {
    this.first = this.log.readFromStart();
    this.store.add(router.onThread(threadId, (notification) => this.receive(notification)));
  }

  /** The events of every turn of the goal, once. Ends with the goal. @throws SwitchyardError `connectionLost` */
  stream(): AsyncIterableIterator<TypedNotification> {
    return this.first;
  }

  /** Adds input to the turn that runs, or to the next one. @throws RpcError, SwitchyardError `notFound` after the end. */
  async steer(input: UserInput[]): Promise<void> {
    const turnId = this.turnId ?? (await this.nextTurn());
    if (turnId === undefined) throw new SwitchyardError('notFound', 'The goal has ended.');
    await this.withTurn(turnId, (expectedTurnId) =>
      this.request('turn/steer', { threadId: this.threadId, expectedTurnId, input }),
    );
  }

  /** Pauses the goal and stops the turn that runs, if one does. @throws RpcError, SwitchyardError */
  async interrupt(): Promise<void> {
    await this.request('thread/goal/set', { threadId: this.threadId, status: 'paused' });
    if (this.turnId === undefined) return;
    await this.withTurn(this.turnId, (turnId) => this.request('turn/interrupt', { threadId: this.threadId, turnId }));
  }

  /** The server is gone, or the goal could not be set. */
  fail(error: Error): void {
    this.log.fail(error);
    this.dispose();
  }

  /** Follows the goal no longer; the server goes on with it. */
  dispose(): void {
    this.store.dispose();
    this.tellTurn(undefined);
    this.onDidEnd(this);
  }

  private receive(notification: TypedNotification): void {
    this.log.append(notification);
    if (this.log.hasEnded) this.dispose();
  }

  private isEndedBy(event: TypedNotification): boolean {
    if (!event.known) return false;
    if (event.method === 'turn/started') this.tellTurn((this.turnId = event.params.turn.id));
    if (event.method === 'turn/completed') this.turnId = undefined;
    if (event.method === 'thread/goal/cleared') this.isActive = false;
    if (event.method === 'thread/goal/updated') this.isActive = event.params.goal.status === 'active';
    return !this.isActive && this.turnId === undefined;
  }

  private nextTurn(): Promise<string | undefined> {
    if (this.log.hasEnded) return Promise.resolve(undefined);
    return new Promise((resolve) => this.waitingForTurn.add(resolve));
  }

  private tellTurn(turnId: string | undefined): void {
    for (const resolve of this.waitingForTurn) resolve(turnId);
    this.waitingForTurn.clear();
  }

  /** Sends once more, for the turn that the server names, when one turn has given way to the next meanwhile. */
  private async withTurn(turnId: string, send: (turnId: string) => Promise<unknown>): Promise<void> {
    try {
      await send(turnId);
    } catch (error) {
      const found = error instanceof RpcError ? FOUND_TURN.exec(error.rpcMessage)?.[1] : undefined;
      if (found === undefined || found === turnId) throw error;
      await send(found);
    }
  }
}
