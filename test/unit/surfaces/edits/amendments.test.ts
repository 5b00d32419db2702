import { describe, expect, it } from 'vitest';
import { Amendments } from '../../../../src/surfaces/edits/amendments';

const amendment = (accepted: string | null) => ({ proposed: 'proposed', accepted });

describe('Amendments', () => {
  it('are given in the order of the proposals, each until it is spent', () => {
    const amendments = new Amendments();
    amendments.expect('a', amendment('1'));
    amendments.expect('a', amendment('2'));
    expect(amendments.next('a')?.accepted).toBe('1');
    amendments.spend('a', amendments.next('a')!);
    expect([amendments.next('a')?.accepted, amendments.next('b')]).toEqual(['2', undefined]);
  });

  it('end with their patch, equal ones of another patch do not', () => {
    const amendments = new Amendments();
    const same = amendment(null);
    const first = amendments.expect('a', same);
    amendments.expect('a', same);
    first.dispose();
    expect(amendments.next('a')).toEqual(same);
    amendments.spend('a', amendments.next('a')!);
    expect(amendments.next('a')).toBeUndefined();
  });
});
