import type * as vscode from 'vscode';
import * as z from 'zod';
import type { Disposable } from '../../base/disposable';
import { Emitter } from '../../base/event';
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
  private isStored = true;
  /** Runs until the next change may be stored. */
  private storing: Disposable | undefined;
  private readonly changes = new Emitter<DraftOwner>();

  readonly onDidChange = this.changes.event;

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
    this.storeSoon();
    this.changes.fire({ threadId, key });
  }

  /** A conversation goes on in another thread, with the draft that it has. */
  continueAs(from: string, to: string): void {
    const text = this.texts.get(from);
    if (text === undefined) return;
    this.texts.delete(from);
    if (!this.texts.has(to)) this.texts.set(to, text);
    this.storeSoon();
  }

  /** Stores what is not stored yet. */
  async flush(): Promise<void> {
    if (this.isStored) return;
    this.isStored = true;
    await this.memory.update(STORAGE_KEY, Object.fromEntries(this.texts));
  }

  /** Stores nothing: {@link flush} before. */
  dispose(): void {
    this.storing?.dispose();
    this.storing = undefined;
  }

  private storeSoon(): void {
    this.isStored = false;
    if (!this.storing) this.store();
  }

  /** The first change at once: the editor itself is a moment behind, and the window may be about to end. */
  private store(): void {
    this.storing = this.timer(STORE_MS, () => {
      this.storing = undefined;
      if (!this.isStored) this.store();
    });
    void this.flush();
  }
}

type DraftOwner = Pick<ConversationView, 'threadId' | 'key'>;
