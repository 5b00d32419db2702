import type { TypedNotification } from './notification';

/** More sub-agents than this are not remembered; the oldest are forgotten first. */
const MAX_THREADS = 10_000;

/**
 * Which thread started which: learned from the threads themselves and from the items of their parents, whichever comes
 * first (sub-agents run in threads of their own, codex app-server 0.169.0).
 */
export class ThreadTree {
  private readonly parents = new Map<string, string>();

  /** Learns from one message of the server. */
  observe(notification: TypedNotification): void {
    if (!notification.known) return;
    if (notification.method === 'thread/started') {
      const { id, parentThreadId } = notification.params.thread;
      if (typeof parentThreadId === 'string') {
        this.parents.delete(id);
        this.attach(id, parentThreadId);
      }
      return;
    }
    if (notification.method !== 'item/started' && notification.method !== 'item/completed') return;
    const { item, threadId } = notification.params;
    // An agent may also tell of its parent, with which it `interacted`: that makes nobody a child.
    if (item.type === 'subAgentActivity' && (item.kind === 'started' || item.kind === 'completed')) {
      this.attach(item.agentThreadId, threadId);
    }
    if (item.type === 'collabAgentToolCall' && item.tool === 'spawnAgent') {
      for (const child of item.receiverThreadIds) this.attach(child, item.senderThreadId);
    }
  }

  parentOf(threadId: string): string | undefined {
    return this.parents.get(threadId);
  }

  /** The thread that a person talks to: the topmost ancestor, or the thread itself. */
  rootOf(threadId: string): string {
    let root = threadId;
    for (let parent = this.parents.get(root); parent !== undefined; parent = this.parents.get(root)) root = parent;
    return root;
  }

  childrenOf(threadId: string): string[] {
    return [...this.parents].filter(([, parent]) => parent === threadId).map(([child]) => child);
  }

  /** The first parent stays, unless the thread itself names another. Never makes a circle. */
  private attach(child: string, parent: string): void {
    if (this.parents.has(child) || this.rootOf(parent) === child) return;
    if (this.parents.size >= MAX_THREADS) this.parents.delete([...this.parents.keys()][0] ?? '');
    this.parents.set(child, parent);
  }
}
