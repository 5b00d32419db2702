import { describe, expect, it } from 'vitest';
import { type TypedNotification, typed } from '../../../src/router/notification';
import { TurnHandle } from '../../../src/router/turnHandle';
import { TurnLog } from '../../../src/router/turnLog';

function handleOf(request: (method: string, params: unknown) => Promise<unknown> = () => Promise.resolve({})) {
  const log = new TurnLog();
  const send = (method: string, params: object, more: object = {}): void => {
    log.append(typed(method, { threadId: 't', turnId: 'u', ...params, ...more }));
  };
  return {
    log,
    handle: new TurnHandle('t', 'u', log, request),
    delta: (text: string) => send('item/agentMessage/delta', { itemId: 'i', delta: text }),
    item: (item: object) => send('item/completed', { item: { id: 'i', ...item } }),
    message: (text: string, phase: string | null = null) =>
      send('item/completed', { item: { type: 'agentMessage', id: text, text, phase } }),
    usage: (total: number) => send('thread/tokenUsage/updated', { tokenUsage: { total } }),
    other: (method: string) => send(method, {}),
    complete: (status = 'completed', error: object | null = null) =>
      send('turn/completed', { turn: { id: 'u', status, error } }),
  };
}

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

describe('run', () => {
  it('T25: gives the completed items in order, and the last usage', async () => {
    const turn = handleOf();
    const running = turn.handle.run();
    turn.item({ type: 'reasoning', id: 'r' });
    turn.usage(1);
    turn.message('hello');
    turn.usage(2);
    turn.other('future/event');
    turn.complete();
    const result = await running;
    expect(result.items.map(({ id }) => id)).toEqual(['r', 'hello']);
    expect(result.usage).toEqual({ total: 2 });
    expect(result.finalAnswer).toBe('hello');
  });

  it('T25: has no usage, items or answer when there were none', async () => {
    const turn = handleOf();
    turn.complete();
    expect(await turn.handle.run()).toEqual({ items: [], usage: undefined, finalAnswer: undefined });
  });

  it.each<[string, [string, string | null][], string | undefined]>([
    [
      'the final answer over later commentary',
      [
        ['answer', 'final_answer'],
        ['chat', 'commentary'],
      ],
      'answer',
    ],
    [
      'the final answer over a later plain message',
      [
        ['answer', 'final_answer'],
        ['plain', null],
      ],
      'answer',
    ],
    [
      'the last of several final answers',
      [
        ['one', 'final_answer'],
        ['two', 'final_answer'],
      ],
      'two',
    ],
    [
      'the last plain message',
      [
        ['one', null],
        ['two', null],
        ['chat', 'commentary'],
      ],
      'two',
    ],
    [
      'a message of a phase yet unknown',
      [
        ['one', null],
        ['two', 'future'],
      ],
      'two',
    ],
    ['nothing when there is only commentary', [['chat', 'commentary']], undefined],
    [
      'an empty answer',
      [
        ['one', null],
        ['', 'final_answer'],
      ],
      '',
    ],
    [
      'an empty last message',
      [
        ['one', null],
        ['', null],
      ],
      '',
    ],
  ])('T25: answers with %s', async (_what, messages, expected) => {
    const turn = handleOf();
    for (const [text, phase] of messages) turn.message(text, phase);
    turn.complete();
    expect((await turn.handle.run()).finalAnswer).toBe(expected);
  });

  it('T25: rejects with the words of a failed turn', async () => {
    const turn = handleOf();
    turn.complete('failed', { message: 'boom' });
    await expect(turn.handle.run()).rejects.toMatchObject({ reason: 'turnFailed', message: 'boom' });
  });

  it('T25: rejects also when a failed turn says nothing', async () => {
    const turn = handleOf();
    turn.complete('failed');
    await expect(turn.handle.run()).rejects.toMatchObject({ reason: 'turnFailed', message: 'The turn failed.' });
  });

  it('T25: an interrupted turn gives what it had', async () => {
    const turn = handleOf();
    turn.message('half');
    turn.complete('interrupted');
    expect((await turn.handle.run()).finalAnswer).toBe('half');
  });

  it('T13: survives items and completions that are malformed', async () => {
    const turn = handleOf();
    turn.other('item/completed');
    turn.item({ type: 'thing of the future' });
    turn.item({ type: 'agentMessage' });
    turn.other('turn/completed');
    expect((await turn.handle.run()).items).toHaveLength(2);
  });

  it('T8: rejects when the server goes away', async () => {
    const turn = handleOf();
    const running = turn.handle.run();
    turn.message('half');
    turn.log.fail(new Error('gone'));
    await expect(running).rejects.toThrow('gone');
  });
});

