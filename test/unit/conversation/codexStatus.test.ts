import { describe, expect, it, vi } from 'vitest';
import { SwitchyardError } from '../../../src/base/errors';
import { nullLogger } from '../../../src/base/logger';
import { CodexStatus } from '../../../src/conversation/codexStatus';
import { fakeClient, settled } from '../../support/fakeClient';

function setUp(account: object | null, provider = 'openai', requiresOpenaiAuth = true) {
  const { server, client } = fakeClient();
  server.respond('account/read', () => ({ account, requiresOpenaiAuth }));
  server.respond('config/read', () => ({ config: { model_provider: provider } }));
  const status = new CodexStatus(client, nullLogger, () => 1_000);
  const changed = vi.fn();
  status.onDidChange(changed);
  return { server, status, changed };
}

describe('CodexStatus', () => {
  it('knows nothing of the account before the server runs', () => {
    const { status, server } = setUp(null);
    expect([status.server, status.signedIn, status.demo, server.sent]).toEqual(['stopped', null, false, []]);
  });

  it.each([
    ['nobody', null, 'openai', true, false, false],
    ['a person', { type: 'chatgpt' }, 'openai', true, true, false],
    ['a provider that needs no sign-in', null, 'mock', false, true, false],
    ['the model of the demo', null, 'switchyard_demo', false, true, true],
  ])('knows of %s', async (_, account, provider, needed, signedIn, demo) => {
    const { server, status, changed } = setUp(account, provider, needed);
    await server.start();
    await settled();
    expect([status.signedIn, status.demo, changed.mock.calls.length > 0]).toEqual([signedIn, demo, true]);
  });

  it('reads the account again when it changes', async () => {
    const { server, status } = setUp(null);
    await server.start();
    await settled();
    server.respond('account/read', () => ({ account: { type: 'apiKey' }, requiresOpenaiAuth: true }));
    server.notify('account/updated', { authMode: 'apikey' });
    await settled();
    expect(status.signedIn).toBe(true);
  });

  it('tells what the server is doing, and why it does not run', () => {
    const { server, status, changed } = setUp(null);
    const error = new SwitchyardError('codexNotFound', 'There is no codex.');
    server.become({ kind: 'waiting', attempt: 1, retryInMs: 1, error });
    expect([status.server, status.problem]).toEqual(['reconnecting', null]);
    server.become({ kind: 'failed', error });
    expect([status.server, status.problem?.title]).toEqual(['failed', 'Codex was not found']);
    expect(changed).toHaveBeenCalledTimes(2);
  });

  it('knows what the organisation does not allow, and everything is allowed where that cannot be read', async () => {
    const { server, status } = setUp(null);
    server.refuse('configRequirements/read', 'unknown variant');
    await server.start();
    await settled();
    expect(status.requirements.disallowedModes).toEqual([]);
    server.crash();
    server.respond('configRequirements/read', () => ({ requirements: { allowedSandboxModes: ['read-only'] } }));
    await server.start();
    await settled();
    expect(status.requirements.disallowedModes).toEqual(['agent', 'fullAccess']);
  });

  it('reads the limits with the start, and tells when they change', async () => {
    const { server, status, changed } = setUp(null);
    await server.start();
    await settled();
    expect(server.paramsOf('account/rateLimits/read')).toHaveLength(1);
    changed.mockClear();
    const primary = { usedPercent: 40, windowDurationMins: 300, resetsAt: null };
    server.notify('account/rateLimits/updated', { rateLimits: { limitId: null, primary } });
    expect([changed.mock.calls.length, status.limits.view?.windows[0]?.usedPercent]).toEqual([1, 40]);
  });

  it('hands out the address of a sign-in, and refuses any other kind of answer', async () => {
    const { server, status } = setUp(null);
    server.respond('account/login/start', () => ({ type: 'chatgpt', authUrl: 'https://example.com', loginId: '1' }));
    expect(await status.signIn()).toBe('https://example.com');
    server.respond('account/login/start', () => ({ type: 'apiKey' }));
    await expect(status.signIn()).rejects.toMatchObject({ reason: 'protocol' });
    await status.signOut();
    expect(server.sent.at(-1)?.method).toBe('account/logout');
  });

  it('hears nothing more once it is disposed', async () => {
    const { server, status, changed } = setUp(null);
    status.dispose();
    await server.start();
    expect(changed).not.toHaveBeenCalled();
  });
});
