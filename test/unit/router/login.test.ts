import { beforeEach, describe, expect, it } from 'vitest';
import { SwitchyardError } from '../../../src/base/errors';
import { nullLogger } from '../../../src/base/logger';
import { AppServerClient } from '../../../src/router/appServerClient';
import type { LoginHandle } from '../../../src/router/loginHandle';
import { ManualServer } from '../../support/manualServer';

const lost = new SwitchyardError('connectionLost', 'codex ended');
let server: ManualServer;
let client: AppServerClient;

beforeEach(() => {
  server = new ManualServer();
  client = new AppServerClient(server, nullLogger);
});

async function startLogin(loginId: string): Promise<LoginHandle> {
  const starting = client.login({ type: 'chatgpt' });
  server.last('account/login/start').resolve({ type: 'chatgpt', loginId, authUrl: `https://example.com/${loginId}` });
  return starting;
}

function complete(loginId: string | null, success: boolean): void {
  server.notify('account/login/completed', { loginId, success, error: success ? null : 'cancelled' });
}

describe('a sign-in', () => {
  it('T27: hears its own end, and nobody else’s', async () => {
    const one = await startLogin('one');
    const two = await startLogin('two');
    expect(one.started).toMatchObject({ loginId: 'one', authUrl: 'https://example.com/one' });
    complete(null, true);
    complete('two', false);
    complete('one', true);
    expect(await one.completed()).toMatchObject({ loginId: 'one', success: true });
    expect(await two.completed()).toMatchObject({ loginId: 'two', success: false });
  });

  it('T27: has its end also when that came before the answer to its start', async () => {
    const starting = client.login({ type: 'chatgptDeviceCode' });
    complete('early', true);
    server
      .last('account/login/start')
      .resolve({ type: 'chatgptDeviceCode', loginId: 'early', verificationUrl: 'https://example.com', userCode: 'A' });
    const login = await starting;
    expect(login.hasEnded).toBe(true);
    server.become({ kind: 'failed', error: lost });
    expect(await login.completed()).toMatchObject({ success: true });
  });

  it('T27: that is given up still has its own end', async () => {
    const login = await startLogin('one');
    const cancelling = login.cancel();
    expect(server.last('account/login/cancel').params).toEqual({ loginId: 'one' });
    server.last('account/login/cancel').resolve({ status: 'canceled' });
    expect(await cancelling).toEqual({ status: 'canceled' });
    complete('one', false);
    expect(await login.completed()).toMatchObject({ success: false });
  });

  it('T8: fails when the server goes away, however it is waited for', async () => {
    const login = await startLogin('one');
    const waiting = login.completed();
    server.become({ kind: 'failed', error: lost });
    await expect(waiting).rejects.toBe(lost);
    await expect(login.completed()).rejects.toBe(lost);
  });

  it('T8: fails when its start does', async () => {
    const starting = client.login({ type: 'chatgpt' });
    server.last('account/login/start').reject(lost);
    await expect(starting).rejects.toBe(lost);
  });

  it('T5: fails when codex answers with something that has no end', async () => {
    const starting = client.login({ type: 'chatgpt' });
    server.last('account/login/start').resolve({ type: 'apiKey' });
    await expect(starting).rejects.toMatchObject({ reason: 'protocol' });
  });

  it('T27: a second end, or another message with its id, changes nothing', async () => {
    const login = await startLogin('one');
    server.notify('account/gatewayOAuth/changed', { loginId: 'one' });
    expect(login.hasEnded).toBe(false);
    complete('one', true);
    complete('one', false);
    expect(await login.completed()).toMatchObject({ success: true });
  });

  it('T27: that was let go hears nothing more', async () => {
    const login = await startLogin('one');
    login.dispose();
    complete('one', true);
    expect(login.hasEnded).toBe(false);
    const next = await startLogin('one');
    expect(await next.completed()).toMatchObject({ success: true });
  });
});
