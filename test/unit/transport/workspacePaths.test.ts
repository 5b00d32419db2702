import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findInWorkspace } from '../../../src/transport/workspacePaths';

let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);

beforeEach(() => {
  folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'switchyard-paths-')));
  for (const name of ['app', 'app/packages/lib', 'docs']) fs.mkdirSync(at(name), { recursive: true });
});

afterEach(() => fs.rmSync(folder, { recursive: true }));

describe('findInWorkspace', () => {
  it('finds files in each of several folders, and none beside them', () => {
    const roots = [at('app'), at('docs')];
    expect(findInWorkspace(at('app', 'a.ts'), roots)).toEqual({ path: at('app', 'a.ts'), isThroughLink: false });
    expect(findInWorkspace(at('docs', 'new', 'b.md'), roots)?.path).toBe(at('docs', 'new', 'b.md'));
    expect(findInWorkspace(at('apple', 'c.ts'), roots)).toBeUndefined();
    expect(findInWorkspace(at('app', '..', 'd.ts'), roots)).toBeUndefined();
    expect(findInWorkspace(at('app', '..', 'docs', 'e.md'), roots)?.path).toBe(at('docs', 'e.md'));
  });

  it.skipIf(process.platform === 'win32')('knows a file by the innermost of nested folders, as it was opened', () => {
    const inner = at('lib');
    fs.symlinkSync(at('app', 'packages', 'lib'), inner);
    const found = findInWorkspace(at('app', 'packages', 'lib', 'x.ts'), [at('app'), inner]);
    expect(found?.path).toBe(path.join(inner, 'x.ts'));
  });

  it.skipIf(process.platform === 'win32')(
    'follows a link from one folder into another, and none that leaves all',
    () => {
      fs.symlinkSync(at('docs'), at('app', 'manual'));
      fs.symlinkSync(folder, at('app', 'out'));
      const roots = [at('app'), at('docs')];
      const found = findInWorkspace(at('app', 'manual', 'a.md'), roots);
      expect(found).toEqual({ path: at('docs', 'a.md'), isThroughLink: true });
      expect(findInWorkspace(at('app', 'out', 'secret'), roots)).toBeUndefined();
    },
  );
});
