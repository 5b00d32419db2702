import { beforeEach, describe, expect, it } from 'vitest';
import { nullLogger } from '../../../../src/base/logger';
import { ChangeLedger, type TurnFile } from '../../../../src/conversation/review/changeLedger';
import type { Snapshot } from '../../../../src/conversation/review/snapshot';

const content = (text: string): Snapshot => ({ text, bytes: null, mode: 0o644 });
const change = (path: string, before: Snapshot, after: Snapshot, movedFrom: string | null = null): TurnFile => ({
  path,
  before,
  after,
  movedFrom,
  by: 'patch',
});

let ledger: ChangeLedger;
let at: number;

beforeEach(() => {
  ledger = new ChangeLedger(nullLogger);
  at = 0;
});

function record(turnId: string, ...files: TurnFile[]): void {
  for (const file of files) ledger.record({ threadId: 't', turnId }, file, ++at);
}
const filesOf = (turnId: string) => ledger.turn('t', turnId)?.files;
const joined = () => ledger.changesOf(ledger.turns('t'));
/** A copy that shares no object with the ledger's own. */
const stored = () => JSON.parse(JSON.stringify(ledger.snapshot())) as ReturnType<ChangeLedger['snapshot']>;

describe('what a turn changed', () => {
  it('keeps the first text before and the last after, each file once', () => {
    record('1', change('/a', content('A'), content('B')), change('/b', 'missing', content('X')));
    record('1', change('/a', content('B'), content('C')));
    expect(filesOf('1')).toEqual([change('/a', content('A'), content('C')), change('/b', 'missing', content('X'))]);
  });

  it('forgets a file that came and went', () => {
    record('1', change('/tmp', 'missing', content('X')), change('/tmp', content('X'), 'missing'));
    expect(filesOf('1')).toEqual([]);
    expect(ledger.turns('t')).toEqual([]);
  });

  it('follows a file that was changed, moved and moved again', () => {
    record('1', change('/a', content('A'), content('B')), change('/b', content('B'), content('C'), '/a'));
    record('1', change('/c', content('C'), content('C'), '/b'));
    expect(filesOf('1')).toEqual([change('/c', content('A'), content('C'), '/a')]);
  });

  it('knows a file that was moved back as changed only, and one that was made and moved as made', () => {
    record('1', change('/b', content('A'), content('A'), '/a'), change('/a', content('A'), content('B'), '/b'));
    record('2', change('/n', 'missing', content('N')), change('/m', content('N'), content('N'), '/n'));
    expect(filesOf('1')).toEqual([change('/a', content('A'), content('B'))]);
    expect(filesOf('2')).toEqual([change('/m', 'missing', content('N'))]);
  });

  it('remembers both files when one was moved to where another had been', () => {
    record('1', change('/b', content('B'), 'missing'), change('/b', content('A'), content('A'), '/a'));
    expect(filesOf('1')).toEqual([change('/b', content('B'), content('A')), change('/a', content('A'), 'missing')]);
  });

  it('is not undone any more once the turn changes a file again', () => {
    record('1', change('/a', content('A'), content('B')));
    ledger.setUndone('t', ['1'], true);
    expect(ledger.turn('t', '1')?.undone).toBe(true);
    record('1', change('/a', content('A'), content('C')));
    expect(ledger.turn('t', '1')).toMatchObject({ undone: false, atMs: 1 });
  });

  it('does not alter a record that was handed out', () => {
    record('1', change('/a', content('A'), content('B')));
    const before = ledger.turn('t', '1');
    record('1', change('/b', content('A'), content('B')));
    ledger.setUndone('t', ['1'], true);
    expect(before).toMatchObject({ undone: false, files: [{ path: '/a' }] });
    expect(ledger.turn('t', '1')).toBe(ledger.snapshot().turns[0]);
  });
});

describe('what several turns did together', () => {
  it('goes from before the first to after the last', () => {
    record('1', change('/a', content('A'), content('B')));
    record('2', change('/a', content('B'), content('C')), change('/n', 'missing', content('N')));
    record('3', change('/n', content('N'), 'missing'));
    expect(joined()).toEqual([{ ...change('/a', content('A'), content('C')), changedBetween: false }]);
    expect(ledger.from('t', '2').map(({ turnId }) => turnId)).toEqual(['2', '3']);
    expect(ledger.from('t', 'none')).toEqual([]);
  });

  it('keeps the steps apart where somebody else changed the file between turns, also when it was moved later', () => {
    record('1', change('/a', content('A'), content('B')), change('/o', 'unknown', content('O')));
    record('2', change('/a', content('person'), content('C')), change('/o', 'unknown', content('P')));
    record('3', change('/b', content('C'), content('C'), '/a'));
    const steps = [
      { path: '/a', before: content('A'), after: content('B'), movedFrom: null },
      { path: '/a', before: content('person'), after: content('C'), movedFrom: null },
      { path: '/b', before: content('C'), after: content('C'), movedFrom: '/a' },
    ];
    expect(joined()).toEqual([
      { ...change('/o', 'unknown', content('P')), changedBetween: false },
      { ...change('/b', content('A'), content('C'), '/a'), changedBetween: true, steps },
    ]);
  });

  it('keeps the steps apart where somebody typed during a turn', () => {
    record('1', change('/a', content('A'), content('B')), change('/a', content('B+'), content('C')));
    record('1', change('/a', content('C'), content('D')));
    record('2', change('/a', content('D'), content('E')), change('/a', content('E+'), content('F')));
    ledger.updateAfter('/a', content('G'));
    const steps = (...texts: [string, string][]) =>
      texts.map(([before, after]) => ({ path: '/a', before: content(before), after: content(after), movedFrom: null }));
    expect(filesOf('1')).toEqual([
      { ...change('/a', content('A'), content('D')), steps: steps(['A', 'B'], ['B+', 'D']) },
    ]);
    expect(joined()).toMatchObject([
      { before: content('A'), after: content('G'), steps: steps(['A', 'B'], ['B+', 'E'], ['E+', 'G']) },
    ]);
    expect([...ledger.hashes()].sort()).toEqual(['A', 'B', 'B+', 'D', 'E', 'E+', 'G']);
  });
});

