import { describe, expect, it } from 'vitest';
import { isMet, verdictOf } from '../../../../scripts/bench/goals';

const goal = { name: 'a goal', limit: 2, unit: '×' } as const;

describe('a goal', () => {
  it('is met up to its limit', () => {
    expect(isMet({ ...goal, value: 2 })).toBe(true);
    expect(isMet({ ...goal, value: 2.01 })).toBe(false);
    expect(verdictOf({ ...goal, value: 1 })).toBe('met');
    expect(verdictOf({ ...goal, value: 3 })).toBe('**not met**');
  });

  it('is not met by what was not measured', () => {
    expect(isMet({ ...goal, value: undefined })).toBe(false);
    expect(verdictOf({ ...goal, value: undefined })).toBe('not measured');
  });
});
