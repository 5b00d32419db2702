import { describe, expect, it } from 'vitest';
import type { AnnouncedPatch, PatchFile } from '../../../../../src/conversation/patchAnnouncer';
import { OpenPatches } from '../../../../../src/surfaces/edits/recording/openPatches';

const patch = (itemId: string, ...files: (string | PatchFile)[]): AnnouncedPatch => ({
  threadId: `thread ${itemId}`,
  turnId: 'turn',
  itemId,
  files: files.map((file) => (typeof file === 'string' ? { path: file, kind: 'update' } : file)),
});

describe('A write of a file', () => {
  it('belongs to the open patch that names the file, or the place it is moved to', () => {
    const patches = new OpenPatches();
    const one = patch('1', '/a');
    const two = patch('2', { path: '/b', moveTo: '/c', kind: 'update' });
    patches.add(one);
    patches.add(two);
    expect([patches.takeWrite('/a'), patches.takeWrite('/c'), patches.takeWrite('/b')]).toEqual([one, two, two]);
    expect(patches.takeWrite('/d')).toBeUndefined();
  });

  it('belongs to the first of several patches that has not written it yet', () => {
    const patches = new OpenPatches();
    const [one, two] = [patch('1', '/a'), patch('2', '/a')];
    patches.add(one);
    patches.add(two);
    expect([patches.takeWrite('/a'), patches.takeWrite('/a'), patches.takeWrite('/a')]).toEqual([one, two, two]);
  });

  it('does not belong to a patch that still waits for the person, when there is another', () => {
    const [one, two] = [patch('1', '/a'), patch('2', '/a')];
    const patches = new OpenPatches((other) => other !== one);
    patches.add(one);
    patches.add(two);
    expect(patches.takeWrite('/a')).toBe(two);
  });

  it('that outlives its patch belongs to the one that ended last', () => {
    const patches = new OpenPatches();
    const [one, two] = [patch('1', '/a'), patch('2', '/a')];
    patches.add(one).dispose();
    patches.add(two).dispose();
    expect(patches.takeWrite('/a')).toBe(two);
  });

  it('that comes before its patch is claimed by the next one that names the file', () => {
    const patches = new OpenPatches();
    const claimed: AnnouncedPatch[] = [];
    patches.onceNamed('/a', (found) => claimed.push(found));
    const dropped = patches.onceNamed('/a', () => expect.unreachable());
    dropped.dispose();
    patches.add(patch('1', '/b'));
    const two = patch('2', '/a');
    patches.add(two);
    patches.add(patch('3', '/a'));
    expect(claimed).toEqual([two]);
  });
});
