import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { nativeCodexPath } from './codexHome';

/** Says which lines a wrapped codex writes and which of them it keeps. The code runs in the wrapper, on its own. */
interface Tampering {
  /** Body of `(line: string) => string[]`: the lines that the editor gets in place of one of codex. */
  readonly fromCodex?: string;
  /** Body of `(line: string, answer: (message: object) => void) => string[]`: what codex gets in place of a line. */
  readonly toCodex?: string;
}

/** The path of a `codex` program that a test makes, breaks and repairs while the editor runs. */
export class ScriptedCodex {
  private readonly folder = mkdtempSync(path.join(os.tmpdir(), 'switchyard-codex-'));
  readonly path = path.join(this.folder, 'codex');

  /** No program at the path. */
  remove(): void {
    rmSync(this.path, { force: true });
  }

  /** A codex of another version that does nothing else. */
  becomeVersion(version: string): void {
    this.write(`console.log('codex-cli ${version}');`);
  }

  /** A codex that is asked for its version, prints `lines` to stderr and ends. */
  becomeDying(lines: readonly string[], exitCode = 3): void {
    this.write(`
if (process.argv[2] === '--version') {
  console.log('codex-cli 0.169.0');
} else {
  process.stderr.write(${JSON.stringify(`${lines.join('\n')}\n`)}, () => process.exit(${exitCode}));
}`);
  }

  /** The real codex. */
  becomeReal(): void {
    this.tamper({});
  }

  /** The real codex, with lines on its stdout that are no messages. */
  becomeBabbling(): void {
    this.tamper({
      fromCodex: String.raw`return ['panicked at src/main.rs: not json', '{"half": ', line, '\u0000\u0001', '[]'];`,
    });
  }

  /** The real codex that answers requests of `method` with an error. */
  becomeRefusing(method: string): void {
    this.tamper({
      toCodex: `
  const message = JSON.parse(line);
  if (message.method !== ${JSON.stringify(method)}) return [line];
  answer({ id: message.id, error: { code: -32600, message: ${JSON.stringify(`${method} is not supported`)} } });
  return [];`,
    });
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Only the app-server's lines are looked at: its version and its exec-server pass as they are. */
  private tamper({ fromCodex = 'return [line];', toCodex = 'return [line];' }: Tampering): void {
    this.write(`
const { spawn } = require('node:child_process');
const { createInterface } = require('node:readline');
const args = process.argv.slice(2);
const isServer = args[0] === 'app-server';
const stdio = isServer ? ['pipe', 'pipe', 'inherit'] : 'inherit';
const codex = spawn(${JSON.stringify(nativeCodexPath())}, args, { stdio });
codex.on('exit', (code) => process.exit(code ?? 1));
const fromCodex = (line) => { ${fromCodex} };
const toCodex = (line, answer) => { ${toCodex} };
if (isServer) {
  const toEditor = (line) => process.stdout.write(line + '\\n');
  createInterface({ input: codex.stdout, crlfDelay: Infinity }).on('line', (line) => fromCodex(line).forEach(toEditor));
  createInterface({ input: process.stdin, crlfDelay: Infinity })
    .on('line', (line) => {
      for (const kept of toCodex(line, (message) => toEditor(JSON.stringify(message)))) codex.stdin.write(kept + '\\n');
    })
    .on('close', () => codex.stdin.end());
}`);
  }

  /** Written beside and moved, so that no start finds half of it. */
  private write(body: string): void {
    const draft = `${this.path}.new`;
    writeFileSync(draft, `#!${process.execPath}\n${body.trim()}\n`);
    chmodSync(draft, 0o755);
    renameSync(draft, this.path);
  }
}
