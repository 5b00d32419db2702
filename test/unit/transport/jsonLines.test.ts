import { PassThrough, Writable } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Message } from 'vscode-jsonrpc/node';
import { JsonLineReader, JsonLineWriter, LineSplitter } from '../../../src/transport/jsonLines';
import { settle } from '../../support/fakeAppServer';

afterEach(() => {
  vi.restoreAllMocks();
});

function split(chunks: readonly Buffer[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.push(chunk);
  return lines;
}

describe('LineSplitter', () => {
  const text = '{"a":"ä€😀"}\r\n\n{"b":2}\n漢字\n';
  const bytes = Buffer.from(text);
  const expected = ['{"a":"ä€😀"}\r', '', '{"b":2}', '漢字'];

  it('T1: gives the same lines wherever the bytes are cut, also inside a character', () => {
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      expect(split([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(expected);
    }
  });

  it('T1: gives the same lines byte by byte and in one chunk', () => {
    expect(split([...bytes].map((byte) => Buffer.from([byte])))).toEqual(expected);
    expect(split([bytes])).toEqual(expected);
  });

  it('T1: holds back a line that has not ended', () => {
    expect(split([Buffer.from('one\ntwo')])).toEqual(['one']);
    expect(split([Buffer.from('one\ntwo'), Buffer.from('\n')])).toEqual(['one', 'two']);
  });

  it('T1: copies the bytes of a 50 MB line once', () => {
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const chunks = 800;
    const concat = vi.spyOn(Buffer, 'concat');
    const lines: number[] = [];
    const splitter = new LineSplitter((line) => lines.push(line.length));
    for (let index = 0; index < chunks; index += 1) splitter.push(chunk);
    splitter.push(Buffer.from('\nshort\n'));
    expect(lines).toEqual([chunk.length * chunks, 5]);
    expect(concat).toHaveBeenCalledTimes(1);
  });

  it('T2: refuses a line that is longer than 512 MB', () => {
    const chunk = Buffer.alloc(32 * 1024 * 1024);
    const splitter = new LineSplitter(() => undefined);
    for (let index = 0; index < 16; index += 1) splitter.push(chunk);
    expect(() => {
      splitter.push(Buffer.from('x'));
    }).toThrow('longer than');
  });
});

function readerOf() {
  const input = new PassThrough();
  const heard: [string, unknown][] = [];
  const bad: [string, string][] = [];
  const messages: Message[] = [];
  const errors: Error[] = [];
  let closes = 0;
  const reader = new JsonLineReader(input, {
    onNotification: (method, params) => heard.push([method, params]),
    onBadLine: (line, reason) => bad.push([line, reason]),
  });
  reader.onError((error) => errors.push(error));
  reader.onClose(() => (closes += 1));
  const listening = reader.listen((message) => messages.push(message));
  return { input, heard, bad, messages, errors, listening, closes: () => closes };
}

describe('JsonLineReader', () => {
  it('T1: tells notifications from responses and requests', async () => {
    const { input, heard, messages, bad } = readerOf();
    input.write(
      '{"method":"a","params":{"n":1}}\r\n\r\n{"id":0,"result":null}\n  \n{"method":"b"}\n{"method":"c","id":0}\n',
    );
    await settle();
    expect(heard).toEqual([
      ['a', { n: 1 }],
      ['b', undefined],
    ]);
    expect(messages).toEqual([
      { id: 0, result: null },
      { method: 'c', id: 0 },
    ]);
    expect(bad).toEqual([]);
  });

  it('delivers a notification before the next line is looked at', async () => {
    const { input, heard, bad } = readerOf();
    const order: string[] = [];
    const push = Array.prototype.push.bind(order);
    vi.spyOn(heard, 'push').mockImplementation((...entries) => push(...entries.map(([method]) => method)));
    vi.spyOn(bad, 'push').mockImplementation((...entries) => push(...entries.map(([line]) => line)));
    input.write('{"method":"first"}\nnoise\n{"method":"second"}\n');
    await settle();
    expect(order).toEqual(['first', 'noise', 'second']);
  });

  it.each([
    ['text', 'Hello from a wrapper script'],
    ['a batch', '[{"method":"a"}]'],
    ['a number', '42'],
    ['null', 'null'],
    ['an error that names no request', '{"id":null,"error":{"code":-32700,"message":"?"}}'],
    ['an object without method and id', '{"jsonrpc":"2.0"}'],
    ['half a message', '{"method":"a","par'],
  ])('T2: skips %s and goes on', async (_what, line) => {
    const { input, heard, bad, errors, closes } = readerOf();
    input.write(`${line}\n{"method":"next"}\n`);
    await settle();
    expect(bad.map(([skipped]) => skipped)).toEqual([line]);
    expect(heard).toEqual([['next', undefined]]);
    expect([errors, closes()]).toEqual([[], 0]);
  });

  it('T2: ends after 100 bad lines in a row, and keeps draining the pipe', async () => {
    const { input, heard, bad, errors, closes } = readerOf();
    input.write('noise\n'.repeat(99));
    await settle();
    expect(closes()).toBe(0);
    input.write('noise\n{"method":"too late"}\n');
    input.write('{"method":"later"}\n');
    await settle();
    expect(bad).toHaveLength(100);
    expect(errors.map((error) => error.message)).toEqual(['100 lines in a row were not JSON']);
    expect([heard, closes()]).toEqual([[], 1]);
    for (let index = 0; index < 10; index += 1) input.write('x'.repeat(64 * 1024));
    await settle();
    expect(input.readableLength).toBe(0);
  });

  it('T2: a good line starts the count of bad lines anew, a blank one does not', async () => {
    const { input, errors } = readerOf();
    input.write(`${'noise\n'.repeat(99)}{"method":"good"}\n${'noise\n'.repeat(99)}`);
    await settle();
    expect(errors).toEqual([]);
    input.write('\nnoise\n');
    await settle();
    expect(errors).toHaveLength(1);
  });

  it('T2: the end of the stream closes, an error of it is reported', async () => {
    const { input, errors, closes } = readerOf();
    input.end('{"method":"unfinished"');
    await settle();
    expect(closes()).toBe(1);
    const failure = new Error('EIO');
    input.emit('error', failure);
    expect(errors).toEqual([failure]);
  });

  it('hears nothing after it was told to stop', async () => {
    const { input, heard, listening, closes } = readerOf();
    listening.dispose();
    input.end('{"method":"a"}\n');
    input.resume();
    await settle();
    expect([heard, closes()]).toEqual([[], 0]);
  });
});

describe('JsonLineWriter', () => {
  it('T3: writes one line per message, without a jsonrpc member', async () => {
    const output = new PassThrough();
    const writer = new JsonLineWriter(output);
    await writer.write({ jsonrpc: '2.0', method: 'initialized' } as Message);
    await writer.write({ jsonrpc: '2.0', id: 1, method: 'x', params: { text: 'two\nlines' } } as Message);
    expect(String(output.read())).toBe(
      '{"method":"initialized"}\n{"id":1,"method":"x","params":{"text":"two\\nlines"}}\n',
    );
  });

  it('T3: waits until the pipe has taken the message', async () => {
    const taken: (() => void)[] = [];
    const writer = new JsonLineWriter(new Writable({ write: (_chunk, _encoding, done) => taken.push(done) }));
    let written = false;
    const write = writer.write({ jsonrpc: '2.0' }).then(() => (written = true));
    await settle();
    expect(written).toBe(false);
    taken[0]?.();
    await write;
    expect(written).toBe(true);
  });

  it('T3: a failed write rejects and is reported, and so is the end of the pipe', async () => {
    const failure = new Error('EPIPE');
    const output = new Writable({
      write: (_chunk, _encoding, done) => {
        done(failure);
      },
    });
    const writer = new JsonLineWriter(output);
    const errors: [Error, number | undefined][] = [];
    let closes = 0;
    writer.onError(([error, , count]) => errors.push([error, count]));
    writer.onClose(() => (closes += 1));
    await expect(writer.write({ jsonrpc: '2.0' })).rejects.toBe(failure);
    await settle();
    expect([errors, closes]).toEqual([[[failure, 1]], 1]);
  });

  it('ends the pipe', async () => {
    const output = new PassThrough();
    new JsonLineWriter(output).end();
    output.resume();
    await settle();
    expect(output.readableEnded).toBe(true);
  });
});
