import type * as vscode from 'vscode';
import * as z from 'zod';
import type { ConversationChoices, ConversationMemory } from '../../conversation/context';
import { MODE_NAMES } from '../../shared/conversation';

const STORAGE_KEY = 'choices';
const NOTES_KEY = 'agentNotes';
const MAX_THREADS = 500;
const stored = z
  .record(
    z.string(),
    z.object({
      mode: z.enum(MODE_NAMES),
      model: z.string(),
      effort: z.string(),
      tier: z.object({ id: z.string(), name: z.string() }).nullable().exactOptional(),
      folder: z.string().exactOptional(),
    }),
  )
  .catch({});
const storedNotes = z.record(z.string(), z.array(z.string())).catch({});

/** Mode, model, effort, tier and folder of each conversation, and what its agent is still to be told, in the workspace's own storage; the oldest are forgotten. */
export class RememberedChoices implements ConversationMemory {
  private readonly choices: Map<string, ConversationChoices>;
  private readonly notes: Map<string, readonly string[]>;

  constructor(private readonly storage: vscode.Memento) {
    this.choices = new Map(Object.entries(stored.parse(storage.get(STORAGE_KEY) ?? {})));
    this.notes = new Map(Object.entries(storedNotes.parse(storage.get(NOTES_KEY) ?? {})));
  }

  recall(id: string): Partial<ConversationChoices> {
    return this.choices.get(id) ?? {};
  }

  keep(id: string, choices: ConversationChoices): void {
    if (JSON.stringify(identityOf(this.choices.get(id))) === JSON.stringify(identityOf(choices))) return;
    this.choices.delete(id);
    this.choices.set(id, choices);
    while (this.choices.size > MAX_THREADS) this.choices.delete(this.choices.keys().next().value ?? '');
    void this.storage.update(STORAGE_KEY, Object.fromEntries(this.choices));
  }

  forget(id: string): void {
    if (this.choices.delete(id)) void this.storage.update(STORAGE_KEY, Object.fromEntries(this.choices));
    this.keepNotes(id, []);
  }

  recallNotes(threadId: string): readonly string[] {
    return this.notes.get(threadId) ?? [];
  }

  keepNotes(threadId: string, notes: readonly string[]): void {
    if (notes.length === 0 && !this.notes.has(threadId)) return;
    this.notes.delete(threadId);
    if (notes.length > 0) this.notes.set(threadId, notes);
    while (this.notes.size > MAX_THREADS) this.notes.delete(this.notes.keys().next().value ?? '');
    void this.storage.update(NOTES_KEY, Object.fromEntries(this.notes));
  }
}

function identityOf(choices: ConversationChoices | undefined): readonly unknown[] {
  return [choices?.mode, choices?.model, choices?.effort, choices?.tier?.id, choices?.folder];
}
