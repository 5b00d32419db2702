import * as vscode from 'vscode';
import type { CodexStatus } from '../../../conversation/codexStatus';
import type { Conversation } from '../../../conversation/conversation';
import { fastTierOf, modelInUse, STANDARD_TIER, tierInUse } from '../../../conversation/models';

export type TierSource = Pick<CodexStatus, 'models' | 'defaultModel' | 'requirements'>;

/** Switches a conversation to the fast tier of its model, or back; says so where that cannot be. @throws RpcError, SwitchyardError */
export async function toggleFast(conversation: Conversation, status: TierSource): Promise<void> {
  const models = await status.models();
  const { view } = conversation;
  const model = modelInUse(models, view.model || status.defaultModel);
  const fast = model && fastTierOf(model);
  if (!fast) {
    const name = model?.label ?? (view.model || vscode.l10n.t('This model'));
    void vscode.window.showInformationMessage(vscode.l10n.t('{0} has no fast tier. Choose another with /model.', name));
    return;
  }
  if (tierInUse(model, view.tier ?? null) === fast.id) {
    conversation.configure({ tier: STANDARD_TIER });
    void vscode.window.showInformationMessage(
      vscode.l10n.t('{0} answers at standard speed from the next message on.', model.label),
    );
    return;
  }
  if (!status.requirements.allowsTier(fast.id)) {
    void vscode.window.showWarningMessage(vscode.l10n.t('Your organisation does not allow the fast tier.'));
    return;
  }
  conversation.configure({ tier: { id: fast.id, name: fast.name } });
  void vscode.window.showInformationMessage(
    vscode.l10n.t('{0} answers fast from the next message on: {1}', model.label, fast.description),
  );
}
