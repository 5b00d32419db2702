import { describe, expect, it } from 'vitest';
import { nullLogger } from '../../../src/base/logger';
import { MessageRouter } from '../../../src/router/messageRouter';
import type { TypedNotification } from '../../../src/router/notification';
import { TurnHandle, type TurnResult } from '../../../src/router/turnHandle';
import type { ItemView } from '../../../src/shared/conversation';
import { readTranscript, replay, threadsOf, type TranscriptLine } from '../../support/replay';
import { isNotification, isResponse } from '../../support/transcriptPlayer';

interface Heard {
  /** What the listener of the thread hears. */
  readonly thread: readonly TypedNotification[];
  /** For each request that answers with a turn: its handle's stream and result. */
  readonly turns: readonly TurnHeard[];
}

interface TurnHeard {
  readonly id: string;
  readonly events: readonly TypedNotification[];
  readonly result: TurnResult;
}

/** Lets the router hear a recorded thread; a turn is reserved and claimed where the client asked for one. */
async function hear(name: string): Promise<Heard> {
  const transcript = readTranscript(name);
  const threadId = threadsOf(transcript)[0] ?? '';
  const router = new MessageRouter(nullLogger);
  const thread: TypedNotification[] = [];
  router.onThread(threadId, (notification) => thread.push(notification));
  const reserved = new Map<unknown, ReturnType<MessageRouter['reserveTurn']>[]>();
  const turns: Promise<TurnHeard>[] = [];
  for (const line of transcript) {
    const { id, method, params } = line.message;
    if (line.dir === 'out' && (method === 'turn/start' || method === 'review/start')) {
      reserved.set(id, [router.reserveTurn(threadId), router.reserveTurn(threadId)]);
    }
    if (isNotification(line)) router.route(method ?? '', params);
    if (!isResponse(line)) continue;
    const logs = reserved.get(id)?.map((reservation) => reservation.claim(turnIdOf(line)));
    if (logs) turns.push(read(threadId, turnIdOf(line), logs));
  }
  return { thread, turns: await Promise.all(turns) };
}

function turnIdOf({ message: { result } }: TranscriptLine): string {
  return (result as { turn?: { id: string } }).turn?.id ?? '';
}

type Log = ConstructorParameters<typeof TurnHandle>[2];

async function read(threadId: string, id: string, [first, second]: readonly Log[]): Promise<TurnHeard> {
  const handle = (log: Log | undefined): TurnHandle =>
    new TurnHandle(threadId, id, log!, () => Promise.reject(new Error('It asks nothing')));
  const events: TypedNotification[] = [];
  const [result] = await Promise.all([
    handle(first).run(),
    (async () => {
      for await (const event of handle(second).stream()) events.push(event);
    })(),
  ]);
  return { id, events, result };
}

