import { messageOf, SwitchyardError } from '../base/errors';
import type { Logger } from '../base/logger';
import type { TurnView } from '../shared/conversation';
import type { ThreadLink } from './threadLink';
import { type ViewStore, wholeTurn } from './viewStore';

/** The threads of a conversation that went on in a copy: the one it was and the one it is now. */
export interface ThreadChange {
  readonly from: string;
  readonly to: string;
}

/** Takes turns of a conversation back, and brings them back again. Files are somebody else's. */
export class Reverts {
  /** What still comes of these turns is not shown. */
  private readonly dropped = new Set<string>();
  /** The thread as it was before the last revert, in the server's archive until it is redone or forgotten. */
  private copy: string | undefined;

  constructor(
    private readonly store: ViewStore,
    private readonly link: ThreadLink,
    private readonly logger: Logger,
  ) {}

  get canRedo(): boolean {
    return this.copy !== undefined;
  }

  /** Whether this turn was taken back. */
  hasDropped(turnId: string | undefined): boolean {
    return turnId !== undefined && this.dropped.has(turnId);
  }

  /** Takes `turn` and all later ones back. @throws RpcError, SwitchyardError */
  async revertBefore(turn: TurnView): Promise<void> {
    const { turns } = this.store.view;
    const first = turns.findIndex(({ id }) => id === turn.id);
    // One that is not shown any more came before all that are.
    const taken = new Set(turns.slice(Math.max(first, 0)).map(({ id }) => id));
    // Without a copy the turns can still be taken back, only not be brought back again.
    const copy = await this.link.keepCopy().catch((error: unknown) => {
      this.logger.warn(`Nothing was kept for a redo: ${messageOf(error)}`);
      return undefined;
    });
    try {
      await this.link.revertBefore(turn.id);
    } catch (error) {
      void this.drop(copy);
      throw error;
    }
    for (const id of taken) this.dropped.add(id);
    const kept = this.store.view.turns.filter(({ id }) => !taken.has(id));
    this.store.emit([{ type: 'dropTurns' }, ...kept.flatMap(wholeTurn)]);
    this.store.set({ status: 'ready', retry: null, usage: null });
    void this.forgetCopy();
    this.copy = copy;
  }

  /**
   * Goes on in the copy: its turns are to be read afterwards.
   *
   * @param moved told as soon as the conversation has the other thread. @throws RpcError, SwitchyardError not after that
   */
  async redo(moved: (threads: ThreadChange) => void): Promise<ThreadChange> {
    const from = this.store.view.threadId;
    const to = this.copy;
    if (from === null || to === undefined) {
      throw new SwitchyardError('declined', 'There is nothing to bring back: the conversation has gone on since.');
    }
    await this.link.continueAs(to, () => {
      this.copy = undefined;
      this.dropped.clear();
      moved({ from, to });
    });
    return { from, to };
  }

  /** What was taken back stays so. Resolves when the copy is deleted, or could not be; never rejects. */
  forgetCopy(): Promise<void> {
    const { copy } = this;
    this.copy = undefined;
    return this.drop(copy);
  }

  /** The server would not delete the conversation while there is a copy of it. */
  private async drop(copy: string | undefined): Promise<void> {
    if (copy !== undefined) await this.link.deleteCopy(copy);
  }
}
