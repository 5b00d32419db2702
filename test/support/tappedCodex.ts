import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import type { DynamicToolCallParams } from '../../src/protocol/generated/types/v2/DynamicToolCallParams';
import type { DynamicToolCallResponse } from '../../src/protocol/generated/types/v2/DynamicToolCallResponse';
import type { ThreadItem } from '../../src/protocol/generated/types/v2/ThreadItem';
import { nativeCodexPath } from './codexHome';
import { PATIENCE_MS } from './eventually';
import type { WireMessage } from './fakeAppServer';

interface TappedLine {
  readonly from: 'codex' | 'editor';
  readonly message: WireMessage;
}

/** A tool that every new thread offers to the model; the test answers its calls. */
export interface TappedTool {
  readonly name: string;
  readonly answer: (params: DynamicToolCallParams) => DynamicToolCallResponse;
}

/** The answer of the editor to a request: a result or an error. */
export type WireAnswer = Pick<WireMessage, 'result' | 'error'>;

export interface RunningTurn {
  readonly threadId: string;
  readonly turnId: string;
}

/** An item, or one of a type that this version of the protocol does not have. */
type AnyItem = ThreadItem | { readonly type: string; readonly id: string };

/**
 * The real codex, of which a test sees every message of both sides, and to which it adds what no scripted turn can
 * bring about: items and questions. Give `path` to the editor as its codex.
 */
export class TappedCodex {
  readonly path: string;
  private readonly folder = mkdtempSync(path.join(os.tmpdir(), 'switchyard-tap-'));
  private readonly server: Server;
  private readonly lines: TappedLine[] = [];
  private readonly changes = new Set<() => void>();
  private socket: Socket | undefined;
  private nextId = 1;

  constructor(private readonly tools: readonly TappedTool[] = []) {
    this.path = path.join(this.folder, 'codex');
    const address =
      process.platform === 'win32' ? `\\\\.\\pipe\\${path.basename(this.folder)}` : path.join(this.folder, 'tap');
    const options = {
      codexPath: nativeCodexPath(),
      address,
      dynamicTools: tools.map(({ name }) => {
        const inputSchema = { type: 'object', properties: {} };
        return { type: 'function', name, description: `The tool ${name}.`, inputSchema };
      }),
    };
    const program = pathToFileURL(path.join(__dirname, 'tappedCodexProcess.mjs')).href;
    const call = `import(${JSON.stringify(program)}).then(({ runTapped }) => runTapped(${JSON.stringify(options)}));`;
    writeFileSync(this.path, `#!${process.execPath}\n${call}\n`);
    chmodSync(this.path, 0o755);
    this.server = createServer((socket) => this.join(socket)).listen(address);
    this.server.unref();
  }

  /** The turn that the editor started last. */
  async turn(): Promise<RunningTurn> {
    return this.until(() => {
      const start = this.lines.findLast(({ from, message }) => from === 'editor' && message.method === 'turn/start');
      const answer = this.lines.find(
        ({ from, message }) =>
          from === 'codex' && message.method === undefined && message.id !== null && message.id === start?.message.id,
      );
      const { turn } = (answer?.message.result ?? {}) as { turn?: { id: string } };
      const { threadId } = (start?.message.params ?? {}) as { threadId?: string };
      return turn && threadId !== undefined ? { threadId, turnId: turn.id } : undefined;
    });
  }

  /** Tells the editor something as if codex had. */
  tell(method: string, params: object): void {
    this.send('editor', { method, params });
  }

  /** Adds a whole item to the turn that the editor started last. */
  async addItem(item: AnyItem): Promise<void> {
    await this.addStartedItem(item);
    this.tell('item/completed', { ...(await this.turn()), item, completedAtMs: Date.now() });
  }

  /** Adds an item that goes on. */
  async addStartedItem(item: AnyItem): Promise<void> {
    this.tell('item/started', { ...(await this.turn()), item, startedAtMs: Date.now() });
  }

  /** Asks the editor as if codex had. The id is what `serverRequest/resolved` names. */
  ask(method: string, params: object): { readonly id: string; readonly answer: Promise<WireAnswer> } {
    const id = `tap-${this.nextId++}`;
    this.send('editor', { id, method, params });
    const answer = this.until(
      () => {
        const found = this.lines.find(
          ({ from, message }) => from === 'editor' && message.method === undefined && message.id === id,
        );
        return found && answerOf(found.message);
      },
      // The test decides when the person answers.
      Infinity,
    );
    return { id, answer };
  }

  /** What the editor answered to the last request of codex itself with this method, once it has. */
  async answerTo(method: string): Promise<WireAnswer> {
    return this.until(() => {
      const asked = this.lines.findLast(({ from, message }) => from === 'codex' && message.method === method);
      const at = asked ? this.lines.indexOf(asked) : this.lines.length;
      const found = this.lines
        .slice(at)
        .find(
          ({ from, message }) => from === 'editor' && message.method === undefined && message.id === asked?.message.id,
        );
      return found && answerOf(found.message);
    });
  }

  /** The items of this type that codex itself has completed, as on the wire. */
  items(type: ThreadItem['type']): readonly unknown[] {
    return this.lines.flatMap(({ from, message }) => {
      if (from !== 'codex' || message.method !== 'item/completed') return [];
      const { item } = message.params as { item: { type: string } };
      return item.type === type ? [item] : [];
    });
  }

  dispose(): void {
    this.socket?.destroy();
    this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private join(socket: Socket): void {
    this.socket = socket;
    socket.unref();
    // The editor may end while something is on its way.
    socket.on('error', () => undefined);
    createInterface({ input: socket }).on('line', (line) => {
      const tapped = JSON.parse(line) as TappedLine;
      this.lines.push(tapped);
      if (tapped.from === 'codex' && tapped.message.method === 'item/tool/call') this.answerTool(tapped.message);
      for (const look of [...this.changes]) look();
    });
  }

  private answerTool({ id, params }: WireMessage): void {
    const call = params as DynamicToolCallParams;
    const tool = this.tools.find(({ name }) => name === call.tool);
    if (tool) this.send('codex', { id: id ?? null, result: tool.answer(call) });
  }

  private send(to: TappedLine['from'], message: WireMessage): void {
    if (!this.socket) throw new Error('The editor has not started codex yet.');
    this.socket.write(`${JSON.stringify({ to, message })}\n`);
  }

  private until<T>(find: () => T | undefined, limitMs = PATIENCE_MS): Promise<T> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.changes.delete(look);
        clearTimeout(timer);
      };
      const look = (): void => {
        const found = find();
        if (found === undefined) return;
        end();
        resolve(found);
      };
      const timer = Number.isFinite(limitMs)
        ? setTimeout(() => {
            end();
            const seen = this.lines.map(({ from, message }) => `${from} ${message.method ?? 'answer'}`);
            reject(new Error(`Not seen in ${limitMs} ms. The last messages:\n${seen.slice(-20).join('\n')}`));
          }, limitMs)
        : undefined;
      this.changes.add(look);
      look();
    });
  }
}

function answerOf({ result, error }: WireMessage): WireAnswer {
  return error === undefined ? { result } : { error };
}
