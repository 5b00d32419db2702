/** Something that holds a resource until it is told to let go. `dispose` may be called any number of times. */
export interface Disposable {
  dispose(): void;
}

/** Makes a {@link Disposable} that runs `release` once. */
export function toDisposable(release: () => void): Disposable {
  let done = false;
  return {
    dispose: () => {
      if (done) return;
      done = true;
      release();
    },
  };
}

/**
 * Owns disposables and releases them in reverse order. One failing release does not stop the others: the failures
 * are thrown together at the end. What is added after disposal is disposed at once.
 */
export class DisposableStore implements Disposable {
  private readonly items = new Set<Disposable>();
  private disposed = false;

  get isDisposed(): boolean {
    return this.disposed;
  }

  add<T extends Disposable>(item: T): T {
    if (this.disposed) item.dispose();
    else this.items.add(item);
    return item;
  }

  /** Disposes `item` now and forgets it. */
  release(item: Disposable): void {
    this.items.delete(item);
    item.dispose();
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    const failures: unknown[] = [];
    for (const item of [...this.items].reverse()) {
      try {
        item.dispose();
      } catch (error) {
        failures.push(error);
      }
    }
    this.items.clear();
    if (failures.length > 0) throw new AggregateError(failures, 'Some resources could not be released');
  }
}
