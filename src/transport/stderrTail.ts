import type { Readable } from 'node:stream';
import { redact } from '../base/logger';
import { LineSplitter } from './jsonLines';

const KEPT_LINES = 400;

const ANSI = /\u001b\[[0-9;]*m/g;

/** Keeps the last lines that a child wrote to stderr, without colours and secrets, to quote them when it fails. */
export class StderrTail {
  private readonly lines: string[] = [];

  constructor(stream: Readable, onLine: (line: string) => void) {
    const splitter = new LineSplitter((raw) => {
      const line = redact(raw.replace(ANSI, '').trimEnd());
      if (line === '') return;
      this.lines.push(line);
      if (this.lines.length > KEPT_LINES) this.lines.shift();
      onLine(line);
    });
    stream.on('data', (chunk: Buffer) => {
      splitter.push(chunk);
    });
    stream.on('end', () => {
      splitter.push(Buffer.from('\n'));
    });
  }

  /** The last `count` lines, at most `maxCharacters` of them (the end is kept). */
  last(count: number, maxCharacters = 2000): string {
    return this.lines.slice(-count).join('\n').slice(-maxCharacters);
  }
}
