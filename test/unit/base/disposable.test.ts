import { describe, expect, it } from 'vitest';
import { DisposableStore, toDisposable } from '../../../src/base/disposable';

function recorder() {
  const released: string[] = [];
  return { released, item: (name: string) => toDisposable(() => released.push(name)) };
}

describe('toDisposable', () => {
  it('releases once, however often it is disposed', () => {
    let count = 0;
    const item = toDisposable(() => (count += 1));
    item.dispose();
    item.dispose();
    expect(count).toBe(1);
  });
});

describe('DisposableStore', () => {
  it('releases in reverse order, and once', () => {
    const { released, item } = recorder();
    const store = new DisposableStore();
    for (const name of ['a', 'b', 'c']) store.add(item(name));
    store.dispose();
    store.dispose();
    expect(released).toEqual(['c', 'b', 'a']);
    expect(store.isDisposed).toBe(true);
  });

  it('releases the rest when one release fails, and throws the failures together', () => {
    const { released, item } = recorder();
    const store = new DisposableStore();
    store.add(item('a'));
    const failure = new Error('stuck');
    store.add({
      dispose: () => {
        throw failure;
      },
    });
    store.add(item('c'));
    expect(() => {
      store.dispose();
    }).toThrow(expect.objectContaining({ errors: [failure] }) as Error);
    expect(released).toEqual(['c', 'a']);
  });

  it('disposes at once what is added after disposal', () => {
    const { released, item } = recorder();
    const store = new DisposableStore();
    store.dispose();
    store.add(item('late'));
    expect(released).toEqual(['late']);
  });

  it('releases one item before the others and forgets it', () => {
    const { released, item } = recorder();
    const store = new DisposableStore();
    const first = store.add(item('first'));
    store.add(item('second'));
    store.release(first);
    expect(released).toEqual(['first']);
    store.dispose();
    expect(released).toEqual(['first', 'second']);
  });
});