describe('a text that came out differently', () => {
  it('belongs to the newest record of the path', () => {
    record('1', change('/a', content('A'), content('B')));
    record('2', change('/a', content('B'), content('C')));
    ledger.updateAfter('/a', content('formatted'));
    ledger.updateAfter('/other', content('formatted'));
    expect(filesOf('1')).toEqual([change('/a', content('A'), content('B'))]);
    expect(filesOf('2')).toEqual([change('/a', content('B'), content('formatted'))]);
  });

  it('belongs to the restore that wrote the file last', () => {
    record('1', change('/a', content('A'), content('B')));
    const restored = change('/a', content('B'), content('A'));
    ledger.noteRestore({ threadId: 't', turnIds: ['1'], atMs: ++at, files: [restored] });
    ledger.updateAfter('/a', content('formatted'));
    expect(filesOf('1')).toEqual([change('/a', content('A'), content('B'))]);
    expect(ledger.lastRestore('t')?.files).toEqual([{ ...restored, after: content('formatted') }]);
  });

  it('is nobody’s when the turn is undone, so that it can be done again as it was', () => {
    record('1', change('/a', content('A'), content('B')));
    ledger.setUndone('t', ['1'], true);
    ledger.updateAfter('/a', content('formatted'));
    expect(filesOf('1')).toEqual([change('/a', content('A'), content('B'))]);
  });
});

describe('keeping the books', () => {
  it('names the thread of each change, once, and nothing when nothing changed', () => {
    const threads: string[] = [];
    ledger.onDidChange((threadId) => threads.push(threadId));
    ledger.record({ threadId: 'x', turnId: '1' }, change('/a', content('A'), content('B')), 1);
    ledger.setUndone('x', ['1', 'none'], true);
    ledger.setUndone('x', ['1'], true);
    ledger.noteRestore({ threadId: 'y', turnIds: [], atMs: 2, files: [] });
    ledger.dropRestore('y');
    ledger.dropRestore('y');
    ledger.updateAfter('/none', 'missing');
    expect(threads).toEqual(['x', 'x', 'y', 'y']);
  });

  it('gives the hashes of all that it needs', () => {
    record('1', change('/a', { text: 'h1', bytes: 'h2', mode: 1 }, 'missing'), change('/b', 'unknown', content('h3')));
    ledger.noteRestore({ threadId: 't', turnIds: ['1'], atMs: 9, files: [change('/a', 'missing', content('h4'))] });
    expect([...ledger.hashes()].sort()).toEqual(['h1', 'h2', 'h3', 'h4']);
  });

  it('forgets pruned turns, and a restore when none of its turns is left', () => {
    record('1', change('/a', content('A'), content('B')));
    record('2', change('/a', content('B'), content('C')));
    ledger.noteRestore({ threadId: 't', turnIds: ['1'], atMs: 9, files: [change('/a', content('B'), content('A'))] });
    ledger.prune(({ turnId }) => turnId !== '1');
    expect(ledger.turns('t').map(({ turnId }) => turnId)).toEqual(['2']);
    expect(ledger.lastRestore('t')).toBeUndefined();
    ledger.prune(() => false);
    expect(ledger.snapshot()).toEqual({ turns: [], restores: [] });
    expect(ledger.hashes().size).toBe(0);
  });

  it('comes back from plain data, beside what is there already', () => {
    record('1', change('/a', content('A'), content('B')));
    record('2', change('/a', content('B'), content('C')));
    ledger.noteRestore({ threadId: 't', turnIds: ['2'], atMs: 9, files: [change('/a', content('C'), content('B'))] });
    const data = stored();
    ledger = new ChangeLedger(nullLogger);
    ledger.record({ threadId: 't', turnId: '3' }, change('/a', content('B'), content('D')), 10);
    ledger.restore(data);
    expect(ledger.turns('t').map(({ turnId }) => turnId)).toEqual(['1', '2', '3']);
    expect(ledger.lastRestore('t')).toEqual(data.restores[0]);
    ledger.updateAfter('/a', content('formatted'));
    expect(filesOf('3')).toEqual([change('/a', content('B'), content('formatted'))]);
  });
});
