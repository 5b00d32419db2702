import * as vscode from 'vscode';
import type { Logger } from '../../../base/logger';
import type { ChangeLedger, TurnFile } from '../../../conversation/review/changeLedger';
import type { Review } from '../../../conversation/review/review';
import type { EditorDocuments } from '../editorDocuments';
import { findDocument } from '../openDocuments';
import { type FileState, KnownFiles, textOf } from './fileContent';
import { type ContentStore, type SeenFile, seeFile, store } from './fileStates';
import { Limiter, PathTasks } from './pathTasks';

/** The turn that made a change. */
export interface ChangeOrigin {
  readonly threadId: string;
  readonly turnId: string;
}

/** A change of one file that was made by Codex. For a file that was moved, `before` is what was at `movedFrom`. */
export interface FoundChange {
  readonly path: string;
  readonly before: FileState;
  readonly after: FileState;
  readonly movedFrom?: string | undefined;
  readonly by: TurnFile['by'];
}

export interface CodexChangesOptions {
  readonly documents: Pick<EditorDocuments, 'isWriting' | 'exclusively' | 'onDidApply' | 'onDidReformat'>;
  readonly review: Review;
  readonly ledger: ChangeLedger;
  readonly blobs: ContentStore;
  now(): number;
  readonly logger: Logger;
}

const FILES_AT_ONCE = 8;

/** What the parts of the recorder share: what is known of files, and how a change of Codex is noted. */
export class CodexChanges {
  /** What lies on the disk, as far as it was accounted for: either recorded, or the person's. */
  readonly disk = new KnownFiles();
  /** The accounted texts of open documents, while a command or a patch may change them on the disk. */
  readonly live = new Map<string, string>();
  readonly tasks: PathTasks;
  private readonly limiter = new Limiter(FILES_AT_ONCE);

  constructor(readonly options: CodexChangesOptions) {
    this.tasks = new PathTasks(options.logger);
  }

  get review(): Review {
    return this.options.review;
  }

  isWriting(path: string): boolean {
    return this.options.documents.isWriting(path);
  }

  see(path: string): Promise<SeenFile> {
    return this.limiter.run(() => seeFile(path));
  }

  /** From now on this is the text of the file that the next change is compared with. */
  account(path: string, text: string | null): void {
    this.disk.setText(path, text);
    if (text === null) this.live.delete(path);
    else if (this.live.has(path)) this.live.set(path, text);
  }

  /** Notes the texts of open documents, so that a reload from the disk can be told from what was there. */
  mirror(documents: readonly vscode.TextDocument[]): void {
    for (const document of documents) {
      if (document.uri.scheme === 'file' && !document.isClosed) this.live.set(document.uri.fsPath, document.getText());
    }
  }

  /** The person changed the text of a file. */
  personChanged(path: string, text: string | null, isHistory = false): void {
    if (text !== null && this.live.has(path)) this.live.set(path, text);
    if (isHistory || this.review.get(path)) this.review.personChanged(path, text, isHistory);
  }

  /** A change that was found on the disk: it is under review at once, and in the ledger when this resolves. */
  async found(origin: ChangeOrigin, change: FoundChange): Promise<void> {
    this.putUnderReview(origin, change);
    this.disk.set(change.path, change.after);
    if (change.movedFrom !== undefined) this.disk.set(change.movedFrom, 'missing');
    const text = textOf(change.after);
    if (typeof text === 'string' && this.live.has(change.path)) this.live.set(change.path, shown(change.path, text));
    await this.record(origin, change);
  }

  /** A document took over what Codex wrote on the disk. */
  reloaded(origin: ChangeOrigin, by: TurnFile['by'], path: string, text: string): void {
    const before = this.stateBeforeReload(path);
    const after = { text, bytes: null, mode: null };
    this.putUnderReview(origin, { path, before, after, by });
    this.live.set(path, text);
    this.disk.setText(path, text);
    void this.tasks.run(path, async () => {
      const { state } = await this.see(path);
      // What was typed since is not Codex's.
      const exact =
        typeof state === 'object' && state.text !== null && shown(path, state.text) === text ? state : after;
      if (exact === state) this.disk.set(path, state);
      await this.record(origin, { path, before, after: exact, by });
    });
  }

  /** Notes a change in the ledger only. */
  async record(origin: ChangeOrigin, { path, before, after, movedFrom, by }: FoundChange): Promise<void> {
    const { ledger, blobs, logger } = this.options;
    const [from, to] = await Promise.all([store(before, blobs, logger), store(after, blobs, logger)]);
    ledger.record(origin, { path, before: from, after: to, movedFrom: movedFrom ?? null, by }, this.options.now());
  }

  private stateBeforeReload(path: string): FileState {
    const known = this.disk.get(path);
    const text = this.live.get(path) ?? this.review.get(path)?.current;
    if (text === undefined || text === null) return known ?? 'unknown';
    // The exact bytes are known when the document showed what was on the disk.
    if (typeof known === 'object' && known.text !== null && shown(path, known.text) === text) return known;
    return { text, bytes: null, mode: typeof known === 'object' ? known.mode : null };
  }

  private putUnderReview({ threadId }: ChangeOrigin, { path, before, after, movedFrom }: FoundChange): void {
    const tracked = this.review.get(path);
    const text = textOf(after);
    const isBinary = text === undefined || (typeof before === 'object' && before.text === null);
    if (isBinary) {
      if (tracked) this.review.changedWithoutBaseline(path, text ?? null, threadId);
      return;
    }
    const known = textOf(before) ?? (before === 'unknown' && tracked && !tracked.gap ? tracked.current : undefined);
    const previous = before === 'missing' ? null : known;
    const next = text === null ? null : shown(path, text);
    if (previous === undefined) this.review.changedWithoutBaseline(path, next, threadId);
    else {
      const from = previous === null ? null : shown(path, previous);
      this.review.codexChanged({ path, before: from, after: next, threadId, ...(movedFrom && { movedFrom }) });
    }
  }
}

/** `text` as an open document has it: with one kind of line ending. */
export function shown(path: string, text: string): string {
  if (!text.includes('\r')) return text;
  const document = findDocument(vscode.Uri.file(path));
  if (!document) return text;
  return text.replace(/\r\n|\r|\n/g, document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n');
}
