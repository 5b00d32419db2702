import { describe, expect, it } from 'vitest';
import { fenceInfo } from '../../../src/shared/codeFence';

describe('The first line of a code block', () => {
  it.each([
    ['', '', null],
    ['ts', 'ts', null],
    ['  ts  ', 'ts', null],
    ['c++', 'c++', null],
    ['ts path=src/a.ts', 'ts', 'src/a.ts'],
    ['ts title="src/a b.ts"', 'ts', 'src/a b.ts'],
    ["js filename='x.js' {1,3}", 'js', 'x.js'],
    ['ts src/a.ts', 'ts', 'src/a.ts'],
    ['ts:src/a.ts', 'ts', 'src/a.ts'],
    ['src/a.ts', 'ts', 'src/a.ts'],
    ['../a.ts', 'ts', '../a.ts'],
    ['ts C:\\work\\a.ts', 'ts', 'C:\\work\\a.ts'],
    ['Dockerfile', 'Dockerfile', null],
    ['js{1,3}', 'js', null],
    ['title=a.ts', '', 'a.ts'],
    ['ts some words', 'ts', null],
  ])('%j names the language %j and the file %j', (info, language, path) => {
    expect(fenceInfo(info)).toEqual({ language, path });
  });
});
