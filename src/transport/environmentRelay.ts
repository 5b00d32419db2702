import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { RawData, WebSocket } from 'ws';
import type { Disposable } from '../base/disposable';
import { messageOf } from '../base/errors';
import { type Logger, truncate } from '../base/logger';
import { endChild, launch, type LaunchOptions } from './childProcess';
import { type FileCallHandler, parseFileCall } from './fileCalls';
import { LineSplitter } from './jsonLines';
import { StderrTail } from './stderrTail';

export interface RelayOptions {
  readonly execServer: LaunchOptions;
  readonly roots: () => readonly string[];
  readonly fileCalls: FileCallHandler;
  readonly logger: Logger;
}

interface Message {
  readonly id?: string | number;
  readonly method?: unknown;
  readonly params?: unknown;
}

const CLOSE_INTERNAL_ERROR = 1011;

/**
 * One connection of the app-server: a text frame is a JSON-RPC message without `jsonrpc`, a line of the exec-server is
 * another. What is not a call for one of the editor's documents goes through as it came, in order. Owns the
 * exec-server: whichever of socket and child ends first, the other ends too.
 */
export class EnvironmentRelay implements Disposable {
  private readonly execServer: ChildProcessWithoutNullStreams;

  constructor(
    private readonly socket: WebSocket,
    private readonly options: RelayOptions,
  ) {
    const { logger } = options;
    this.execServer = launch(options.execServer);
    this.forwardLines();
    new StderrTail(this.execServer.stderr, (line) => {
      logger.debug(`exec-server: ${line}`);
    });
    this.execServer.once('error', (error) => {
      logger.error(`The exec-server could not be started: ${error.message}`);
      this.socket.close(CLOSE_INTERNAL_ERROR);
    });
    this.execServer.once('exit', (code, signal) => {
      logger.debug(`exec-server ended (${signal ?? code})`);
      this.socket.close(CLOSE_INTERNAL_ERROR);
    });
    socket.on('message', (data) => {
      this.receive(frameText(data));
    });
    socket.on('error', (error) => {
      logger.warn(`Environment connection: ${error.message}`);
    });
    socket.once('close', () => {
      this.endExecServer();
    });
  }

  dispose(): void {
    this.socket.terminate();
    this.endExecServer();
  }

  private endExecServer(): void {
    endChild(this.execServer).catch((error: unknown) => {
      this.options.logger.error(`The exec-server did not end: ${messageOf(error)}`);
    });
  }

  private forwardLines(): void {
    const splitter = new LineSplitter((line) => {
      if (line !== '') this.send(line);
    });
    this.execServer.stdout.on('data', (chunk: Buffer) => {
      splitter.push(chunk);
    });
  }

  private receive(frame: string): void {
    const message = parseMessage(frame);
    if (message === undefined) {
      this.options.logger.warn(`Environment: a frame that is not a message was dropped: ${truncate(frame, 200)}`);
      return;
    }
    // A raw newline inside would cut the message in two.
    const line = frame.includes('\n') ? JSON.stringify(message) : frame;
    const { id, method, params } = message;
    const call = id === undefined ? undefined : parseFileCall(method, params, this.options.roots());
    if (call === undefined) {
      this.forward(line);
      return;
    }
    const isWaiting = () => this.socket.readyState === this.socket.OPEN;
    void this.options.fileCalls.answer(call, isWaiting).then((reply) => {
      this.options.logger.trace(`${call.method} ${call.path}: ${reply === undefined ? 'passed on' : 'answered'}`);
      if (reply === undefined) this.forward(line);
      else this.send(JSON.stringify({ id, ...reply }));
    });
  }

  private forward(line: string): void {
    if (this.execServer.stdin.writable) this.execServer.stdin.write(`${line}\n`);
  }

  private send(frame: string): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(frame);
  }
}

function frameText(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return (Buffer.isBuffer(data) ? data : Buffer.from(data)).toString('utf8');
}

function parseMessage(frame: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(frame);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
