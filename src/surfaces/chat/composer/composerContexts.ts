import type * as vscode from 'vscode';
import * as z from 'zod';
import { type Disposable, DisposableStore } from '../../../base/disposable';
import { Emitter } from '../../../base/event';
import { type Attachment, ATTACHMENT_KINDS, type ComposerView } from '../../../shared/composer';
import type { ConversationView } from '../../../shared/conversation';
import type { ActiveEditor } from './activeEditor';

const STORAGE_KEY = 'attachments';
const MAX_CONVERSATIONS = 100;
const MAX_ATTACHMENTS = 50;

/** An attachment as it is stored. */
export const storedAttachment = z.object({
  id: z.string(),
  kind: z.enum(ATTACHMENT_KINDS),
  label: z.string(),
  detail: z.string(),
  path: z.string().nullable(),
  text: z.string(),
}) satisfies z.ZodType<Attachment>;
const stored = z
  .record(z.string(), z.object({ attachments: z.array(storedAttachment), withActive: z.boolean() }))
  .catch({});

/** The files that attachments name. */
export function filesOf(attachments: readonly Pick<Attachment, 'path'>[]): string[] {
  return attachments.flatMap(({ path }) => path ?? []);
}

interface Context {
  readonly attachments: readonly Attachment[];
  readonly withActive: boolean;
}

type Owner = Pick<ConversationView, 'threadId' | 'key'>;
const EMPTY: Context = { attachments: [], withActive: true };

/** What goes with the next message of each conversation beside its words; kept over reloads and crashes, as drafts are. */
export class ComposerContexts implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changes = this.store.add(new Emitter<void>());
  private readonly contexts: Map<string, Context>;

  readonly onDidChange = this.changes.event;

  constructor(
    private readonly memory: vscode.Memento,
    private readonly active: Pick<ActiveEditor, 'attachment' | 'onDidChange'>,
  ) {
    this.contexts = new Map(Object.entries(stored.parse(memory.get(STORAGE_KEY) ?? {})));
    this.store.add(active.onDidChange(() => this.changes.fire()));
  }

  /** What the composer of a conversation shows beside its text. */
  view(owner: Owner): ComposerView {
    const { attachments, withActive } = this.get(owner);
    const active = this.active.attachment();
    return {
      attachments: attachments.map(({ id, kind, label, detail }) => ({ id, kind, label, detail })),
      active: active ? { label: active.label, detail: active.detail } : null,
      withActive,
    };
  }

  /** Attaches to the next message; the same thing again takes the place of what was attached before. */
  add(owner: Owner, ...added: readonly Attachment[]): void {
    const { attachments, withActive } = this.get(owner);
    const isAgain = (one: Attachment): boolean =>
      added.some(({ kind, label, path }) => one.kind === kind && one.label === label && one.path === path);
    const next = [...attachments.filter((one) => !isAgain(one)), ...added].slice(-MAX_ATTACHMENTS);
    this.set(owner, { attachments: next, withActive });
  }

  remove(owner: Owner, id: string): void {
    const { attachments, withActive } = this.get(owner);
    this.set(owner, { attachments: attachments.filter((one) => one.id !== id), withActive });
  }

  /** Whether what the editor shows goes with the messages of this conversation. */
  includeActive(owner: Owner, withActive: boolean): void {
    this.set(owner, { ...this.get(owner), withActive });
  }

  /** What was attached by hand to the next message. */
  attached(owner: Owner): readonly Attachment[] {
    return this.get(owner).attachments;
  }

  /** Attaches these to the next message in the place of those that are, and gives those back. */
  exchange(owner: Owner, attachments: readonly Attachment[]): readonly Attachment[] {
    const before = this.get(owner);
    this.set(owner, { attachments, withActive: before.withActive });
    return before.attachments;
  }

  /** All files that are attached somewhere. */
  files(): readonly string[] {
    return [...this.contexts.values()].flatMap(({ attachments }) => filesOf(attachments));
  }

  /** Takes what goes with the message that is sent now. What was attached by hand is used up. */
  take(owner: Owner): readonly Attachment[] {
    const { attachments, withActive } = this.get(owner);
    const active = withActive ? this.active.attachment() : undefined;
    this.set(owner, { attachments: [], withActive });
    const isAttached = active && attachments.some(({ path, text }) => path === active.path && text === active.text);
    return active && !isAttached ? [...attachments, active] : attachments;
  }

  /** The conversation was deleted. */
  forget(owner: Owner): void {
    this.set(owner, EMPTY);
  }

  /** A conversation goes on in another thread, with what is attached to its next message. */
  continueAs(from: string, to: string): void {
    const context = this.contexts.get(from);
    if (!context) return;
    this.contexts.delete(from);
    if (!this.contexts.has(to)) this.contexts.set(to, context);
    this.keep();
  }

  dispose(): void {
    this.store.dispose();
  }

  private get({ threadId, key }: Owner): Context {
    // Attached before the conversation had its thread.
    return this.contexts.get(threadId ?? key) ?? this.contexts.get(key) ?? EMPTY;
  }

  private set({ threadId, key }: Owner, context: Context): void {
    this.contexts.delete(key);
    if (threadId !== null) this.contexts.delete(threadId);
    if (context.attachments.length > 0 || !context.withActive) this.contexts.set(threadId ?? key, context);
    while (this.contexts.size > MAX_CONVERSATIONS) this.contexts.delete(this.contexts.keys().next().value ?? '');
    this.keep();
  }

  private keep(): void {
    void this.memory.update(STORAGE_KEY, Object.fromEntries(this.contexts));
    this.changes.fire();
  }
}
