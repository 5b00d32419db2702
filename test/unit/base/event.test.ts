import { describe, expect, it } from 'vitest';
import { Emitter } from '../../../src/base/event';

describe('Emitter', () => {
  it('calls its listeners in the order they registered', () => {
    const heard: string[] = [];
    const emitter = new Emitter<string>();
    emitter.event((value) => heard.push(`first ${value}`));
    emitter.event((value) => heard.push(`second ${value}`));
    emitter.fire('x');
    expect(heard).toEqual(['first x', 'second x']);
  });

  it('T31: reports a listener that throws and calls the others', () => {
    const failures: unknown[] = [];
    const heard: number[] = [];
    const failure = new Error('broken listener');
    const emitter = new Emitter<number>((error) => failures.push(error));
    emitter.event(() => {
      throw failure;
    });
    emitter.event((value) => heard.push(value));
    emitter.fire(1);
    expect(failures).toEqual([failure]);
    expect(heard).toEqual([1]);
  });

  it('swallows what a listener throws when nobody asked to hear of it', () => {
    const emitter = new Emitter<number>();
    emitter.event(() => {
      throw new Error('unheard');
    });
    expect(() => {
      emitter.fire(1);
    }).not.toThrow();
  });

  it('calls a function that registered twice twice, and releases one registration at a time', () => {
    let calls = 0;
    const listener = () => (calls += 1);
    const emitter = new Emitter<string>();
    const first = emitter.event(listener);
    emitter.event(listener);
    emitter.fire('both');
    expect(calls).toBe(2);
    first.dispose();
    emitter.fire('one');
    expect(calls).toBe(3);
  });

  it('lets a listener leave, or another join, while it is being called', () => {
    const heard: string[] = [];
    const emitter = new Emitter<number>();
    const once = emitter.event((value) => {
      heard.push(`once ${value}`);
      once.dispose();
      emitter.event((later) => heard.push(`joined ${later}`));
    });
    emitter.event((value) => heard.push(`always ${value}`));
    emitter.fire(1);
    emitter.fire(2);
    expect(heard).toEqual(['once 1', 'always 1', 'always 2', 'joined 2']);
  });

  it('calls nobody after it was disposed', () => {
    let calls = 0;
    const emitter = new Emitter<number>();
    emitter.event(() => (calls += 1));
    emitter.dispose();
    emitter.fire(1);
    expect(calls).toBe(0);
  });
});
