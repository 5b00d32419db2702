import { describe, expect, it } from 'vitest';
import type { FileStep } from '../../../../src/conversation/review/changeLedger';
import { planRestore } from '../../../../src/conversation/review/restorePlan';
import type { Snapshot } from '../../../../src/conversation/review/snapshot';

const PATH = '/p/a.ts';
type Live = string | null | Uint8Array;

/** A snapshot of a text, whose hashes are the text itself with a mark. */
const text = (content: string, mode: number | null = 0o644): Snapshot => ({
  text: `t:${content}`,
  bytes: `b:${content}`,
  mode,
});
const binary = (content: string): Snapshot => ({ text: null, bytes: `b:${content}`, mode: null });
const bin = (content: string): Uint8Array => new TextEncoder().encode(content);

/** The files as they are (bytes: no text file); `lost` are blobs that are gone. */
function world(files: Record<string, Live>, lost: readonly string[] = []) {
  return {
    text: (path: string) => Promise.resolve(files[path] instanceof Uint8Array ? undefined : (files[path] ?? null)),
    bytesHash: (path: string) => {
      const live = files[path] ?? null;
      return Promise.resolve(
        live === null ? null : `b:${typeof live === 'string' ? live : new TextDecoder().decode(live)}`,
      );
    },
    blobText: (hash: string) =>
      Promise.resolve(lost.includes(hash) || !hash.startsWith('t:') ? undefined : hash.slice(2)),
  };
}

async function plan(before: Snapshot, after: Snapshot, live: Live, lost: readonly string[] = []) {
  const [step] = await planRestore([{ path: PATH, before, after, movedFrom: null }], world({ [PATH]: live }, lost));
  if (!step) throw new Error('no step');
  return step;
}

describe('planRestore of a changed text', () => {
  const before = text('one\ntwo\nthree\n');
  const after = text('one\n2\nthree\n');

  it('writes the text of before, and its exact bytes, where the file is as the change left it', async () => {
    expect(await plan(before, after, 'one\n2\nthree\n')).toEqual({
      path: PATH,
      status: 'clean',
      action: 'write',
      text: 'one\ntwo\nthree\n',
      bytes: 'b:one\ntwo\nthree\n',
      mode: 0o644,
      expected: 'one\n2\nthree\n',
      movedFrom: null,
    });
  });

  it('merges with what was changed elsewhere since', async () => {
    expect(await plan(before, after, 'mine\none\n2\nthree\n')).toMatchObject({
      status: 'merged',
      action: 'write',
      text: 'mine\none\ntwo\nthree\n',
      bytes: null,
      expected: 'mine\none\n2\nthree\n',
    });
  });

  it('is a conflict where the same was changed since, with the text of before for who wants to overwrite', async () => {
    expect(await plan(before, after, 'one\nmine\nthree\n')).toMatchObject({
      status: 'conflict',
      action: 'write',
      text: 'one\ntwo\nthree\n',
      expected: 'one\nmine\nthree\n',
    });
  });

  it('does nothing where it is as before already, changed elsewhere or not', async () => {
    expect(await plan(before, after, 'one\ntwo\nthree\n')).toMatchObject({ status: 'unchanged', action: 'none' });
    expect(await plan(before, after, 'mine\none\ntwo\nthree\n')).toMatchObject({ status: 'unchanged', action: 'none' });
  });

  it('is a conflict where the file is gone or no text any more', async () => {
    expect(await plan(before, after, null)).toMatchObject({ status: 'conflict', action: 'create', expected: null });
    expect(await plan(before, after, bin('\0'))).toMatchObject({ status: 'conflict', action: 'write', expected: null });
  });

  it('is unknown where the text of before is, and a conflict where only that of after is', async () => {
    expect(await plan('unknown', after, 'x')).toMatchObject({ status: 'unknown', action: 'none' });
    expect(await plan(before, after, 'one\n2\nthree\n', ['t:one\ntwo\nthree\n'])).toMatchObject({
      status: 'unknown',
      action: 'none',
    });
    expect(await plan(before, 'unknown', 'x')).toMatchObject({ status: 'conflict', text: 'one\ntwo\nthree\n' });
    expect(await plan(before, after, 'one\n2\nthree\n', ['t:one\n2\nthree\n'])).toMatchObject({ status: 'conflict' });
  });

  it('brings the file mode back when only that was changed', async () => {
    expect(await plan(text('x', 0o644), text('x', 0o755), 'x')).toMatchObject({
      status: 'clean',
      action: 'write',
      text: 'x',
      mode: 0o644,
    });
  });
});

