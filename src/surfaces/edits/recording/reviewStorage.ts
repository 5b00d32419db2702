import { type Disposable, DisposableStore } from '../../../base/disposable';
import { messageOf } from '../../../base/errors';
import type { Logger } from '../../../base/logger';
import type { Timer } from '../../../base/timer';
import { type ChangeLedger, hashesOf, type TurnRecord } from '../../../conversation/review/changeLedger';
import type { Review, TrackedFile } from '../../../conversation/review/review';
import type { BlobStore } from './blobStore';
import { LedgerFiles } from './ledgerFiles';
import { ReviewFile } from './reviewFile';

export interface ReviewStorageOptions {
  /** Where everything is kept, the blobs too. */
  readonly folder: string;
  readonly review: Pick<Review, 'onDidChange' | 'files' | 'snapshot' | 'restore'>;
  readonly ledger: ChangeLedger;
  readonly blobs: BlobStore;
  readonly timer: Timer;
  readonly logger: Logger;
  /** What texts and bytes may take together. 256 MiB unless given. */
  readonly maxBytes?: number;
}

const SAVE_AFTER_MS = 500;
/** A stream of changes does not put the save off for longer. */
const SAVE_AT_LATEST_MS = 2000;
const RETRY_MS = 10_000;
const FIRST_CLEAN_UP_MS = 60_000;
const MAX_BYTES = 256 * 1024 * 1024;
const MAX_TURNS = 500;
const MAX_TURN_FILES = 100_000;

/**
 * Keeps the review and the ledger over reloads and crashes. Saves half a second after the last change, at least every two
 * seconds, a piece at a time. A disk that takes nothing costs a log line and is tried again; nothing here ever rejects.
 */
export class ReviewStorage implements Disposable {
  private readonly store = new DisposableStore();
  private readonly ledgerFiles: LedgerFiles;
  private readonly reviewFile: ReviewFile;
  private readonly timers = new Map<number, Disposable>();
  /** Saves and clean-ups, one at a time. */
  private tail: Promise<void> = Promise.resolve();
  private isLoaded = false;
  /** Set by `dispose`: the review is emptied before the last save. */
  private lastFiles: readonly TrackedFile[] | undefined;
  private isReviewDirty = false;
  private isLedgerDirty = false;
  private isFailing = false;
  private writtenAtCleanUp = 0;

  constructor(private readonly options: ReviewStorageOptions) {
    const { folder, review, ledger, blobs, logger } = options;
    this.ledgerFiles = new LedgerFiles(folder, ledger, logger);
    this.reviewFile = new ReviewFile(folder, blobs, logger);
    this.store.add(
      review.onDidChange(() => {
        this.isReviewDirty = true;
        this.scheduleSave();
      }),
    );
    this.store.add(
      ledger.onDidChange(() => {
        this.isLedgerDirty = true;
        this.scheduleSave();
      }),
    );
  }

  /**
   * Fills the review and the ledger with what was saved; to be called once, before anything changes them. Gives the files
   * that were damaged and set aside, to be told to the person. Nothing is saved before, nor when the saved review can
   * neither be read nor set aside.
   */
  async load(): Promise<{ readonly damaged: readonly string[] }> {
    const { review, logger, folder } = this.options;
    try {
      const { files, damaged } = await this.reviewFile.read();
      if (files.length > 0) review.restore(files);
      const damagedTurns = await this.ledgerFiles.read();
      this.isLoaded = true;
      this.isReviewDirty = damaged.length > 0;
      this.isLedgerDirty = false;
      this.at(FIRST_CLEAN_UP_MS, () => void this.enqueue(() => this.cleanUp()));
      for (const file of [...damaged, ...damagedTurns]) logger.warn(`${file} was damaged and is set aside`);
      return { damaged: [...damaged, ...damagedTurns] };
    } catch (error) {
      logger.error(`${folder} cannot be read, and changes will not be remembered: ${messageOf(error)}`);
      return { damaged: [] };
    }
  }

  /** Saves now what is not saved yet. To be awaited before the window closes. */
  flush(): Promise<void> {
    this.cancel(SAVE_AFTER_MS);
    this.cancel(SAVE_AT_LATEST_MS);
    return this.enqueue(() => this.save());
  }

  /** Listens no more, and saves a last time without being waited for. */
  dispose(): void {
    if (this.store.isDisposed) return;
    this.lastFiles = this.options.review.snapshot();
    this.store.dispose();
    for (const ms of [...this.timers.keys()]) this.cancel(ms);
    void this.flush();
  }

