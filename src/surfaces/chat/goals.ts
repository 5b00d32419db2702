import * as vscode from 'vscode';
import { messageOf } from '../../base/errors';
import type { Conversation } from '../../conversation/conversation';
import type { FromWebview } from '../../shared/messages';

type GoalAction = Extract<FromWebview, { type: 'goal' }>['action'];

/** Words that stand for an action where they come alone after `/goal`. */
const ACTIONS: ReadonlySet<string> = new Set<GoalAction>(['pause', 'resume', 'clear', 'edit']);

/** Sets the goal of a conversation. Without words, the person is asked for them, beginning with those of now. */
export async function setGoal(conversation: Conversation, words: string): Promise<void> {
  const objective = words.trim();
  if (isAction(objective)) await actOnGoal(conversation, objective);
  else if (objective === '') await editGoal(conversation);
  else await keepWords(objective, (text) => conversation.goal.pursue(text));
}

/** What the line of a goal offers. @throws RpcError, SwitchyardError */
export async function actOnGoal(conversation: Conversation, action: GoalAction): Promise<void> {
  if (action === 'edit') return editGoal(conversation);
  if (!conversation.view.goal) {
    void vscode.window.showInformationMessage(vscode.l10n.t('This conversation has no goal. Set one with /goal.'));
    return;
  }
  switch (action) {
    case 'pause':
      return conversation.goal.pause();
    case 'resume':
      return conversation.goal.pursue();
    case 'clear':
      return conversation.goal.clear();
  }
}

function isAction(words: string): words is GoalAction {
  return ACTIONS.has(words);
}

async function editGoal(conversation: Conversation): Promise<void> {
  const former = conversation.view.goal?.objective ?? '';
  const words = await askForGoal(former);
  if (words === undefined || words === '' || words === former) return;
  await keepWords(words, (text) => conversation.goal.reword(text));
}

async function askForGoal(value: string): Promise<string | undefined> {
  const words = await vscode.window.showInputBox({
    title: vscode.l10n.t('Goal'),
    prompt: vscode.l10n.t('Codex works on it turn after turn until it is reached, or you pause it.'),
    placeHolder: vscode.l10n.t('What is to be reached?'),
    value,
    ignoreFocusOut: true,
  });
  return words?.trim();
}

/** What was written is not lost when it cannot be set: it can be changed and set again. */
async function keepWords(words: string, set: (words: string) => Promise<void>): Promise<void> {
  try {
    await set(words);
  } catch (error) {
    const again = vscode.l10n.t('Try Again');
    const answer = await vscode.window.showErrorMessage(
      vscode.l10n.t('The goal was not set: {0}', messageOf(error)),
      again,
    );
    const next = answer === again ? await askForGoal(words) : undefined;
    if (next) await keepWords(next, set);
  }
}
