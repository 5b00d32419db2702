import { describe, expect, it } from 'vitest';
import { nullLogger } from '../../../../../src/base/logger';
import { Limiter, PathTasks } from '../../../../../src/surfaces/edits/recording/pathTasks';

describe('Tasks on files', () => {
  it('run in order per path, also after one that failed', async () => {
    const log: string[] = [];
    const errors: unknown[] = [];
    const tasks = new PathTasks({ ...nullLogger, error: (message) => errors.push(message) });
    void tasks.run('/a', async () => {
      await Promise.resolve();
      log.push('first');
      throw new Error('broken');
    });
    void tasks.run('/a', async () => {
      log.push('second');
      void tasks.run('/b', async () => {
        log.push('third');
      });
    });
    await tasks.settled();
    expect(log).toEqual(['first', 'second', 'third']);
    expect(errors).toEqual(['A change of /a was not recorded: broken']);
  });
});

describe('A limiter', () => {
  it('lets no more tasks run at once than it was told, and all in the end', async () => {
    const limiter = new Limiter(2);
    let [running, most, done] = [0, 0, 0];
    const task = async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      done++;
      if (done === 3) throw new Error('one fails');
    };
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => limiter.run(task)));
    expect([most, done, results.filter(({ status }) => status === 'rejected').length]).toEqual([2, 10, 1]);
  });
});