  private enqueue(work: () => Promise<void>): Promise<void> {
    this.tail = this.tail.then(work).then(
      () => {
        if (this.isFailing) this.options.logger.info('What Codex changed is saved again');
        this.isFailing = false;
      },
      (error: unknown) => {
        if (!this.isFailing) {
          this.options.logger.warn(
            `What Codex changed could not be saved and will be tried again: ${messageOf(error)}`,
          );
        }
        this.isFailing = true;
        this.at(RETRY_MS, () => void this.flush());
      },
    );
    return this.tail;
  }

  private async save(): Promise<void> {
    if (!this.isLoaded) return;
    const { review, blobs, maxBytes = MAX_BYTES } = this.options;
    if (this.isReviewDirty) {
      this.isReviewDirty = false;
      await this.reviewFile.write(this.lastFiles ?? review.snapshot()).catch((error: unknown) => {
        this.isReviewDirty = true;
        throw error;
      });
    }
    if (this.isLedgerDirty) {
      this.isLedgerDirty = false;
      await this.ledgerFiles.write().catch((error: unknown) => {
        this.isLedgerDirty = true;
        throw error;
      });
    }
    if (blobs.bytesWritten - this.writtenAtCleanUp > maxBytes / 8) await this.cleanUp();
  }

  /** Forgets the oldest turns beyond the limits and deletes the blobs that nothing refers to, in any window. */
  private async cleanUp(): Promise<void> {
    const { blobs, ledger, maxBytes = MAX_BYTES } = this.options;
    this.writtenAtCleanUp = blobs.bytesWritten;
    await this.ledgerFiles.read();
    await this.reviewFile.readForeign();
    const budget = new Budget(await blobs.sizes(), maxBytes);
    const kept = this.turnsToKeep(budget);
    ledger.prune((turn) => kept.has(turn));
    await this.ledgerFiles.write();
    await blobs.collect(new Set([...ledger.hashes(), ...this.reviewFile.hashes()]), maxBytes);
  }

  /** The newest turns that fit beside what is unreviewed, at least one, and those that alone know an unreviewed file. */
  private turnsToKeep(budget: Budget): Set<TurnRecord> {
    const { turns, restores } = this.options.ledger.snapshot();
    budget.add([...this.reviewFile.hashes(), ...restores.flatMap(({ files }) => files.flatMap(hashesOf))]);
    const gaps = new Set(this.options.review.files.filter(({ gap }) => gap).map(({ path }) => path));
    const kept = new Set<TurnRecord>();
    for (const turn of turns.toReversed()) {
      budget.addTurn(turn);
      if (kept.size === 0 || !budget.isExceeded || turn.files.some(({ path }) => gaps.has(path))) kept.add(turn);
    }
    return kept;
  }

  private scheduleSave(): void {
    this.at(SAVE_AFTER_MS, () => void this.flush());
    if (!this.timers.has(SAVE_AT_LATEST_MS)) this.at(SAVE_AT_LATEST_MS, () => void this.flush());
  }

  private at(ms: number, run: () => void): void {
    if (this.store.isDisposed) return;
    this.cancel(ms);
    const timer = this.options.timer(ms, () => {
      this.timers.delete(ms);
      run();
    });
    this.timers.set(ms, timer);
  }

  private cancel(ms: number): void {
    this.timers.get(ms)?.dispose();
    this.timers.delete(ms);
  }
}

/** Takes up space, files and turns until a limit is reached. */
class Budget {
  private readonly counted = new Set<string>();
  private bytes = 0;
  private files = 0;
  private turns = 0;

  constructor(
    private readonly sizes: ReadonlyMap<string, number>,
    private readonly maxBytes: number,
  ) {}

  get isExceeded(): boolean {
    return this.bytes > this.maxBytes || this.files > MAX_TURN_FILES || this.turns > MAX_TURNS;
  }

  addTurn(turn: TurnRecord): void {
    this.turns += 1;
    this.files += turn.files.length;
    this.add(turn.files.flatMap(hashesOf));
  }

  add(hashes: readonly string[]): void {
    for (const hash of hashes) {
      if (this.counted.has(hash)) continue;
      this.counted.add(hash);
      this.bytes += this.sizes.get(hash) ?? 0;
    }
  }
}
