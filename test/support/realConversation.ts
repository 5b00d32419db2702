import { randomUUID } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { nullLogger } from '../../src/base/logger';
import type { ConversationContext } from '../../src/conversation/context';
import type { Conversation } from '../../src/conversation/conversation';
import { Conversations } from '../../src/conversation/conversations';
import { AppServerClient } from '../../src/router/appServerClient';
import { AppServerProcess } from '../../src/transport/appServerProcess';
import { type CodexHomeOptions, createCodexHome, nativeCodexPath } from './codexHome';
import { eventually } from './eventually';
import { memoryOfThreads } from './fakeClient';
import { type InputItem, type ModelServer, startModelServer } from './modelServer';

/** Conversations on the real codex with a scripted model. The server writes the files by itself. */
export interface RealConversations {
  readonly conversations: Conversations;
  readonly client: AppServerClient;
  readonly server: AppServerProcess;
  readonly model: ModelServer;
  readonly folder: string;
  /** Conversations of another window, which knows no more than what is stored. */
  readonly anotherWindow: () => Conversations;
  dispose(): Promise<void>;
}

/** Starts it. Call `dispose` also when something failed. `codexHome`: what its configuration holds beside the usual. */
export async function startRealConversations(
  overrides: Partial<ConversationContext> = {},
  codexHome: Pick<CodexHomeOptions, 'extraToml' | 'features'> = {},
): Promise<RealConversations> {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'switchyard-conversation-')));
  const model = await startModelServer();
  const home = await createCodexHome({ modelUrl: model.url, ...codexHome });
  const env = { ...process.env, CODEX_HOME: home.path };
  const server = new AppServerProcess({
    resolve: () => Promise.resolve({ command: nativeCodexPath(), args: ['app-server'], cwd: folder, env }),
    initialize: {
      clientInfo: { name: 'switchyard_test', title: 'Switchyard test', version: '0.0.0' },
      capabilities: { experimentalApi: true, requestAttestation: false },
    },
    logger: nullLogger,
  });
  const client = new AppServerClient(server, nullLogger);
  const context: ConversationContext = {
    client,
    logger: nullLogger,
    now: () => Date.now(),
    createId: randomUUID,
    environmentId: () => null,
    extraFolders: () => [],
    workspaceFolders: () => [folder],
    beforeFilesAreWritten: () => Promise.resolve({ write: true }),
    leases: { waitingForApproval: () => undefined, accepted: () => undefined },
    mayStartTurn: () => Promise.resolve(true),
    memory: memoryOfThreads(),
    ...overrides,
  };
  const open = () => new Conversations(context, () => ({ mode: 'ask', model: '', effort: '', folder }));
  return {
    conversations: open(),
    client,
    server,
    model,
    folder,
    anotherWindow: open,
    dispose: async () => {
      client.dispose();
      await server.dispose();
      await model.close();
      await home.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Resolves when a conversation is in this state. */
export async function until(conversation: Conversation, status: Conversation['view']['status']): Promise<void> {
  await eventually(() => {
    if (conversation.view.status !== status) {
      throw new Error(`It is ${conversation.view.status}: ${JSON.stringify(conversation.view.outbox)}`);
    }
  });
}

/** Sends a message and waits for the end of its turn. */
export async function runTurn(conversation: Conversation, text: string): Promise<void> {
  await conversation.send(text);
  await until(conversation, 'ready');
}

/** What the person and the notes say in a model's request, without what Codex adds; outputs of tools as `→ …`. */
export function heardByModel(input: readonly InputItem[]): string[] {
  return input.flatMap((item) => {
    if (item.type.endsWith('_output')) return [`→ ${JSON.stringify(item.output)}`];
    if (item.type !== 'message' || item.role !== 'user') return [];
    const texts = (item.content ?? []).map(({ text = '' }) => text);
    return texts.filter((text) => !text.startsWith('<environment_context>'));
  });
}

/** A conversation's transcript, one line per item of the person, of the model, and per notice. */
export function transcriptOf({ view }: Conversation): string[][] {
  return view.turns.map(({ items }) =>
    items.flatMap((item) => {
      if (item.type === 'you' || item.type === 'message' || item.type === 'notice')
        return [`${item.type}: ${item.text}`];
      return [];
    }),
  );
}