describe('planRestore of made and deleted files', () => {
  it('deletes what was made, unless it was changed since', async () => {
    expect(await plan('missing', text('x'), 'x')).toMatchObject({ status: 'clean', action: 'delete', text: null });
    expect(await plan('missing', text('x'), 'mine')).toMatchObject({ status: 'conflict', action: 'delete' });
    expect(await plan('missing', text('x'), null)).toMatchObject({ status: 'unchanged', action: 'none' });
    expect(await plan('missing', binary('x'), bin('x'))).toMatchObject({ status: 'clean', action: 'delete' });
    expect(await plan('missing', 'unknown', 'x')).toMatchObject({ status: 'conflict', action: 'delete' });
  });

  it('makes what was deleted again, unless something else is there now', async () => {
    expect(await plan(text('x', 0o755), 'missing', null)).toMatchObject({
      status: 'clean',
      action: 'create',
      text: 'x',
      mode: 0o755,
      expected: null,
    });
    expect(await plan(text('x'), 'missing', 'mine')).toMatchObject({ status: 'conflict', action: 'write' });
    expect(await plan(text('x'), 'missing', 'x')).toMatchObject({ status: 'unchanged', action: 'none' });
  });
});

describe('planRestore of what is no text', () => {
  it('compares and writes the bytes', async () => {
    const expected = { action: 'write', text: null, bytes: 'b:old', expected: null };
    expect(await plan(binary('old'), binary('new'), bin('new'))).toMatchObject({ status: 'clean', ...expected });
    expect((await plan(binary('old'), binary('new'), bin('new'))).expectedBytes).toBe('b:new');
    expect(await plan(binary('old'), binary('new'), bin('mine'))).toMatchObject({ status: 'conflict', ...expected });
    expect(await plan(binary('old'), binary('new'), bin('old'))).toMatchObject({ status: 'unchanged', action: 'none' });
    expect(await plan(binary('old'), 'missing', null)).toMatchObject({ status: 'clean', action: 'create' });
    expect(await plan({ text: null, bytes: null, mode: null }, binary('new'), bin('new'))).toMatchObject({
      status: 'unknown',
    });
  });
});

describe('planRestore of moved files', () => {
  const moved: FileStep = { path: PATH, before: text('x'), after: text('y'), movedFrom: '/p/old.ts' };
  const first = async (changes: readonly FileStep[], files: Record<string, Live>) =>
    (await planRestore(changes, world(files)))[0];

  it('takes the file back to where it was, with the text of before', async () => {
    const step = { action: 'write', text: 'x', movedFrom: '/p/old.ts' };
    expect(await first([moved], { [PATH]: 'y' })).toMatchObject({ status: 'clean', expected: 'y', ...step });
    expect(await first([{ ...moved, after: text('x') }], { [PATH]: 'x' })).toMatchObject({ status: 'clean', ...step });
  });

  it('is a conflict when another file is there now, unless that one goes as well', async () => {
    const files = { [PATH]: 'y', '/p/old.ts': 'other' };
    expect(await first([moved], files)).toMatchObject({ status: 'conflict' });
    const other = { path: '/p/old.ts', before: 'missing', after: text('other'), movedFrom: null } as const;
    expect(await first([moved, other], files)).toMatchObject({ status: 'clean' });
  });
});
