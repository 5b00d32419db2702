import { describe, expect, it } from 'vitest';
import { announcePatches, type PatchFile } from '../../../src/conversation/patchAnnouncer';
import { fakeClient } from '../../support/fakeClient';
import { readTranscript } from '../../support/replay';

/** Announces the patches of a transcript; `log` tells what was announced and ended, in order. */
function setUp() {
  const { server, client } = fakeClient();
  const log: (readonly PatchFile[] | 'end')[] = [];
  const announcer = announcePatches(client, ({ files }) => {
    log.push(files);
    return { dispose: () => log.push('end') };
  });
  const play = (name: string, until?: string): void => {
    for (const { dir, message } of readTranscript(name)) {
      if (dir !== 'in' || message.method === undefined || message.id !== undefined) continue;
      server.notify(message.method, message.params ?? {});
      if (message.method === until) return;
    }
  };
  return { server, client, log, announcer, play };
}

const FILES: readonly PatchFile[] = [
  { path: '/project/greet.js', kind: 'update' },
  { path: '/project/greet.test.js', kind: 'add' },
];
const IDS = { threadId: 't', turnId: 'u' };
const MOVE = {
  type: 'fileChange',
  id: 'i',
  status: 'inProgress',
  changes: [{ path: '/project/a', kind: { type: 'update', move_path: '/project/b' }, diff: '' }],
};

describe('announcePatches', () => {
  it('announces a patch before its files are written, until its item is complete', () => {
    const { log, play } = setUp();
    play('files-accepted', 'serverRequest/resolved');
    expect(log).toEqual([FILES]);
    const whole = setUp();
    whole.play('files-accepted', 'turn/diff/updated');
    expect(whole.log).toEqual([FILES, 'end']);
  });

  it('ends with the turn for a patch whose item is never completed', () => {
    const { log, play } = setUp();
    play('files-cancelled');
    expect(log).toEqual([FILES, 'end']);
  });

  it('is not ended by the items and turns of others', () => {
    const { server, log, play } = setUp();
    play('files-accepted', 'item/started');
    server.notify('item/started', { ...IDS, item: MOVE });
    server.notify('item/completed', { ...IDS, turnId: 'other', item: MOVE });
    server.notify('turn/completed', { threadId: 'other', turn: { id: 'u', status: 'completed' } });
    expect(log).toEqual([[{ path: '/project/a', moveTo: '/project/b', kind: 'update' }]]);
    server.notify('item/completed', { ...IDS, item: MOVE });
    expect(log.at(-1)).toBe('end');
  });

  it('says which thread, turn and item a patch belongs to', () => {
    const { server, client } = setUp();
    const origins: object[] = [];
    announcePatches(client, ({ threadId, turnId, itemId }) => {
      origins.push({ threadId, turnId, itemId });
      return { dispose: () => undefined };
    });
    server.notify('item/started', { ...IDS, item: MOVE });
    expect(origins).toEqual([{ ...IDS, itemId: 'i' }]);
  });

  it('ends what is open when Codex ends, which completes nothing any more', () => {
    const { server, log } = setUp();
    server.notify('item/started', { ...IDS, item: MOVE });
    server.crash();
    expect(log.at(-1)).toBe('end');
  });

  it('ends what is open when it is disposed, once', () => {
    const { log, play, announcer } = setUp();
    play('files-accepted', 'serverRequest/resolved');
    announcer.dispose();
    play('files-accepted');
    expect(log).toEqual([FILES, 'end']);
  });

  it('says nothing of commands and words', () => {
    const { log, play } = setUp();
    play('command');
    play('answer');
    expect(log).toEqual([]);
  });
});
