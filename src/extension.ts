import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { DisposableStore } from './base/disposable';
import type { Logger } from './base/logger';
import { CodexStatus } from './conversation/codexStatus';
import type { ConversationContext } from './conversation/context';
import { Conversations } from './conversation/conversations';
import { describeState } from './conversation/diagnostics';
import { FileLeases } from './conversation/fileLeases';
import { CODEX_VERSION } from './protocol/generated/routing';
import { AppServerClient } from './router/appServerClient';
import type { Mode } from './shared/conversation';
import { type ChannelHost } from './surfaces/chat/chatChannel';
import { openComposing } from './composing';
import { appView, notTrusted } from './surfaces/chat/appView';
import type { ActiveEditor } from './surfaces/chat/context/activeEditor';
import type { ComposerActions } from './surfaces/chat/context/composerActions';
import type { ComposerContexts } from './surfaces/chat/context/composerContexts';
import { Composers } from './surfaces/chat/composers';
import { Drafts } from './surfaces/chat/drafts';
import { FocusedChat } from './surfaces/chat/focusedChat';
import { EditorChats } from './surfaces/chat/editorChats';
import { type PanelActionsContext, receiveFromPanel } from './surfaces/chat/panelActions';
import { RememberedChoices } from './surfaces/chat/rememberedChoices';
import { SidebarChat } from './surfaces/chat/sidebarChat';
import { FullAccessGate } from './surfaces/commands/modes';
import { registerCommands } from './surfaces/commands/register';
import type { EditConverter } from './surfaces/edits/editConverter';
import type { EditorDocuments } from './surfaces/edits/editorDocuments';
import { ApprovedPatches } from './surfaces/edits/approvedPatches';
import { ProposalDiff } from './surfaces/edits/proposalDiff';
import { type ChangeRecords, openChangeRecords, openReviewing, type Reviewing } from './reviewing';
import { withoutEditorVariables } from './surfaces/host/environment';
import { setting } from './surfaces/host/settings';
import { ProposalPanels } from './surfaces/review/proposalPanels';
import { defaultFolder, diskFolders } from './surfaces/host/workspaceFolders';
import { followConversations } from './surfaces/status/attention';
import { ConversationsTree } from './surfaces/status/conversationsTree';
import { type Codex, startCodex } from './transport/startCodex';
import { systemTimer } from './transport/systemTimer';

/** What tests reach. */
export interface ExtensionParts {
  readonly conversations: Conversations;
  readonly reviewing: Reviewing;
  readonly leases: FileLeases;
  readonly contexts: ComposerContexts;
  readonly composer: ComposerActions;
}

/** Builds the stages from left to right and joins them. What it returns is for tests: nothing else may use it. */
export function activate(context: vscode.ExtensionContext): ExtensionParts {
  const store = new DisposableStore();
  context.subscriptions.push(store);
  const log = store.add(vscode.window.createOutputChannel('Switchyard', { log: true }));
  const version = (context.extension.packageJSON as { version: string }).version;
  const installFolder = vscode.Uri.joinPath(context.globalStorageUri, 'codex');
  const leases = store.add(new FileLeases(log, systemTimer));
  const records = store.add(
    openChangeRecords({
      folder: vscode.Uri.joinPath(context.storageUri ?? context.globalStorageUri, 'review').fsPath,
      loadConverter: loadEditConverter,
      leases,
      runningTurns: () => conversations.runningTurns,
      logger: log,
    }),
  );
  const codex = startServer({ installFolder, version, documents: records.documents, leases, logger: log });
  shutdown = async () => {
    await codex.dispose();
    await records.flush();
  };
  const client = store.add(new AppServerClient(codex.server, log, systemTimer));
  const fullAccess = new FullAccessGate();
  const { documents } = records;
  const approved = new ApprovedPatches({ documents, editorWrites: () => codex.environmentId !== null });
  const shared = { leases, records, client, approved, logger: log };
  const conversations: Conversations = store.add(
    openConversations({ ...shared, codex, fullAccess, memento: context.workspaceState }),
  );
  const status = store.add(new CodexStatus(client, log));
  const reviewing = store.add(
    openReviewing({
      ...shared,
      conversations,
      putBack: (conversation, text) => surfaces.composers.putBack(conversation, text),
      takeOut: (conversation, text) => surfaces.composers.takeOut(conversation, text),
    }),
  );
  store.add(noteTroubleWithFiles(documents, codex, conversations));

  const surfaces = openSurfaces({ ...shared, context, store, status, conversations, reviewing });
  store.add(
    registerCommands({
      ...surfaces,
      conversations,
      status,
      fullAccess,
      reviewing,
      logger: log,
      log,
      installFolder,
      codexVersion: CODEX_VERSION,
      restartServer: () => codex.server.restart(),
      diagnostics: () => describeState(version, client, conversations),
    }),
  );
  return { ...surfaces, conversations, reviewing, leases };
}

