import { RpcError } from '../base/errors';
import type { Turn } from '../protocol/generated/types/v2/Turn';
import type { Delta, TurnHead, TurnStatus, TurnView } from '../shared/conversation';
import { toItemViews } from './items';
import { turnProblem } from './problems';
import type { ThreadLink } from './threadLink';
import { restoredTurn, type Unfinished } from './unfinished';
import { type ViewStore, wholeTurn } from './viewStore';

const STATUS: Readonly<Record<Turn['status'], TurnStatus>> = {
  completed: 'completed',
  interrupted: 'stopped',
  failed: 'failed',
  // Only a running turn of this very process is in progress, and its own events tell more.
  inProgress: 'stopped',
};

/** Reads a conversation's turns from the server into its state: the newest first, earlier ones page by page. */
export class History {
  /** Leads to the page before the earliest turn that is shown. */
  private cursor: string | null = null;
  /** Grows with every {@link load}: a page that was asked for before it belongs to another reading. */
  private reading = 0;

  constructor(
    private readonly store: ViewStore,
    private readonly link: Pick<ThreadLink, 'attach' | 'readTurns'>,
    /** What the window before this one left unfinished: shown with the first reading. */
    private unfinished?: Unfinished,
  ) {}

  /** Shows the newest turns, in place of what was shown. @throws RpcError, SwitchyardError */
  async load(): Promise<void> {
    const reading = ++this.reading;
    this.store.set({ loading: true });
    try {
      // What another window holds, or is in the archive, can be read all the same (codex app-server 0.169.0).
      const refusal = await refusalOf(this.link.attach());
      const known = new Set(this.store.view.turns.map((turn) => turn.id));
      const { turns, earlier } = await this.link.readTurns(null);
      if (reading !== this.reading) return;
      // A turn that began meanwhile is followed by its own events, which know more than what is stored of it.
      const begun = this.store.view.turns.filter((turn) => !known.has(turn.id) || turn.status === 'working');
      const stored = turns.filter((turn) => !begun.some(({ id }) => id === turn.id));
      this.store.emit([
        { type: 'dropTurns' },
        ...historyDeltas(stored, this.store.view.folder),
        ...begun.flatMap(wholeTurn),
      ]);
      if (this.unfinished && begun.length === 0) this.store.emit(restoredTurn(this.store.view, this.unfinished));
      this.unfinished = undefined;
      this.endsAt(earlier);
      if (refusal) throw refusal;
    } finally {
      if (reading === this.reading) this.store.set({ loading: false });
    }
  }

  /** Shows the page before the earliest turn that is shown, if there is one. @throws RpcError, SwitchyardError */
  async loadEarlier(): Promise<void> {
    const { cursor, reading } = this;
    if (this.store.view.earlier !== 'more' || cursor === null) return;
    this.store.set({ earlier: 'loading' });
    let earlier: string | null = cursor;
    try {
      const page = await this.link.readTurns(cursor);
      if (reading !== this.reading) return;
      const turns = page.turns.map((turn) => storedTurn(turn, this.store.view.folder));
      this.store.emit([{ type: 'earlierTurns', turns }]);
      earlier = page.earlier;
    } finally {
      if (reading === this.reading) this.endsAt(earlier);
    }
  }

  private endsAt(earlier: string | null): void {
    this.cursor = earlier;
    this.store.set({ earlier: earlier === null ? 'none' : 'more' });
  }
}

/** What the server says against a request, if anything. @throws what is no word of the server's */
async function refusalOf(request: Promise<void>): Promise<RpcError | undefined> {
  try {
    await request;
    return undefined;
  } catch (error) {
    if (error instanceof RpcError && error.reason !== 'overloaded') return error;
    throw error;
  }
}

/** The deltas that show turns as the server has stored them, oldest first. */
export function historyDeltas(turns: readonly Turn[], folder: string): Delta[] {
  return turns.flatMap((turn) => wholeTurn(storedTurn(turn, folder)));
}

function storedTurn(turn: Turn, folder: string): TurnView {
  return { ...storedHead(turn), items: turn.items.flatMap((item) => toItemViews(item, folder, true)) };
}

function storedHead(turn: Turn): TurnHead {
  return {
    id: turn.id,
    status: STATUS[turn.status],
    startedAtMs: turn.startedAt === null ? null : turn.startedAt * 1_000,
    durationMs: turn.durationMs,
    problem: turn.status === 'failed' ? turnProblem(turn.error) : null,
  };
}
