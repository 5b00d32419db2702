import { describe, expect, it } from 'vitest';
import { announcePatches, type PatchFile } from '../../../src/conversation/patchAnnouncer';
import { fakeClient } from '../../support/fakeClient';
import { readTranscript } from '../../support/replay';

/** Announces the patches of a transcript; `log` tells what was announced and ended, in order. */
function setUp() {
  const { server, client } = fakeClient();
  const log: (readonly PatchFile[] | 'end')[] = [];
  const announcer = announcePatches(client, (files) => {
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
  return { server, log, announcer, play };
}

const FILES: readonly PatchFile[] = [{ path: '/project/greet.js' }, { path: '/project/greet.test.js' }];

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
    const change = { path: '/project/a', kind: { type: 'update', move_path: '/project/b' }, diff: '' };
    const ids = { threadId: 't', turnId: 'u' };
    const item = { type: 'fileChange', id: 'i', status: 'inProgress', changes: [change] };
    server.notify('item/started', { ...ids, item });
    server.notify('item/completed', { ...ids, turnId: 'other', item });
    server.notify('turn/completed', { threadId: 'other', turn: { id: 'u', status: 'completed' } });
    expect(log).toEqual([[{ path: '/project/a', moveTo: '/project/b' }]]);
    server.notify('item/completed', { ...ids, item });
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
