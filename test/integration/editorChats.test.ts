import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ExtensionParts } from '../../src/extension';
import { activatedExtension } from './driving';
import { until } from './restoreBench';

const PANEL_TYPE = 'switchyard.conversation';

const chatTabs = () =>
  vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(PANEL_TYPE));

describe('A conversation as a tab', () => {
  let parts: ExtensionParts;

  before(async () => {
    parts = await activatedExtension();
  });

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('that was opened anew before its tab in the background was restored has one tab again afterwards', async () => {
    const conversation = parts.conversations.create();
    parts.editors.open(conversation);
    await until(() => chatTabs().length === 1);
    // The editor restores a tab of the window before only when it is shown.
    const restored = vscode.window.createWebviewPanel(PANEL_TYPE, 'Restored', vscode.ViewColumn.Active);
    await parts.editors.deserializeWebviewPanel(restored, { threadId: null, key: conversation.key });
    await until(() => chatTabs().length === 1);
    assert.ok(parts.editors.isVisible(conversation));
    restored.dispose();
    await until(() => !parts.editors.has(conversation));
  });
});
