import type { AskForApproval } from '../protocol/generated/types/v2/AskForApproval';
import type { ConfigRequirements } from '../protocol/generated/types/v2/ConfigRequirements';
import type { ConfigRequirementsReadResponse } from '../protocol/generated/types/v2/ConfigRequirementsReadResponse';
import type { SandboxMode } from '../protocol/generated/types/v2/SandboxMode';
import { type Mode, MODE_NAMES } from '../shared/conversation';
import { isFastTier } from './models';
import { modeSettings } from './modes';

/** The profile of permissions that each sandbox stands for. */
const PROFILES: Readonly<Record<SandboxMode, string>> = {
  'read-only': ':read-only',
  'workspace-write': ':workspace',
  'danger-full-access': ':danger-full-access',
};

/** What an organisation lets people choose. */
export interface Requirements {
  readonly disallowedModes: readonly Mode[];
  /** The model of new conversations where the organisation names one. */
  readonly newThreadModel: string | null;
  /** Whether a service tier (its id, as in `model/list`) may be chosen. */
  readonly allowsTier: (id: string) => boolean;
}

export const NO_REQUIREMENTS: Requirements = {
  disallowedModes: [],
  newThreadModel: null,
  allowsTier: () => true,
};

/** What the answer to `configRequirements/read` means to the pickers. */
export function toRequirements({
  requirements,
  supportsIndependentSpeedModes,
}: ConfigRequirementsReadResponse): Requirements {
  // Older servers leave out what they do not know.
  const told = requirements as Partial<ConfigRequirements> | null | undefined;
  if (!told) return NO_REQUIREMENTS;
  const forbids = (feature: string): boolean => told.featureRequirements?.[feature] === false;
  return {
    disallowedModes: MODE_NAMES.filter((mode) => !allowsMode(mode, told)),
    newThreadModel: told.models?.newThread?.model ?? null,
    allowsTier: (id) => {
      if (isFastTier(id)) return !forbids('fast_mode');
      if (!/ultra/i.test(id)) return true;
      return !forbids(supportsIndependentSpeedModes === true ? 'ultrafast_mode' : 'fast_mode');
    },
  };
}

/** The server refuses a turn with an approval policy or a sandbox that is not in the lists (codex app-server 0.169.0). */
function allowsMode(mode: Mode, told: Partial<ConfigRequirements>): boolean {
  const { approvalPolicy, sandbox } = modeSettings(mode, []);
  return (
    isIn(told.allowedApprovalPolicies, approvalPolicy) &&
    isIn(told.allowedSandboxModes, sandbox) &&
    told.allowedPermissionProfiles?.[PROFILES[sandbox]] !== false
  );
}

function isIn<T extends AskForApproval | SandboxMode>(allowed: readonly T[] | null | undefined, value: T): boolean {
  return allowed?.includes(value) ?? true;
}
