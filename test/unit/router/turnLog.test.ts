import { describe, expect, it } from 'vitest';
import { type TypedNotification, typed } from '../../../src/router/notification';
import { TurnLog } from '../../../src/router/turnLog';

const delta = (text: string): TypedNotification =>
  typed('item/agentMessage/delta', { threadId: 't', turnId: 'u', itemId: 'i', delta: text });
const completed = typed('turn/completed', { threadId: 't', turn: { id: 'u', status: 'completed' } });

async function textOf(reader: AsyncIterable<TypedNotification>): Promise<string[]> {
  const texts: string[] = [];
  for await (const { params, method } of reader)
    texts.push(method === 'turn/completed' ? 'end' : (params as { delta: string }).delta);
  return texts;
}

describe('TurnLog', () => {
  it('T16: gives a reader the events in order, up to the end of the turn', async () => {
    const log = new TurnLog();
    const reading = textOf(log.read());
    for (const text of ['a', 'b', 'c']) log.append(delta(text));
    log.append(completed);
    expect(await reading).toEqual(['a', 'b', 'c', 'end']);
    expect(log.hasEnded).toBe(true);
  });

  it('T17: keeps what comes before the first reader', async () => {
    const log = new TurnLog();
    log.append(delta('early'));
    log.append(completed);
    expect(log.heldEvents).toBe(2);
    expect(await textOf(log.readFromStart())).toEqual(['early', 'end']);
    expect(log.heldEvents).toBe(0);
  });

  it('T19: every reader has its own place; a slow one keeps what it has not read', async () => {
    const log = new TurnLog();
    const slow = log.readFromStart();
    const fast = log.readFromStart();
    for (const text of ['a', 'b']) log.append(delta(text));
    expect((await fast.next()).value).toEqual(delta('a'));
    expect((await fast.next()).value).toEqual(delta('b'));
    expect(log.heldEvents).toBe(2);
    expect((await slow.next()).value).toEqual(delta('a'));
    expect(log.heldEvents).toBe(1);
    log.append(completed);
    expect(await textOf(slow)).toEqual(['b', 'end']);
    expect(await textOf(fast)).toEqual(['end']);
    expect(log.heldEvents).toBe(0);
  });

  it('T19: frees each of 1,000 deltas as it is read', async () => {
    const log = new TurnLog();
    const reader = log.read();
    for (let index = 0; index < 1_000; index += 1) {
      log.append(delta(String(index)));
      expect(log.heldEvents).toBe(1);
      expect((await reader.next()).value).toEqual(delta(String(index)));
      expect(log.heldEvents).toBe(0);
    }
  });

  it('T19: a late reader begins with the next event, or with the oldest that is held', async () => {
    const log = new TurnLog();
    const slow = log.readFromStart();
    log.append(delta('a'));
    log.append(delta('b'));
    await slow.next();
    const next = log.read();
    const oldest = log.readFromStart();
    log.append(completed);
    expect(await textOf(next)).toEqual(['end']);
    expect(await textOf(oldest)).toEqual(['b', 'end']);
  });

  it('T19: a reader of a turn that has ended ends at once', async () => {
    const log = new TurnLog();
    const first = textOf(log.read());
    log.append(completed);
    await first;
    expect(await textOf(log.read())).toEqual([]);
  });

  it('T19: a reader that leaves does not disturb the others and frees what only it held', async () => {
    const log = new TurnLog();
    const leaving = log.readFromStart();
    const staying = log.readFromStart();
    log.append(delta('a'));
    await staying.next();
    expect(log.heldEvents).toBe(1);
    await leaving.return?.();
    await leaving.return?.();
    expect(log.heldEvents).toBe(0);
    expect(await leaving.next()).toEqual({ done: true, value: undefined });
    log.append(completed);
    expect(await textOf(staying)).toEqual(['end']);
  });

  it('T19: leaving ends a wait that is under way', async () => {
    const log = new TurnLog();
    const reader = log.read();
    const waiting = reader.next();
    await reader.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  it('T19: breaking out of a loop lets go, and a new reader joins at the next event', async () => {
    const log = new TurnLog();
    const first = log.readFromStart();
    log.append(delta('a'));
    for await (const event of first) {
      expect(event).toEqual(delta('a'));
      break;
    }
    log.append(delta('unread'));
    expect(log.heldEvents).toBe(0);
    const again = textOf(log.read());
    log.append(completed);
    expect(await again).toEqual(['end']);
  });

  it('T19: several waits of one reader are served in the order they were asked', async () => {
    const log = new TurnLog();
    const reader = log.read();
    const waits = [reader.next(), reader.next(), reader.next()];
    log.append(delta('a'));
    log.append(completed);
    expect((await Promise.all(waits)).map(({ value }) => value as unknown)).toEqual([delta('a'), completed, undefined]);
  });

  it('T8: a failure wakes every reader, after the events it already had', async () => {
    const log = new TurnLog();
    const waiting = log.read();
    const wait = waiting.next();
    const behind = log.readFromStart();
    log.append(delta('a'));
    await wait;
    const rest = waiting.next();
    const error = new Error('gone');
    log.fail(error);
    await expect(rest).rejects.toBe(error);
    expect((await behind.next()).value).toEqual(delta('a'));
    await expect(behind.next()).rejects.toBe(error);
    expect(await behind.next()).toEqual({ done: true, value: undefined });
    await expect(log.read().next()).rejects.toBe(error);
  });

  it('T22: whatever comes after the end changes nothing', async () => {
    const log = new TurnLog();
    const reader = log.readFromStart();
    log.append(completed);
    log.append(completed);
    log.append(delta('late'));
    log.fail(new Error('too late'));
    expect(await textOf(reader)).toEqual(['end']);
  });

  it('T8: only the first failure counts', async () => {
    const log = new TurnLog();
    log.fail(new Error('first'));
    log.fail(new Error('second'));
    log.append(completed);
    await expect(log.readFromStart().next()).rejects.toThrow('first');
  });
});
