import { describe, expect, it } from 'vitest';
import { SwitchyardError } from '../../../src/base/errors';
import { Conversations } from '../../../src/conversation/conversations';
import { describeState } from '../../../src/conversation/diagnostics';
import { fakeClient, THREAD } from '../../support/fakeClient';

function setUp() {
  const { server, client, context } = fakeClient();
  const folder = '/home/person/secret-project';
  const conversations = new Conversations(context, () => ({ mode: 'ask', model: 'm', effort: '', folder }));
  return { server, conversations, describe: () => describeState('1.2.3', client, conversations) };
}

describe('describeState', () => {
  it('tells versions and states before anything runs', () => {
    const text = setUp().describe();
    expect(text).toContain('- Switchyard 1.2.3\n- Server: stopped\n');
    expect(text).toContain('## Open conversations\n- none\n');
    expect(text).toContain('## Events that nobody took\n- none\n');
  });

  it('tells no words, no titles and no paths of a conversation', async () => {
    const { server, conversations, describe: text } = setUp();
    await conversations.create().send('my password is hunter2');
    server.notify('turn/started', { threadId: THREAD, turn: { id: 'turn-1', rootTurnId: 'turn-1' } });
    expect(text()).toContain('- working, mode ask, 1 turns, 0 approvals, 0 queued');
    expect(text()).toContain('- Server: ready, process 1 of this window\n- codex/0.0.0\n- Platform: linux');
    expect(text()).not.toMatch(/hunter2|password|secret-project|codex-home|thread-1/);
  });

  it('tells the kind of a failure, without its message', () => {
    const { server, describe: text } = setUp();
    server.become({ kind: 'failed', error: new SwitchyardError('startFailed', 'token sk-secret') });
    expect(text()).toContain('- Server: failed\n- Reason: startFailed\n');
    expect(text()).not.toContain('sk-secret');
  });
});
