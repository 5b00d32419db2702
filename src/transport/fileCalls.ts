import type { Disposable } from '../base/disposable';
import type { DocumentHost, DocumentWrite } from '../base/documentHost';
import { messageOf } from '../base/errors';
import { Emitter } from '../base/event';
import type { Logger } from '../base/logger';
import { type FileAccess, nativePath, permits } from './sandboxPolicy';
import { findInWorkspace, mayBeLink } from './workspacePaths';

/** A file call of the server for a document that the editor answers for. `path` is the editor's path of it. */
export type FileCall =
  | { readonly method: 'fs/readFile' | 'fs/getMetadata' | 'fs/remove'; readonly path: string }
  | { readonly method: 'fs/writeFile'; readonly path: string; readonly text: string };

/** What goes back for a call, without its id. */
export type Reply =
  { readonly result: object } | { readonly error: { readonly code: number; readonly message: string } };

export interface FileWrite {
  readonly path: string;
  readonly outcome: 'written' | 'removed';
}

export interface FileRefusal {
  readonly path: string;
  /** For the person: the server hears only that the write failed. */
  readonly reason: string;
}

/**
 * Holds a write or a removal until it may be made; `false`: it is not to be made any more. Takes as long as it takes;
 * its failure stops nothing.
 */
export type WriteGate = (path: string) => Promise<boolean>;

interface FileCallParams {
  readonly path?: unknown;
  readonly dataBase64?: unknown;
  readonly sandbox?: unknown;
  readonly followSymlinks?: unknown;
  readonly recursive?: unknown;
}

const ACCESS: ReadonlyMap<unknown, FileAccess> = new Map<unknown, FileAccess>([
  ['fs/readFile', 'read'],
  ['fs/getMetadata', 'read'],
  ['fs/writeFile', 'write'],
  ['fs/remove', 'write'],
]);
const NOT_FOUND: Reply = { error: { code: -32004, message: 'No such file or directory (os error 2)' } };
const INTERNAL_ERROR = -32603;

/**
 * The call in a message for a document inside `roots`. `undefined`: it is something else, or something that the
 * exec-server has to do or to judge: links, folders, binary contents, what the sandbox does not plainly allow.
 */
export function parseFileCall(method: unknown, params: unknown, roots: readonly string[]): FileCall | undefined {
  const access = ACCESS.get(method);
  if (access === undefined || typeof params !== 'object' || params === null) return undefined;
  const { path: address, sandbox, followSymlinks, recursive, dataBase64 }: FileCallParams = params;
  const requested = nativePath(address);
  const found = requested === undefined ? undefined : findInWorkspace(requested, roots);
  if (requested === undefined || found === undefined || !permits(sandbox, requested, access)) return undefined;
  if (found.isThroughLink && access === 'write' && sandbox) return undefined;
  if (method === 'fs/remove' && recursive === true) return undefined;
  const meansLinkItself = method === 'fs/remove' || method === 'fs/getMetadata' || followSymlinks === false;
  if (meansLinkItself && mayBeLink(requested)) return undefined;
  if (method !== 'fs/writeFile')
    return { method: method as Exclude<FileCall['method'], 'fs/writeFile'>, path: found.path };
  const text = decodeText(dataBase64);
  return text === undefined ? undefined : { method, path: found.path, text };
}

/** The text in base64; `undefined` when it is not UTF-8 or has a NUL, which a text document cannot hold. */
function decodeText(dataBase64: unknown): string | undefined {
  if (typeof dataBase64 !== 'string') return undefined;
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const text = decoder.decode(Buffer.from(dataBase64, 'base64'));
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Answers file calls from the editor's documents. An unanswered call hangs the turn, so every one gets a reply. */
export class FileCallHandler implements Disposable {
  private readonly writeEmitter = new Emitter<FileWrite>((error) => {
    this.logger.error(messageOf(error));
  });
  private readonly refuseEmitter = new Emitter<FileRefusal>((error) => {
    this.logger.error(messageOf(error));
  });
  readonly onDidWrite = this.writeEmitter.event;
  readonly onDidRefuse = this.refuseEmitter.event;

  constructor(
    private readonly host: DocumentHost,
    private readonly deadlineMs: number,
    private readonly logger: Logger,
    private readonly gate: WriteGate = () => Promise.resolve(true),
  ) {}

  /**
   * `undefined`: pass the call on. Never rejects. A write that was held until nobody is waiting for its reply any more
   * is not made.
   */
  async answer(call: FileCall, isWaiting: () => boolean = () => true): Promise<Reply | undefined> {
    if (ACCESS.get(call.method) === 'write') {
      if (!(await this.passesGate(call.path))) return failed('The change was stopped before this file was written');
      if (!isWaiting()) return failed('The connection was closed');
    }
    try {
      return await withDeadline(this.ask(call), this.deadlineMs);
    } catch (error) {
      const reason = messageOf(error);
      this.logger.error(`${call.method} ${call.path}: ${reason}`);
      if (ACCESS.get(call.method) === 'write') this.refuseEmitter.fire({ path: call.path, reason });
      return failed(reason);
    }
  }

  dispose(): void {
    this.writeEmitter.dispose();
    this.refuseEmitter.dispose();
  }

  private async passesGate(path: string): Promise<boolean> {
    try {
      return await this.gate(path);
    } catch (error) {
      this.logger.error(`${path}: ${messageOf(error)}`);
      return true;
    }
  }

  private async ask(call: FileCall): Promise<Reply | undefined> {
    switch (call.method) {
      case 'fs/readFile':
        return this.read(call.path);
      case 'fs/getMetadata':
        return this.metadata(call.path);
      case 'fs/writeFile':
        return this.conclude({ path: call.path, outcome: 'written' }, await this.host.write(call.path, call.text));
      case 'fs/remove':
        return this.conclude({ path: call.path, outcome: 'removed' }, await this.host.remove(call.path));
    }
  }

  private async read(path: string): Promise<Reply | undefined> {
    const read = await this.host.read(path);
    if (read.kind === 'text') return { result: { dataBase64: Buffer.from(read.text, 'utf8').toString('base64') } };
    return read.kind === 'missing' ? NOT_FOUND : undefined;
  }

  private async metadata(path: string): Promise<Reply | undefined> {
    const metadata = await this.host.metadata(path);
    if (metadata === undefined) return undefined;
    const { sizeBytes: size, modifiedAtMs } = metadata;
    return { result: { isDirectory: false, isFile: true, isSymlink: false, size, createdAtMs: 0, modifiedAtMs } };
  }

  private conclude(write: FileWrite, result: DocumentWrite): Reply | undefined {
    switch (result.kind) {
      case 'pass':
        return undefined;
      case 'noFolder':
        return NOT_FOUND;
      case 'refused':
        this.logger.warn(`${write.path} was not ${write.outcome}: ${result.reason}`);
        this.refuseEmitter.fire({ path: write.path, reason: result.reason });
        return failed(result.reason);
      case 'written':
        this.writeEmitter.fire(write);
        return { result: {} };
    }
  }
}

function failed(message: string): Reply {
  return { error: { code: INTERNAL_ERROR, message } };
}

/** Rejects when `work` is not done after `deadlineMs`; what it brings later is dropped. */
async function withDeadline<T>(work: Promise<T>, deadlineMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`The editor did not answer within ${deadlineMs / 1000} s`));
    }, deadlineMs);
  });
  try {
    return await Promise.race([work, expiry]);
  } finally {
    clearTimeout(timer);
  }
}
