import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { DisposableStore } from '../base/disposable';
import { SwitchyardError, hasReason, messageOf } from '../base/errors';
import { Emitter } from '../base/event';
import type { Logger } from '../base/logger';
import type { InitializeParams } from '../protocol/generated/types/InitializeParams';
import type { InitializeResponse } from '../protocol/generated/types/InitializeResponse';
import type { AppServer, IncomingRequest, Notification, SendRequest, ServerState } from './appServer';
import { endChild, launch, type LaunchOptions, signalGroup } from './childProcess';
import { Connection } from './connection';
import { StderrTail } from './stderrTail';

/** What the app-server is started with. */
export interface SupervisorOptions {
  /** Finds the program anew for every start, so that a repaired installation is picked up. */
  readonly resolve: () => Promise<LaunchOptions>;
  readonly initialize: InitializeParams;
  /** Runs after the handshake, before anybody else's first request. A failure is logged and does not stop the start. */
  readonly prepare?: (request: SendRequest) => Promise<void>;
  readonly logger: Logger;
}

/** Restart policy: so many ends within so long, then it stays down until somebody asks. */
const RESTART_PAUSES_MS = [250, 1_000, 3_000];
const CRASH_WINDOW_MS = 3 * 60_000;

/**
 * Owns the `codex app-server` child: starts it on first use, restarts it when it ends by itself, gives up by policy.
 * Requests wait for a start that is under way; they are never sent twice over a restart.
 */
export class AppServerProcess implements AppServer {
  private readonly store = new DisposableStore();
  private readonly stateEmitter = new Emitter<ServerState>((error) => {
    this.options.logger.error(messageOf(error));
  });
  private readonly notificationEmitter = new Emitter<Notification>((error) => {
    this.options.logger.error(messageOf(error));
  });
  private currentState: ServerState = { kind: 'stopped' };
  private generation = 0;
  private session: Session | undefined;
  private starting: Promise<Session> | undefined;
  private crashTimes: number[] = [];
  private restartTimer: NodeJS.Timeout | undefined;
  private requestHandler: ((request: IncomingRequest) => Promise<unknown>) | undefined;

  readonly onDidChangeState = this.stateEmitter.event;
  readonly onNotification = this.notificationEmitter.event;

  constructor(private readonly options: SupervisorOptions) {
    this.store.add(this.stateEmitter);
    this.store.add(this.notificationEmitter);
  }

  get state(): ServerState {
    return this.currentState;
  }

  setRequestHandler(handler: (request: IncomingRequest) => Promise<unknown>): void {
    this.requestHandler = handler;
  }

  async start(): Promise<void> {
    await this.ready();
  }

  readonly request: SendRequest = async (method, params, options) => {
    const session = await this.ready();
    return await session.connection.request(method, params, options);
  };

  async restart(): Promise<void> {
    this.crashTimes = [];
    await this.stop();
    await this.start();
  }

  /** Ends the server and leaves it down until the next request. */
  async stop(): Promise<void> {
    clearTimeout(this.restartTimer);
    await this.starting?.catch(() => undefined);
    const session = this.session;
    this.session = undefined;
    this.setState({ kind: 'stopped' });
    session?.connection.close('Switchyard stopped it');
    if (session) await endChild(session.child);
  }

  async dispose(): Promise<void> {
    await this.stop();
    this.store.dispose();
  }

  private ready(): Promise<Session> {
    if (this.store.isDisposed)
      return Promise.reject(new SwitchyardError('connectionLost', 'Switchyard is shutting down.'));
    if (this.session) return Promise.resolve(this.session);
    clearTimeout(this.restartTimer);
    this.starting ??= this.startSession().finally(() => {
      this.starting = undefined;
    });
    return this.starting;
  }

