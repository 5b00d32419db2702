import { nullLogger } from '../../src/base/logger';
import { reduce } from '../../src/conversation/reduce';
import { AppServerClient } from '../../src/router/appServerClient';
import type { TurnHandle } from '../../src/router/turnHandle';
import { applyDelta } from '../../src/shared/applyDelta';
import type { ConversationView } from '../../src/shared/conversation';
import { settle } from './fakeAppServer';
import { LineServer } from './lineServer';
import { readTranscript, REPLAY_NOW_MS, replayStart, threadsOf, type TranscriptLine } from './replay';
import { isNotification, isResponse } from './transcriptPlayer';

/** The client sends `turn/start`, or the server says a line. */
export type Op =
  | { readonly type: 'start'; readonly copy: number; readonly threadId: string; readonly id: string }
  | { readonly type: 'line'; readonly copy: number; readonly text: string; readonly role: 'event' | 'end' | 'answer' };

/** One thread as it was recorded, under ids of its own. */
export interface Copy {
  readonly name: string;
  readonly label: string;
  readonly threadId: string;
  readonly ops: readonly Op[];
}

/** What the readers of one turn got, and how it ended for them. */
export interface TurnEnd {
  readonly events: readonly string[];
  readonly end: 'completed' | 'failed' | 'pending';
}

export interface Played {
  /** By the id of the `turn/start` that gave the handle. */
  readonly streams: ReadonlyMap<string, TurnEnd>;
  /** By thread. */
  readonly views: ReadonlyMap<string, ConversationView>;
  readonly badLines: readonly string[];
}

const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Gives every id in `text` a mark, of characters that take more than one byte. */
export function relabel(text: string, label: string): string {
  return text.replace(ID, `$&${label}`);
}

const transcripts = new Map<string, TranscriptLine[]>();

function transcriptOf(name: string): TranscriptLine[] {
  const known = transcripts.get(name) ?? readTranscript(name);
  transcripts.set(name, known);
  return known;
}

/** The single thread of a transcript as the number `copy` of many. */
export function copyOf(name: string, copy: number): Copy {
  const transcript = transcriptOf(name);
  const label = `·é${copy}`;
  const threadId = relabel(threadsOf(transcript)[0] ?? '', label);
  const starts = new Set<unknown>();
  const ops = transcript.flatMap((line): Op[] => {
    const { id, method } = line.message;
    if (line.dir === 'out') {
      if (method !== 'turn/start') return [];
      starts.add(id);
      return [{ type: 'start', copy, threadId, id: `${copy}:${id}` }];
    }
    const role = roleOf(line, starts);
    if (!role) return [];
    const message = role === 'answer' ? { ...line.message, id: `${copy}:${id}` } : line.message;
    return [{ type: 'line', copy, role, text: relabel(JSON.stringify(message), label) }];
  });
  return { name, label, threadId, ops };
}

function roleOf(line: TranscriptLine, starts: ReadonlySet<unknown>): 'event' | 'end' | 'answer' | undefined {
  if (isResponse(line)) return starts.has(line.message.id) ? 'answer' : undefined;
  if (!isNotification(line)) return undefined;
  return /^(item|turn)\/completed$/.test(line.message.method ?? '') ? 'end' : 'event';
}

/** Repeats ends and delays answers, each up to the next start of the thread. */
export function disturb({ ops }: Copy, next: () => number): Op[] {
  const result: Op[] = [];
  const segments: Op[][] = [[]];
  for (const op of ops) {
    if (op.type === 'start') segments.push([]);
    segments.at(-1)?.push(op);
  }
  for (const segment of segments) {
    const disturbed = [...segment];
    const insertAfter = (index: number, op: Op): void => {
      disturbed.splice(index + 1 + Math.floor(next() * (disturbed.length - index)), 0, op);
    };
    for (const op of segment) {
      const index = disturbed.indexOf(op);
      if (op.type !== 'line') continue;
      if (op.role === 'end' && next() < 0.5) insertAfter(index, { ...op });
      if (op.role === 'answer' && next() < 0.5) {
        disturbed.splice(index, 1);
        insertAfter(index - 1, op);
      }
    }
    result.push(...disturbed);
  }
  return result;
}

/** Mixes the threads; each keeps its own order. */
export function interleave(threads: readonly (readonly Op[])[], next: () => number): Op[] {
  const left = threads.map((ops) => ({ ops, position: 0 }));
  const mixed: Op[] = [];
  while (left.length > 0) {
    const index = Math.floor(next() * left.length);
    const thread = left[index]!;
    const op = thread.ops[thread.position++];
    if (op) mixed.push(op);
    else {
      left[index] = left.at(-1)!;
      left.pop();
    }
  }
  return mixed;
}

export interface PlayOptions {
  /** Sizes of the chunks, in bytes. */
  readonly chunkBytes?: () => number;
  /** Whether promises may run after a chunk of so many bytes, before the next one comes. */
  readonly restsAfter?: (bytes: number) => boolean;
  /** Ends the server after so many of its bytes. */
  readonly cutAt?: number;
}

/** Plays what happened on one connection to the client, its router and the reducer. */
export async function play(ops: readonly Op[], options: PlayOptions = {}): Promise<Played> {
  const { chunkBytes = () => Infinity, restsAfter = () => false, cutAt = Infinity } = options;
  const server = new LineServer();
  const client = new AppServerClient(server, nullLogger);
  const views = new Map<string, ConversationView>();
  const streams = new Map<string, TurnEnd>();
  let left = cutAt;
  let bytes: Buffer[] = [];
  const flush = async (): Promise<void> => {
    for (let rest = Buffer.concat(bytes).subarray(0, left); rest.length > 0;) {
      const chunk = rest.subarray(0, chunkBytes());
      rest = rest.subarray(chunk.length);
      left -= chunk.length;
      server.push(chunk);
      if (restsAfter(chunk.length)) await settle(1);
    }
    bytes = [];
  };
  for (const op of ops) if (op.type === 'start' && !views.has(op.threadId)) listen(client, op.threadId, views);
  for (const op of ops) {
    if (op.type === 'line') {
      bytes.push(Buffer.from(`${op.text}\n`));
      continue;
    }
    await flush();
    if (left <= 0) break;
    server.expect(op.threadId, op.id);
    const { sent } = server;
    follow(op.id, client.startTurn({ threadId: op.threadId, input: [] }), streams);
    for (let round = 0; server.sent === sent && round < 50; round += 1) await settle(1);
  }
  await flush();
  if (cutAt !== Infinity) server.fail();
  await settle(20);
  const { badLines } = server;
  client.dispose();
  return { streams, views, badLines };
}

function listen(client: AppServerClient, threadId: string, views: Map<string, ConversationView>): void {
  const view = replayStart({ threadId });
  views.set(threadId, view);
  client.router.onThread(threadId, (notification) => {
    for (const delta of reduce(view, notification, REPLAY_NOW_MS)) applyDelta(view, delta);
  });
}

function follow(id: string, started: Promise<TurnHandle>, streams: Map<string, TurnEnd>): void {
  const events: string[] = [];
  const become = (end: TurnEnd['end']): void => {
    streams.set(id, { events, end });
  };
  become('pending');
  const read = async (): Promise<void> => {
    for await (const { method, params } of (await started).stream()) {
      const event = JSON.stringify([method, params]);
      if (method !== 'item/completed' || !events.includes(event)) events.push(event);
    }
  };
  read().then(
    () => become('completed'),
    () => become('failed'),
  );
}
