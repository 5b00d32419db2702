// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import type { ItemView, TurnView } from '../../../src/shared/conversation';
import { countLine, findMatches, stepTo } from '../../../webview/chat/find';

const turn = (id: string, items: ItemView[]): TurnView => ({
  id,
  status: 'completed',
  startedAtMs: null,
  durationMs: null,
  problem: null,
  items,
});
const message = (id: string, text: string): ItemView => ({ type: 'message', id, text, streaming: false });
const found = (query: string, ...items: ItemView[]): string[] =>
  findMatches([turn('t', items)], query).map(({ item, ordinal }) => `${item.id}:${ordinal}`);

describe('findMatches', () => {
  it('finds every place, oldest first, whatever the case', () => {
    const turns = [turn('a', [message('m', 'Alpha beta ALPHA')]), turn('b', [message('n', 'alphabet')])];
    const places = findMatches(turns, 'alpha').map((match) => [match.turn.id, match.item.id, match.ordinal]);
    expect(places).toEqual([
      ['a', 'm', 0],
      ['a', 'm', 1],
      ['b', 'n', 0],
    ]);
  });

  it('finds nothing for nothing', () => {
    expect(found('', message('m', 'text'))).toEqual([]);
  });

  it('finds words across signs of Markdown, and not what a link leads to', () => {
    expect(found('a bold word', message('m', 'A **bold** word'))).toEqual(['m:0']);
    expect(found('code', message('m', '`co`de'))).toEqual(['m:0']);
    expect(found('hidden', message('m', '[text](file:///hidden)'))).toEqual([]);
  });

  it('looks into commands, their output, files and steps', () => {
    const command: ItemView = {
      type: 'command',
      id: 'c',
      command: 'npm needle',
      folder: '',
      summary: null,
      status: 'completed',
      text: 'output with a needle',
      exitCode: 0,
      durationMs: 1,
    };
    const change = { path: '/p/needle.ts', label: 'needle.ts', movedTo: null, diff: '', added: 0, removed: 0 };
    const files: ItemView = {
      type: 'files',
      id: 'f',
      status: 'completed',
      changes: [{ ...change, kind: 'add' }],
      notes: ['No needle was saved.'],
    };
    expect(found('needle', command, files)).toEqual(['c:0', 'c:1', 'f:0', 'f:1']);
  });

  it('stops counting somewhere', () => {
    expect(found('a', message('m', 'a'.repeat(20_000)))).toHaveLength(5_000);
  });
});

describe('going through what was found', () => {
  it('goes round the ends', () => {
    expect([stepTo(2, 1, 3), stepTo(0, -1, 3), stepTo(1, 1, 3)]).toEqual([0, 2, 2]);
    expect([stepTo(-1, 1, 3), stepTo(-1, -1, 3), stepTo(-1, 1, 0)]).toEqual([0, 2, -1]);
  });

  it('says which one of how many', () => {
    expect([countLine(2, 12, 'x'), countLine(-1, 0, 'x'), countLine(-1, 0, '')]).toEqual(['3 of 12', 'No results', '']);
    expect(countLine(0, 5_000, 'x')).toBe('1 of 5000 or more');
  });
});
