import { describe, expect, it } from 'vitest';
import { announceCommands } from '../../../src/conversation/commandAnnouncer';
import { fakeClient } from '../../support/fakeClient';

function setUp() {
  const { server, client } = fakeClient();
  const log: unknown[] = [];
  announceCommands(client, (command) => {
    log.push(command);
    return { dispose: () => log.push('end') };
  });
  const ids = { threadId: 't', turnId: 'u' };
  const item = { type: 'commandExecution', id: 'i', command: "/bin/bash -lc 'npm test'", cwd: '/project' };
  const say = (method: string, of: object = item) => server.notify(method, { ...ids, item: of });
  return { server, log, say };
}

describe('announceCommands', () => {
  it('announces a command as it was meant, with its folder, until it has ended', () => {
    const { log, say } = setUp();
    say('item/started');
    expect(log).toEqual([{ threadId: 't', turnId: 'u', itemId: 'i', command: 'npm test', folder: '/project' }]);
    say('item/completed');
    expect(log.at(-1)).toBe('end');
  });

  it('announces no patches', () => {
    const { log, say } = setUp();
    say('item/started', { type: 'fileChange', id: 'p', status: 'inProgress', changes: [] });
    expect(log).toEqual([]);
  });
});
