/** Which conversations came to their end while nobody looked: open ones by their key, others by their thread. */
export class UnreadMarks {
  private readonly ids: Set<string>;

  /** Begins with those of the window before this one. */
  constructor(threadIds: readonly string[] = []) {
    this.ids = new Set(threadIds);
  }

  /** How many there are. */
  get count(): number {
    return this.ids.size;
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }

  add(id: string): void {
    this.ids.add(id);
  }

  /** `false`: it had no mark. */
  remove(id: string): boolean {
    return this.ids.delete(id);
  }

  /** A conversation was opened or let go, and goes by another id from now on. */
  move(from: string, to: string): void {
    if (this.ids.delete(from)) this.ids.add(to);
  }

  /** Takes the marks of those off that no list shows any more. */
  keepOnly(isShown: (id: string) => boolean): void {
    for (const id of this.ids) if (!isShown(id)) this.ids.delete(id);
  }

  /** The threads of the marked ones. `threadOf`: of an open conversation; `undefined`: none has this key. */
  threads(threadOf: (key: string) => string | null | undefined): string[] {
    return [...this.ids].flatMap((id) => {
      const threadId = threadOf(id);
      return threadId === null ? [] : [threadId ?? id];
    });
  }
}
