import { expect, test } from 'vitest';
import { nullLogger } from '../../../../src/base/logger';
import { ChangeLedger, type TurnFile } from '../../../../src/conversation/review/changeLedger';
import type { RestoreStep } from '../../../../src/conversation/review/restorePlan';
import type { Snapshot } from '../../../../src/conversation/review/snapshot';
import { planTurns } from '../../../../src/surfaces/restore/restoreSteps';

/** A text is its own hash here. */
const snap = (text: string | null): Snapshot => (text === null ? 'missing' : { text, bytes: null, mode: null });
const change = (
  path: string,
  before: string | null,
  after: string | null,
  movedFrom: string | null = null,
): TurnFile => ({
  path,
  before: snap(before),
  after: snap(after),
  movedFrom,
  by: 'patch',
});

async function plan(live: Record<string, string>, ...turns: TurnFile[][]): Promise<RestoreStep | undefined> {
  const ledger = new ChangeLedger(nullLogger);
  turns.forEach((files, index) => {
    for (const file of files) ledger.record({ threadId: 'thread', turnId: `t${index}` }, file, index);
  });
  const [file] = ledger.changesOf(ledger.turns('thread'));
  return planTurns(file!, {
    text: (path) => Promise.resolve(live[path] ?? null),
    bytesHash: (path) => Promise.resolve(live[path] ?? null),
    blobText: (hash) => Promise.resolve(hash),
  });
}

test('turns that follow each other are taken back at once', async () => {
  const step = await plan({ '/a': 'three\n' }, [change('/a', 'one\n', 'two\n')], [change('/a', 'two\n', 'three\n')]);
  expect(step).toMatchObject({ status: 'clean', action: 'write', text: 'one\n' });
});

test('what the person changed between two turns stays when both are taken back', async () => {
  const step = await plan(
    { '/a': 'codex 1\nmiddle\nperson\nmore\ncodex 2\n' },
    [change('/a', 'old 1\nmiddle\nown\nmore\nold 2\n', 'codex 1\nmiddle\nown\nmore\nold 2\n')],
    [change('/a', 'codex 1\nmiddle\nperson\nmore\nold 2\n', 'codex 1\nmiddle\nperson\nmore\ncodex 2\n')],
  );
  expect(step).toMatchObject({ status: 'merged', action: 'write', text: 'old 1\nmiddle\nperson\nmore\nold 2\n' });
});

test('what the person typed during a turn stays when the turn is taken back', async () => {
  const step = await plan({ '/a': 'codex 1\nmiddle\nperson\nmore\ncodex 2\n' }, [
    change('/a', 'old 1\nmiddle\nown\nmore\nold 2\n', 'codex 1\nmiddle\nown\nmore\nold 2\n'),
    change('/a', 'codex 1\nmiddle\nperson\nmore\nold 2\n', 'codex 1\nmiddle\nperson\nmore\ncodex 2\n'),
  ]);
  expect(step).toMatchObject({ status: 'merged', action: 'write', text: 'old 1\nmiddle\nperson\nmore\nold 2\n' });
});

test('a change between two turns that lies in the same place is a conflict, not lost', async () => {
  const step = await plan(
    { '/a': 'codex 2\n' },
    [change('/a', 'old\n', 'codex 1\n')],
    [change('/a', 'person\n', 'codex 2\n')],
  );
  expect(step).toMatchObject({ status: 'conflict', action: 'write', text: 'old\n' });
});

test('a file that Codex made, the person changed and Codex changed again is a conflict', async () => {
  const step = await plan(
    { '/a': 'codex\nperson\nagain\n' },
    [change('/a', null, 'codex\n')],
    [change('/a', 'codex\nperson\n', 'codex\nperson\nagain\n')],
  );
  expect(step).toMatchObject({ status: 'conflict', action: 'delete' });
});

test('a move is followed back to the old name', async () => {
  const step = await plan(
    { '/b': 'top\nperson\nrest\nmore\nend 2\n' },
    [change('/b', 'top\nown\nrest\nmore\nend\n', 'top\nown\nrest\nmore\nend\n', '/a')],
    [change('/b', 'top\nperson\nrest\nmore\nend\n', 'top\nperson\nrest\nmore\nend 2\n')],
  );
  expect(step).toMatchObject({ status: 'merged', movedFrom: '/a', text: 'top\nperson\nrest\nmore\nend\n' });
});
