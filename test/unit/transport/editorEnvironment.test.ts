import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { DocumentHost, DocumentRead, DocumentWrite } from '../../../src/base/documentHost';
import { nullLogger } from '../../../src/base/logger';
import { EditorEnvironment, type EditorEnvironmentOptions } from '../../../src/transport/editorEnvironment';
import type { FileRefusal, FileWrite } from '../../../src/transport/fileCalls';
import { nativeCodexPath } from '../../support/codexHome';
import { eventually } from '../../support/eventually';

interface RpcReply {
  readonly id: number;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string };
}

/** Answers from a table; what is not in it passes on. */
class FakeHost implements DocumentHost {
  readonly texts = new Map<string, string>();
  readonly writes: [string, string][] = [];
  readonly asked: string[] = [];
  writeResult: () => Promise<DocumentWrite> = () => Promise.resolve({ kind: 'written' });

  read(file: string): Promise<DocumentRead> {
    this.asked.push(file);
    const text = this.texts.get(file);
    return Promise.resolve(text === undefined ? { kind: 'pass' } : { kind: 'text', text });
  }
  metadata(file: string) {
    this.asked.push(file);
    const text = this.texts.get(file);
    return Promise.resolve(text === undefined ? undefined : { sizeBytes: Buffer.byteLength(text), modifiedAtMs: 7 });
  }
  write(file: string, text: string): Promise<DocumentWrite> {
    this.writes.push([file, text]);
    return this.writeResult();
  }
  remove(file: string): Promise<DocumentWrite> {
    this.asked.push(file);
    return this.writeResult();
  }
}

/** The app-server's end of the connection. */
class Client {
  private nextId = 1;
  private readonly waiting = new Map<number, (reply: RpcReply) => void>();
  readonly replies: RpcReply[] = [];

  constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => {
      const reply = JSON.parse((data as Buffer).toString()) as RpcReply;
      this.replies.push(reply);
      this.waiting.get(reply.id)?.(reply);
    });
  }

  request(method: string, params: object): Promise<RpcReply> {
    const id = this.nextId++;
    const reply = new Promise<RpcReply>((resolve) => this.waiting.set(id, resolve));
    this.socket.send(JSON.stringify({ id, method, params }));
    return reply;
  }

  async initialize(): Promise<this> {
    await this.request('initialize', { clientName: 'test', resumeSessionId: null });
    this.socket.send(JSON.stringify({ method: 'initialized', params: {} }));
    return this;
  }
}

const uri = (file: string) => pathToFileURL(file).href;
const base64 = (content: string | Buffer) => Buffer.from(content).toString('base64');
const text = (reply: RpcReply) => Buffer.from(String(reply.result?.dataBase64), 'base64').toString();

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

let folder: string;
let root: string;
let outside: string;
let host: FakeHost;
let environment: EditorEnvironment;

function listen(
  options: Pick<EditorEnvironmentOptions, 'hostDeadlineMs' | 'beforeWrite'> = {},
): Promise<EditorEnvironment> {
  const env = { ...process.env, CODEX_HOME: path.join(folder, 'home') };
  const codexPath = nativeCodexPath();
  return EditorEnvironment.listen({
    codexPath: () => codexPath,
    env: () => env,
    roots: () => [root],
    host,
    logger: nullLogger,
    ...options,
  });
}

function open(headers: Record<string, string>, url = environment.url): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { headers });
    socket.once('open', () => resolve(socket)).once('error', reject);
  });
}

async function connect(): Promise<Client> {
  return new Client(await open({ authorization: `Bearer ${environment.token}` })).initialize();
}

beforeEach(async () => {
  folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'switchyard-environment-')));
  root = path.join(folder, 'workspace');
  outside = path.join(folder, 'outside');
  for (const name of ['workspace', 'outside', 'home']) fs.mkdirSync(path.join(folder, name));
  host = new FakeHost();
  environment = await listen();
});

afterEach(() => {
  environment.dispose();
  fs.rmSync(folder, { recursive: true, force: true });
});

