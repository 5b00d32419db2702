import type { DocumentHost } from '../base/documentHost';
import type { Event } from '../base/event';
import { Emitter } from '../base/event';
import { messageOf } from '../base/errors';
import { type Logger, redact, truncate } from '../base/logger';
import type { SendRequest } from './appServer';
import { AppServerProcess } from './appServerProcess';
import { EditorEnvironment } from './editorEnvironment';
import type { FileRefusal, WriteGate } from './fileCalls';
import { type LocateOptions, locateCodex } from './locateCodex';

/** The name under which this window's environment is known to its own app-server. */
const ENVIRONMENT_ID = 'vscode';
const MAX_TRACED_CHARACTERS = 4_000;

/** What the window gives to Codex. The functions are called anew for every start. */
export interface StartCodexOptions {
  /** May throw a SwitchyardError that says why Codex must not start. */
  readonly locate: () => Pick<LocateOptions, 'configuredPath' | 'installFolder'>;
  readonly args: () => readonly string[];
  readonly env: () => NodeJS.ProcessEnv;
  readonly version: string;
  readonly roots: () => readonly string[];
  readonly documents: DocumentHost;
  /** Holds a write or a removal of a document until it may be made. */
  readonly beforeWrite?: WriteGate;
  readonly trace: () => 'off' | 'messages' | 'verbose';
  readonly logger: Logger;
}

/** The app-server of this window, with the editor as its environment. */
export interface Codex {
  readonly server: AppServerProcess;
  /** What turns select; `null` while the server has not accepted it. */
  readonly environmentId: string | null;
  readonly onDidRefuseWrite: Event<FileRefusal>;
  dispose(): Promise<void>;
}

/** Joins process and environment. Nothing runs before the first request. */
export function startCodex(options: StartCodexOptions): Codex {
  const { logger } = options;
  const refusals = new Emitter<FileRefusal>((error) => logger.error(messageOf(error)));
  let codexPath = '';
  let environment: Promise<EditorEnvironment> | undefined;
  let accepted = false;

  /** One listener for the life of the window: threads stay bound to its address over restarts of the server. */
  const listen = (): Promise<EditorEnvironment> =>
    EditorEnvironment.listen({
      codexPath: () => codexPath,
      env: options.env,
      roots: options.roots,
      host: options.documents,
      beforeWrite: options.beforeWrite,
      logger,
    }).then((opened) => {
      opened.onDidRefuse((refusal) => refusals.fire(refusal));
      return opened;
    });

  const registerEnvironment = async (request: SendRequest): Promise<void> => {
    accepted = false;
    environment ??= listen();
    const { url, token } = await environment;
    try {
      await request('environment/add', { environmentId: ENVIRONMENT_ID, execServerUrl: url, authBearerToken: token });
      accepted = true;
    } catch (error) {
      logger.warn(`This Codex writes files by itself; unsaved text is saved before it does: ${messageOf(error)}`);
    }
  };

  const server = new AppServerProcess({
    resolve: async () => {
      const env = options.env();
      const located = await locateCodex({ ...options.locate(), env });
      codexPath = located.path;
      logger.info(`codex ${located.version} at ${located.path}`);
      return { command: located.path, args: ['app-server', ...options.args()], env };
    },
    initialize: {
      clientInfo: { name: 'switchyard', title: 'Switchyard for Codex', version: options.version },
      capabilities: { experimentalApi: true, requestAttestation: false },
    },
    prepare: registerEnvironment,
    logger,
    trace: (direction, method, params) => traceMessage(options, `${direction} ${method}`, params),
  });

  return {
    server,
    get environmentId() {
      return accepted ? ENVIRONMENT_ID : null;
    },
    onDidRefuseWrite: refusals.event,
    dispose: async () => {
      await server.dispose();
      (await environment?.catch(() => undefined))?.dispose();
    },
  };
}

function traceMessage({ trace, logger }: StartCodexOptions, message: string, params: unknown): void {
  const level = trace();
  if (level === 'off') return;
  if (level === 'messages') logger.info(message);
  else logger.trace(`${message} ${redact(truncate(JSON.stringify(params ?? null), MAX_TRACED_CHARACTERS))}`);
}
