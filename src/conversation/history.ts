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
  // Of a thread that is not followed here nothing more will be heard.
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
    /** Told of a turn that runs already when the thread is read, such as a sub-agent's. */
    private readonly onDidFindRunning: (turnId: string) => void,
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
      const { view } = this.store;
      const inProgress = new Set(turns.flatMap(({ id, status }) => (status === 'inProgress' ? id : [])));
      // How these stand is known from their own events, which may have come after what is stored was read.
      const followed = view.turns.filter(
        ({ id, status }) => !known.has(id) || status === 'working' || inProgress.has(id),
      );
      const stored = turns.map((turn) => storedTurn(turn, view.folder, refusal ? 'stopped' : 'working'));
      this.store.emit([{ type: 'dropTurns' }, ...joinTurns(stored, followed).flatMap(wholeTurn)]);
      const newest = view.turns.at(-1);
      if (newest?.status === 'working') this.onDidFindRunning(newest.id);
      else if (this.unfinished) this.store.emit(restoredTurn(view, this.unfinished));
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

/** The stored turns with what was heard of those that are followed, and then the others of these. */
function joinTurns(stored: readonly TurnView[], followed: readonly TurnView[]): TurnView[] {
  const isStored = new Set(stored.map(({ id }) => id));
  return [
    ...stored.map((turn) =>
      joinTurn(
        turn,
        followed.find(({ id }) => id === turn.id),
      ),
    ),
    ...followed.filter(({ id }) => !isStored.has(id)),
  ];
}

/** Events may have been heard from the middle of a turn on: what is stored holds its beginning. */
function joinTurn(stored: TurnView, followed: TurnView | undefined): TurnView {
  if (!followed) return stored;
  const heard = new Map(followed.items.map((item) => [item.id, item]));
  const isStored = new Set(stored.items.map(({ id }) => id));
  return {
    ...followed,
    startedAtMs: stored.startedAtMs ?? followed.startedAtMs,
    items: [
      ...stored.items.map((item) => heard.get(item.id) ?? item),
      ...followed.items.filter(({ id }) => !isStored.has(id)),
    ],
  };
}

/** `inProgress`: what a turn is that the server says is in progress. */
function storedTurn(turn: Turn, folder: string, inProgress = STATUS.inProgress): TurnView {
  return {
    ...storedHead(turn),
    ...(turn.status === 'inProgress' && { status: inProgress }),
    items: turn.items.flatMap((item) => toItemViews(item, folder, true)),
  };
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