describe('who may connect', () => {
  it('refuses a connection without the token, with a wrong one, or with an Origin', async () => {
    const authorization = `Bearer ${environment.token}`;
    await expect(open({})).rejects.toThrow('401');
    await expect(open({ authorization: 'Bearer wrong' })).rejects.toThrow('401');
    await expect(open({ authorization, origin: 'http://127.0.0.1' })).rejects.toThrow('401');
    (await open({ authorization })).terminate();
  });

  it('listens on the loopback interface only and keeps address and token over connections', async () => {
    const { url, token, port } = environment;
    expect(url).toBe(`ws://127.0.0.1:${port}`);
    (await connect()).socket.terminate();
    await connect();
    expect([environment.url, environment.token]).toEqual([url, token]);
  });
});

describe('calls for documents of the workspace', () => {
  it('reads the live text and its size', async () => {
    const file = path.join(root, 'ä b.txt');
    fs.writeFileSync(file, 'on disk');
    host.texts.set(file, 'unsaved é\n');
    const client = await connect();
    expect(text(await client.request('fs/readFile', { path: uri(file), sandbox: null }))).toBe('unsaved é\n');
    const { result } = await client.request('fs/getMetadata', { path: uri(file), sandbox: null });
    expect(result).toMatchObject({ isFile: true, isDirectory: false, size: 11, modifiedAtMs: 7 });
  });

  it('says "not found" in the words of the exec-server', async () => {
    const file = path.join(root, 'none.txt');
    const client = await connect();
    const real = await client.request('fs/readFile', { path: uri(file), sandbox: null });
    host.read = () => Promise.resolve({ kind: 'missing' });
    expect((await client.request('fs/readFile', { path: uri(file), sandbox: null })).error).toEqual(real.error);
    host.writeResult = () => Promise.resolve({ kind: 'noFolder' });
    const write = { path: uri(path.join(root, 'no/such.txt')), dataBase64: base64('x'), sandbox: null };
    expect((await client.request('fs/writeFile', write)).error).toEqual(real.error);
  });

  it('hands writes and removals to the editor and tells of them', async () => {
    const file = path.join(root, 'a.txt');
    fs.writeFileSync(file, 'old\n');
    const written: FileWrite[] = [];
    environment.onDidWrite((write) => written.push(write));
    const client = await connect();
    const reply = await client.request('fs/writeFile', {
      path: uri(file),
      dataBase64: base64('new é\n'),
      sandbox: null,
    });
    await client.request('fs/remove', { path: uri(file), recursive: false, force: false, sandbox: null });
    expect(reply.result).toEqual({});
    expect(host.writes).toEqual([[file, 'new é\n']]);
    expect(fs.readFileSync(file, 'utf8')).toBe('old\n');
    expect(written).toEqual([
      { path: file, outcome: 'written' },
      { path: file, outcome: 'removed' },
    ]);
  });

  it('passes on what the editor does not answer for', async () => {
    const file = path.join(root, 'a.txt');
    host.writeResult = () => Promise.resolve({ kind: 'pass' });
    const client = await connect();
    await client.request('fs/writeFile', { path: uri(file), dataBase64: base64('by the server'), sandbox: null });
    expect(fs.readFileSync(file, 'utf8')).toBe('by the server');
    expect(text(await client.request('fs/readFile', { path: uri(file), sandbox: null }))).toBe('by the server');
    await client.request('fs/remove', { path: uri(file), recursive: false, force: false, sandbox: null });
    expect(fs.existsSync(file)).toBe(false);
  });

  it('uses the path that the editor knows when the workspace folder is a link', async () => {
    const link = path.join(folder, 'link');
    fs.symlinkSync(root, link);
    environment.dispose();
    const real = root;
    root = link;
    environment = await listen();
    const client = await connect();
    for (const parent of [link, real]) {
      const params = { path: uri(path.join(parent, 'a.txt')), dataBase64: base64('x'), sandbox: null };
      await client.request('fs/writeFile', params);
    }
    expect(host.writes.map(([file]) => file)).toEqual([path.join(link, 'a.txt'), path.join(link, 'a.txt')]);
  });
});

