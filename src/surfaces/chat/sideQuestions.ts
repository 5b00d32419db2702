import * as vscode from 'vscode';
import type { Conversation } from '../../conversation/conversation';
import type { ThreadActions } from '../../conversation/threadActions';
import type { FromWebview } from '../../shared/messages';

export interface SideQuestionsOptions {
  readonly conversations: Pick<ThreadActions, 'fork'>;
  /** Shows a copy of a conversation where the original is shown. */
  readonly openCopy: (original: Conversation, copy: Conversation) => void;
  /** Puts words that were not asked into the composer of the conversation. */
  readonly putBack: (conversation: Conversation, text: string) => void;
}

/** What a person can do with the question beside a conversation. */
export class SideQuestions {
  constructor(private readonly options: SideQuestionsOptions) {}

  /**
   * Asks; without a question, the person is asked for it. One that is still being answered is given up on their word. A
   * question that is not asked goes into the composer.
   */
  async ask(conversation: Conversation, question = ''): Promise<void> {
    const words = question.trim() === '' ? await askForQuestion(conversation.view.title) : question.trim();
    if (words === undefined || words === '') return;
    let isAsked = false;
    try {
      if (!(await mayReplace(conversation))) return;
      await conversation.side.ask(words);
      isAsked = true;
    } finally {
      if (!isAsked) this.options.putBack(conversation, `/side ${words}`);
    }
  }

  async act(conversation: Conversation, action: Extract<FromWebview, { type: 'side' }>['action']): Promise<void> {
    const question = conversation.view.side?.question;
    if (question === undefined) return;
    switch (action) {
      case 'stop':
        return conversation.side.stop();
      case 'dismiss':
        conversation.side.dismiss();
        return;
      case 'again':
        return conversation.side.ask(question);
      case 'keep':
        return this.keep(conversation, question);
    }
  }

  /** The copy that answered cannot be kept (codex app-server 0.169.0): another one is asked. */
  private async keep(conversation: Conversation, question: string): Promise<void> {
    const copy = await this.options.conversations.fork(conversation);
    conversation.side.dismiss();
    this.options.openCopy(conversation, copy);
    await copy.send(question);
  }
}

async function askForQuestion(title: string): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Side Question'),
    prompt: vscode.l10n.t('Asked beside “{0}”: it does not disturb the turn, and nothing of it is kept.', title),
    placeHolder: vscode.l10n.t('What do you want to know?'),
    ignoreFocusOut: true,
  });
}

async function mayReplace({ side, view }: Conversation): Promise<boolean> {
  if (!side.isAnswering) return true;
  const replace = vscode.l10n.t('Ask the New One');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('A side question is still being answered.'),
    { modal: true, detail: vscode.l10n.t('The new one takes its place: “{0}”', view.side?.question ?? '') },
    replace,
  );
  return answer === replace;
}
