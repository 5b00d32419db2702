import type { Disposable } from '../base/disposable';
import { toDisposable } from '../base/disposable';
import type { Timer } from '../base/timer';

/** One picture of a screen. */
const FRAME_MS = 16;

/** A person who types presses the next key within this time. */
const TYPING_MS = 150;

/**
 * The common beat of all webviews of a window. What changed in them crosses together, so that the editor paints them
 * together; and the more of them there are, the rarer: many that stream leave as much time for a keystroke as one.
 */
export class FrameClock {
  private readonly waiting = new Set<() => void>();
  private frame: Disposable | undefined;
  /** How many waited for the last frame. */
  private width = 1;
  private typing: Disposable | undefined;

  constructor(private readonly timer: Timer) {}

  /** Calls `run` with the next frame, unless what it returns is disposed before. */
  next(run: () => void): Disposable {
    this.waiting.add(run);
    this.frame ??= this.timer(this.typing ? TYPING_MS : FRAME_MS * this.width, () => this.tick());
    return toDisposable(() => {
      this.waiting.delete(run);
      if (this.waiting.size > 0) return;
      this.frame?.dispose();
      this.frame = undefined;
    });
  }

  /**
   * A key was pressed, and what it wrote is painted by now: the best moment for everything else. While a person types,
   * the frames follow the keys, so that none of them comes just before the next key.
   */
  typed(): void {
    this.typing?.dispose();
    this.typing = this.timer(TYPING_MS, () => (this.typing = undefined));
    if (!this.frame) return;
    this.frame.dispose();
    this.tick();
  }

  /** One that fails does not keep the others from their frame; the failures are thrown together at the end. */
  private tick(): void {
    const due = [...this.waiting];
    this.waiting.clear();
    this.frame = undefined;
    this.width = due.length;
    const failures: unknown[] = [];
    for (const run of due) {
      try {
        run();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Some panels were not told of a frame');
  }
}
