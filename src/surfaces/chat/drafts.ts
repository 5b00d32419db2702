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
    return this.texts.get(draftKey(conversation)) ?? '';
  }

  set(conversation: DraftOwner, text: string): void {
    const key = draftKey(conversation);
    this.texts.delete(key);
    if (text !== '') this.texts.set(key, text);
    while (this.texts.size > MAX_DRAFTS) this.texts.delete(this.texts.keys().next().value ?? '');
    void this.memory.update(STORAGE_KEY, Object.fromEntries(this.texts));
  }
}

type DraftOwner = Pick<ConversationView, 'threadId' | 'key'>;

function draftKey({ threadId, key }: DraftOwner): string {
  return threadId ?? key;
}
