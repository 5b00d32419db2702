import { messageOf } from '../../../base/errors';
import type { Logger } from '../../../base/logger';
import { KeyedQueue } from '../keyedQueue';

/** Work on files: one task at a time per path, in the order they came. A task that fails is logged and stops nothing. */
export class PathTasks {
  private readonly queue = new KeyedQueue();
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly logger: Logger) {}

  /** Never rejects. */
  run(path: string, task: () => Promise<void>): Promise<void> {
    const done = this.queue.run(path, task).catch((error: unknown) => {
      this.logger.error(`A change of ${path} was not recorded: ${messageOf(error)}`);
    });
    this.running.add(done);
    void done.then(() => this.running.delete(done));
    return done;
  }

  /** Resolves when nothing is left to do. */
  async settled(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }
}

/** Lets no more than `limit` tasks run at the same time; the others wait their turn. */
export class Limiter {
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  constructor(private readonly limit: number) {}

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.running >= this.limit) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running++;
    try {
      return await task();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }
}
