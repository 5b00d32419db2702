import { describe, expect, it } from 'vitest';
import { toRequirements } from '../../../src/conversation/requirements';
import type { ConfigRequirements } from '../../../src/protocol/generated/types/v2/ConfigRequirements';

const read = (requirements: Partial<ConfigRequirements> | null, supportsIndependentSpeedModes: boolean | null = true) =>
  toRequirements({ requirements: requirements as ConfigRequirements | null, supportsIndependentSpeedModes });

describe('What an organisation requires', () => {
  it.each([[null], [{}]])('allows everything where nothing is required: %j', (requirements) => {
    const { disallowedModes, newThreadModel, allowsTier } = read(requirements);
    expect([disallowedModes, newThreadModel, allowsTier('priority')]).toEqual([[], null, true]);
  });

  it.each([
    ['approval policies', { allowedApprovalPolicies: ['on-request', 'untrusted'] }, ['plan', 'fullAccess']],
    ['sandboxes', { allowedSandboxModes: ['read-only'] }, ['agent', 'fullAccess']],
    ['profiles', { allowedPermissionProfiles: { ':workspace': true, ':danger-full-access': false } }, ['fullAccess']],
    ['no sandbox that writes', { allowedSandboxModes: [] }, ['ask', 'agent', 'plan', 'fullAccess']],
  ] satisfies [string, Partial<ConfigRequirements>, string[]][])('limits the modes by %s', (_, requirements, modes) => {
    expect(read(requirements).disallowedModes).toEqual(modes);
  });

  it.each([
    ['priority', { fast_mode: false }, true, false],
    ['priority', { ultrafast_mode: false }, true, true],
    ['ultrafast', { fast_mode: false }, true, true],
    ['ultrafast', { ultrafast_mode: false }, true, false],
    ['ultrafast', { fast_mode: false }, null, false],
    ['flex', { fast_mode: false }, null, true],
    ['default', { fast_mode: false, ultrafast_mode: false }, true, true],
  ])('says whether the tier %s is allowed with %j (independent: %s): %s', (tier, features, independent, allowed) => {
    expect(read({ featureRequirements: features }, independent).allowsTier(tier)).toBe(allowed);
  });

  it('knows the model that new conversations begin with', () => {
    const newThread = { model: 'gpt-5.5', modelReasoningEffort: null, serviceTier: null };
    expect(read({ models: { newThread } }).newThreadModel).toBe('gpt-5.5');
  });
});
