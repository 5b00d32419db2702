import type { Thread } from '../protocol/generated/types/v2/Thread';
import type { ThreadListParams } from '../protocol/generated/types/v2/ThreadListParams';
import type { ThreadSourceKind } from '../protocol/generated/types/v2/ThreadSourceKind';
import type { ThreadStatus } from '../protocol/generated/types/v2/ThreadStatus';
import type { ConversationStatus } from '../shared/conversation';
import type { SendRequest } from '../transport/appServer';
import { threadTitle } from './threadLink';

/** A thread as the server has stored it, in the words of a list. */
export interface StoredThread {
  readonly threadId: string;
  readonly title: string;
  readonly updatedAtMs: number;
  /** Absolute. */
  readonly folder: string;
  /** The thread that started this one as its sub-agent. */
  readonly parentThreadId: string | null;
  readonly archived: boolean;
  /** What the server that runs knows of it; `ready` where it does not have it loaded. */
  readonly status: ConversationStatus;
}

/** Which of the stored threads are listed. */
export interface ThreadQuery {
  /** Words in the title or in the conversation, in any case, of any folder; empty: no search. */
  readonly text: string;
  /** Every folder, not only those of the workspace. */
  readonly allFolders: boolean;
  /** Those in the archive, and only those. */
  readonly archived: boolean;
}

/** What is listed until the person asks for something else. */
export const WORKSPACE_THREADS: ThreadQuery = { text: '', allFolders: false, archived: false };

const PAGE = 50;
const SUB_AGENTS_PAGE = 100;
const MAX_PAGE = 500;
/** Without a list of kinds the server leaves out what `codex exec` and other clients began. */
const CONVERSATIONS: ThreadSourceKind[] = ['cli', 'vscode', 'exec', 'appServer', 'unknown'];
const SUB_AGENTS: ThreadSourceKind[] = ['subAgent', 'subAgentReview', 'subAgentThreadSpawn', 'subAgentOther'];

type Edit = (entries: readonly StoredThread[]) => readonly StoredThread[];

interface Reading {
  /** What was learned since it was asked for: its answer may not know of it yet. */
  readonly learned: Edit[];
}

interface Page {
  readonly data: readonly Thread[];
  readonly nextCursor: string | null;
}

/** The stored threads by name, a page at a time, newest first, with the sub-agents among them. */
export class ThreadIndex {
  private entries: readonly StoredThread[] = [];
  private cursor: string | null = null;
  private shown: ThreadQuery = WORKSPACE_THREADS;
  /** The newest reading that is under way: what comes of an earlier one is dropped. */
  private reading: Reading | undefined;
  private wasRead = false;

  constructor(
    private readonly request: SendRequest,
    /** Folders of the workspace, absolute. */
    private readonly folders: () => readonly string[],
    private readonly onDidChange: () => void,
  ) {}

  get query(): ThreadQuery {
    return this.shown;
  }

  get threads(): readonly StoredThread[] {
    return this.entries;
  }

  /** Whether {@link loadMore} would find more. */
  get hasMore(): boolean {
    return this.cursor !== null;
  }

  /** Whether {@link threads} is what the server has answered, and not only what was learned meanwhile. */
  get isRead(): boolean {
    return this.wasRead;
  }

  get(threadId: string): StoredThread | undefined {
    return this.entries.find((entry) => entry.threadId === threadId);
  }

  /** Whether everything that is not in the archive is listed, of all folders or of this workspace. */
  get isEveryday(): boolean {
    return this.shown.text === '' && !this.shown.archived;
  }

  /** Lists something else. What was listed is gone at once. @throws RpcError, SwitchyardError */
  async show(query: ThreadQuery): Promise<void> {
    this.shown = query;
    this.entries = [];
    this.cursor = null;
    this.wasRead = false;
    this.onDidChange();
    await this.refresh();
  }

  /** Reads anew as many as are listed, at least a page. @throws RpcError, SwitchyardError */
  async refresh(): Promise<void> {
    const listed = this.entries.filter(({ parentThreadId }) => parentThreadId === null).length;
    await this.read(async () => {
      const [page, subAgents] = await Promise.all([
        this.readPage(Math.min(Math.max(PAGE, listed), MAX_PAGE), null),
        this.readSubAgents(),
      ]);
      return { entries: this.unique([...page.data, ...subAgents]), cursor: page.nextCursor };
    });
  }

  /** Reads the next page. @throws RpcError, SwitchyardError */
  async loadMore(): Promise<void> {
    const { cursor } = this;
    if (cursor === null) return;
    await this.read(async () => {
      const page = await this.readPage(PAGE, cursor);
      const known = new Set(this.entries.map(({ threadId }) => threadId));
      const more = this.unique(page.data).filter(({ threadId }) => !known.has(threadId));
      return { entries: [...this.entries, ...more], cursor: page.nextCursor };
    });
  }

