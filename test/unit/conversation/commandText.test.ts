import { describe, expect, it } from 'vitest';
import { folderLabel, pathLabel, summarize, unwrapShell } from '../../../src/conversation/commandText';
import type { CommandAction } from '../../../src/protocol/generated/types/v2/CommandAction';

describe('unwrapShell', () => {
  it.each([
    ["/bin/bash -lc 'npm test'", 'npm test'],
    ["bash -c 'npm test'", 'npm test'],
    ["/usr/bin/zsh -lc 'a b'", 'a b'],
    ["sh -c 'a'", 'a'],
    ['/bin/bash -lc ls', 'ls'],
    ['/bin/bash -c "echo \'no such test\' >&2; exit 3"', "echo 'no such test' >&2; exit 3"],
    ['/bin/bash -c "printf \'one\\\\n\' \\"two\\" \\$HOME \\`x\\`"', 'printf \'one\\n\' "two" $HOME `x`'],
    ["/bin/bash -c 'it'\\''s'", "it's"],
    ["/bin/bash -c 'it'\"'\"'s'", "it's"],
    ["/bin/bash -lc 'one\ntwo'", 'one\ntwo'],
    ['npm test', 'npm test'],
    ['bash script.sh', 'bash script.sh'],
    ['fish -c ls', 'fish -c ls'],
    ['', ''],
  ])('makes %j readable', (command, shown) => {
    expect(unwrapShell(command)).toBe(shown);
  });
});

describe('summarize', () => {
  const read = (name: string): CommandAction => ({
    type: 'read',
    command: `cat ${name}`,
    name,
    path: `/project/${name}`,
  });
  const list = (path: string | null): CommandAction => ({ type: 'listFiles', command: 'ls', path });
  const search = (query: string | null, path: string | null): CommandAction => ({
    type: 'search',
    command: 'rg',
    query,
    path,
  });

  it.each<[CommandAction[], string | null]>([
    [[read('a.ts')], 'Read a.ts'],
    [[read('a.ts'), read('b.ts'), read('a.ts')], 'Read a.ts, b.ts'],
    [[list('src')], 'Listed src'],
    [[list(null)], 'Listed files'],
    [[search('todo', 'src')], 'Searched “todo” in src'],
    [[search('todo', null)], 'Searched “todo”'],
    [[search(null, null)], 'Searched'],
    [[read('a.ts'), list('src')], null],
    [[{ type: 'unknown', command: 'npm test' }], null],
    [[read('a.ts'), { type: 'unknown', command: 'rm -rf /' }], null],
    [[], null],
  ])('says of %j %j', (actions, words) => {
    expect(summarize(actions)).toBe(words);
  });
});

describe('pathLabel', () => {
  it.each([
    ['/project/src/a.ts', '/project', 'src/a.ts'],
    ['C:\\project\\src\\a.ts', 'C:\\project', 'src/a.ts'],
    ['/project-two/a.ts', '/project', '/project-two/a.ts'],
    ['/project', '/project', '/project'],
    ['/elsewhere/a.ts', '/project', '/elsewhere/a.ts'],
    ['/a.ts', '', '/a.ts'],
  ])('shows %s in %s as %s', (path, folder, label) => {
    expect(pathLabel(path, folder)).toBe(label);
  });
});

describe('folderLabel', () => {
  it.each([
    ['/home/project', '/home/project', 'project'],
    ['C:\\home\\project', 'C:\\home\\project', 'project'],
    ['/home/project/src', '/home/project', 'src'],
    ['/elsewhere', '/home/project', '/elsewhere'],
  ])('shows %s in %s as %s', (path, folder, label) => {
    expect(folderLabel(path, folder)).toBe(label);
  });
});