  private async startSession(): Promise<Session> {
    this.setState({ kind: 'starting', attempt: this.crashTimes.length });
    this.generation += 1;
    try {
      const session = await Session.open(this.options, this.generation, {
        onNotification: (method, params) => {
          this.notificationEmitter.fire({ method, params });
        },
        onRequest: (request) => {
          if (!this.requestHandler) throw new SwitchyardError('protocol', 'Nobody answers requests.');
          return this.requestHandler(request);
        },
      });
      this.session = session;
      session.exited.then(
        (error) => {
          this.handleExit(session, error);
        },
        () => undefined,
      );
      this.setState({ kind: 'ready', generation: session.generation, info: session.info });
      return session;
    } catch (error) {
      const failure =
        error instanceof SwitchyardError
          ? error
          : new SwitchyardError('startFailed', messageOf(error), { cause: error });
      this.options.logger.error(`codex did not start: ${failure.message}`);
      this.setState({ kind: 'failed', error: failure });
      throw failure;
    }
  }

  private handleExit(session: Session, error: SwitchyardError): void {
    if (this.session !== session) return;
    this.session = undefined;
    this.options.logger.error(error.message);
    const now = Date.now();
    this.crashTimes = [...this.crashTimes.filter((time) => now - time < CRASH_WINDOW_MS), now];
    const pause = RESTART_PAUSES_MS[this.crashTimes.length - 1];
    if (pause === undefined) {
      this.setState({ kind: 'failed', error });
      return;
    }
    this.setState({ kind: 'waiting', attempt: this.crashTimes.length, retryInMs: pause, error });
    this.restartTimer = setTimeout(() => {
      this.ready().catch(() => undefined);
    }, pause);
  }

  private setState(state: ServerState): void {
    this.currentState = state;
    this.stateEmitter.fire(state);
  }
}

interface SessionHandlers {
  onNotification(method: string, params: unknown): void;
  onRequest(request: IncomingRequest): Promise<unknown>;
}

/** One process and its connection, from the handshake to its end. */
class Session {
  private constructor(
    readonly generation: number,
    readonly child: ChildProcessWithoutNullStreams,
    readonly connection: Connection,
    readonly info: InitializeResponse,
    /** Resolves, with what to tell the person, when the process has ended. */
    readonly exited: Promise<SwitchyardError>,
  ) {}

  static async open(options: SupervisorOptions, generation: number, handlers: SessionHandlers): Promise<Session> {
    const { logger } = options;
    const target = await options.resolve();
    logger.info(`Starting ${target.command} ${target.args.join(' ')}`);
    const child = launch(target);
    const stderr = new StderrTail(child.stderr, (line) => {
      logger.debug(`codex: ${line}`);
    });
    const connection = new Connection(child, handlers, logger);
    const exited = exitOf(child, stderr, connection);
    try {
      const initialized = connection.request('initialize', options.initialize);
      initialized.catch(() => undefined);
      const info = (await Promise.race([
        initialized,
        exited.then((error) => {
          throw error;
        }),
      ])) as InitializeResponse;
      connection.notify('initialized');
      const request: SendRequest = async (method, params, requestOptions) =>
        await connection.request(method, params, requestOptions);
      await options.prepare?.(request).catch((error: unknown) => {
        logger.warn(`Preparing codex failed: ${messageOf(error)}`);
      });
      return new Session(generation, child, connection, info, exited);
    } catch (error) {
      // A lost connection is only the echo of the process's end, which knows more.
      const lost = hasReason(error, 'connectionLost') && child.pid !== undefined;
      if (!lost) connection.close('it did not start');
      signalGroup(child, 'SIGKILL');
      throw lost ? await exited : error;
    }
  }
}

/** Resolves when the child has ended, however that happens, after closing the connection to it. */
function exitOf(
  child: ChildProcessWithoutNullStreams,
  stderr: StderrTail,
  connection: Connection,
): Promise<SwitchyardError> {
  return new Promise((resolve) => {
    const end = (what: string): void => {
      const lastWords = stderr.last(40);
      connection.close(what);
      resolve(new SwitchyardError('startFailed', `codex ended: ${what}.${lastWords === '' ? '' : `\n${lastWords}`}`));
    };
    child.once('error', (error) => {
      end(messageOf(error));
    });
    // 'close' comes after stderr was read to its end; 'exit' may come before.
    child.once('close', (code, signal) => {
      end(signal ? `signal ${signal}` : `exit code ${String(code)}`);
    });
  });
}
