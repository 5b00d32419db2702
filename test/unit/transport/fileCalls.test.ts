import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseFileCall } from '../../../src/transport/fileCalls';

const root = path.join(os.tmpdir(), 'switchyard-no-such-workspace');
const uri = (...names: string[]) => pathToFileURL(path.join(root, ...names)).href;
const dataBase64 = Buffer.from('x').toString('base64');

const atRoot = (subpath?: string) => ({ type: 'special', value: { kind: 'project_roots', subpath } });
const atPath = (...names: string[]) => ({ type: 'path', path: uri(...names) });

function sandbox(...entries: [access: string, location: object][]) {
  const list = entries.map(([access, location]) => ({ access, path: location }));
  return {
    permissions: { type: 'managed', file_system: { type: 'restricted', entries: list } },
    policyContext: { cwd: uri(), workspaceRoots: [uri()] },
  };
}

const writes = (name: string, policy: unknown) =>
  parseFileCall('fs/writeFile', { path: uri(name), dataBase64, sandbox: policy }, [root]) !== undefined;

describe('parseFileCall', () => {
  it('takes the four calls for documents and no other', () => {
    for (const method of ['fs/readFile', 'fs/getMetadata', 'fs/writeFile', 'fs/remove']) {
      expect(parseFileCall(method, { path: uri('a'), dataBase64 }, [root])?.path).toBe(path.join(root, 'a'));
    }
    expect(parseFileCall('fs/createDirectory', { path: uri('a') }, [root])).toBeUndefined();
    expect(parseFileCall('fs/readFile', { path: 'http://host/a' }, [root])).toBeUndefined();
    expect(parseFileCall('fs/readFile', undefined, [root])).toBeUndefined();
    expect(parseFileCall('fs/writeFile', { path: uri('a'), dataBase64: 7 }, [root])).toBeUndefined();
    expect(parseFileCall('fs/remove', { path: uri('a'), recursive: true }, [root])).toBeUndefined();
  });

  it('leaves to the exec-server what the sandbox of the call does not plainly allow', () => {
    const workspace = sandbox(
      ['read', { type: 'special', value: { kind: 'root' } }],
      ['write', atRoot()],
      ['read', atRoot('.git')],
    );
    expect(writes('a.txt', workspace)).toBe(true);
    expect(writes('.git/config', workspace)).toBe(false);
    expect(writes('a.txt', sandbox(['read', atRoot()]))).toBe(false);
    expect(writes('a.txt', sandbox())).toBe(false);
  });

  it('lets writing win over reading, and a ban over both, for one and the same folder', () => {
    expect(writes('a/b', sandbox(['read', atRoot('a')], ['write', atPath('a')]))).toBe(true);
    expect(writes('a/b', sandbox(['write', atRoot('a')], ['none', atPath('a')]))).toBe(false);
  });

  it('ignores a grant it does not understand, but not a ban', () => {
    const unknown = { type: 'special', value: { kind: 'unheard_of' } };
    expect(writes('a', sandbox(['write', atRoot()], ['write', unknown]))).toBe(true);
    expect(writes('a', sandbox(['write', atRoot()], ['none', unknown]))).toBe(false);
    expect(writes('a', sandbox(['write', atRoot()], ['none', { type: 'glob_pattern', pattern: '**' }]))).toBe(false);
    expect(writes('a', { permissions: { type: 'unheard_of' } })).toBe(false);
  });

  it('allows all without a sandbox', () => {
    expect(writes('.git/config', null)).toBe(true);
    expect(writes('a', { permissions: { type: 'disabled' } })).toBe(true);
  });
});
