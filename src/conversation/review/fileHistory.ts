import type { ReviewedText } from './reviewedText';

interface RememberedState extends ReviewedText {
  readonly byCodex: boolean;
}

const MAX_STATES = 20;
const MAX_CHARACTERS = 1_000_000;

/**
 * The states that a file under review went through, so that undo and redo in the editor bring the baseline back with the
 * text. Of a bounded size: what Codex's changes left is kept longest.
 */
export class FileHistory {
  private states: readonly RememberedState[] = [];

  /** @param threads those whose changes the file has; they come back with a state. */
  constructor(public threads: readonly string[] = []) {}

  remember({ baseline, current }: ReviewedText, byCodex: boolean): void {
    this.states = [...this.states.filter((other) => other.current !== current), { baseline, current, byCodex }];
    while (this.states.length > MAX_STATES || (this.states.length > 1 && this.size > MAX_CHARACTERS)) {
      const oldest = this.states.slice(0, -1).find((state) => !state.byCodex) ?? this.states[0];
      this.states = this.states.filter((state) => state !== oldest);
    }
  }

  /** The last state with this text. */
  find(current: string): ReviewedText | undefined {
    const state = this.states.find((other) => other.current === current);
    return state && { baseline: state.baseline, current: state.current };
  }

  private get size(): number {
    return this.states.reduce((sum, state) => sum + (state.baseline?.length ?? 0) + (state.current?.length ?? 0), 0);
  }
}
