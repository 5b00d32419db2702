import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reduce } from '../../../src/conversation/reduce';
import { type TypedNotification, typed } from '../../../src/router/notification';
import { applyDelta, findItem } from '../../../src/shared/applyDelta';
import type { ConversationView, ItemView } from '../../../src/shared/conversation';
import { notificationsOf, readTranscript, replay, REPLAY_NOW_MS, replayStart, threadsOf } from '../../support/replay';

const ALL = [
  'answer',
  'command',
  'command-fails',
  'command-accepted',
  'command-declined',
  'files-accepted',
  'files-declined',
  'files-cancelled',
  'interrupt-mid-stream',
  'interrupt-command',
  'steer',
  'retry',
  'error-401',
  'error-429',
  'error-500',
  'compaction',
  'review',
  'two-threads',
] as const;

const is = (method: string) => (notification: TypedNotification) => notification.method === method;

/** A turn's items in one line each, without ids and times. */
function outline(view: ConversationView, turn = 0): string[] {
  return (view.turns[turn]?.items ?? []).map(describeItem);
}

function describeItem(item: ItemView): string {
  switch (item.type) {
    case 'you':
      return `you: ${item.text}`;
    case 'message':
    case 'reasoning':
      return `${item.type}${item.streaming ? ' (streaming)' : ''}: ${item.text}`;
    case 'command':
      return `command ${item.status} ${item.exitCode ?? '-'}: ${item.command}: ${item.text}`;
    case 'files':
      return `files ${item.status}: ${item.changes.map(({ kind, label }) => `${kind} ${label}`).join(', ')}`;
    case 'step':
      return `step ${item.status}: ${item.verb} ${item.subject}`;
    default:
      return item.type;
  }
}

