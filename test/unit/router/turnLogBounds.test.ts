import { describe, expect, it } from 'vitest';
import { joinDeltas } from '../../../src/router/joinDeltas';
import { type TypedNotification, typed } from '../../../src/router/notification';
import { TurnLog } from '../../../src/router/turnLog';

const delta = (text: string, itemId = 'i'): TypedNotification =>
  typed('item/agentMessage/delta', { threadId: 't', turnId: 'u', itemId, delta: text });
const diff = (index: number): TypedNotification =>
  typed('turn/diff/updated', { threadId: 't', turnId: 'u', diff: String(index) });
const completed = typed('turn/completed', { threadId: 't', turn: { id: 'u', status: 'completed' } });

async function textOf(reader: AsyncIterable<TypedNotification>): Promise<string> {
  let text = '';
  for await (const event of reader)
    if (event.known && event.method === 'item/agentMessage/delta') text += event.params.delta;
  return text;
}

describe('a reader that has stopped', () => {
  it('T19: holds 10,000 pieces of a text as a few hundred events, and loses no word', async () => {
    const log = new TurnLog();
    const stuck = log.readFromStart();
    const words = Array.from({ length: 10_000 }, (_, index) => `${index} `);
    for (const word of words) log.append(delta(word));
    expect(log.heldEvents).toBeLessThan(300);
    log.append(completed);
    expect(await textOf(stuck)).toBe(words.join(''));
    expect(log.heldEvents).toBe(0);
  });

  it('T19: keeps the texts of different items apart, and everything else as it came', async () => {
    const log = new TurnLog();
    const stuck = log.readFromStart();
    for (let index = 0; index < 300; index += 1) log.append(diff(index));
    log.append(delta('a', 'one'));
    log.append(delta('b', 'one'));
    log.append(delta('c', 'two'));
    log.append(diff(300));
    log.append(delta('d', 'two'));
    log.append(completed);
    const events: TypedNotification[] = [];
    for await (const event of stuck) events.push(event);
    expect(events.slice(300)).toEqual([delta('ab', 'one'), delta('c', 'two'), diff(300), delta('d', 'two'), completed]);
  });

  it('T19: does not change what others read one by one', async () => {
    const log = new TurnLog();
    const stuck = log.readFromStart();
    const quick = log.readFromStart();
    for (let index = 0; index < 1_000; index += 1) {
      log.append(delta(`${index} `));
      expect((await quick.next()).value).toEqual(delta(`${index} `));
    }
    expect(log.heldEvents).toBe(1_000);
    log.append(completed);
    expect(await textOf(stuck)).toBe(Array.from({ length: 1_000 }, (_, index) => `${index} `).join(''));
  });

  it('T19: is given up 20,000 events behind, and told so; the others go on and the memory is free', async () => {
    const log = new TurnLog();
    const stuck = log.readFromStart();
    const quick = log.readFromStart();
    for (let index = 0; index < 20_001; index += 1) {
      log.append(diff(index));
      await quick.next();
    }
    expect(log.heldEvents).toBe(0);
    await expect(stuck.next()).rejects.toMatchObject({ reason: 'overloaded' });
    expect(await stuck.next()).toEqual({ done: true, value: undefined });
    log.append(completed);
    expect((await quick.next()).value).toEqual(completed);
  });

  it('T19: that never began holds no more than that either', () => {
    const log = new TurnLog();
    for (let index = 0; index < 50_000; index += 1) log.append(diff(index));
    expect(log.heldEvents).toBeLessThanOrEqual(20_001);
  });
});

describe('two messages', () => {
  const text = (method: string, fields: object) =>
    typed(method, { threadId: 't', turnId: 'u', itemId: 'i', ...fields });

  it.each([
    ['item/agentMessage/delta', {}],
    ['item/plan/delta', {}],
    ['item/commandExecution/outputDelta', {}],
    ['item/reasoning/textDelta', { contentIndex: 0 }],
    ['item/reasoning/summaryTextDelta', { summaryIndex: 1 }],
  ])('T19: that are pieces of one text are joined: %s', (method, more) => {
    const joined = joinDeltas(text(method, { delta: 'a', ...more }), text(method, { delta: 'b', ...more }));
    expect(joined).toEqual(text(method, { delta: 'ab', ...more }));
  });

  it.each<[string, TypedNotification, TypedNotification]>([
    ['of different items', delta('a', 'one'), delta('b', 'two')],
    [
      'of different parts',
      text('item/reasoning/textDelta', { delta: 'a', contentIndex: 0 }),
      text('item/reasoning/textDelta', { delta: 'b', contentIndex: 1 }),
    ],
    ['of different kinds', delta('a'), text('item/plan/delta', { delta: 'b' })],
    ['with different members', delta('a'), text('item/agentMessage/delta', { delta: 'b', more: 1 })],
    ['without text', text('item/agentMessage/delta', {}), text('item/agentMessage/delta', {})],
    ['that are no pieces of a text', diff(1), diff(1)],
    ['of an unknown kind', typed('future/x', { delta: 'a' }), typed('future/x', { delta: 'b' })],
  ])('T19: %s are not', (_what, first, second) => {
    expect(joinDeltas(first, second)).toBeUndefined();
  });
});
