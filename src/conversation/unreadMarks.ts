/** Those of conversations that another window has put away are never taken off. */
const MAX_MARKS = 1_000;

/** Which conversations came to their end while nobody looked: open ones by their key, others by their thread. */
export class UnreadMarks {
  private readonly ids: Set<string>;

  /** Begins with those of the window before this one. */
  constructor(threadIds: readonly string[] = []) {
    this.ids = new Set(threadIds);
  }

  /** How many there are among those that are counted. */
  count(isCounted: (id: string) => boolean): number {
    return [...this.ids].filter(isCounted).length;
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }

  add(id: string): void {
    this.ids.add(id);
    while (this.ids.size > MAX_MARKS) this.ids.delete(this.ids.values().next().value ?? '');
  }

  /** `false`: it had no mark. */
  remove(id: string): boolean {
    return this.ids.delete(id);
  }

  /** A conversation was opened or let go, and goes by another id from now on. */
  move(from: string, to: string): void {
    if (this.ids.delete(from)) this.ids.add(to);
  }

  /** The threads of the marked ones. `threadOf`: of an open conversation; `undefined`: none has this key. */
  threads(threadOf: (key: string) => string | null | undefined): string[] {
    return [...this.ids].flatMap((id) => {
      const threadId = threadOf(id);
      return threadId === null ? [] : [threadId ?? id];
    });
  }
}
