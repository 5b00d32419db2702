import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Disposable } from '../base/disposable';
import type { DocumentHost } from '../base/documentHost';
import type { Event } from '../base/event';
import type { Logger } from '../base/logger';
import { EnvironmentRelay } from './environmentRelay';
import { FileCallHandler, type FileRefusal, type FileWrite, type WriteGate } from './fileCalls';

export interface EditorEnvironmentOptions {
  /** The native `codex` program, asked anew for every connection: its exec-server does all that is not about documents. */
  readonly codexPath: () => string;
  /** The whole environment of the exec-server; `CODEX_HOME` in it must be the app-server's. */
  readonly env: () => NodeJS.ProcessEnv;
  /** The workspace folders, asked anew for every call. */
  readonly roots: () => readonly string[];
  readonly host: DocumentHost;
  readonly logger: Logger;
  /** Holds a write or a removal until it may be made; not under the deadline below. */
  readonly beforeWrite?: WriteGate;
  /** How long a call may wait for `host` before it is answered with an error. 120 s unless given. */
  readonly hostDeadlineMs?: number;
}

const HOST_DEADLINE_MS = 120_000;
/** A file travels whole, in base64, in one frame. */
const MAX_FRAME_BYTES = 2 ** 30;
const TOKEN_BYTES = 32;

/**
 * The environment that this window offers to Codex: a WebSocket on the loopback interface through which the app-server
 * reads and writes the editor's documents, and runs commands by a real exec-server behind it. One listener, so that
 * address and token stay valid for the life of the window; the server reconnects to them by itself.
 */
export class EditorEnvironment implements Disposable {
  /** What `environment/add` takes as `authBearerToken`. A secret. */
  readonly token = randomBytes(TOKEN_BYTES).toString('base64url');
  /** A document was written or removed by the editor. */
  readonly onDidWrite: Event<FileWrite>;
  /** A write was answered with an error; nothing was written. */
  readonly onDidRefuse: Event<FileRefusal>;
  private readonly listener: WebSocketServer;
  private readonly fileCalls: FileCallHandler;
  private readonly relays = new Set<EnvironmentRelay>();

  private constructor(private readonly options: EditorEnvironmentOptions) {
    const { host, hostDeadlineMs = HOST_DEADLINE_MS, logger, beforeWrite } = options;
    this.fileCalls = new FileCallHandler(host, hostDeadlineMs, logger, beforeWrite);
    this.onDidWrite = this.fileCalls.onDidWrite;
    this.onDidRefuse = this.fileCalls.onDidRefuse;
    this.listener = new WebSocketServer({
      host: '127.0.0.1',
      port: 0,
      maxPayload: MAX_FRAME_BYTES,
      verifyClient: ({ req }: { req: IncomingMessage }) => this.isWelcome(req),
    });
    this.listener.on('connection', (socket) => {
      this.accept(socket);
    });
  }

  /** Opens the listener. Rejects when no port can be had. */
  static async listen(options: EditorEnvironmentOptions): Promise<EditorEnvironment> {
    const environment = new EditorEnvironment(options);
    await once(environment.listener, 'listening');
    environment.listener.on('error', (error) => {
      options.logger.error(`Editor environment: ${error.message}`);
    });
    return environment;
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  /** What `environment/add` takes as `execServerUrl`. */
  get url(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  dispose(): void {
    this.listener.close();
    for (const relay of this.relays) relay.dispose();
    this.relays.clear();
    this.fileCalls.dispose();
  }

  /** Only who knows the token, and no web page: a browser always sends `Origin`. */
  private isWelcome(request: IncomingMessage): boolean {
    const expected = digest(`Bearer ${this.token}`);
    const isKnown = timingSafeEqual(digest(request.headers.authorization ?? ''), expected);
    const welcome = isKnown && request.headers.origin === undefined;
    if (!welcome) this.options.logger.warn('Editor environment: a connection without the right token was refused');
    return welcome;
  }

  private accept(socket: WebSocket): void {
    const { codexPath, env, roots, logger } = this.options;
    const execServer = { command: codexPath(), args: ['exec-server', '--listen', 'stdio'], env: env() };
    const relay = new EnvironmentRelay(socket, { execServer, roots, fileCalls: this.fileCalls, logger });
    this.relays.add(relay);
    socket.once('close', () => this.relays.delete(relay));
  }
}

/** Of equal length whatever the text, so that comparing two tells nothing about where they differ. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
