import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { DisposableStore } from './base/disposable';
import type { Logger } from './base/logger';
import { openChats } from './chats';
import { CodexStatus } from './conversation/codexStatus';
import type { ConversationContext } from './conversation/context';
import { Conversations } from './conversation/conversations';
import { describeState } from './conversation/diagnostics';
import { FileLeases } from './conversation/fileLeases';
import { CODEX_VERSION } from './protocol/generated/routing';
import { AppServerClient } from './router/appServerClient';
import type { Mode } from './shared/conversation';
import { notTrusted } from './surfaces/chat/appView';
import type { CodeActions } from './surfaces/chat/codeActions';
import type { ComposerActions } from './surfaces/chat/composer/composerActions';
import type { ComposerContexts } from './surfaces/chat/composer/composerContexts';
import { SHARED_GRACE_MS, trimFolder } from './surfaces/chat/composer/trimFolder';
import type { EditorChats } from './surfaces/chat/editorChats';
import { RememberedChoices } from './surfaces/chat/rememberedChoices';
import { UnfinishedConversations } from './surfaces/chat/unfinishedConversations';
import { FullAccessGate } from './surfaces/commands/modes';
import { registerCommands } from './surfaces/commands/register';
import type { EditConverter } from './surfaces/edits/editConverter';
import type { EditorDocuments } from './surfaces/edits/editorDocuments';
import { ApprovedPatches } from './surfaces/edits/approvedPatches';
import { type ChangeRecords, openChangeRecords, openReviewing, type Reviewing } from './reviewing';
import { withoutEditorVariables } from './surfaces/host/environment';
import { setting } from './surfaces/host/settings';
import { defaultFolder, diskFolders } from './surfaces/host/workspaceFolders';
import { type Codex, startCodex } from './transport/startCodex';
import { systemTimer } from './transport/systemTimer';

/** What tests reach. */
export interface ExtensionParts {
  readonly conversations: Conversations;
  readonly reviewing: Reviewing;
  readonly leases: FileLeases;
  readonly contexts: ComposerContexts;
  readonly composer: ComposerActions;
  readonly code: CodeActions;
  readonly editors: EditorChats;
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
  const unfinished = store.add(openUnfinished(context, version, log));
  shutdown = async () => {
    // First: the end of Codex is no news of the conversations.
    unfinished.flush();
    await Promise.all([surfaces.drafts.flush(), codex.dispose()]);
    await records.flush();
  };
  const client = store.add(new AppServerClient(codex.server, log, systemTimer));
  const fullAccess = new FullAccessGate();
  const { documents } = records;
  const approved = new ApprovedPatches({ documents, editorWrites: () => codex.environmentId !== null });
  const status = store.add(new CodexStatus(client, log, () => Date.now()));
  const shared = { leases, records, client, approved, status, unfinished, logger: log };
  const conversations: Conversations = store.add(
    openConversations({
      ...{ ...shared, codex, fullAccess },
      memento: context.workspaceState,
      draftOf: (conversation) => surfaces.drafts.get(conversation),
    }),
  );
  unfinished.follow(conversations);
  const reviewing = store.add(
    openReviewing({
      ...shared,
      conversations,
      putBack: (conversation, text) => surfaces.composers.putBack(conversation, text),
      takeOut: (conversation, text) => surfaces.composers.takeOut(conversation, text),
      continueAs: (from, to) => surfaces.continueAs(from, to),
    }),
  );
  store.add(noteTroubleWithFiles(documents, codex, conversations));

  const surfaces = store.add(openChats({ ...shared, context, status, conversations, reviewing }));
  store.add(
    registerCommands({
      ...surfaces,
      ...{ conversations, status, fullAccess, reviewing, log, installFolder },
      logger: log,
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

function openUnfinished(context: vscode.ExtensionContext, version: string, logger: Logger): UnfinishedConversations {
  return new UnfinishedConversations({ file: unfinishedFile(context), version, timer: systemTimer, logger });
}

/** Windows without a folder share one storage: each has a file of its own there, under a name that it remembers. */
function unfinishedFile({ storageUri, globalStorageUri, workspaceState }: vscode.ExtensionContext): string {
  if (storageUri) return vscode.Uri.joinPath(storageUri, 'unfinished.json').fsPath;
  const name = workspaceState.get<string>('window') ?? randomUUID();
  void workspaceState.update('window', name);
  const folder = vscode.Uri.joinPath(globalStorageUri, 'unfinished');
  const file = vscode.Uri.joinPath(folder, `${name}.json`).fsPath;
  // Those of windows that never come back.
  void trimFolder(folder.fsPath, { maxBytes: 0, keep: new Set([file]), graceMs: SHARED_GRACE_MS });
  return file;
}

interface ConversationParts {
  readonly client: AppServerClient;
  readonly codex: Codex;
  readonly leases: FileLeases;
  readonly records: ChangeRecords;
  readonly approved: ApprovedPatches;
  readonly fullAccess: FullAccessGate;
  readonly status: CodexStatus;
  readonly unfinished: UnfinishedConversations;
  readonly draftOf: NonNullable<ConversationContext['draftOf']>;
  readonly memento: vscode.Memento;
  readonly logger: Logger;
}

function openConversations(parts: ConversationParts): Conversations {
  const { client, codex, leases, records, approved, fullAccess, status, unfinished, memento, logger } = parts;
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
    unfinished,
    draftOf: parts.draftOf,
    limitReached: () => status.limits.reached(),
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
