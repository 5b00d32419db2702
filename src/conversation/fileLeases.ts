import { type Disposable, DisposableStore, toDisposable } from '../base/disposable';
import { messageOf } from '../base/errors';
import { Emitter } from '../base/event';
import type { Logger } from '../base/logger';
import type { Timer } from '../base/timer';
import type { ContentionView } from '../shared/conversation';
import type { ItemOrigin } from './itemAnnouncer';
import { type AnnouncedPatch, pathsOf } from './patchAnnouncer';

/** A file that two conversations are about to write, as one of them sees it. */
export interface Contention extends Pick<ContentionView, 'path' | 'role'> {
  readonly otherThreadId: string;
}

/** `announced`: nobody was asked about it, its files are written any moment. */
type LeaseState = 'announced' | 'waiting' | 'accepted';

interface Lease {
  readonly patch: AnnouncedPatch;
  readonly paths: ReadonlySet<string>;
  state: LeaseState;
  /** Paths whose write may go on although another conversation waits with a change of the same file. */
  readonly mayProceed: Set<string>;
}

/** How long a write may come before the announcement of its patch: they travel on two connections. */
const ANNOUNCEMENT_MS = 1_000;

/**
 * Which conversations are about to write which files. A write that nobody was asked about is held while a change of
 * the same file, of another conversation, waits for the person: until that is answered and done, until the person lets
 * it go on; when its own patch ends meanwhile it is not made at all. What the person accepted is never held: the approval said who else waits.
 */
export class FileLeases implements Disposable {
  private readonly leases = new Set<Lease>();
  private readonly held = new Map<string, number>();
  private readonly changes: Emitter<void>;

  /** Somebody's {@link contentionOf} may have changed. */
  readonly onDidChange;

  constructor(
    logger: Logger,
    private readonly timer: Timer,
  ) {
    this.changes = new Emitter((error) => {
      logger.error(messageOf(error));
    });
    this.onDidChange = this.changes.event;
  }

  /** A patch has begun; dispose what is returned when it is done. */
  announced(patch: AnnouncedPatch): Disposable {
    const lease: Lease = { patch, paths: pathsOf(patch), state: 'announced', mayProceed: new Set() };
    this.leases.add(lease);
    this.changes.fire();
    return toDisposable(() => {
      this.leases.delete(lease);
      this.changes.fire();
    });
  }

  /** The person is asked about a patch. */
  waitingForApproval(threadId: string, itemId: string): void {
    this.enter(threadId, itemId, 'waiting');
  }

  /** The person has accepted a patch, or a part of it. */
  accepted(threadId: string, itemId: string): void {
    this.enter(threadId, itemId, 'accepted');
  }

  /** Whether a patch does not wait for the person: its files are written, or about to be. */
  mayWrite({ threadId, itemId }: ItemOrigin): boolean {
    return this.ofItem({ threadId, itemId }).every(({ state }) => state !== 'waiting');
  }

  /**
   * Resolves when a file may be written: at once, unless another conversation's change of it waits for the person.
   * `false`: its patch has ended meanwhile, and the file is not to be written any more.
   */
  async gate(path: string): Promise<boolean> {
    await this.until(() => !this.isContested(path) || this.writersOf(path).length > 0, ANNOUNCEMENT_MS);
    const writer = this.writerOf(path);
    if (!writer || !this.isHeld(writer, path)) return true;
    this.countHeld(path, 1);
    try {
      await this.until(() => !this.isHeld(writer, path));
    } finally {
      this.countHeld(path, -1);
    }
    return this.ofItem(writer.patch).length > 0;
  }

  /** The person lets the writes of a file go on that wait for another conversation. */
  proceed(path: string): void {
    for (const lease of this.writersOf(path)) lease.mayProceed.add(path);
    this.changes.fire();
  }

  /** The files that this conversation and others are about to write. */
  contentionOf(threadId: string): readonly Contention[] {
    const found = new Map<string, Contention>();
    for (const mine of this.leases) {
      if (mine.patch.threadId !== threadId) continue;
      for (const path of mine.paths) {
        for (const other of this.othersOf(mine, path)) {
          const role = this.roleOf(mine, other, path);
          if (role) found.set(`${other.patch.threadId} ${path}`, { path, otherThreadId: other.patch.threadId, role });
        }
      }
    }
    return [...found.values()];
  }

  /** Lets everything go on that is held. */
  dispose(): void {
    this.leases.clear();
    this.changes.fire();
    this.changes.dispose();
  }

  private enter(threadId: string, itemId: string, state: LeaseState): void {
    for (const lease of this.ofItem({ threadId, itemId })) lease.state = state;
    this.changes.fire();
  }

  private ofItem({ threadId, itemId }: Pick<ItemOrigin, 'threadId' | 'itemId'>): Lease[] {
    return [...this.leases].filter(({ patch }) => patch.threadId === threadId && patch.itemId === itemId);
  }

  private at(path: string): Lease[] {
    return [...this.leases].filter(({ paths }) => paths.has(path));
  }

  private isContested(path: string): boolean {
    return this.at(path).some(({ state }) => state === 'waiting');
  }

  private writersOf(path: string): Lease[] {
    return this.at(path).filter(({ state }) => state !== 'waiting');
  }

  /** The one patch that a write of this file can belong to. */
  private writerOf(path: string): Lease | undefined {
    const [writer, ...others] = this.writersOf(path);
    return others.length === 0 ? writer : undefined;
  }

  private isHeld(writer: Lease, path: string): boolean {
    const mayWrite = writer.state !== 'announced' || writer.mayProceed.has(path);
    if (mayWrite || !this.leases.has(writer)) return false;
    // One that was accepted is written first: what the person chose of it must not be taken for a choice of ours.
    return this.othersOf(writer, path).some(({ state }) => state !== 'announced');
  }

  private othersOf({ patch }: Lease, path: string): Lease[] {
    return this.at(path).filter((other) => other.patch.threadId !== patch.threadId);
  }

  private roleOf(mine: Lease, other: Lease, path: string): Contention['role'] | undefined {
    if (mine.state !== 'waiting' && other.state !== 'waiting' && !this.held.has(path)) return undefined;
    const undecided = [mine, other].find(({ state, mayProceed }) => state === 'announced' && !mayProceed.has(path));
    if (undecided === undefined) return 'warned';
    // Until its write comes it may still turn out to be one that asks first.
    if (!this.held.has(path)) return undefined;
    return undecided === mine ? 'waits' : 'isWaitedFor';
  }

  private countHeld(path: string, change: 1 | -1): void {
    const count = (this.held.get(path) ?? 0) + change;
    if (count > 0) this.held.set(path, count);
    else this.held.delete(path);
    this.changes.fire();
  }

  /** Resolves when `condition` holds, or after `limitMs`. */
  private until(condition: () => boolean, limitMs?: number): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((resolve) => {
      const store = new DisposableStore();
      const finish = (): void => {
        store.dispose();
        resolve();
      };
      store.add(
        this.onDidChange(() => {
          if (condition()) finish();
        }),
      );
      if (limitMs !== undefined) store.add(this.timer(limitMs, finish));
    });
  }
}
