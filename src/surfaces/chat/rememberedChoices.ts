import type * as vscode from 'vscode';
import * as z from 'zod';
import type { ConversationChoices, ConversationMemory } from '../../conversation/context';
import { MODE_NAMES } from '../../shared/conversation';

const STORAGE_KEY = 'choices';
const MAX_THREADS = 500;
const stored = z
  .record(z.string(), z.object({ mode: z.enum(MODE_NAMES), model: z.string(), effort: z.string() }))
  .catch({});

/** Mode, model and effort of each thread, in the workspace's own storage; the oldest are forgotten. */
export class RememberedChoices implements ConversationMemory {
  private readonly choices: Map<string, ConversationChoices>;

  constructor(private readonly storage: vscode.Memento) {
    this.choices = new Map(Object.entries(stored.parse(storage.get(STORAGE_KEY) ?? {})));
  }

  recall(threadId: string): Partial<ConversationChoices> {
    return this.choices.get(threadId) ?? {};
  }

  keep(threadId: string, choices: ConversationChoices): void {
    const { mode, model, effort } = this.choices.get(threadId) ?? {};
    if (mode === choices.mode && model === choices.model && effort === choices.effort) return;
    this.choices.delete(threadId);
    this.choices.set(threadId, choices);
    while (this.choices.size > MAX_THREADS) this.choices.delete(this.choices.keys().next().value ?? '');
    void this.storage.update(STORAGE_KEY, Object.fromEntries(this.choices));
  }
}