describe('streamText', () => {
  it('T25: gives the words as they come, and ends with the turn', async () => {
    const turn = handleOf();
    const words = turn.handle.streamText();
    turn.delta('Hel');
    expect(await words.next()).toEqual({ done: false, value: 'Hel' });
    const next = words.next();
    turn.other('turn/diff/updated');
    turn.delta('lo');
    expect(await next).toEqual({ done: false, value: 'lo' });
    turn.complete();
    expect(await words.next()).toEqual({ done: true, value: undefined });
  });

  it('T25: gives the words of a failed turn, then throws', async () => {
    const turn = handleOf();
    turn.delta('a');
    turn.complete('failed', { message: 'boom' });
    const words = turn.handle.streamText();
    expect((await words.next()).value).toBe('a');
    await expect(words.next()).rejects.toMatchObject({ reason: 'turnFailed', message: 'boom' });
  });

  it('T19: leaving it early frees what it had not read', async () => {
    const turn = handleOf();
    turn.delta('a');
    turn.delta('b');
    for await (const word of turn.handle.streamText()) {
      expect(word).toBe('a');
      break;
    }
    expect(turn.log.heldEvents).toBe(0);
  });
});

describe('stream', () => {
  const methodOf = ({ method }: TypedNotification): string => method;

  it('T17: begins with the turn, however late it is asked for', async () => {
    const turn = handleOf();
    turn.other('turn/diff/updated');
    turn.complete();
    expect((await collect(turn.handle.stream())).map(methodOf)).toEqual(['turn/diff/updated', 'turn/completed']);
  });

  it('T19: a second one begins with the next event, and both see the end', async () => {
    const turn = handleOf();
    const first = collect(turn.handle.stream());
    turn.other('turn/diff/updated');
    const second = collect(turn.handle.stream());
    turn.complete();
    expect((await first).map(methodOf)).toEqual(['turn/diff/updated', 'turn/completed']);
    expect((await second).map(methodOf)).toEqual(['turn/completed']);
  });

  it('T20: one that is asked for after the end of the turn ends at once', async () => {
    const turn = handleOf();
    turn.complete();
    await turn.handle.run();
    expect(await collect(turn.handle.stream())).toEqual([]);
  });

  it('T19: after dispose nothing is held, and a new stream still sees the end', async () => {
    const turn = handleOf();
    turn.delta('a');
    turn.handle.dispose();
    turn.handle.dispose();
    turn.delta('b');
    expect(turn.log.heldEvents).toBe(0);
    const rest = collect(turn.handle.stream());
    turn.complete();
    expect((await rest).map(methodOf)).toEqual(['turn/completed']);
  });
});

describe('controls', () => {
  it('name the thread and the turn', async () => {
    const sent: [string, unknown][] = [];
    const { handle } = handleOf((method, params) => {
      sent.push([method, params]);
      return Promise.resolve({});
    });
    await handle.steer([{ type: 'text', text: 'more', text_elements: [] }]);
    await handle.interrupt();
    expect(sent).toEqual([
      [
        'turn/steer',
        { threadId: 't', expectedTurnId: 'u', input: [{ type: 'text', text: 'more', text_elements: [] }] },
      ],
      ['turn/interrupt', { threadId: 't', turnId: 'u' }],
    ]);
  });

  it('pass on what the server refuses', async () => {
    const refusal = new Error('no active turn to steer');
    const { handle } = handleOf(() => Promise.reject(refusal));
    await expect(handle.steer([])).rejects.toBe(refusal);
    await expect(handle.interrupt()).rejects.toBe(refusal);
  });
});
