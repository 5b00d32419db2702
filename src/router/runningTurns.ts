import type { TypedNotification } from './notification';

export interface RunningTurn {
  /** Every id under which the turn may end: a review's begins under one and ends under another, its root. */
  readonly ids: readonly [string, ...string[]];
  /** The turns of its thread that ran when it was first heard of: its input may have become part of one of them. */
  readonly alongside: readonly string[];
}

/** The turns that have begun and not ended, by thread, as the server tells. */
export class RunningTurns {
  private readonly threads = new Map<string, RunningTurn[]>();

  /** Learns from one message of the server. */
  observe(notification: TypedNotification): void {
    const { threadId, turnId } = notification;
    if (!notification.known || threadId === undefined || turnId === undefined) return;
    if (notification.method === 'turn/completed') this.end(threadId, turnId);
    if (notification.method === 'turn/started') {
      this.begin(threadId, [turnId, notification.params.turn.rootTurnId ?? turnId]);
    }
  }

  /** Takes note of a turn whose `turn/started` is yet to come. */
  begin(threadId: string, ids: RunningTurn['ids']): void {
    const turns = this.threads.get(threadId) ?? [];
    if (turns.some((turn) => turn.ids[0] === ids[0])) return;
    this.threads.set(threadId, [...turns, { ids, alongside: turns.flatMap((turn) => turn.ids) }]);
  }

  end(threadId: string, turnId: string): void {
    const rest = this.of(threadId).filter((turn) => !turn.ids.includes(turnId));
    if (rest.length > 0) this.threads.set(threadId, rest);
    else this.threads.delete(threadId);
  }

  of(threadId: string): readonly RunningTurn[] {
    return this.threads.get(threadId) ?? [];
  }

  /** Forgets everything and gives it away. */
  takeAll(): ReadonlyMap<string, readonly RunningTurn[]> {
    const all = new Map(this.threads);
    this.threads.clear();
    return all;
  }
}
