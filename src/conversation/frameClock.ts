import type { Disposable } from '../base/disposable';
import { toDisposable } from '../base/disposable';
import type { Timer } from '../base/timer';

/** One picture of a screen. */
const FRAME_MS = 16;

/** A person who types presses the next key within this time. */
const TYPING_MS = 150;

/** What a key wrote is painted by then, also where processors paint. */
const PAINTED_MS = 30;

/**
 * The common beat of all webviews of a window. What changed in them crosses together, so that the editor paints them
 * together; and the more of them there are, the rarer: many that stream leave as much time for a keystroke as one.
 */
export class FrameClock {
  private readonly waiting = new Set<() => void>();
  private frame: Disposable | undefined;
  /** The frame comes so soon because of a key. */
  private followsKey = false;
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
      this.endFrame();
    });
  }

  /**
   * A key was pressed: once what it wrote is painted is the best moment for everything else. While a person types, the
   * frames follow the keys, so that none of them comes just before the next key.
   */
  typed(): void {
    this.typing?.dispose();
    this.typing = this.timer(TYPING_MS, () => (this.typing = undefined));
    // A key that is held down repeats sooner than it is painted.
    if (!this.frame || this.followsKey) return;
    this.frame.dispose();
    this.followsKey = true;
    this.frame = this.timer(PAINTED_MS, () => this.tick());
  }

  private endFrame(): void {
    this.frame?.dispose();
    this.frame = undefined;
    this.followsKey = false;
  }

  /** One that fails does not keep the others from their frame; the failures are thrown together at the end. */
  private tick(): void {
    const due = [...this.waiting];
    this.waiting.clear();
    this.endFrame();
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
