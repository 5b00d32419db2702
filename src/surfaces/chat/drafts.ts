import type * as vscode from 'vscode';
import * as z from 'zod';
import type { Disposable } from '../../base/disposable';
import type { Timer } from '../../base/timer';
import type { ConversationView } from '../../shared/conversation';

const STORAGE_KEY = 'drafts';
const MAX_DRAFTS = 200;
/** The editor writes all that an extension remembers at once: not with every letter. */
const STORE_MS = 250;
const stored = z.record(z.string(), z.string()).catch({});

/** What the person typed and did not send, per conversation; kept over reloads and crashes. */
export class Drafts implements Disposable {
  private readonly texts: Map<string, string>;
  private storing: Disposable | undefined;

  constructor(
    private readonly memory: vscode.Memento,
    private readonly timer: Timer,
  ) {
    this.texts = new Map(Object.entries(stored.parse(memory.get(STORAGE_KEY) ?? {})));
  }

  get(conversation: DraftOwner): string {
    const { threadId, key } = conversation;
    // Written before the conversation had its thread.
    return this.texts.get(threadId ?? key) ?? this.texts.get(key) ?? '';
  }

  set(conversation: DraftOwner, text: string): void {
    const { threadId, key } = conversation;
    this.texts.delete(key);
    if (threadId !== null) this.texts.delete(threadId);
    if (text !== '') this.texts.set(threadId ?? key, text);
    while (this.texts.size > MAX_DRAFTS) this.texts.delete(this.texts.keys().next().value ?? '');
    this.storing ??= this.timer(STORE_MS, () => void this.flush());
  }

  /** Stores what is not stored yet. */
  async flush(): Promise<void> {
    if (!this.storing) return;
    this.dispose();
    await this.memory.update(STORAGE_KEY, Object.fromEntries(this.texts));
  }

  /** Stores nothing: {@link flush} before. */
  dispose(): void {
    this.storing?.dispose();
    this.storing = undefined;
  }
}

type DraftOwner = Pick<ConversationView, 'threadId' | 'key'>;
