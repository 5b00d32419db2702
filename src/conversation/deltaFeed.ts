import type { Disposable } from '../base/disposable';
import { coalesce } from '../shared/applyDelta';
import type { Delta } from '../shared/conversation';
import type { FrameClock } from './frameClock';

/** Deltas for one webview: applied to the state numbered `from` they give the one numbered `seq`. */
export interface DeltaBatch {
  readonly from: number;
  readonly seq: number;
  readonly deltas: readonly Delta[];
}

/**
 * What one webview is told of a conversation: nothing before it was given a snapshot, then numbered batches, at most one
 * a frame, with neighbouring pieces of text joined. Nothing is kept for a webview that nobody sees.
 */
export class DeltaFeed implements Disposable {
  private queued: Delta[] = [];
  private seq = 0;
  private frame: Disposable | undefined;
  private isLive = false;

  constructor(
    private readonly frames: FrameClock,
    private readonly send: (batch: DeltaBatch) => void,
  ) {}

  /** A snapshot numbered `seq` goes to the webview now: what was queued is part of it. */
  restart(seq: number): void {
    this.stop();
    this.seq = seq;
    this.isLive = true;
  }

  /** The webview is hidden or gone: it will begin again with a snapshot. */
  stop(): void {
    this.frame?.dispose();
    this.frame = undefined;
    this.queued = [];
    this.isLive = false;
  }

  /** Queues deltas, `seq` being the number of the last one. */
  push({ seq, deltas }: { readonly seq: number; readonly deltas: readonly Delta[] }): void {
    if (!this.isLive) return;
    this.queued.push(...deltas);
    this.seq = seq;
    this.frame ??= this.frames.next(() => this.flush());
  }

  dispose(): void {
    this.stop();
  }

  private flush(): void {
    this.frame = undefined;
    const { queued, seq } = this;
    if (queued.length === 0) return;
    this.queued = [];
    this.send({ from: seq - queued.length, seq, deltas: coalesce(queued) });
  }
}
