import { readFileSync } from 'node:fs';
import path from 'node:path';
import { emptyConversation } from '../../src/conversation/emptyConversation';
import { reduce } from '../../src/conversation/reduce';
import { type TypedNotification, typed } from '../../src/router/notification';
import { applyDelta } from '../../src/shared/applyDelta';
import type { ConversationView, Delta } from '../../src/shared/conversation';

const FOLDER = path.resolve(__dirname, '../fixtures/transcripts');

/** One line of a transcript: a message of the server (`in`) or of the client (`out`), `at` ms after the start. */
export interface TranscriptLine {
  readonly dir: 'in' | 'out';
  readonly at: number;
  readonly message: {
    readonly id?: string | number;
    readonly method?: string;
    readonly params?: Readonly<Record<string, unknown>>;
    readonly result?: unknown;
  };
}

/** The messages of `test/fixtures/transcripts/<name>.jsonl`, in wire order. Recorded by `npm run record`. */
export function readTranscript(name: string): TranscriptLine[] {
  const lines = readFileSync(path.join(FOLDER, `${name}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as TranscriptLine);
}

/** What the server told without being asked, typed as the router types it. */
export function notificationsOf(transcript: readonly TranscriptLine[]): TypedNotification[] {
  return transcript.flatMap(({ dir, message: { id, method, params } }) =>
    dir === 'in' && method !== undefined && id === undefined ? [typed(method, params)] : [],
  );
}

/** The threads of a transcript, in the order they began. */
export function threadsOf(transcript: readonly TranscriptLine[]): string[] {
  const ids = notificationsOf(transcript).map(({ threadId }) => threadId);
  return [...new Set(ids.filter((id) => id !== undefined))];
}

export interface ReplayOptions {
  /** Whose notifications are taken; the first thread of the transcript unless given. */
  readonly threadId?: string;
  /** What the conversation holds before. */
  readonly before?: Partial<ConversationView>;
  /** Stops after the first notification for which this is true. */
  readonly until?: (notification: TypedNotification) => boolean;
}

export interface Replay {
  readonly view: ConversationView;
  /** Every delta in order: applied to the view as it was before, they give `view`. */
  readonly deltas: readonly Delta[];
}

/** The clock of a replay stands still, so that the order of two threads' events cannot show in their times. */
export const REPLAY_NOW_MS = 1_000_000;

/** Shows a thread to the reducer as the server told of it: `transcript` is a recorded one's name, or notifications. */
export function replay(transcript: string | readonly TypedNotification[], options: ReplayOptions = {}): Replay {
  const all = typeof transcript === 'string' ? notificationsOf(readTranscript(transcript)) : transcript;
  const threadId = options.threadId ?? all.find((notification) => notification.threadId !== undefined)?.threadId;
  const view = replayStart({ ...options.before, threadId: threadId ?? null });
  const deltas: Delta[] = [];
  for (const notification of all) {
    if (notification.threadId !== threadId) continue;
    const step = reduce(view, notification, REPLAY_NOW_MS);
    for (const delta of step) applyDelta(view, delta);
    deltas.push(...step);
    if (options.until?.(notification)) break;
  }
  return { view, deltas };
}

/** The conversation that a replay begins with: empty, in the folder that transcripts are recorded in. */
export function replayStart(fields: Partial<ConversationView> = {}): ConversationView {
  return emptyConversation('key', {
    mode: 'agent',
    model: '',
    effort: '',
    folder: '/project',
    updatedAtMs: 0,
    ...fields,
  });
}
