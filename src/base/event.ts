import { type Disposable, toDisposable } from './disposable';

/** Registers a listener and returns what ends the registration. Shaped like `vscode.Event`. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/**
 * Fires events to its listeners in the order they registered. A listener that throws is reported to `onError` and
 * never keeps the others from being called.
 */
export class Emitter<T> implements Disposable {
  private listeners: readonly ((value: T) => void)[] = [];

  constructor(private readonly onError: (error: unknown) => void = () => undefined) {}

  readonly event: Event<T> = (listener) => {
    // A wrapper per registration, so that the same function registered twice is called and released twice.
    const entry = (value: T) => {
      listener(value);
    };
    this.listeners = [...this.listeners, entry];
    return toDisposable(() => {
      this.listeners = this.listeners.filter((other) => other !== entry);
    });
  };

  fire(value: T): void {
    for (const listener of this.listeners) {
      try {
        listener(value);
      } catch (error) {
        this.onError(error);
      }
    }
  }

  dispose(): void {
    this.listeners = [];
  }
}
