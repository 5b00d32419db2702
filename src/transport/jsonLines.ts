import type { Readable, Writable } from 'node:stream';
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageReader,
  type MessageWriter,
} from 'vscode-jsonrpc/node';

/** Limits of what the reader accepts before it calls the stream broken. */
const MAX_LINE_BYTES = 512 * 1024 * 1024;
const MAX_CONSECUTIVE_BAD_LINES = 100;
const NEWLINE = 0x0a;

/**
 * Cuts a byte stream into lines. Chunks are kept in a list and joined once per line, so a line of any length costs
 * time in proportion to its bytes; a multi-byte character may be split over chunks.
 */
export class LineSplitter {
  private pending: Buffer[] = [];
  private pendingBytes = 0;

  constructor(private readonly onLine: (line: string) => void) {}

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const tail = chunk.subarray(start, end);
      start = end + 1;
      if (this.pending.length === 0) {
        this.onLine(tail.toString('utf8'));
        continue;
      }
      const line = Buffer.concat([...this.pending, tail]);
      this.pending = [];
      this.pendingBytes = 0;
      this.onLine(line.toString('utf8'));
    }
    if (start < chunk.length) {
      this.pending.push(chunk.subarray(start));
      this.pendingBytes += chunk.length - start;
      if (this.pendingBytes > MAX_LINE_BYTES) throw new Error(`a line is longer than ${MAX_LINE_BYTES} bytes`);
    }
  }
}

/** What the reader hands over outside vscode-jsonrpc. */
export interface JsonLineSink {
  /** Called synchronously, in wire order, for every message with a method and no id. */
  onNotification(method: string, params: unknown): void;
  /** A line that is not a JSON object: it was skipped. */
  onBadLine(line: string, reason: string): void;
}

/**
 * Reads the app-server's stdout: one JSON object per line, no `jsonrpc` member (codex app-server 0.169.0).
 *
 * Notifications go straight to the sink: vscode-jsonrpc's own queue takes one `setImmediate` per message, which costs
 * five times the parsing and lets a backlog grow without bound. They can therefore overtake the response of a request.
 */
export class JsonLineReader extends AbstractMessageReader implements MessageReader {
  private badLinesInARow = 0;

  constructor(
    private readonly input: Readable,
    private readonly sink: JsonLineSink,
  ) {
    super();
  }

  listen(callback: DataCallback): Disposable {
    const splitter = new LineSplitter((line) => {
      this.handleLine(line, callback);
    });
    const onData = (chunk: Buffer): void => {
      try {
        splitter.push(chunk);
      } catch (error) {
        this.fail(error);
      }
    };
    const onError = (error: Error): void => {
      this.fireError(error);
    };
    const onEnd = (): void => {
      this.fireClose();
    };
    this.input.on('data', onData).on('error', onError).on('end', onEnd);
    return { dispose: () => this.input.off('data', onData).off('error', onError).off('end', onEnd) };
  }

  private handleLine(line: string, callback: DataCallback): void {
    if (line.trim() === '') return;
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch (error) {
      this.skip(line, String(error));
      return;
    }
    if (typeof message !== 'object' || message === null || Array.isArray(message)) {
      this.skip(line, 'not a JSON object');
      return;
    }
    this.badLinesInARow = 0;
    const { method, id, params } = message as { method?: unknown; id?: unknown; params?: unknown };
    if (typeof method === 'string' && id === undefined) this.sink.onNotification(method, params);
    else if (id !== undefined && id !== null) callback(message as Message);
    else this.skip(line, 'neither a method nor an id');
  }

  private skip(line: string, reason: string): void {
    this.sink.onBadLine(line, reason);
    this.badLinesInARow += 1;
    if (this.badLinesInARow >= MAX_CONSECUTIVE_BAD_LINES) {
      throw new Error(`${MAX_CONSECUTIVE_BAD_LINES} lines in a row were not JSON`);
    }
  }

  private fail(error: unknown): void {
    this.input.removeAllListeners('data');
    // Keep draining: a child whose stdout is full never ends.
    this.input.resume();
    this.fireError(error);
    this.fireClose();
  }
}

/** Writes one JSON object per line, without the `jsonrpc` member, and waits for `drain` when the pipe is full. */
export class JsonLineWriter extends AbstractMessageWriter implements MessageWriter {
  private errorCount = 0;

  constructor(private readonly output: Writable) {
    super();
    output.on('error', (error: Error) => {
      this.fireError(error, undefined, (this.errorCount += 1));
    });
    output.on('close', () => {
      // Node closes the input of a child that has exited: its last words may still have to be read.
      if (this.errorCount > 0) this.fireClose();
    });
  }

  async write(message: Message): Promise<void> {
    const line = `${JSON.stringify({ ...message, jsonrpc: undefined })}\n`;
    await new Promise<void>((resolve, reject) => {
      this.output.write(line, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  end(): void {
    this.output.end();
  }
}
