import { describe, expect, it } from 'vitest';
import { modeSettings } from '../../../src/conversation/modes';

describe('modeSettings', () => {
  it.each([
    ['plan', 'never', 'read-only', 'readOnly'],
    ['ask', 'on-request', 'read-only', 'readOnly'],
    ['agent', 'on-request', 'workspace-write', 'workspaceWrite'],
    ['fullAccess', 'never', 'danger-full-access', 'dangerFullAccess'],
  ] as const)(
    'makes %s approval %s in a %s sandbox, for a thread and for a turn',
    (mode, approvalPolicy, sandbox, type) => {
      expect(modeSettings(mode, [])).toMatchObject({ approvalPolicy, sandbox, sandboxPolicy: { type } });
    },
  );

  it('opens the network in no mode with a sandbox', () => {
    for (const mode of ['plan', 'ask', 'agent'] as const)
      expect(modeSettings(mode, []).sandboxPolicy).toMatchObject({ networkAccess: false });
  });

  it('lets an agent write in the other folders of the workspace, and nobody else', () => {
    expect(modeSettings('agent', ['/other']).sandboxPolicy).toMatchObject({ writableRoots: ['/other'] });
    expect(JSON.stringify(modeSettings('ask', ['/other']))).not.toContain('/other');
  });
});
