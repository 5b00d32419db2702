import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable';
import type { Conversations } from '../../conversation/conversations';
import { nameOf } from './conversationStatus';

/** An item in the status bar while a conversation waits for the person; it shows the one that waits. */
export function showWaitingInStatusBar(conversations: Conversations): Disposable {
  const store = new DisposableStore();
  const item = store.add(vscode.window.createStatusBarItem('switchyard.waiting', vscode.StatusBarAlignment.Left));
  item.name = vscode.l10n.t('Codex Conversations That Need You');
  item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
  const update = (): void => {
    const waiting = conversations.all.filter(({ view }) => view.status === 'waiting');
    const [first] = waiting;
    if (!first) {
      item.hide();
      return;
    }
    const titles = waiting.map(({ view }) => nameOf(view));
    item.text = `$(bell-dot) ${vscode.l10n.t('Codex: {0} waiting', waiting.length)}`;
    item.tooltip = `${vscode.l10n.t('Waiting for your answer:')}\n${titles.join('\n')}`;
    const label =
      waiting.length === 1
        ? vscode.l10n.t('1 conversation needs you')
        : vscode.l10n.t('{0} conversations need you', waiting.length);
    item.accessibilityInformation = { label };
    item.command = { command: 'switchyard.focusChat', title: vscode.l10n.t('Show'), arguments: [first.key] };
    item.show();
  };
  store.add(conversations.onDidChange(update));
  update();
  return store;
}
