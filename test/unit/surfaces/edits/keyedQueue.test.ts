import { describe, expect, it } from 'vitest';
import { KeyedQueue } from '../../../../src/surfaces/edits/keyedQueue';

describe('KeyedQueue', () => {
  it('runs tasks of one key one after the other, also after a failure, and those of others at once', async () => {
    const queue = new KeyedQueue();
    const log: string[] = [];
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const first = queue.run('a', async () => {
      await gate;
      log.push('first');
      throw new Error('failed');
    });
    const second = queue.run('a', () => Promise.resolve(log.push('second')));
    await queue.run('b', () => Promise.resolve(log.push('other')));
    open();
    await expect(first).rejects.toThrow('failed');
    await second;
    expect(log).toEqual(['other', 'first', 'second']);
  });
});
