import { describe, expect, it } from 'vitest';
import { fileKey } from '../../../../src/surfaces/edits/fileKey';

describe('fileKey', () => {
  it('is the same for spellings of one file where the file system does not tell the case', () => {
    for (const platform of ['win32', 'darwin']) {
      expect(fileKey('file:///Users/A/Read%C3%84.md', platform)).toBe(
        fileKey('file:///users/a/read%c3%84.MD', platform),
      );
    }
  });

  it('tells files apart where the file system does', () => {
    expect(fileKey('file:///a/README.md', 'linux')).not.toBe(fileKey('file:///a/readme.md', 'linux'));
  });
});