describe('calls that the exec-server has to answer', () => {
  it('are those for paths outside the workspace', async () => {
    const file = path.join(outside, 'a.txt');
    const client = await connect();
    await client.request('fs/writeFile', { path: uri(file), dataBase64: base64('x'), sandbox: null });
    expect(text(await client.request('fs/readFile', { path: uri(file), sandbox: null }))).toBe('x');
    const sibling = `${root}-two`;
    fs.mkdirSync(sibling);
    await client.request('fs/writeFile', {
      path: uri(path.join(sibling, 'b')),
      dataBase64: base64('x'),
      sandbox: null,
    });
    expect(fs.readdirSync(sibling)).toEqual(['b']);
    expect([host.asked, host.writes]).toEqual([[], []]);
  });

  it('are those through a link that leaves the workspace, also for a file that does not exist yet', async () => {
    fs.symlinkSync(outside, path.join(root, 'out'));
    fs.symlinkSync(path.join(outside, 'dangling.txt'), path.join(root, 'dangling.txt'));
    const client = await connect();
    for (const name of ['out/new.txt', 'dangling.txt']) {
      await client.request('fs/writeFile', {
        path: uri(path.join(root, name)),
        dataBase64: base64('x'),
        sandbox: null,
      });
    }
    expect(fs.readdirSync(outside).sort()).toEqual(['dangling.txt', 'new.txt']);
    expect(host.writes).toEqual([]);
  });

  it('are removals of a link, which must not remove what it points to', async () => {
    const target = path.join(root, 'target.txt');
    const link = path.join(root, 'link.txt');
    fs.writeFileSync(target, 'x');
    fs.symlinkSync(target, link);
    await (await connect()).request('fs/remove', { path: uri(link), recursive: false, force: false, sandbox: null });
    expect([fs.existsSync(link), fs.existsSync(target), host.asked]).toEqual([false, true, []]);
  });

  it('are writes of what is not text', async () => {
    const client = await connect();
    for (const content of [Buffer.from([0xff, 0xfe, 0x80]), Buffer.from('a\0b')]) {
      const file = path.join(root, 'binary');
      await client.request('fs/writeFile', { path: uri(file), dataBase64: base64(content), sandbox: null });
      expect(fs.readFileSync(file)).toEqual(content);
    }
    expect(host.writes).toEqual([]);
  });

  it('are all others, relayed in order', async () => {
    const client = await connect();
    const directory = uri(path.join(root, 'made'));
    const replies = await Promise.all([
      client.request('fs/createDirectory', { path: directory, recursive: true, sandbox: null }),
      client.request('fs/readDirectory', { path: uri(root), sandbox: null }),
      client.request('no/such/method', {}),
    ]);
    expect(fs.existsSync(path.join(root, 'made'))).toBe(true);
    expect(replies.map((reply) => reply.error === undefined)).toEqual([true, true, false]);
  });
});

describe('every call gets exactly one reply', () => {
  const write = () => ({ path: uri(path.join(root, 'a.txt')), dataBase64: base64('x'), sandbox: null });

  it('when the editor refuses, with the reason told to the person', async () => {
    const refused: FileRefusal[] = [];
    environment.onDidRefuse((refusal) => refused.push(refusal));
    host.writeResult = () => Promise.resolve({ kind: 'refused', reason: 'you edited the same line' });
    const reply = await (await connect()).request('fs/writeFile', write());
    expect(reply.error).toMatchObject({ code: -32603, message: 'you edited the same line' });
    expect(refused).toEqual([{ path: path.join(root, 'a.txt'), reason: 'you edited the same line' }]);
  });

  it('when the editor throws', async () => {
    const client = await connect();
    host.writeResult = () => Promise.reject(new Error('boom'));
    expect((await client.request('fs/writeFile', write())).error?.message).toBe('boom');
    host.read = () => {
      throw new Error('at once');
    };
    expect((await client.request('fs/readFile', write())).error?.message).toBe('at once');
  });

  it('when the editor never answers, or answers too late', async () => {
    environment.dispose();
    environment = await listen({ hostDeadlineMs: 50 });
    const client = await connect();
    let answerLate: (result: DocumentWrite) => void = () => undefined;
    host.writeResult = () => new Promise((resolve) => (answerLate = resolve));
    const reply = await client.request('fs/writeFile', write());
    expect(reply.error?.message).toContain('did not answer');
    answerLate({ kind: 'written' });
    await client.request('fs/readDirectory', { path: uri(root), sandbox: null });
    expect(client.replies.filter(({ id }) => id === reply.id)).toHaveLength(1);
  });

  it('also after frames that are not messages', async () => {
    const client = await connect();
    for (const frame of ['', '{"id":', '[1]', 'null', '"x"']) client.socket.send(frame);
    client.socket.send(JSON.stringify({ id: 'pretty', method: 'fs/readDirectory', params: {} }, null, 2));
    const file = path.join(root, 'a.txt');
    host.texts.set(file, 'still here');
    expect(text(await client.request('fs/readFile', { path: uri(file), sandbox: null }))).toBe('still here');
  });
});

