// Takes the place of the native logger in an installed host: without one, the editor writes no log file and its
// Output view shows no log. Speaks the part of the interface of `@vscode/spdlog` that the editor uses.
import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';

const LEVELS = ['trace', 'debug', 'info', 'warning', 'error', 'critical'] as const;
type Level = (typeof LEVELS)[number];

export class Logger {
  private threshold = LEVELS.indexOf('info');
  private formatted = true;

  constructor(private readonly file: string) {}

  trace = (message: string): void => this.write('trace', message);
  debug = (message: string): void => this.write('debug', message);
  info = (message: string): void => this.write('info', message);
  warn = (message: string): void => this.write('warning', message);
  error = (message: string): void => this.write('error', message);
  critical = (message: string): void => this.write('critical', message);

  getLevel(): number {
    return this.threshold;
  }

  /** Index of the lowest level that is written: 0 is trace, 6 turns the log off. */
  setLevel(level: number): void {
    this.threshold = level;
  }

  /** The editor only ever asks for the pattern that is written anyway. */
  setPattern(_pattern: string): void {
    this.formatted = true;
  }

  /** From now on messages are written as they are, without time, level and line end. */
  clearFormatters(): void {
    this.formatted = false;
  }

  flush(): void {
    // Every message is on disk when its call returns.
  }

  drop(): void {
    this.threshold = LEVELS.length;
  }

  private write(level: Level, message: string): void {
    if (LEVELS.indexOf(level) < this.threshold) return;
    appendFileSync(this.file, this.formatted ? `${timestamp()} [${level}] ${message}\n` : message);
  }
}

export async function createRotatingLogger(_name: string, file: string): Promise<Logger> {
  mkdirSync(path.dirname(file), { recursive: true });
  return new Logger(file);
}

export const createAsyncRotatingLogger = createRotatingLogger;

/** For the loggers still to be made; each is given its level when it is made. */
export function setLevel(_level: number): void {
  // Nothing is shared between loggers.
}

export function setFlushOn(_level: number): void {
  // Nothing is held back.
}

/** Local time, like `2026-01-31 17:05:09.123`. */
function timestamp(): string {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, -1).replace('T', ' ');
}
