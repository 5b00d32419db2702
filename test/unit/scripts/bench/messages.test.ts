import { describe, expect, it } from 'vitest';
import { type Feed, feedBytes, threadIdOf, turnIdOf } from '../../../../scripts/bench/messages';
import { typed } from '../../../../src/router/notification';

interface Line {
  method: string;
  params: { threadId: string; turnId?: string; turn?: { id: string } };
}

function linesOf(feed: Feed): Line[] {
  const text = Buffer.concat([...feedBytes(feed)]).toString();
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

describe('the feed of the benchmarks', () => {
  it('has exactly the messages asked for, all of which the router knows', () => {
    const lines = linesOf({ turns: 7, messages: 25_000, passes: 1 });
    expect(lines).toHaveLength(25_000);
    expect(lines.filter(({ method, params }) => !typed(method, params).known)).toEqual([]);
  });

  it('begins every turn, lets them talk at once, and ends every one', () => {
    const lines = linesOf({ turns: 5, messages: 500, passes: 1 });
    const methods = lines.map(({ method }) => method);
    expect(methods.slice(0, 5)).toEqual(Array(5).fill('turn/started'));
    expect(methods.slice(-5)).toEqual(Array(5).fill('turn/completed'));
    const talking = lines.slice(5, 30).map(({ params }) => params.turnId);
    expect(new Set(talking)).toEqual(new Set([0, 1, 2, 3, 4].map((turn) => turnIdOf(turn, 0))));
  });

  it('keeps each turn in its own thread', () => {
    for (const { params } of linesOf({ turns: 3, messages: 100, passes: 1 })) {
      const turn = [0, 1, 2].find((index) => threadIdOf(index) === params.threadId);
      expect(params.turnId ?? params.turn?.id).toBe(turnIdOf(turn ?? NaN, 0));
    }
  });

  it('has new turns in every pass', () => {
    const lines = linesOf({ turns: 2, messages: 60, passes: 3 });
    expect(lines).toHaveLength(60);
    const ids = new Set(lines.map(({ params }) => params.turnId ?? params.turn?.id));
    expect(ids).toEqual(new Set([0, 1, 2].flatMap((pass) => [turnIdOf(0, pass), turnIdOf(1, pass)])));
  });

  it('is one line of about the size asked for', () => {
    const [line, ...others] = [...feedBytes({ turns: 1, messages: 1, passes: 1, lineBytes: 100_000 })];
    expect(others).toEqual([]);
    expect(line?.indexOf('\n')).toBe((line?.length ?? 0) - 1);
    expect(Math.abs((line?.length ?? 0) - 100_000)).toBeLessThan(500);
  });
});
