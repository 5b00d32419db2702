import { withinLimit } from '../../edits/timeLimit';

/** A message does not wait longer for what is being attached to it. */
const LIMIT_MS = 10_000;

/** What is being attached to the next message of each conversation (`Owner`): the message waits for it. */
export class Attaching<Owner extends object> {
  private readonly works = new WeakMap<Owner, Promise<void>>();

  constructor(private readonly limitMs = LIMIT_MS) {}

  /** What is sent meanwhile waits for `work`, whether it succeeds or not. */
  add(owner: Owner, work: Promise<unknown>): void {
    const all: Promise<void> = Promise.allSettled([this.works.get(owner), work]).then(() => this.forget(owner, all));
    this.works.set(owner, all);
  }

  /** Resolves when everything is attached, or takes too long. `undefined`: nothing is being attached. */
  end(owner: Owner): Promise<void> | undefined {
    const all = this.works.get(owner);
    // What hangs holds up one message, and not all that follow.
    return all && withinLimit(all, this.limitMs).then(() => this.forget(owner, all));
  }

  private forget(owner: Owner, all: Promise<void>): void {
    if (this.works.get(owner) === all) this.works.delete(owner);
  }
}
