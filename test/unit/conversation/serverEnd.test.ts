import { describe, expect, it, vi } from 'vitest';
import { SwitchyardError } from '../../../src/base/errors';
import { onServerEnd } from '../../../src/conversation/serverEnd';
import { fakeClient } from '../../support/fakeClient';

describe('the end of the server', () => {
  it('is heard when it stops, breaks off or cannot be started, and not while it starts', async () => {
    const { server, client } = fakeClient();
    const listener = vi.fn();
    const listening = onServerEnd(client, listener);
    server.become({ kind: 'starting', attempt: 1 });
    await server.start();
    expect(listener).not.toHaveBeenCalled();
    server.crash();
    server.become({ kind: 'failed', error: new SwitchyardError('codexNotFound', 'There is no codex.') });
    server.become({ kind: 'stopped' });
    expect(listener).toHaveBeenCalledTimes(3);
    listening.dispose();
    server.become({ kind: 'stopped' });
    expect(listener).toHaveBeenCalledTimes(3);
  });
});
