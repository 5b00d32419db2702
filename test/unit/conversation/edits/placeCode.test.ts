import { describe, expect, it } from 'vitest';
import { indentCode, placeCode } from '../../../../src/conversation/edits/placeCode';

const FILE = `import a from 'a';

export class Counter {
  add(by: number): number {
    return a(by);
  }

  clear(): void {
    this.count = 0;
  }
}
`;

describe('Where a code belongs', () => {
  it('makes the file where there is none, or an empty one', () => {
    expect(placeCode(null, 'let a;', 'ts')).toEqual({ kind: 'whole', text: 'let a;\n' });
    expect(placeCode('\n', 'let a;\n', 'ts')).toEqual({ kind: 'whole', text: 'let a;\n' });
  });

  it('replaces the file by a new version of it', () => {
    const next = FILE.replace('= 0', '= 1').trimEnd();
    expect(placeCode(FILE, next, 'ts')).toEqual({ kind: 'whole', text: `${next}\n` });
  });

  it('replaces a function by its new version, moved in like the old one', () => {
    const code = 'clear(): void {\n  this.count = 1;\n  this.last = null;\n}';
    expect(placeCode(FILE, code, 'ts')).toEqual({
      kind: 'part',
      text: FILE.replace('    this.count = 0;\n', '    this.count = 1;\n    this.last = null;\n'),
    });
  });

  it('keeps the line endings of the file', () => {
    const code = 'clear(): void {\n  this.count = 1;\n}';
    const file = FILE.replaceAll('\n', '\r\n');
    expect(placeCode(file, code, 'ts')).toEqual({ kind: 'part', text: file.replace('= 0', '= 1') });
  });

  it.each([
    ['stands nowhere in the file', 'other(): void {\n  x();\n}'],
    ['begins like several places', 'return a(by);\n}'],
    ['leaves something out', FILE.replace('    return a(by);', '    // ... existing code ...')],
    ['is a single line', 'this.count = 2;'],
  ])('does not guess where code goes that %s', (_, code) => {
    const file = code.startsWith('return') ? FILE.replace('this.count = 0;', 'return a(by);') : FILE;
    expect(placeCode(file, code, 'ts')).toEqual({ kind: 'unknown' });
  });

  it('makes the change that a patch says, and says where it does not fit', () => {
    const patch =
      '--- a/a.ts\n+++ b/a.ts\n@@ -8,3 +8,3 @@\n   clear(): void {\n-    this.count = 0;\n+    this.count = 1;\n   }';
    expect(placeCode(FILE, patch, 'diff')).toEqual({ kind: 'part', text: FILE.replace('= 0', '= 1') });
    expect(placeCode('other\n', patch, 'diff')).toEqual({ kind: 'misfit' });
    expect(placeCode(FILE, '@@ nonsense', 'patch')).toEqual({ kind: 'misfit' });
  });
});

describe('Moving code in', () => {
  it('takes away what all lines share, and moves all but the first in', () => {
    expect(indentCode('    if (a) {\n      b();\n\n    }', '\t')).toBe('if (a) {\n\t  b();\n\n\t}');
    expect(indentCode('a\n  b', '')).toBe('a\n  b');
    expect(indentCode('', '  ')).toBe('');
  });
});
