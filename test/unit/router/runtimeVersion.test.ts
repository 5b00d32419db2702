import { beforeEach, describe, expect, it } from 'vitest';
import { SwitchyardError } from '../../../src/base/errors';
import { nullLogger } from '../../../src/base/logger';
import { AppServerClient } from '../../../src/router/appServerClient';
import { ManualServer } from '../../support/manualServer';

let server: ManualServer;
let client: AppServerClient;

beforeEach(() => {
  server = new ManualServer();
  client = new AppServerClient(server, nullLogger);
});

function runs(userAgent: string): void {
  const info = { userAgent, codexHome: '', platformFamily: 'unix', platformOs: 'linux' };
  server.become({ kind: 'ready', generation: 1, info });
}

const AGENT = 'switchyard/0.169.0 (Debian 12.0.0; x86_64) xterm (switchyard; 0.0.1)';

describe('the version of the codex that runs', () => {
  it('T33: is the one its handshake tells, not that of the client', () => {
    expect(client.version).toBeUndefined();
    runs(AGENT);
    expect(client.version).toBe('0.169.0');
  });

  it('T33: is forgotten when it has ended', () => {
    runs(AGENT);
    server.become({ kind: 'stopped' });
    expect(client.version).toBeUndefined();
    expect(() => client.requireVersion('Goals', '0.100.0')).toThrow('its version is not known');
  });

  it('T33: is not known when it does not tell', () => {
    runs('something else');
    expect(client.version).toBeUndefined();
  });
});

describe('what needs a version', () => {
  it.each(['0.169.0', '0.168.9', '0.99.10', '0.0.0'])(
    'T33: passes when codex 0.169.0 runs and it needs %s',
    (minimum) => {
      runs(AGENT);
      expect(() => client.requireVersion('Goals', minimum)).not.toThrow();
    },
  );

  it.each(['0.169.1', '0.170.0', '1.0.0'])('T33: is refused, before anything is sent, when it needs %s', (minimum) => {
    runs(AGENT);
    const check = () => client.requireVersion('Goals', minimum);
    expect(check).toThrow(SwitchyardError);
    expect(check).toThrow(`Goals needs codex ${minimum} or newer; this is 0.169.0.`);
    expect(server.sent).toEqual([]);
  });

  it('T33: is refused by a checkout without a version, where ordinary requests work', async () => {
    runs('codex/0.0.0');
    expect(() => client.requireVersion('Goals', '0.169.0')).toThrow('this is 0.0.0');
    const listing = client.request('model/list', {});
    server.last('model/list').resolve({ data: [] });
    expect(await listing).toEqual({ data: [] });
  });
});
