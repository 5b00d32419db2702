import * as vscode from 'vscode';
import type { Disposable } from '../../base/disposable';
import type { Logger } from '../../base/logger';
import type { Conversation } from '../../conversation/conversation';
import type { FromWebview } from '../../shared/messages';
import { ApplyCode, type ApplyCodeOptions } from './applyCode';
import type { ChatChannel } from './chatChannel';
import { readCodeTheme } from './codeThemes';
import type { ActiveEditor } from './composer/activeEditor';
import { insertCode } from './insertCode';

const TYPES = ['insertCode', 'applyCode', 'codeTheme'] as const;
type CodeMessage = Extract<FromWebview, { type: (typeof TYPES)[number] }>;

/** Whether a message is about the code blocks of answers. */
export function isCodeMessage(message: FromWebview): message is CodeMessage {
  return (TYPES as readonly string[]).includes(message.type);
}

export interface CodeActionsOptions extends ApplyCodeOptions {
  readonly active: Pick<ActiveEditor, 'editor'>;
  readonly logger: Logger;
}

/** What the code blocks of answers reach: the editor’s cursor, its files, its colours. */
export class CodeActions implements Disposable {
  private readonly applying: ApplyCode;

  constructor(private readonly options: CodeActionsOptions) {
    this.applying = new ApplyCode(options);
  }

  async receive(
    message: CodeMessage,
    { view }: Conversation,
    channel: Pick<ChatChannel, 'sendCodeTheme'>,
  ): Promise<void> {
    const { active, logger } = this.options;
    switch (message.type) {
      case 'codeTheme':
        channel.sendCodeTheme(message.id, await readCodeTheme(message.id, logger));
        return;
      case 'applyCode':
        await this.applying.apply({
          code: message.code,
          info: message.info,
          folder: view.folder,
          active: active.editor,
        });
        return;
      case 'insertCode':
        if (active.editor) await insertCode(active.editor, message.code);
        else sayThereIsNoEditor();
    }
  }

  dispose(): void {
    this.applying.dispose();
  }
}

function sayThereIsNoEditor(): void {
  void vscode.window.showInformationMessage(
    vscode.l10n.t('No file is open. Open one and put the cursor where the code belongs, or copy the code.'),
  );
}
