import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { namedFiles, pathsIn } from '../../../../../src/surfaces/edits/recording/namedFiles';

describe('The paths that a command line names', () => {
  it.each([
    ['cat a.txt src/b.ts', ['/w/cat', '/w/a.txt', '/w/src/b.ts']],
    ['echo x>out.txt', ['/w/echo', '/w/x', '/w/out.txt']],
    [`sed -i 's/a b/c/' "my file.txt"`, ['/w/sed', '/w/s/a b/c', '/w/my file.txt']],
    ['cp a\\ b.txt ../c.txt && rm /tmp/d', ['/w/cp', '/w/a b.txt', '/c.txt', '/w/rm', '/tmp/d']],
    ['dd of=out.bin', ['/w/dd', '/w/of=out.bin', '/w/out.bin']],
    ['touch --date=x -r a', ['/w/touch', '/w/x', '/w/a']],
  ])('%s', (command, paths) => {
    expect(pathsIn(command, '/w')).toEqual(paths);
  });

  it('are no more than can be looked up', () => {
    expect(pathsIn('a1 '.repeat(50_000), '/w')).toEqual(['/w/a1']);
    expect(pathsIn(Array.from({ length: 1000 }, (_, i) => `f${i}`).join(' '), '/w').length).toBeLessThanOrEqual(200);
  });

  it('stand for the files that match, when they have wildcards', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'named-'));
    try {
      for (const name of ['a.js', 'b.js', 'c.ts', '.d.js', 'a+js']) await writeFile(path.join(folder, name), '');
      const found = await namedFiles(`prettier *.js ?.ts none*`, folder);
      expect(found.sort()).toEqual(['a.js', 'b.js', 'c.ts', 'prettier'].map((name) => path.join(folder, name)));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