interface ServerParts {
  readonly installFolder: vscode.Uri;
  readonly version: string;
  readonly documents: EditorDocuments;
  readonly leases: FileLeases;
  readonly logger: Logger;
}

/** Nothing runs before the first request. */
function startServer({ installFolder, version, documents, leases, logger }: ServerParts): Codex {
  return startCodex({
    locate: () => {
      if (!vscode.workspace.isTrusted) throw notTrusted();
      return { configuredPath: setting('codex.path'), installFolder: installFolder.fsPath };
    },
    args: () => setting('codex.args'),
    env: () => ({ ...withoutEditorVariables(process.env), ...setting('codex.env'), NO_COLOR: '1' }),
    version,
    roots: diskFolders,
    documents,
    beforeWrite: (path) => leases.gate(path),
    trace: () => setting('trace'),
    logger,
  });
}

interface ConversationParts {
  readonly client: AppServerClient;
  readonly codex: Codex;
  readonly leases: FileLeases;
  readonly records: ChangeRecords;
  readonly approved: ApprovedPatches;
  readonly fullAccess: FullAccessGate;
  readonly memento: vscode.Memento;
  readonly logger: Logger;
}

function openConversations(parts: ConversationParts): Conversations {
  const { client, codex, leases, records, approved, fullAccess, memento, logger } = parts;
  const context: ConversationContext = {
    client,
    logger,
    now: () => Date.now(),
    createId: randomUUID,
    environmentId: () => codex.environmentId,
    extraFolders: (folder) => diskFolders().filter((other) => other !== folder),
    workspaceFolders: diskFolders,
    mayStartTurn: async (mode, folder) => {
      await records.loaded;
      return fullAccess.allows(mode, folder);
    },
    memory: new RememberedChoices(memento),
    leases,
    beforeFilesAreWritten: (patch) => approved.prepare(patch),
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
      conversations.noteRefusal(path, vscode.l10n.t('Not written: {0}.', reason)),
    ),
  );
  return store;
}

interface SurfaceParts {
  readonly client: AppServerClient;
  readonly context: vscode.ExtensionContext;
  readonly store: DisposableStore;
  readonly logger: Logger;
  readonly status: CodexStatus;
  readonly conversations: Conversations;
  readonly leases: FileLeases;
  readonly records: ChangeRecords;
  readonly reviewing: Reviewing;
}

interface Surfaces {
  readonly sidebar: SidebarChat;
  readonly editors: EditorChats;
  readonly focused: FocusedChat;
  readonly composer: ComposerActions;
  readonly contexts: ComposerContexts;
  readonly activeEditor: ActiveEditor;
  readonly composers: Composers;
}

function openSurfaces({
  context,
  store,
  logger,
  client,
  status,
  conversations,
  leases,
  records,
  reviewing,
}: SurfaceParts): Surfaces {
  const { extensionUri, workspaceState } = context;
  const drafts = new Drafts(workspaceState);
  const diff = store.add(new ProposalDiff());
  const proposals = store.add(new ProposalPanels({ conversations, documents: records.documents, diff }));
  const composing = store.add(
    openComposing({
      client,
      memory: workspaceState,
      storage: context.globalStorageUri,
      drafts,
      turns: reviewing.turns,
      logger,
    }),
  );
  const { composer, contexts } = composing;
  const actions: PanelActionsContext = { logger, conversations, drafts, composer, proposals, reviewing, leases };
  const focused = new FocusedChat();
  const host: ChannelHost = {
    logger,
    timer: systemTimer,
    focused,
    drafts,
    appView: () => appView(status),
    composerView: ({ view }) => contexts.view(view),
    panelOpened: () => status.start(),
    receive: (message, channel) => receiveFromPanel(message, channel, actions),
  };
  const sidebar = store.add(new SidebarChat(extensionUri, workspaceState, conversations, host));
  const editors = store.add(new EditorChats(extensionUri, conversations, host));
  store.add(new ConversationsTree(conversations, logger));
  store.add(followConversations({ conversations, status, sidebar, editors, logger }));
  store.add(
    contexts.onDidChange(() => {
      for (const channel of [...sidebar.channels, ...editors.channels]) channel.sendComposer();
    }),
  );
  const composers = new Composers(() => [...sidebar.channels, ...editors.channels], focused, drafts);
  return { sidebar, editors, focused, composer, contexts, activeEditor: composing.active, composers };
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
