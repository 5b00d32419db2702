import { describe, expect, it } from 'vitest';
import { isInside } from '../../../../src/surfaces/edits/isInside';

describe('A file is inside a folder', () => {
  it.each([
    ['/w/a', '/w', true],
    ['/w/..a', '/w', true],
    ['/w', '/w', false],
    ['/wa/b', '/w', false],
    ['/a', '/w', false],
  ])('%s in %s: %s', (file, folder, inside) => {
    expect(isInside(file, folder)).toBe(inside);
  });
});