describe('what a conversation shows of a recorded thread', () => {
  it('is reasoning and the words of an answer', () => {
    const { view } = replay('answer');
    expect(outline(view)).toEqual([
      'you: What is this project?',
      'reasoning: **Looking** at the project',
      expect.stringMatching(/^message: Two things to know:\n[\s\S]*greet\('you'\);\n```\n$/),
    ]);
    expect(view.turns[0]).toMatchObject({ status: 'completed', problem: null, startedAtMs: REPLAY_NOW_MS });
    expect(view).toMatchObject({ status: 'ready', usage: { usedTokens: 1_280 } });
  });

  it('grows word by word while it streams', () => {
    const { view } = replay('answer', { until: is('item/agentMessage/delta') });
    expect(outline(view).at(-1)).toBe('message (streaming): Two things t');
    expect([view.status, view.turns[0]?.status]).toEqual(['working', 'working']);
  });

  it('is a command with all of its output, though less of it was streamed', () => {
    const { view } = replay('command');
    expect(outline(view)[1]).toBe("command completed 0: printf 'one\\n'; sleep 0.4; printf 'two\\n': one\ntwo\n");
    const streamed = replay('command', { until: is('item/commandExecution/outputDelta') });
    expect(outline(streamed.view)[1]).toMatch(/^command working -: .*: two\n$/);
  });

  it('is a failed command with its exit code', () => {
    expect(outline(replay('command-fails').view)[1]).toBe(
      "command failed 3: echo 'no such test' >&2; exit 3: no such test\n",
    );
  });

  it('is a command that was allowed, and one that was declined', () => {
    expect(outline(replay('command-accepted').view)[1]).toBe('command completed 0: echo allowed: allowed\n');
    expect(outline(replay('command-declined').view)[1]).toBe('command declined -: echo denied: ');
  });

  it('is a file change that was accepted, declined, or cancelled with its turn', () => {
    const changes = 'update greet.js, add greet.test.js';
    expect(outline(replay('files-accepted').view)[1]).toBe(`files completed: ${changes}`);
    expect(outline(replay('files-declined').view)[1]).toBe(`files declined: ${changes}`);
    const cancelled = replay('files-cancelled').view;
    expect(outline(cancelled)).toEqual(['you: What is this project?', `files stopped: ${changes}`]);
    expect([cancelled.status, cancelled.turns[0]?.status]).toEqual(['stopped', 'stopped']);
  });

  it('counts the lines of changed files', () => {
    const { view } = replay('files-accepted');
    const files = view.turns[0]?.items.find((item) => item.type === 'files');
    expect(files?.type === 'files' && files.changes.map(({ added, removed }) => [added, removed])).toEqual([
      [1, 1],
      [2, 0],
    ]);
  });

  it('keeps the half that was said when a turn is stopped', () => {
    const { view } = replay('interrupt-mid-stream');
    expect(outline(view)).toEqual(['you: Tell me everything', 'message: Half of ']);
    expect([view.status, view.turns[0]?.status]).toEqual(['stopped', 'stopped']);
  });

  it('takes the end of a command that comes after the end of its turn', () => {
    const stopped = replay('interrupt-command', { until: is('turn/completed') });
    expect(outline(stopped.view)[1]).toBe('command stopped -: sleep 0.3; echo begun; sleep 60: begun\n');
    const { view } = replay('interrupt-command');
    expect(outline(view)[1]).toMatch(/^command failed .*: begun\n/);
    expect([view.turns.length, view.status, view.turns[0]?.status]).toEqual([1, 'stopped', 'stopped']);
  });

  it('closes the words that a steer cut off and goes on below them', () => {
    const { view } = replay('steer');
    expect(outline(view)).toEqual([
      'you: Say hello',
      'message: Half of ',
      'you: In French',
      'message: In French then: bonjour.',
    ]);
    expect([view.turns.length, view.status]).toEqual([1, 'ready']);
  });

  it('takes a message out of the outbox when it has arrived', () => {
    const outbox = ['message-1', 'message-2', 'other'].map((id) => ({ id, text: id, problem: null }));
    const { view } = replay('steer', { before: { outbox } });
    expect(view.outbox.map(({ id }) => id)).toEqual(['other']);
  });

  it('drops the half answer of a broken stream, so that it does not stand twice', () => {
    const during = replay('retry', { until: is('error') });
    expect(outline(during.view)).toEqual(['you: Tell me everything']);
    expect(during.view.retry).toMatch(/^Reconnecting to the model, 1 of 1: stream disconnected/);
    const { view } = replay('retry');
    expect(outline(view)).toEqual(['you: Tell me everything', 'message: The whole answer']);
    expect([view.retry, view.status, view.turns[0]?.problem]).toEqual([null, 'ready', null]);
  });

  it.each([
    ['error-401', 'The model refused the sign-in'],
    ['error-429', 'Too many requests'],
    ['error-500', 'The model service has trouble'],
  ])('says what went wrong in %s', (name, title) => {
    const { view } = replay(name);
    expect(view.turns[0]).toMatchObject({ status: 'failed', problem: { title } });
    expect([view.status, view.retry]).toEqual(['failed', null]);
  });

  it('shows a compaction as a turn of its own', () => {
    const { view } = replay('compaction');
    expect([outline(view, 0).length, outline(view, 1)]).toEqual([2, ['step completed: Compacted the conversation']]);
    expect(view.status).toBe('ready');
  });

  it('shows a review as one turn, though it begins under another id', () => {
    const { view } = replay('review');
    expect(view.turns.map(({ status }) => status)).toEqual(['completed']);
    expect(outline(view)).toEqual([
      'step completed: Reviewing Look at greet.js',
      'you: Look at greet.js',
      'message: ',
      'step completed: Reviewed ',
      'message: Nothing to complain about.',
    ]);
    expect(view.status).toBe('ready');
  });

  it('leaves nothing open at the end of any of them', () => {
    for (const name of ALL) {
      for (const threadId of threadsOf(readTranscript(name))) {
        const { view } = replay(name, { threadId });
        const items = view.turns.flatMap((turn) => turn.items);
        const open = items.filter((item) => ('streaming' in item && item.streaming) || isWorking(item));
        expect({ name, open, retry: view.retry }).toEqual({ name, open: [], retry: null });
      }
    }
  });
});

const isWorking = (item: ItemView): boolean => 'status' in item && item.status === 'working';

describe('the tokens of a turn', () => {
  const usage = (total: number, last: number, turnId = 'u'): TypedNotification =>
    typed('thread/tokenUsage/updated', {
      threadId: 't',
      turnId,
      tokenUsage: { total: { totalTokens: total }, last: { totalTokens: last }, modelContextWindow: null },
    });
  const started = typed('turn/started', { threadId: 't', turn: { id: 'u', rootTurnId: null } });

  it('are those since it began, however often the model was asked', () => {
    const { view } = replay([started, usage(1_100, 100), usage(1_350, 250)]);
    expect(view.turns[0]?.tokens?.used).toBe(350);
  });

  it('are not counted again when the server repeats them, or tells them of a turn that is over', () => {
    const { view } = replay([started, usage(1_100, 100), usage(1_100, 100), usage(9_000, 100, 'older')]);
    expect(view.turns.map(({ tokens }) => tokens?.used)).toEqual([100]);
  });
});

describe('any order and number of messages that a connection may bring', () => {
  it('gives each of two threads the same view, however their events are mixed', () => {
    const transcript = notificationsOf(readTranscript('two-threads'));
    const [first = '', second = ''] = threadsOf(readTranscript('two-threads'));
    const of = (id: string) => transcript.filter(({ threadId }) => threadId === id);
    const alone = [replay(of(first), { threadId: first }).view, replay(of(second), { threadId: second }).view];
    expect(alone.map((view) => outline(view).at(-1))).toEqual([
      'message: First thread says a few words of its own',
      'message: Second thread says other words, one after the other, and more of them',
    ]);
    fc.assert(
      fc.property(fc.infiniteStream(fc.boolean()), (turns) => {
        const mixed = merge(of(first), of(second), () => turns.next().value as boolean);
        expect([first, second].map((threadId) => replay(mixed, { threadId }).view)).toEqual(alone);
      }),
    );
  });

  it('does not change a view when an event that carries a whole state comes twice', () => {
    const repeatable = ['item/completed', 'turn/completed', 'thread/tokenUsage/updated', 'turn/started', 'error'];
    fc.assert(
      fc.property(fc.constantFrom(...ALL), fc.infiniteStream(fc.boolean()), (name, twice) => {
        const once = notificationsOf(readTranscript(name));
        const doubled = once.flatMap((notification) =>
          repeatable.includes(notification.method) && twice.next().value
            ? [notification, notification]
            : [notification],
        );
        expect(replay(doubled).view).toEqual(replay(once).view);
      }),
    );
  });

  it('ends at the same view when it has missed how items began and grew', () => {
    for (const name of ['answer', 'command-fails', 'files-accepted', 'command-declined']) {
      const ends = notificationsOf(readTranscript(name)).filter(
        ({ method }) => method !== 'item/started' && !/[dD]elta$/.test(method),
      );
      expect(outline(replay(ends).view)).toEqual(outline(replay(name).view));
    }
  });

  it('makes the turn when one of its items comes before it', () => {
    const all = notificationsOf(readTranscript('answer'));
    const late = [...all.filter(({ method }) => method !== 'turn/started'), ...all.filter(is('turn/started'))];
    const { view } = replay(late);
    expect([view.turns.length, view.turns[0]?.status, view.status]).toEqual([1, 'completed', 'ready']);
  });

  it('never touches the view it is given', () => {
    for (const name of ['steer', 'retry', 'files-cancelled']) {
      const view = replayStart();
      for (const notification of notificationsOf(readTranscript(name))) {
        const before = structuredClone(view);
        const deltas = reduce(view, notification, REPLAY_NOW_MS);
        expect(view).toEqual(before);
        for (const delta of deltas) applyDelta(view, delta);
      }
    }
  });

  it('ignores notifications it does not know', () => {
    const { view, deltas } = replay([typed('thread/somethingNew', { threadId: 't', turnId: 'u', words: 'x' })]);
    expect([deltas, view.turns]).toEqual([[], []]);
  });
});

describe('reduce', () => {
  const turnId = 'u';
  const ids = { threadId: 't', turnId, itemId: 'i' };
  const started = typed('turn/started', { threadId: 't', turn: { id: turnId } });
  const completed = (status: string, id = turnId) =>
    typed('turn/completed', { threadId: 't', turn: { id, status, error: null, durationMs: null } });

  it('shows a plan once, with the newest state of its steps', () => {
    const plan = (status: string) =>
      typed('turn/plan/updated', {
        threadId: 't',
        turnId,
        explanation: null,
        plan: [
          { step: 'Read', status: 'completed' },
          { step: 'Write', status },
        ],
      });
    const { view } = replay([started, plan('pending'), plan('inProgress')]);
    expect(view.turns[0]?.items).toEqual([
      {
        type: 'plan',
        id: 'plan-u',
        steps: [
          { text: 'Read', status: 'done' },
          { text: 'Write', status: 'working' },
        ],
      },
    ]);
  });

  it('begins a message with its first words where the server did not say that it begins', () => {
    const { view } = replay([started, typed('item/agentMessage/delta', { ...ids, delta: 'Hello' })]);
    expect(findItem(view, turnId, 'i')).toEqual({ type: 'message', id: 'i', text: 'Hello', streaming: true });
  });

  it('drops output of a command it has never heard of', () => {
    const { view } = replay([started, typed('item/commandExecution/outputDelta', { ...ids, delta: 'x' })]);
    expect(view.turns[0]?.items).toEqual([]);
  });

  it('puts a blank line between the parts of a summary, but none before the first', () => {
    const part = typed('item/reasoning/summaryPartAdded', { ...ids, summaryIndex: 0 });
    const words = (delta: string) => typed('item/reasoning/summaryTextDelta', { ...ids, delta, summaryIndex: 0 });
    const { view } = replay([started, part, words('One'), part, words('Two')]);
    expect(findItem(view, turnId, 'i')).toMatchObject({ text: 'One\n\nTwo', startedAtMs: REPLAY_NOW_MS });
  });

  it('takes the name that the thread was given, and keeps its own when that is taken away', () => {
    const name = (threadName?: string) => typed('thread/name/updated', { threadId: 't', threadName });
    expect(replay([name('Tests'), name()]).view.title).toBe('Tests');
  });

  it('does not let the late end of an older turn end the newest', () => {
    const next = typed('turn/started', { threadId: 't', turn: { id: 'u2' } });
    const { view } = replay([started, next, completed('completed')]);
    expect([view.status, view.turns.map(({ status }) => status)]).toEqual(['working', ['completed', 'working']]);
  });

  it('hears the end of a turn once, whatever came after it', () => {
    const next = typed('turn/started', { threadId: 't', turn: { id: 'u2' } });
    const { view } = replay([started, completed('failed'), next, completed('completed', 'u2'), completed('failed')]);
    expect(view.status).toBe('ready');
  });

  it('does not begin a turn again that has ended', () => {
    const { view } = replay([started, completed('completed'), started]);
    expect([view.status, view.turns[0]?.status]).toEqual(['ready', 'completed']);
  });

  it('stays stopping when the turn begins after Stop was pressed', () => {
    expect(replay([started], { before: { status: 'stopping' } }).view.status).toBe('stopping');
  });

  it('measures a turn itself where the server does not', () => {
    const { view } = replay([started, completed('completed')]);
    expect(view.turns[0]).toMatchObject({ startedAtMs: REPLAY_NOW_MS, durationMs: 0 });
  });
});

/** All of both, each in its own order; `takeFirst` decides whose next one comes. */
function merge<T>(first: readonly T[], second: readonly T[], takeFirst: () => boolean): T[] {
  const [a, b] = [[...first], [...second]];
  const merged: T[] = [];
  while (a.length > 0 && b.length > 0) merged.push(...(takeFirst() ? a : b).splice(0, 1));
  return [...merged, ...a, ...b];
}
