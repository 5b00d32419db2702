import * as vscode from 'vscode';
import type { CodexStatus } from '../../conversation/codexStatus';
import { serverProblem } from '../../conversation/problems';
import type { AppView } from '../../shared/messages';
import { setting } from '../host/settings';
import { diskFolders } from '../host/workspaceFolders';
import { SwitchyardError } from '../../base/errors';
import path from 'node:path';

/** What every panel shows beside its conversation, as of now. */
export function appView(status: CodexStatus): AppView {
  const trusted = vscode.workspace.isTrusted;
  const [folder] = diskFolders();
  return {
    server: trusted ? status.server : 'failed',
    problem: trusted ? status.problem : serverProblem(notTrusted()),
    demo: status.demo,
    signedIn: status.signedIn,
    defaultModel: status.defaultModel,
    sendKey: setting('composer.sendKey'),
    followUp: setting('followUp'),
    folderName: folder === undefined ? null : path.basename(folder),
    limits: status.limits.view,
    disallowedModes: status.requirements.disallowedModes,
  };
}

/** Codex runs commands and reads the workspace's own settings: not before the person trusts it. */
export function notTrusted(): SwitchyardError {
  return new SwitchyardError(
    'workspaceNotTrusted',
    'Codex reads and runs what is in this workspace. Trust it first (Workspaces: Manage Workspace Trust).',
  );
}