  /**
   * The thread with this id, whatever folder and state it is in; it is listed from then on.
   *
   * @throws RpcError when there is none, SwitchyardError
   */
  async find(threadId: string): Promise<StoredThread> {
    const known = this.get(threadId);
    if (known) return known;
    const { thread } = await this.request('thread/read', { threadId });
    const found = toEntry(thread, false);
    this.add(found);
    return found;
  }

  /** Lists one more, first, unless it is listed. */
  add(added: StoredThread): void {
    this.learn((entries) =>
      entries.some(({ threadId }) => threadId === added.threadId) ? entries : [added, ...entries],
    );
  }

  /** Changes what is known of a listed thread. */
  update(threadId: string, fields: Partial<Pick<StoredThread, 'title' | 'status' | 'updatedAtMs'>>): void {
    this.learn((entries) => entries.map((entry) => (entry.threadId === threadId ? { ...entry, ...fields } : entry)));
  }

  /** It was archived, brought back or deleted: it is not listed here any more. */
  forget(threadId: string): void {
    this.learn((entries) => entries.filter((entry) => entry.threadId !== threadId));
  }

  /** The server has ended: nothing runs in it. */
  serverEnded(): void {
    this.learn((entries) => entries.map((entry) => (entry.status === 'ready' ? entry : { ...entry, status: 'ready' })));
  }

  /** Lists what `ask` comes back with, and what was learned meanwhile, unless another reading has begun. */
  private async read(
    ask: () => Promise<{ readonly entries: readonly StoredThread[]; readonly cursor: string | null }>,
  ): Promise<void> {
    const reading: Reading = { learned: [] };
    this.reading = reading;
    try {
      const { entries, cursor } = await ask();
      if (this.reading !== reading) return;
      this.entries = reading.learned.reduce((known, edit) => edit(known), entries);
      this.cursor = cursor;
      this.wasRead = true;
      this.onDidChange();
    } finally {
      if (this.reading === reading) this.reading = undefined;
    }
  }

  private learn(edit: Edit): void {
    this.reading?.learned.push(edit);
    const before = this.entries;
    this.entries = edit(before);
    const isSame = this.entries.length === before.length && this.entries.every((entry, at) => entry === before[at]);
    if (!isSame) this.onDidChange();
  }

  private async readPage(limit: number, cursor: string | null): Promise<Page> {
    const { text, archived } = this.shown;
    if (text === '') {
      return this.request('thread/list', { ...this.listed(), sourceKinds: CONVERSATIONS, limit, cursor });
    }
    // `thread/list` searches titles only, and minds upper and lower case (codex app-server 0.169.0).
    const found = await this.request('thread/search', {
      searchTerm: text,
      sourceKinds: [...CONVERSATIONS, ...SUB_AGENTS],
      archived,
      limit,
      cursor,
    });
    return { data: found.data.map(({ thread }) => thread), nextCursor: found.nextCursor };
  }

  /** The newest sub-agents; a search finds them by itself. */
  private async readSubAgents(): Promise<readonly Thread[]> {
    if (this.shown.text !== '') return [];
    const params = { ...this.listed(), sourceKinds: SUB_AGENTS, limit: SUB_AGENTS_PAGE };
    const { data } = await this.request('thread/list', params);
    return data.filter(({ parentThreadId }) => parentThreadId !== null);
  }

  private listed(): ThreadListParams {
    const { allFolders, archived } = this.shown;
    return {
      cwd: allFolders ? null : [...this.folders()],
      archived,
      // The default is the time of creation; without providers only those of the one that is configured are listed.
      sortKey: 'updated_at',
      modelProviders: [],
    };
  }

  /** A thread that was reverted is listed once for each of its histories, the newest first (codex app-server 0.169.0). */
  private unique(threads: readonly Thread[]): StoredThread[] {
    const byId = new Map<string, StoredThread>();
    for (const thread of threads) {
      if (!byId.has(thread.id)) byId.set(thread.id, toEntry(thread, this.shown.archived));
    }
    return [...byId.values()];
  }
}

function toEntry(thread: Thread, archived: boolean): StoredThread {
  return {
    threadId: thread.id,
    title: threadTitle(thread),
    updatedAtMs: thread.updatedAt * 1_000,
    folder: thread.cwd,
    parentThreadId: thread.parentThreadId,
    archived,
    status: toStatus(thread.status),
  };
}

/** What the server says of a thread, in the words of a list. */
export function toStatus(status: ThreadStatus): ConversationStatus {
  if (status.type === 'active') return status.activeFlags.length > 0 ? 'waiting' : 'working';
  return status.type === 'systemError' ? 'failed' : 'ready';
}
