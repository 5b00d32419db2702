import { expect, it } from 'vitest';
import { baseName } from '../../../src/shared/paths';

it.each([
  ['/a/b.txt', 'b.txt'],
  ['C:\\a\\b.txt', 'b.txt'],
  ['a/b\\c', 'c'],
  ['b.txt', 'b.txt'],
  ['/a/', ''],
])('the name of %s is "%s"', (path, name) => {
  expect(baseName(path)).toBe(name);
});
