import * as vscode from 'vscode';
import type { AppliedChange, ReformattedText } from '../documentWriter';
import { findDocument } from '../openDocuments';
import { type ChangeOrigin, type CodexChanges, shown } from './codexChanges';
import { type FileState, textOf } from './fileContent';
import { store, withText } from './fileStates';
import type { OpenPatches } from './openPatches';

/** The announcement of a patch may come after its first write: they travel on two connections. */
const ANNOUNCEMENT_MS = 2000;
/** States before writes that came to nothing are not kept for ever. */
const MAX_BEGUN = 200;

/** Records what the editor itself writes for Codex. */
export class EditorWrites {
  private readonly begun = new Map<string, FileState>();

  /** @param runningTurn the turn that runs, when it is the only one. */
  constructor(
    private readonly changes: CodexChanges,
    private readonly patches: OpenPatches,
    private readonly runningTurn: () => ChangeOrigin | undefined,
  ) {}

  /** A file is about to be changed, removed or left to somebody else: looks at it. */
  async willChange(path: string): Promise<void> {
    this.begun.set(path, 'unknown');
    this.begun.set(path, (await this.changes.see(path)).state);
    for (const oldest of this.begun.keys()) {
      if (this.begun.size <= MAX_BEGUN) break;
      if (!this.changes.isWriting(oldest)) this.begun.delete(oldest);
    }
  }

  /** Whether a write of this file has begun, and its text was not applied yet. */
  isPending(path: string): boolean {
    return this.begun.has(path);
  }

  /** The state before a write that had begun and was not applied by the editor; forgets it. */
  takeBegun(path: string): FileState | undefined {
    const state = this.begun.get(path);
    this.begun.delete(path);
    return state;
  }

  /** The editor applied a change of Codex. */
  applied(change: AppliedChange): void {
    const { path, movedFrom } = change;
    const begun = this.takeBegun(movedFrom ?? path);
    this.begun.delete(path);
    const patch = this.patches.takeWrite(path);
    this.changes.review.codexChanged({
      path,
      before: change.before === undefined ? null : shown(path, change.before),
      after: change.after === undefined ? null : shown(path, change.after),
      threadId: patch?.threadId ?? null,
      ...(movedFrom !== undefined && { movedFrom }),
    });
    this.changes.account(path, change.after ?? null);
    if (movedFrom !== undefined) this.changes.account(movedFrom, null);
    const origin = patch ?? this.announcement(path);
    void this.changes.tasks.run(path, () => this.record(change, begun, origin));
  }

  /** What was applied came out differently when it was saved. */
  reformatted({ path, text }: ReformattedText): void {
    this.changes.review.reformatted(path, text);
    this.changes.account(path, text);
    void this.changes.tasks.run(path, async () => {
      const after = await this.stateAfter(path, text);
      const { ledger, blobs, logger } = this.changes.options;
      ledger.updateAfter(path, await store(after, blobs, logger));
    });
  }

  private async record(
    change: AppliedChange,
    begun: FileState | undefined,
    origin: ChangeOrigin | Promise<ChangeOrigin | undefined>,
  ): Promise<void> {
    const { path, movedFrom } = change;
    const after = change.after === undefined ? 'missing' : await this.stateAfter(path, change.after);
    const from = begun ?? 'missing';
    const before = change.before === undefined ? from : await withText(movedFrom ?? path, from, change.before);
    this.catchUp(path);
    const found = await origin;
    if (!found) {
      this.changes.options.logger.warn(`A change of ${path} belongs to no known turn; it cannot be undone as a turn`);
      return;
    }
    this.nameThread(path, found.threadId);
    await this.changes.record(found, { path, before, after, movedFrom, by: 'patch' });
  }

  /** The state of a file that was given this text, once it is saved. */
  private async stateAfter(path: string, text: string): Promise<FileState> {
    const { state } = await this.changes.options.documents.exclusively(path, () => this.changes.see(path));
    const after = await withText(path, state, text);
    if (textOf(this.changes.disk.get(path) ?? 'unknown') === text) this.changes.disk.set(path, after);
    return after;
  }

  /** What was typed while the write was under way was not told from Codex's then. */
  private catchUp(path: string): void {
    const document = findDocument(vscode.Uri.file(path));
    const tracked = this.changes.review.get(path);
    if (!document || !tracked || tracked.gap || this.changes.isWriting(path)) return;
    const text = document.getText();
    if (tracked.current !== null && tracked.current !== text) this.changes.personChanged(path, text);
  }

  /** The turn of a write that no patch named yet. */
  private announcement(path: string): Promise<ChangeOrigin | undefined> {
    return new Promise((resolve) => {
      const named = this.patches.onceNamed(path, () => {
        clearTimeout(timer);
        resolve(this.patches.takeWrite(path));
      });
      const timer = setTimeout(() => {
        named.dispose();
        resolve(this.runningTurn());
      }, ANNOUNCEMENT_MS);
    });
  }

  private nameThread(path: string, threadId: string): void {
    const tracked = this.changes.review.get(path);
    if (!tracked || tracked.gap || tracked.threads.includes(threadId)) return;
    this.changes.review.codexChanged({ path, before: tracked.current, after: tracked.current, threadId });
  }
}
