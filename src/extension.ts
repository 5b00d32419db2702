import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { DisposableStore } from './base/disposable';
import type { Logger } from './base/logger';
import { CodexStatus } from './conversation/codexStatus';
import type { ConversationContext, ConversationMemory } from './conversation/context';
import { Conversations } from './conversation/conversations';
import { announcePatches } from './conversation/patchAnnouncer';
import { describeState } from './conversation/diagnostics';
import { CODEX_VERSION } from './protocol/generated/routing';
import { AppServerClient } from './router/appServerClient';
import type { Mode } from './shared/conversation';
import { type ChannelHost } from './surfaces/chat/chatChannel';
import { appView, notTrusted } from './surfaces/chat/appView';
import { Drafts } from './surfaces/chat/drafts';
import { FocusedChat } from './surfaces/chat/focusedChat';
import { EditorChats } from './surfaces/chat/editorChats';
import { type PanelActionsContext, receiveFromPanel } from './surfaces/chat/panelActions';
import { RememberedChoices } from './surfaces/chat/rememberedChoices';
import { SidebarChat } from './surfaces/chat/sidebarChat';
import { FullAccessGate } from './surfaces/commands/modes';
import { registerCommands } from './surfaces/commands/register';
import type { EditConverter } from './surfaces/edits/editConverter';
import { EditorDocuments } from './surfaces/edits/editorDocuments';
import { ProposalDiff } from './surfaces/edits/proposalDiff';
import { saveBeforeWrite } from './surfaces/edits/saveBeforeWrite';
import { withoutEditorVariables } from './surfaces/host/environment';
import { setting } from './surfaces/host/settings';
import { defaultFolder, diskFolders } from './surfaces/host/workspaceFolders';
import { followConversations } from './surfaces/status/attention';
import { ConversationsTree } from './surfaces/status/conversationsTree';
import { type Codex, startCodex } from './transport/startCodex';
import { systemTimer } from './transport/systemTimer';

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
    env: () => ({ ...withoutEditorVariables(process.env), ...setting('codex.env'), NO_COLOR: '1' }),
    version,
    roots: diskFolders,
    documents,
    trace: () => setting('trace'),
    logger: log,
  });
  shutdown = () => codex.dispose();
  const client = store.add(new AppServerClient(codex.server, log, systemTimer));
  const fullAccess = new FullAccessGate();
  const conversations = store.add(
    openConversations(client, codex, log, fullAccess, new RememberedChoices(context.workspaceState)),
  );
  const status = store.add(new CodexStatus(client, log));
  store.add(announcePatches(client, (files) => documents.expectPatch(files)));
  store.add(noteTroubleWithFiles(documents, codex, conversations));

  const { sidebar, editors, focused } = openSurfaces(context, store, log, status, conversations);
  store.add(
    registerCommands({
      conversations,
      sidebar,
      editors,
      focused,
      status,
      fullAccess,
      logger: log,
      log,
      installFolder,
      codexVersion: CODEX_VERSION,
      restartServer: () => codex.server.restart(),
      diagnostics: () => describeState(version, client, conversations),
    }),
  );
  return { conversations };
}

function openConversations(
  client: AppServerClient,
  codex: Codex,
  logger: Logger,
  fullAccess: FullAccessGate,
  memory: ConversationMemory,
): Conversations {
  const context: ConversationContext = {
    client,
    logger,
    now: () => Date.now(),
    createId: randomUUID,
    environmentId: () => codex.environmentId,
    extraFolders: (folder) => diskFolders().filter((other) => other !== folder),
    mayStartTurn: (mode, folder) => fullAccess.allows(mode, folder),
    memory,
    beforeFilesAreWritten: (paths) => (codex.environmentId === null ? saveBeforeWrite(paths) : Promise.resolve(true)),
  };
  return new Conversations(context, () => ({
    mode: defaultMode(),
    model: setting('model'),
    effort: setting('effort'),
    folder: defaultFolder(),
  }));
}

/** Without a folder Codex works in the home folder: there, Agent would change files without a question. */
function defaultMode(): Mode {
  const mode = setting('mode');
  return mode === 'agent' && diskFolders().length === 0 ? 'ask' : mode;
}

/** What the editor did not write, or not save, is said beside the change in the chat. */
function noteTroubleWithFiles(documents: EditorDocuments, codex: Codex, conversations: Conversations): DisposableStore {
  const store = new DisposableStore();
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
  return store;
}

function openSurfaces(
  { extensionUri, workspaceState }: vscode.ExtensionContext,
  store: DisposableStore,
  logger: Logger,
  status: CodexStatus,
  conversations: Conversations,
): { readonly sidebar: SidebarChat; readonly editors: EditorChats; readonly focused: FocusedChat } {
  const actions: PanelActionsContext = {
    logger,
    conversations,
    drafts: new Drafts(workspaceState),
    diff: store.add(new ProposalDiff()),
  };
  const focused = new FocusedChat();
  const host: ChannelHost = {
    logger,
    timer: systemTimer,
    focused,
    drafts: actions.drafts,
    appView: () => appView(status),
    panelOpened: () => status.start(),
    receive: (message, channel) => receiveFromPanel(message, channel, actions),
  };
  const sidebar = store.add(new SidebarChat(extensionUri, workspaceState, conversations, host));
  const editors = store.add(new EditorChats(extensionUri, conversations, host));
  store.add(new ConversationsTree(conversations));
  store.add(followConversations({ conversations, status, sidebar, editors, logger }));
  return { sidebar, editors, focused };
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
