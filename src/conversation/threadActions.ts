import { RpcError, SwitchyardError } from '../base/errors';
import type { ConversationContext } from './context';
import type { Conversation } from './conversation';
import { readWhole, toMarkdown } from './exportMarkdown';
import type { ThreadIndex } from './threadIndex';

/** The conversations of the window, as far as a request about one of them changes which there are. */
export interface ThreadLists {
  readonly index: ThreadIndex;
  ofThread(threadId: string): Conversation | undefined;
  openThread(threadId: string): Conversation;
  close(conversation: Conversation): void;
  /** It was deleted for good, after it was closed. */
  deleted(conversation: Conversation): void;
}

/** What a person does with whole conversations: the server is asked first, then the lists are made to agree. */
export class ThreadActions {
  constructor(
    private readonly context: Pick<ConversationContext, 'client' | 'memory' | 'now'>,
    private readonly lists: ThreadLists,
  ) {}

  /** Gives a conversation another title, here and on the server. @throws RpcError, SwitchyardError */
  async rename(conversation: Conversation, title: string): Promise<void> {
    const { threadId } = conversation.view;
    conversation.configure({ title });
    if (threadId !== null) await this.context.client.request('thread/name/set', { threadId, name: title });
  }

  /**
   * Takes a conversation out of the list; the server keeps it, archived.
   *
   * @throws SwitchyardError `declined` when the server has nothing of it to keep; RpcError, SwitchyardError
   */
  async archive(conversation: Conversation): Promise<void> {
    if (conversation.view.threadId === null) {
      throw new SwitchyardError('declined', 'There is nothing to archive yet: the conversation has no messages.');
    }
    await this.putAway(conversation, (threadId) => this.context.client.request('thread/archive', { threadId }));
  }

  /** Takes a conversation out of the archive. @throws RpcError, SwitchyardError */
  async unarchive(threadId: string): Promise<void> {
    const { index } = this.lists;
    await this.context.client.request('thread/unarchive', { threadId });
    index.forget(threadId);
    await index.refresh();
    await this.lists.ofThread(threadId)?.retry();
  }

  /**
   * Deletes a conversation for good, here and on the server.
   *
   * @throws SwitchyardError `declined` when a fork of it needs what it holds; RpcError, SwitchyardError
   */
  async delete(conversation: Conversation): Promise<void> {
    await this.putAway(conversation, (threadId) =>
      this.context.client.request('thread/delete', { threadId }).catch((error: unknown) => {
        throw toDeleteFailure(error);
      }),
    );
    this.lists.deleted(conversation);
  }

  /**
   * Stops what runs in a thread whose conversation is not open, such as a sub-agent's.
   *
   * @returns `false`: nothing runs there. @throws RpcError, SwitchyardError
   */
  async interrupt(threadId: string): Promise<boolean> {
    const { client } = this.context;
    const newest = { threadId, limit: 1, itemsView: 'notLoaded', sortDirection: 'desc' } as const;
    const { data } = await client.request('thread/turns/list', newest);
    const turn = data.find(({ status }) => status === 'inProgress');
    if (turn) await client.request('turn/interrupt', { threadId, turnId: turn.id });
    return turn !== undefined;
  }

  /**
   * Begins a copy of a conversation, as it is or (`beforeTurnId`) as it was before a turn. It works also while another
   * window holds the original.
   *
   * @throws SwitchyardError `declined` when there is nothing to copy yet; RpcError, SwitchyardError
   */
  async fork(conversation: Conversation, beforeTurnId?: string): Promise<Conversation> {
    const { threadId, title, folder, mode, model, effort, tier = null, loading, turns } = conversation.view;
    if (threadId === null || (turns.length === 0 && !loading)) {
      throw new SwitchyardError('declined', 'There is nothing to fork yet: the conversation has no messages.');
    }
    const { client, memory } = this.context;
    const { index } = this.lists;
    const { thread } = await client.request('thread/fork', {
      threadId,
      cwd: folder,
      excludeTurns: true,
      ...(beforeTurnId !== undefined && { beforeTurnId }),
    });
    const name = forkTitle(title);
    await client.request('thread/name/set', { threadId: thread.id, name });
    memory.keep(thread.id, { mode, model, effort, tier, folder });
    const updatedAtMs = this.context.now();
    const entry = { threadId: thread.id, title: name, updatedAtMs, folder, parentThreadId: null } as const;
    if (!index.query.archived) index.add({ ...entry, archived: false, status: 'ready' });
    return this.lists.openThread(thread.id);
  }

  /**
   * Opens the conversation with this id, from any folder. `text` may hold more than the id, such as `codex resume …`.
   *
   * @throws SwitchyardError `notFound`; RpcError, SwitchyardError
   */
  async openById(text: string): Promise<Conversation> {
    const id = threadIdIn(text)?.toLowerCase();
    if (id === undefined) throw new SwitchyardError('notFound', 'This is not the id of a conversation.');
    const open = this.lists.ofThread(id);
    if (open) return open;
    await this.lists.index.find(id).catch((error: unknown) => {
      if (!(error instanceof RpcError) || error.reason === 'overloaded') throw error;
      throw new SwitchyardError('notFound', `Codex has no conversation with the id ${id}.`, { cause: error });
    });
    return this.lists.openThread(id);
  }

  /** The whole conversation as Markdown, with the turns that no panel has loaded. @throws RpcError, SwitchyardError */
  async exportMarkdown({ view }: Conversation): Promise<string> {
    return toMarkdown(await readWhole(view, this.context.client.request));
  }

  /** Stops a conversation, lets the server put it away, and closes it here. */
  private async putAway(conversation: Conversation, request: (threadId: string) => Promise<unknown>): Promise<void> {
    await conversation.stop();
    // The server would not delete it while there is a copy of it, and the copy of an archived one is of no use.
    await conversation.giveUpRedo();
    const { threadId } = conversation.view;
    // Also where no turn is shown: that the conversation could not be read does not mean that nothing is stored of it.
    if (threadId !== null) {
      await request(threadId).catch((error: unknown) => {
        if (!isAway(error)) throw error;
      });
    }
    this.lists.close(conversation);
    if (threadId !== null) this.lists.index.forget(threadId);
  }
}

/** The first id of a conversation in what a person typed or pasted, as it stands there. */
export function threadIdIn(text: string): string | undefined {
  return /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/i.exec(text)?.[0];
}

/** "Tidy up" is copied as "Tidy up (fork)", and that as "Tidy up (fork 2)". */
function forkTitle(title: string): string {
  const numbered = /^(.*) \(fork(?: (\d+))?\)$/.exec(title);
  return numbered ? `${numbered[1] ?? ''} (fork ${Number(numbered[2] ?? 1) + 1})` : `${title} (fork)`;
}

/** It was put away already, maybe by another window (codex app-server 0.169.0). */
function isAway(error: unknown): boolean {
  return error instanceof RpcError && error.rpcMessage.includes('no rollout found');
}

function toDeleteFailure(error: unknown): unknown {
  if (!(error instanceof RpcError)) return error;
  if (/forked history still references it/.test(error.rpcMessage)) {
    return new SwitchyardError(
      'declined',
      'A fork of this conversation still uses its messages, maybe one in the archive (restoring a checkpoint keeps one there). Delete the forks first, or archive this one.',
      { cause: error },
    );
  }
  return /already has an active writer/.test(error.rpcMessage)
    ? new SwitchyardError('declined', 'Another window has this conversation open. Close it there first.', {
        cause: error,
      })
    : error;
}
