import { describe, expect, it } from 'vitest';
import { nullLogger } from '../../../src/base/logger';
import { FileLeases } from '../../../src/conversation/fileLeases';
import { settled } from '../../support/fakeClient';

const FILE = '/project/shop.ts';

function setUp() {
  const expire: (() => void)[] = [];
  const leases = new FileLeases(nullLogger, (_ms, run) => {
    expire.push(run);
    return { dispose: () => undefined };
  });
  const announce = (threadId: string, path = FILE, moveTo?: string) =>
    leases.announced({
      threadId,
      turnId: 'turn',
      itemId: `item of ${threadId}`,
      files: [{ path, kind: 'update', ...(moveTo !== undefined && { moveTo }) }],
    });
  const ask = (threadId: string) => {
    const patch = announce(threadId);
    leases.waitingForApproval(threadId, `item of ${threadId}`);
    return patch;
  };
  const accept = (threadId: string) => leases.accepted(threadId, `item of ${threadId}`);
  /** A write of the file, and whether it may be made yet, or is not to be made any more. */
  const write = (path = FILE) => {
    const result = { isMade: false, isDropped: false };
    void leases.gate(path).then((mayWrite) => (result[mayWrite ? 'isMade' : 'isDropped'] = true));
    return result;
  };
  return { leases, announce, ask, accept, write, expire };
}

describe('a write that nobody was asked about', () => {
  it('goes on at once when no other conversation is about to change the file', async () => {
    const { announce, ask, write } = setUp();
    announce('one');
    ask('two');
    const other = write('/project/other.ts');
    await settled();
    expect(other.isMade).toBe(true);
  });

  it('waits while a change of the file by another conversation waits for the person, and goes on when that is done', async () => {
    const { announce, ask, accept, write } = setUp();
    const asking = ask('two');
    announce('one');
    const held = write();
    await settled();
    expect(held.isMade).toBe(false);
    accept('two');
    asking.dispose();
    await settled();
    expect(held.isMade).toBe(true);
  });

  it('goes on when the person lets it, and so do the later ones of the same patch', async () => {
    const { leases, announce, ask, write } = setUp();
    ask('two');
    announce('one');
    const held = write();
    await settled();
    leases.proceed(FILE);
    await settled();
    const later = write();
    await settled();
    expect([held.isMade, later.isMade]).toEqual([true, true]);
  });

  it('waits until the change that the person accepted is written: the two could not be told apart', async () => {
    const { announce, ask, accept, write } = setUp();
    const asking = ask('two');
    announce('one');
    const held = write();
    await settled();
    accept('two');
    const accepted = write();
    await settled();
    expect([held.isMade, accepted.isMade]).toEqual([false, true]);
    asking.dispose();
    await settled();
    expect(held.isMade).toBe(true);
  });

  it('is not made any more when its own patch has ended: the turn was stopped', async () => {
    const { announce, ask, write } = setUp();
    ask('two');
    const patch = announce('one');
    const held = write();
    await settled();
    patch.dispose();
    await settled();
    expect(held).toEqual({ isMade: false, isDropped: true });
  });

  it('waits for the announcement of its patch, which may come after it', async () => {
    const { announce, ask, write } = setUp();
    const asking = ask('two');
    const held = write();
    await settled();
    announce('one');
    await settled();
    expect(held.isMade).toBe(false);
    asking.dispose();
    await settled();
    expect(held.isMade).toBe(true);
  });

  it('goes on after a moment when nothing announces it', async () => {
    const { ask, write, expire } = setUp();
    ask('two');
    const write1 = write();
    await settled();
    expect(write1.isMade).toBe(false);
    expire.forEach((run) => run());
    await settled();
    expect(write1.isMade).toBe(true);
  });

  it('is not held by the same conversation, nor when it cannot be told whose write it is', async () => {
    const same = setUp();
    same.ask('one');
    same.announce('one');
    const own = same.write();
    const many = setUp();
    many.ask('three');
    many.announce('one');
    many.announce('two');
    const anybody = many.write();
    await settled();
    expect([own.isMade, anybody.isMade]).toEqual([true, true]);
  });

  it('is held at the place a file is moved to as well', async () => {
    const { announce, ask, write } = setUp();
    ask('two');
    announce('one', '/project/old.ts', FILE);
    const held = write();
    await settled();
    expect(held.isMade).toBe(false);
  });

  it('is dropped when the window closes', async () => {
    const { leases, announce, ask, write } = setUp();
    ask('two');
    announce('one');
    const held = write();
    await settled();
    leases.dispose();
    await settled();
    expect(held).toEqual({ isMade: false, isDropped: true });
  });
});

describe('a write that the person accepted', () => {
  it('is never held', async () => {
    const { ask, accept, write } = setUp();
    ask('one');
    ask('two');
    accept('one');
    const accepted = write();
    await settled();
    expect(accepted.isMade).toBe(true);
  });
});

describe('what the conversations are told', () => {
  it('is who waits for whom while a write is held, and nothing when it is over', async () => {
    const { leases, announce, ask, write } = setUp();
    const asking = ask('two');
    announce('one');
    expect(leases.contentionOf('one')).toEqual([]);
    write();
    await settled();
    expect(leases.contentionOf('one')).toEqual([{ path: FILE, otherThreadId: 'two', role: 'waits' }]);
    expect(leases.contentionOf('two')).toEqual([{ path: FILE, otherThreadId: 'one', role: 'isWaitedFor' }]);
    asking.dispose();
    expect([leases.contentionOf('one'), leases.contentionOf('two')]).toEqual([[], []]);
  });

  it('is a warning when both ask the person, or one was let go on', async () => {
    const { leases, ask } = setUp();
    ask('one');
    ask('two');
    expect(leases.contentionOf('one')).toEqual([{ path: FILE, otherThreadId: 'two', role: 'warned' }]);
    expect(leases.contentionOf('two')).toEqual([{ path: FILE, otherThreadId: 'one', role: 'warned' }]);
    const other = setUp();
    other.ask('two');
    other.announce('one');
    other.write();
    await settled();
    other.leases.proceed(FILE);
    await settled();
    expect(other.leases.contentionOf('one')).toEqual([{ path: FILE, otherThreadId: 'two', role: 'warned' }]);
  });

  it('is said whenever it changes', async () => {
    const { leases, announce, ask, write } = setUp();
    const seen: unknown[] = [];
    leases.onDidChange(() => seen.push(leases.contentionOf('one').map(({ role }) => role)));
    ask('two');
    announce('one');
    write();
    await settled();
    expect(seen.at(-1)).toEqual(['waits']);
  });
});