/** Methods of items and turns, with what they are of. */
function brief(events: readonly TypedNotification[]): string[] {
  return events.flatMap((event) => {
    if (!event.known || !/^(item|turn)\//.test(event.method)) return [];
    if (event.method === 'item/started' || event.method === 'item/completed')
      return [`${event.params.item.type} ${event.method.slice(5)}`];
    return [event.method];
  });
}

/** Turns of the view, with one line per item. */
function shown(name: string): { status: string; items: string[] }[] {
  return replay(name).view.turns.map(({ status, items }) => ({ status, items: items.map(line) }));
}

function line(item: ItemView): string {
  if (item.type === 'you') return `you: ${item.text}`;
  if (item.type === 'message') return `message: ${item.text}${item.streaming ? '…' : ''}`;
  if (item.type === 'command') return `command ${item.status}: ${item.text}`;
  return item.type === 'step' ? `${item.verb} ${item.subject}`.trim() : item.type;
}

const messages = ({ items }: TurnResult): string[] =>
  items.flatMap((item) => (item.type === 'agentMessage' ? [item.text] : []));

describe('a review', () => {
  it('has one turn under the id of the response; its turn/started has another', async () => {
    const { thread, turns } = await hear('review');
    const [turn] = turns;
    const started = thread.find(({ method }) => method === 'turn/started');
    expect(started?.turnId).not.toBe(turn?.id);
    expect(started?.known && started.method === 'turn/started' && started.params.turn.rootTurnId).toBe(turn?.id);
    expect(brief(turn?.events ?? []).filter((event) => event !== 'turn/started')).toEqual([
      'enteredReviewMode started',
      'enteredReviewMode completed',
      'userMessage started',
      'userMessage completed',
      'agentMessage started',
      'exitedReviewMode started',
      'exitedReviewMode completed',
      'agentMessage started',
      'agentMessage completed',
      'turn/completed',
    ]);
    expect(turn?.result.finalAnswer).toBe('Nothing to complain about.');
  });

  it('can be interrupted, and then says that it was', async () => {
    const { turns } = await hear('review-interrupted');
    expect(turns.map(({ result }) => messages(result))).toEqual([
      ['Review was interrupted. Please re-run /review and wait for it to complete.'],
    ]);
    expect(shown('review-interrupted')).toMatchObject([{ status: 'stopped' }]);
    expect(replay('review-interrupted').view.status).toBe('stopped');
  });
});

describe('a turn that no response announces', () => {
  it('follows the one before it from the queue, and is in the thread only', async () => {
    const { thread, turns } = await hear('queue');
    const begun = thread.flatMap(({ method, turnId }) => (method === 'turn/started' ? [turnId] : []));
    expect(turns.map(({ id, result }) => [id, messages(result)])).toEqual([[begun[0], ['First answer.']]]);
    expect(turns[0]?.events.at(-1)?.method).toBe('turn/completed');
    expect(new Set(turns[0]?.events.map(({ turnId }) => turnId))).toEqual(new Set([begun[0]]));
    expect(shown('queue')).toEqual([
      { status: 'completed', items: ['you: The first question', 'message: First answer.'] },
      { status: 'completed', items: ['you: The second question', 'message: Second answer.'] },
    ]);
  });

  it('is a command of the person, without words of theirs', async () => {
    const { thread, turns } = await hear('shell-command');
    expect(turns).toEqual([]);
    expect(brief(thread)).toEqual([
      'turn/started',
      'commandExecution started',
      'item/commandExecution/outputDelta',
      'commandExecution completed',
      'turn/completed',
    ]);
    expect(shown('shell-command')).toEqual([{ status: 'completed', items: ['command completed: by hand\n'] }]);
  });

  it('is a compaction', async () => {
    const { thread, turns } = await hear('compaction');
    expect(turns.map(({ result }) => result.finalAnswer)).toEqual(['First answer.']);
    expect(brief(thread).slice(-4)).toEqual([
      'turn/started',
      'contextCompaction started',
      'contextCompaction completed',
      'turn/completed',
    ]);
    expect(shown('compaction')[1]).toEqual({ status: 'completed', items: ['Compacted the conversation'] });
  });
});

describe('a command of the person while a turn runs', () => {
  it('is an item of that turn, between two answers', async () => {
    const { turns } = await hear('shell-command-in-turn');
    expect(turns.map(({ result }) => result.items.map(({ type }) => type))).toEqual([
      ['userMessage', 'commandExecution', 'agentMessage', 'agentMessage'],
    ]);
    expect(shown('shell-command-in-turn')).toEqual([
      {
        status: 'completed',
        items: [
          'you: A question',
          'message: An answer.',
          'command completed: by hand\n',
          'message: I saw your command.',
        ],
      },
    ]);
  });
});

describe('an item that the server never completes', () => {
  it.each([
    ['steer', ['In French then: bonjour.'], ['message: Half of ', 'message: In French then: bonjour.']],
    ['second-start', ['In French then: bonjour.'], ['message: Half of ', 'message: In French then: bonjour.']],
    ['interrupt-mid-stream', [], ['message: Half of ']],
    ['retry', ['The whole answer'], ['message: The whole answer']],
  ])('is left out of the result after %s, and closed or dropped in the view', async (name, completed, items) => {
    const { turns } = await hear(name);
    const started = turns[0]?.events.filter(
      (event) => event.known && event.method === 'item/started' && event.params.item.type === 'agentMessage',
    );
    expect(started).toHaveLength(completed.length + 1);
    expect(messages(turns[0]!.result)).toEqual(completed);
    expect(shown(name).flatMap((turn) => turn.items.filter((item) => item.startsWith('message')))).toEqual(items);
  });

  it('is not completed by the end of its turn either, when it is a command in the background', async () => {
    const { turns } = await hear('interrupt-command');
    expect(turns.map(({ result }) => result.items.map(({ type }) => type))).toEqual([['userMessage']]);
    expect(turns[0]?.events.at(-1)?.method).toBe('turn/completed');
  });
});

describe('a stream that ends after a whole message', () => {
  it('has that message twice after the retry, each with an id of its own', async () => {
    const { turns } = await hear('retry-repeats');
    expect(turns.map(({ result }) => messages(result))).toEqual([['The whole answer', 'The whole answer']]);
    const ids = turns[0]?.result.items.map(({ id }) => id) ?? [];
    expect(new Set(ids).size).toBe(ids.length);
    expect(turns[0]?.result.finalAnswer).toBe('The whole answer');
    const { view } = replay('retry-repeats');
    expect([view.retry, view.status]).toEqual([null, 'ready']);
  });
});

describe('a second turn/start while a turn runs', () => {
  it('gives a second handle of the same turn, which begins where it was asked for', async () => {
    const { turns } = await hear('second-start');
    const [first, second] = turns;
    expect(second?.id).toBe(first?.id);
    expect(brief(first?.events ?? []).slice(0, 3)).toEqual([
      'turn/started',
      'userMessage started',
      'userMessage completed',
    ]);
    expect(brief(second?.events ?? [])).toEqual([
      'userMessage started',
      'userMessage completed',
      'agentMessage started',
      'item/agentMessage/delta',
      'agentMessage completed',
      'turn/completed',
    ]);
    expect(turns.map(({ result }) => result.finalAnswer)).toEqual([
      'In French then: bonjour.',
      'In French then: bonjour.',
    ]);
    expect(shown('second-start')).toMatchObject([{ status: 'completed' }]);
  });
});

describe('a command that outlives its turn', () => {
  it('is told to the thread, under the old turn, and to no stream', async () => {
    const { thread, turns } = await hear('late-command');
    const [first, second] = turns;
    expect(turns.map(({ result }) => result.items.map(({ type }) => type))).toEqual([
      ['userMessage', 'agentMessage'],
      ['userMessage', 'agentMessage'],
    ]);
    expect(brief(thread).slice(-2)).toEqual(['item/commandExecution/outputDelta', 'commandExecution completed']);
    expect(thread.at(-1)?.turnId).toBe(first?.id);
    expect(second?.events.every(({ turnId }) => turnId === second.id)).toBe(true);
  });

  it('ends in the view where it began, and changes nothing else', () => {
    const before = replay('late-command', {
      until: ({ known, method, itemId }) => known && method === 'turn/completed' && itemId === undefined,
    });
    expect(before.view.turns).toHaveLength(1);
    expect(shown('late-command')).toEqual([
      {
        status: 'completed',
        items: ['you: Run something long', 'command completed: early\nlate\n', 'message: It still runs.'],
      },
      { status: 'completed', items: ['you: And now?', 'message: Another answer.'] },
    ]);
    expect(replay('late-command').view.status).toBe('ready');
  });
});
