import type { AskForApproval } from '../protocol/generated/types/v2/AskForApproval';
import type { SandboxMode } from '../protocol/generated/types/v2/SandboxMode';
import type { SandboxPolicy } from '../protocol/generated/types/v2/SandboxPolicy';
import type { Mode } from '../shared/conversation';

/** What a mode means to the app-server: for a thread (`sandbox`) and for a turn (`sandboxPolicy`). */
export interface ModeSettings {
  readonly approvalPolicy: AskForApproval;
  readonly sandbox: SandboxMode;
  readonly sandboxPolicy: SandboxPolicy;
}

/**
 * The app-server's settings for `mode`. Ask is `on-request` with a read-only sandbox: the server then asks before it
 * writes any file, and an accepted write is made all the same (codex app-server 0.169.0).
 *
 * @param extraRoots absolute folders of the workspace beside the conversation's own.
 */
export function modeSettings(mode: Mode, extraRoots: readonly string[]): ModeSettings {
  switch (mode) {
    case 'plan':
      return {
        approvalPolicy: 'never',
        sandbox: 'read-only',
        sandboxPolicy: { type: 'readOnly', networkAccess: false },
      };
    case 'ask':
      return {
        approvalPolicy: 'on-request',
        sandbox: 'read-only',
        sandboxPolicy: { type: 'readOnly', networkAccess: false },
      };
    case 'agent':
      return {
        approvalPolicy: 'on-request',
        sandbox: 'workspace-write',
        sandboxPolicy: {
          type: 'workspaceWrite',
          writableRoots: [...extraRoots],
          networkAccess: false,
          excludeTmpdirEnvVar: false,
          excludeSlashTmp: false,
        },
      };
    case 'fullAccess':
      return { approvalPolicy: 'never', sandbox: 'danger-full-access', sandboxPolicy: { type: 'dangerFullAccess' } };
  }
}
