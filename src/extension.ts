import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { DisposableStore } from './base/disposable';
import { CodexStatus } from './conversation/codexStatus';
import { Conversations } from './conversation/conversations';
import { announcePatches } from './conversation/patchAnnouncer';
import { describeState } from './conversation/diagnostics';
import { CODEX_VERSION } from './protocol/generated/routing';
import { AppServerClient } from './router/appServerClient';
import { type ChannelHost } from './surfaces/chat/chatChannel';
import { appView, notTrusted } from './surfaces/chat/appView';
import { Drafts } from './surfaces/chat/drafts';
import { EditorChats } from './surfaces/chat/editorChats';
import { receiveFromPanel } from './surfaces/chat/panelActions';
import { SidebarChat } from './surfaces/chat/sidebarChat';
import { confirmMode } from './surfaces/commands/modes';
import { registerCommands } from './surfaces/commands/register';
import type { EditConverter } from './surfaces/edits/editConverter';
import { EditorDocuments } from './surfaces/edits/editorDocuments';
import { ProposalDiff } from './surfaces/edits/proposalDiff';
import { saveBeforeWrite } from './surfaces/edits/saveBeforeWrite';
import { onDidChangeSetting, setting } from './surfaces/host/settings';
import { defaultFolder, diskFolders } from './surfaces/host/workspaceFolders';
import { followConversations } from './surfaces/status/attention';
import { ConversationsTree } from './surfaces/status/conversationsTree';
import { startCodex } from './transport/startCodex';

/** Builds the stages from left to right and joins them. What it returns is for tests: nothing else may use it. */
export function activate(context: vscode.ExtensionContext): { readonly conversations: Conversations } {
  const store = new DisposableStore();
  context.subscriptions.push(store);
  const log = store.add(vscode.window.createOutputChannel('Switchyard', { log: true }));
  const version = (context.extension.packageJSON as { version: string }).version;
  const installFolder = vscode.Uri.joinPath(context.globalStorageUri, 'codex');

  const documents = store.add(
    new EditorDocuments({
      loadConverter: () => Promise.resolve(loadEditConverter()),
      saveAfterApply: () => setting('edits.saveAfterApply'),
      logger: log,
    }),
  );
  const codex = startCodex({
    locate: () => {
      if (!vscode.workspace.isTrusted) throw notTrusted();
      return { configuredPath: setting('codex.path'), installFolder: installFolder.fsPath };
    },
    args: () => setting('codex.args'),
    env: () => ({ ...process.env, ...setting('codex.env'), NO_COLOR: '1' }),
    version,
    roots: diskFolders,
    documents,
    trace: () => setting('trace'),
    logger: log,
  });
  const client = store.add(new AppServerClient(codex.server, log));
  const conversations = store.add(
    new Conversations(
      {
        client,
        logger: log,
        now: () => Date.now(),
        createId: randomUUID,
        environmentId: () => codex.environmentId,
        extraFolders: (folder) => diskFolders().filter((other) => other !== folder),
        beforeFilesAreWritten: (paths) =>
          codex.environmentId === null ? saveBeforeWrite(paths) : Promise.resolve(true),
      },
      () => ({ mode: setting('mode'), model: setting('model'), effort: setting('effort'), folder: defaultFolder() }),
    ),
  );
  const status = store.add(new CodexStatus(client, log));
  store.add(announcePatches(client, (files) => documents.expectPatch(files)));
  store.add(
    documents.onDidLeaveUnsaved((path) =>
      conversations.noteFile(path, vscode.l10n.t('Changed, but not saved: save it yourself.')),
    ),
  );
  store.add(
    codex.onDidRefuseWrite(({ path, reason }) =>
      conversations.noteFile(path, vscode.l10n.t('Not written: {0}.', reason)),
    ),
  );

  const diff = store.add(new ProposalDiff());
  const drafts = new Drafts(context.workspaceState);
  const panelHost: ChannelHost = {
    logger: log,
    drafts,
    appView: () => appView(status, conversations),
    receive: (message, channel) =>
      receiveFromPanel(message, channel, {
        logger: log,
        drafts,
        diff,
        setMode: async ({ conversation }, mode) => {
          if (await confirmMode(mode, conversation.view.folder)) conversation.configure({ mode });
        },
      }),
  };
  const sidebar = store.add(new SidebarChat(context.extensionUri, context.workspaceState, conversations, panelHost));
  const editors = store.add(new EditorChats(context.extensionUri, conversations, panelHost));
  store.add(new ConversationsTree(conversations));
  store.add(followConversations({ conversations, status, sidebar, editors, logger: log }));
  store.add(
    onDidChangeSetting('composer.sendKey', () =>
      [...sidebar.channels, ...editors.channels].forEach((channel) => channel.sendApp()),
    ),
  );
  store.add(
    registerCommands({
      conversations,
      sidebar,
      editors,
      status,
      logger: log,
      log,
      installFolder,
      codexVersion: CODEX_VERSION,
      restartServer: () => codex.server.restart(),
      diagnostics: () => describeState(version, client, conversations),
    }),
  );
  shutdown = () => codex.dispose();
  return { conversations };
}

let shutdown: (() => Promise<void>) | undefined;

/** The editor waits for this: the child and what it started are gone when it resolves. */
export async function deactivate(): Promise<void> {
  await shutdown?.();
}

/** A bundle of its own: the converter's library is heavier than all the rest, and only a write needs it. */
function loadEditConverter(): EditConverter {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- resolved at run time, beside this bundle
  const bundle = require('./editConverter.js') as typeof import('./surfaces/edits/editConverter');
  return bundle.createEditConverter();
}
