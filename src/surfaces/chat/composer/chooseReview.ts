import * as vscode from 'vscode';
import type { Conversation } from '../../../conversation/conversation';

type ReviewTarget = Parameters<Conversation['review']>[0];

/** Lets the person choose what is reviewed. `undefined`: nothing. */
export async function chooseReview(): Promise<ReviewTarget | undefined> {
  const uncommitted = vscode.l10n.t('Uncommitted changes');
  const branch = vscode.l10n.t('Changes against a base branch…');
  const commit = vscode.l10n.t('A commit…');
  const custom = vscode.l10n.t('Something else…');
  const chosen = await vscode.window.showQuickPick([uncommitted, branch, commit, custom], {
    placeHolder: vscode.l10n.t('What shall Codex review?'),
  });
  switch (chosen) {
    case uncommitted:
      return { type: 'uncommittedChanges' };
    case branch: {
      const name = await ask(vscode.l10n.t('Base branch'), 'main');
      return name === undefined ? undefined : { type: 'baseBranch', branch: name };
    }
    case commit: {
      const sha = await ask(vscode.l10n.t('Commit (its SHA)'));
      return sha === undefined ? undefined : { type: 'commit', sha, title: null };
    }
    case custom: {
      const instructions = await ask(vscode.l10n.t('What to review, in your words'));
      return instructions === undefined ? undefined : { type: 'custom', instructions };
    }
    default:
      return undefined;
  }
}

async function ask(prompt: string, value = ''): Promise<string | undefined> {
  const answer = await vscode.window.showInputBox({ prompt, value });
  return answer === undefined || answer.trim() === '' ? undefined : answer.trim();
}
