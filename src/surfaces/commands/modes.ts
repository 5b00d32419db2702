import * as vscode from 'vscode';
import type { CodexStatus } from '../../conversation/codexStatus';
import type { Conversation } from '../../conversation/conversation';
import { type Mode, MODE_NAMES } from '../../shared/conversation';
import { choose, notAllowed } from './choose';

/** The modes as pickers show them. Functions, because translations are there only once the extension runs. */
export const MODES: Readonly<Record<Mode, () => { label: string; detail: string }>> = {
  ask: () => ({
    label: vscode.l10n.t('Ask'),
    detail: vscode.l10n.t('Each file change, and each command outside the sandbox, waits for you.'),
  }),
  agent: () => ({
    label: vscode.l10n.t('Agent'),
    detail: vscode.l10n.t('Edits the workspace and runs commands in the sandbox; asks for more.'),
  }),
  plan: () => ({ label: vscode.l10n.t('Plan'), detail: vscode.l10n.t('Read only. Nothing is written.') }),
  fullAccess: () => ({
    label: vscode.l10n.t('Full access'),
    detail: vscode.l10n.t('No sandbox and no questions. Only for folders you can afford to lose.'),
  }),
};

/**
 * Full access is used only after a warning that names the folder: once per window and folder, however it was chosen,
 * in the picker, by a setting or in an earlier window.
 */
export class FullAccessGate {
  private readonly given = new Set<string>();

  /** Asks where it must; `false` when the person says no. */
  async allows(mode: Mode, folder: string): Promise<boolean> {
    if (mode !== 'fullAccess' || this.given.has(folder)) return true;
    const accept = vscode.l10n.t('Give Full Access');
    const answer = await vscode.window.showWarningMessage(
      vscode.l10n.t('Give Codex full access from {0}?', folder),
      {
        modal: true,
        detail: vscode.l10n.t('It may read, change and delete any file you can, and use the network, without asking.'),
      },
      accept,
    );
    if (answer !== accept) return false;
    this.given.add(folder);
    return true;
  }
}

/** Lets the person choose what Codex may do in a conversation, as far as the organisation allows it. */
export async function pickMode(
  conversation: Conversation,
  { status, fullAccess }: { readonly status: CodexStatus; readonly fullAccess: FullAccessGate },
): Promise<void> {
  const { mode: current, folder } = conversation.view;
  const { disallowedModes } = status.requirements;
  const chosen = await choose<Mode>({
    title: vscode.l10n.t('Mode'),
    placeHolder: vscode.l10n.t('What Codex may do in this conversation'),
    load: () =>
      MODE_NAMES.map((mode) => {
        const item = { ...MODES[mode](), isCurrent: mode === current };
        if (disallowedModes.includes(mode)) return { ...item, description: notAllowed() };
        return { ...item, description: mode === current ? vscode.l10n.t('current') : '', value: mode };
      }),
  });
  if (chosen?.type !== 'value') return;
  if (await fullAccess.allows(chosen.value, folder)) conversation.configure({ mode: chosen.value });
}
