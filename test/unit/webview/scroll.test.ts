import { describe, expect, it } from 'vitest';
import type { Row } from '../../../webview/chat/rows';
import { followsEnd, indexOfPlace, keptIndexes } from '../../../webview/chat/scroll';

const at = (scrollTop: number, scrollHeight = 1_000) => ({ scrollTop, scrollHeight, clientHeight: 100 });

describe('followsEnd', () => {
  it('is so at the end, and near it', () => {
    expect(followsEnd(false, at(0), at(900), false)).toBe(true);
    expect(followsEnd(false, at(0), at(870), true)).toBe(true);
    expect(followsEnd(false, at(0), at(800), true)).toBe(false);
  });

  it('ends when the person moves away from the end, however little', () => {
    expect(followsEnd(true, at(900), at(895), true)).toBe(false);
  });

  it('goes on while more comes than is shown yet', () => {
    expect(followsEnd(true, at(900), at(900, 3_000), false)).toBe(true);
  });

  it('goes on when something above the end shrank, while more came below', () => {
    expect(followsEnd(true, at(900), at(850, 1_500), false)).toBe(true);
  });

  it('ends when something else than the person moves it, as a screen reader does', () => {
    expect(followsEnd(true, at(900), at(400), false)).toBe(false);
  });

  it('does not begin far from the end', () => {
    expect(followsEnd(false, at(100), at(300), true)).toBe(false);
  });
});

describe('a place in a conversation', () => {
  const row = (turnId: string, key: string): Row => ({ key, part: 'fold', turn: { id: turnId } }) as unknown as Row;
  const rows = [row('a', 'a/1'), row('b', 'b/1'), row('b', 'b/2')];

  it('is where its row is, or else where its turn begins', () => {
    expect(indexOfPlace(rows, { turnId: 'b', row: 'b/2', offset: 0 })).toBe(2);
    expect(indexOfPlace(rows, { turnId: 'b', row: 'folded away', offset: 0 })).toBe(1);
    expect(indexOfPlace(rows, { turnId: 'c', row: 'c/1', offset: 0 })).toBe(-1);
  });
});

describe('keptIndexes', () => {
  it('are the newest rows and one more', () => {
    expect(keptIndexes(10, 3, -1)).toEqual([7, 8, 9]);
    expect(keptIndexes(10, 3, 2)).toEqual([2, 7, 8, 9]);
    expect(keptIndexes(10, 3, 8)).toEqual([7, 8, 9]);
    expect(keptIndexes(2, 3, 0)).toEqual([0, 1]);
    expect(keptIndexes(0, 3, -1)).toEqual([]);
  });
});