describe('a gate before writes', () => {
  const file = () => path.join(root, 'a.txt');
  const write = () => ({ path: uri(file()), dataBase64: base64('x'), sandbox: null });

  /** Listens anew with a gate that is opened, or breaks, when the test says so. */
  async function closeGate() {
    environment.dispose();
    const held: string[] = [];
    let open: (mayWrite: boolean) => void = () => undefined;
    let fail: (error: Error) => void = () => undefined;
    const gate = new Promise<boolean>((resolve, reject) => ([open, fail] = [resolve, reject]));
    const beforeWrite = (target: string): Promise<boolean> => {
      held.push(target);
      return gate;
    };
    environment = await listen({ hostDeadlineMs: 50, beforeWrite });
    return { held, open: (mayWrite = true) => open(mayWrite), fail: (error: Error) => fail(error) };
  }

  it('holds a write for longer than the editor may take, and no reading', async () => {
    const { held, open } = await closeGate();
    host.texts.set(file(), 'still read');
    const client = await connect();
    const writing = client.request('fs/writeFile', write());
    await eventually(() => expect(held).toHaveLength(1));
    await pause(60);
    expect(text(await client.request('fs/readFile', { path: uri(file()), sandbox: null }))).toBe('still read');
    expect([host.writes, client.replies.some(({ id }) => id === 2)]).toEqual([[], false]);
    open();
    expect((await writing).result).toEqual({});
    expect([host.writes, held]).toEqual([[[file(), 'x']], [file()]]);
  });

  it('drops a write that is not to be made any more, and says so', async () => {
    const { held, open } = await closeGate();
    const client = await connect();
    const writing = client.request('fs/writeFile', write());
    await eventually(() => expect(held).toHaveLength(1));
    open(false);
    expect((await writing).error?.message).toContain('stopped');
    expect(host.writes).toEqual([]);
  });

  it('that breaks holds nothing, removals either', async () => {
    const { held, fail } = await closeGate();
    const client = await connect();
    const removing = client.request('fs/remove', { path: uri(file()), recursive: false, force: false, sandbox: null });
    await eventually(() => expect(held).toHaveLength(1));
    fail(new Error('broken'));
    expect((await removing).result).toEqual({});
  });

  it('drops a write whose connection was closed meanwhile: the server has given it up', async () => {
    const { held, open } = await closeGate();
    const client = await connect();
    void client.request('fs/writeFile', write());
    await eventually(() => expect(held).toHaveLength(1));
    client.socket.terminate();
    const second = await connect();
    host.texts.set(file(), 'as it was');
    open();
    expect(text(await second.request('fs/readFile', { path: uri(file()), sandbox: null }))).toBe('as it was');
    expect(host.writes).toEqual([]);
  });
});

describe('the exec-server', () => {
  it('ends with its connection, and with it what it runs', async () => {
    const client = await connect();
    const pidFile = path.join(outside, 'pid');
    const script = `require('fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1e6)`;
    const argv = [process.execPath, '-e', script];
    const params = { processId: 'p', argv, cwd: uri(root), env: process.env, tty: false, pipeStdin: false };
    expect((await client.request('process/start', params)).error).toBeUndefined();
    const pid = await eventually(() => {
      const started = Number(fs.readFileSync(pidFile, 'utf8'));
      expect(started).toBeGreaterThan(0);
      return started;
    });
    expect(isRunning(pid)).toBe(true);
    client.socket.close();
    await eventually(() => expect(isRunning(pid)).toBe(false));
  });

  it('closes the connection when it cannot be started', async () => {
    environment.dispose();
    const codexPath = path.join(folder, 'no-such-program');
    const options = { codexPath: () => codexPath, env: () => ({}), roots: () => [root], host, logger: nullLogger };
    environment = await EditorEnvironment.listen(options);
    const socket = await open({ authorization: `Bearer ${environment.token}` });
    expect(await new Promise((resolve) => socket.once('close', resolve))).toBe(1011);
  });
});
