import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { DisposableStore } from '../base/disposable';
import { SwitchyardError, hasReason, messageOf } from '../base/errors';
import { Emitter } from '../base/event';
import type { Logger } from '../base/logger';
import type { InitializeParams } from '../protocol/generated/types/InitializeParams';
import type { InitializeResponse } from '../protocol/generated/types/InitializeResponse';
import type { AppServer, IncomingRequest, Notification, SendRequest, ServerState } from './appServer';
import { endChild, launch, type LaunchOptions, signalGroup } from './childProcess';
import { Connection, type ConnectionHandlers } from './connection';
import { firstOf, onAbort } from './firstOf';
import { StderrTail } from './stderrTail';

/** What the app-server is started with. */
export interface SupervisorOptions {
  /** Finds the program anew for every start, so that a repaired installation is picked up. */
  readonly resolve: () => Promise<LaunchOptions>;
  readonly initialize: InitializeParams;
  /** Runs after the handshake, before anybody else's first request. A failure is logged and does not stop the start. */
  readonly prepare?: (request: SendRequest) => Promise<void>;
  readonly logger: Logger;
  readonly trace?: ConnectionHandlers['trace'];
}

/** Restart policy: so many ends within so long, then it stays down until somebody asks. */
const RESTART_PAUSES_MS = [250, 1_000, 3_000];
const CRASH_WINDOW_MS = 3 * 60_000;
/** How long the pipes of a process that has ended may stay open. */
const LAST_WORDS_MS = 1_000;

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
  private startAbort = new AbortController();
  private isDisposed = false;
  private crashTimes: number[] = [];
  private restartTimer: NodeJS.Timeout | undefined;
  private requestHandler: ((request: IncomingRequest) => Promise<unknown>) | undefined;

  readonly onDidChangeState = this.stateEmitter.event;
  readonly onNotification = this.notificationEmitter.event;

  private readonly handlers: ConnectionHandlers = {
    onNotification: (method, params) => {
      this.notificationEmitter.fire({ method, params });
    },
    onRequest: (request) => {
      if (!this.requestHandler) throw new SwitchyardError('protocol', 'Nobody answers requests.');
      return this.requestHandler(request);
    },
    trace: (direction, method, params) => this.options.trace?.(direction, method, params),
  };

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

  async stop(): Promise<void> {
    clearTimeout(this.restartTimer);
    this.startAbort.abort(new SwitchyardError('connectionLost', 'Codex was stopped while it started.'));
    await this.starting?.catch(() => undefined);
    const session = this.session;
    this.session = undefined;
    this.setState({ kind: 'stopped' });
    session?.connection.close('Switchyard stopped it');
    if (session) await endChild(session.child);
  }

  async dispose(): Promise<void> {
    this.isDisposed = true;
    await this.stop();
    this.store.dispose();
  }

  private ready(): Promise<Session> {
    if (this.isDisposed) return Promise.reject(new SwitchyardError('connectionLost', 'Switchyard is shutting down.'));
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
    this.startAbort = new AbortController();
    const { signal } = this.startAbort;
    try {
      const session = await Session.open(this.options, this.generation, this.handlers, signal);
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
      if (signal.aborted) throw failure;
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

  /** Starts a process and shakes hands with it; when `stop` is aborted it is ended and the reason is thrown. */
  static async open(
    options: SupervisorOptions,
    generation: number,
    handlers: ConnectionHandlers,
    stop: AbortSignal,
  ): Promise<Session> {
    const { logger } = options;
    const stopped = onAbort(stop, () => stop.reason as Error);
    const target = await firstOf(options.resolve(), [stopped]);
    stop.throwIfAborted();
    logger.info(`Starting ${target.command} ${target.args.join(' ')}`);
    const child = launch(target);
    const stderr = new StderrTail(child.stderr, (line) => {
      logger.debug(`codex: ${line}`);
    });
    const connection = new Connection(child, handlers, logger);
    const exited = exitOf(child, stderr, connection);
    connection.closeSignal.addEventListener('abort', () => {
      logger.debug(messageOf(connection.closeSignal.reason));
      // A process that no longer speaks, or not our language, is of no use: ending it lets the policy restart it.
      void endChild(child);
    });
    try {
      const initialized = connection.request('initialize', options.initialize);
      initialized.catch(() => undefined);
      const failed = exited.then((error) => {
        throw error;
      });
      const info = (await firstOf(Promise.race([initialized, failed]), [stopped])) as InitializeResponse;
      connection.notify('initialized');
      const request: SendRequest = async (method, params, requestOptions) =>
        await connection.request(method, params, requestOptions);
      const prepared = (options.prepare?.(request) ?? Promise.resolve()).catch((error: unknown) => {
        logger.warn(`Preparing codex failed: ${messageOf(error)}`);
      });
      await firstOf(prepared, [stopped]);
      return new Session(generation, child, connection, info, exited);
    } catch (error) {
      // A lost connection is only the echo of the process's end, which knows more.
      const lost = hasReason(error, 'connectionLost') && child.pid !== undefined && !stop.aborted;
      if (lost) {
        signalGroup(child, 'SIGKILL');
        throw await exited;
      }
      connection.close('it did not start');
      await endChild(child);
      throw error;
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
    const endOf = (code: number | null, signal: string | null): void => {
      end(signal ? `signal ${signal}` : `exit code ${String(code)}`);
    };
    // 'close' comes after stderr was read to its end; 'exit' may come before.
    child.once('close', endOf);
    child.once('exit', (code, signal) => {
      // What the process started may hold its pipes open; 'close' then does not come for as long as that lives.
      const timer = setTimeout(() => {
        endOf(code, signal);
        child.stdout.destroy();
        child.stderr.destroy();
      }, LAST_WORDS_MS);
      child.once('close', () => clearTimeout(timer));
    });
  });
}
