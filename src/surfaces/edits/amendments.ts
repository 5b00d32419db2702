import { type Disposable, toDisposable } from '../../base/disposable';

/** What the person accepted of a proposal: the text after the whole of it and after their part; `null`: no file. */
export interface Amendment {
  readonly proposed: string | null;
  readonly accepted: string | null;
}

/** The amendments that writes to come are to follow, per file in the order of the proposals. */
export class Amendments {
  private readonly waiting = new Map<string, readonly Amendment[]>();

  /** Announces an amendment until it is spent or disposed. */
  expect(key: string, amendment: Amendment): Disposable {
    const own = { ...amendment };
    this.waiting.set(key, [...(this.waiting.get(key) ?? []), own]);
    return toDisposable(() => {
      this.spend(key, own);
    });
  }

  /** The amendment of the next change of this file. */
  next(key: string): Amendment | undefined {
    return this.waiting.get(key)?.[0];
  }

  spend(key: string, amendment: Amendment): void {
    const rest = (this.waiting.get(key) ?? []).filter((other) => other !== amendment);
    if (rest.length > 0) this.waiting.set(key, rest);
    else this.waiting.delete(key);
  }
}
