import type * as vscode from 'vscode';
import * as z from 'zod';
import type { ConversationView } from '../../shared/conversation';

const STORAGE_KEY = 'drafts';
const MAX_DRAFTS = 200;
const stored = z.record(z.string(), z.string()).catch({});

/** What the person typed and did not send, per conversation; kept over reloads and crashes. */
export class Drafts {
  private readonly texts: Map<string, string>;

  constructor(private readonly memory: vscode.Memento) {
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
    void this.memory.update(STORAGE_KEY, Object.fromEntries(this.texts));
  }
}

type DraftOwner = Pick<ConversationView, 'threadId' | 'key'>;
