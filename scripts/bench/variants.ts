import type { Readable } from 'node:stream';
import { AbstractMessageReader, createMessageConnection, type DataCallback, type Message } from 'vscode-jsonrpc/node';
import { JsonLineWriter, LineSplitter } from '../../src/transport/jsonLines';
import { PassThrough } from 'node:stream';
import { connectClient, threadIds } from './clientHarness';
import { type Measurement, Meter, heapAfterGcMb, openInput } from './meter';
import type { Feed } from './messages';
import type { TypedNotification } from '../../src/router/notification';

/** What a variant is started with, as JSON in `BENCH_OPTIONS`. */
export interface VariantOptions extends Feed {
  readonly variant: string;
  readonly chunkBytes: number;
  readonly deadlineMs: number;
}

type Variant = (input: Readable, options: VariantOptions) => Promise<Measurement>;

/** Counts what consumers have read: every one of them looks at the text of every delta. */
class Tally {
  messages = 0;
  characters = 0;
  private finish: () => void = () => undefined;
  readonly finished = new Promise<void>((resolve) => (this.finish = resolve));

  constructor(private readonly expected: number) {}

  add(params: unknown): void {
    const { delta } = params as { delta?: string };
    if (delta !== undefined) this.characters += delta.length;
    this.messages += 1;
    if (this.messages === this.expected) this.finish();
  }
}

/** The reference: cut, decode, parse, forget. */
const bare: Variant = async (input, { messages }) => {
  const meter = new Meter(input);
  const tally = new Tally(messages);
  let pending: Buffer[] = [];
  input.on('data', (chunk: Buffer) => {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      let line = chunk.subarray(start, end);
      if (pending.length > 0) {
        line = Buffer.concat([...pending, line]);
        pending = [];
      }
      start = end + 1;
      tally.add((JSON.parse(line.toString('utf8')) as { params: unknown }).params);
    }
    if (start < chunk.length) pending.push(chunk.subarray(start));
  });
  await tally.finished;
  return meter.finish(tally.messages, tally.characters);
};

/** The product: a listener per thread. */
const listeners: Variant = async (input, { messages, turns }) => {
  const meter = new Meter(input);
  const tally = new Tally(messages);
  const client = connectClient(input);
  for (const threadId of threadIds(turns)) {
    client.router.onThread(threadId, ({ params }) => {
      tally.add(params);
    });
  }
  await tally.finished;
  return meter.finish(tally.messages, tally.characters);
};

/** The product as a library: a turn handle per turn, read with `for await`, and nobody who listens to the threads. */
const handles: Variant = (input, options) => readHandles(input, options, false);

/** The same with threads that are listened to, so that the router need not keep events for whoever comes later. */
const handlesAndListeners: Variant = (input, options) => readHandles(input, options, true);

async function readHandles(
  input: Readable,
  { messages, turns }: VariantOptions,
  withListeners: boolean,
): Promise<Measurement> {
  const meter = new Meter(input);
  const tally = new Tally(messages);
  const client = connectClient(input);
  if (withListeners) for (const threadId of threadIds(turns)) client.router.onThread(threadId, () => undefined);
  const turnHandles = await Promise.all(threadIds(turns).map((threadId) => client.startTurn({ threadId, input: [] })));
  const readers = turnHandles.map(async (handle) => {
    for await (const { params } of handle.stream()) tally.add(params);
  });
  await Promise.all(readers);
  return meter.finish(tally.messages, tally.characters);
}

/** Hands every message to vscode-jsonrpc, which queues it and takes one per tick. */
class QueueingReader extends AbstractMessageReader {
  constructor(private readonly input: Readable) {
    super();
  }

  listen(callback: DataCallback): { dispose(): void } {
    const splitter = new LineSplitter((line) => {
      callback(JSON.parse(line) as Message);
    });
    const onData = (chunk: Buffer): void => {
      splitter.push(chunk);
    };
    this.input.on('data', onData);
    return { dispose: () => this.input.off('data', onData) };
  }
}

/** A plain vscode-jsonrpc connection with one handler for all notifications, which finds the turn in a map. */
const star: Variant = async (input, { messages, turns }) => {
  const meter = new Meter(input);
  const tally = new Tally(messages);
  const consumers = new Map(threadIds(turns).map((threadId) => [threadId, tally]));
  const connection = createMessageConnection(new QueueingReader(input), new JsonLineWriter(new PassThrough()));
  connection.onNotification((_method, params) => {
    consumers.get((params as unknown as { threadId: string }).threadId)?.add(params);
  });
  connection.listen();
  await tally.finished;
  return meter.finish(tally.messages, tally.characters);
};

/** All turns are read but the first, until everything has come; then its reader is let go of. */
const stuck: Variant = async (input, { messages, turns }) => {
  const meter = new Meter(input);
  const tally = new Tally(Infinity);
  const client = connectClient(input);
  const turnHandles = await Promise.all(threadIds(turns).map((threadId) => client.startTurn({ threadId, input: [] })));
  const [never, ...others] = turnHandles;
  const all = new Tally(messages);
  client.onNotification(({ params }) => {
    all.add(params);
  });
  for (const threadId of threadIds(turns)) client.router.onThread(threadId, () => undefined);
  const readers = others.map(async (handle) => {
    for await (const { params } of handle.stream()) tally.add(params);
  });
  await Promise.all([all.finished, ...readers]);
  const measured = meter.finish(tally.messages, tally.characters);
  const before = heapAfterGcMb();
  never?.dispose();
  return { ...measured, retainedMb: before - heapAfterGcMb() };
};

const SAMPLES = 40;

/** Turns come and go; a listener per thread and a reader per turn take everything. The heap is sampled all the time. */
const soak: Variant = async (input, { messages, turns }) => {
  const meter = new Meter(input);
  const tally = new Tally(2 * messages);
  const client = connectClient(input);
  const heapSamplesMb: number[] = [];
  const read = async (log: AsyncIterable<TypedNotification>): Promise<void> => {
    for await (const { params } of log) tally.add(params);
  };
  let heard = 0;
  client.onNotification(({ known, method, threadId, turnId, params }) => {
    if (known && method === 'turn/started' && threadId !== undefined && turnId !== undefined) {
      void read(client.router.reserveTurn(threadId).claim(turnId).read());
    }
    tally.add(params);
    heard += 1;
    if (heard % Math.floor(messages / SAMPLES) === 0) setImmediate(() => heapSamplesMb.push(heapAfterGcMb()));
  });
  for (const threadId of threadIds(turns)) client.router.onThread(threadId, () => undefined);
  await tally.finished;
  return { ...meter.finish(tally.messages, tally.characters), heapSamplesMb };
};

const VARIANTS: Readonly<Record<string, Variant>> = {
  bare,
  listeners,
  handles,
  handlesAndListeners,
  star,
  stuck,
  soak,
};

async function main(): Promise<void> {
  const options = JSON.parse(process.env.BENCH_OPTIONS ?? '{}') as VariantOptions;
  const variant = VARIANTS[options.variant];
  if (!variant) throw new Error(`There is no variant ${options.variant}.`);
  setTimeout(() => {
    console.error(`${options.variant} did not finish within ${options.deadlineMs / 1_000} s`);
    process.exit(1);
  }, options.deadlineMs).unref();
  const measurement = await variant(openInput(options.chunkBytes), options);
  process.stdout.write(JSON.stringify(measurement), () => process.exit(0));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
