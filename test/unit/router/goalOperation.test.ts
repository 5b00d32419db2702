import { beforeEach, describe, expect, it } from 'vitest';
import { RpcError, SwitchyardError } from '../../../src/base/errors';
import { nullLogger } from '../../../src/base/logger';
import { AppServerClient } from '../../../src/router/appServerClient';
import type { GoalOperation } from '../../../src/router/goalOperation';
import { settle } from '../../support/fakeAppServer';
import { ManualServer } from '../../support/manualServer';

const lost = new SwitchyardError('connectionLost', 'codex ended');
let server: ManualServer;
let client: AppServerClient;

beforeEach(() => {
  server = new ManualServer();
  client = new AppServerClient(server, nullLogger);
});

const turn = (method: 'turn/started' | 'turn/completed', id: string): void =>
  server.notify(method, { threadId: 't', turn: { id, rootTurnId: id, status: 'completed' } });
const goalIs = (status: string): void => server.notify('thread/goal/updated', { threadId: 't', goal: { status } });
const input = [{ type: 'text' as const, text: 'more', text_elements: [] }];

async function startGoal(): Promise<GoalOperation> {
  const starting = client.startGoal('t', 'be done');
  server.last('thread/goal/set').resolve({});
  return starting;
}

async function namesOf(goal: GoalOperation): Promise<string[]> {
  const names: string[] = [];
  for await (const { method, turnId } of goal.stream()) names.push(`${method} ${turnId ?? ''}`.trim());
  return names;
}

describe('a goal', () => {
  it('T28: owns the turns of its thread, and ends with the last of them when it is no longer active', async () => {
    const starting = client.startGoal('t', 'be done');
    turn('turn/started', 'a');
    expect(server.last('thread/goal/set').params).toEqual({ threadId: 't', objective: 'be done', status: 'active' });
    server.last('thread/goal/set').resolve({});
    const reading = namesOf(await starting);
    goalIs('active');
    turn('turn/completed', 'a');
    server.notify('turn/started', { threadId: 'other', turn: { id: 'x' } });
    turn('turn/started', 'b');
    goalIs('complete');
    turn('turn/completed', 'b');
    turn('turn/started', 'c');
    expect(await reading).toEqual([
      'turn/started a',
      'thread/goal/updated',
      'turn/completed a',
      'turn/started b',
      'thread/goal/updated',
      'turn/completed b',
    ]);
  });

  it('T28: ends at once when it is cleared between two turns', async () => {
    const reading = namesOf(await startGoal());
    server.notify('thread/goal/cleared', { threadId: 't' });
    server.notify('future/x', { threadId: 't' });
    expect(await reading).toEqual(['thread/goal/cleared']);
  });

  it('T28: is the only one of its thread, and no turn is started beside it', async () => {
    const goal = await startGoal();
    await expect(client.startGoal('t', 'another')).rejects.toMatchObject({ reason: 'declined' });
    await expect(client.startTurn({ threadId: 't', input })).rejects.toMatchObject({ reason: 'declined' });
    expect(server.sent).toHaveLength(1);
    goal.dispose();
    await startGoal();
    expect(server.sent).toHaveLength(2);
  });

  it('T28: that is refused leaves its thread free', async () => {
    const starting = client.startGoal('t', 'x');
    server.last('thread/goal/set').reject(lost);
    await expect(starting).rejects.toBe(lost);
    await startGoal();
  });

  it('T8: fails with the server', async () => {
    const reading = namesOf(await startGoal());
    server.become({ kind: 'failed', error: lost });
    await expect(reading).rejects.toBe(lost);
  });
});

describe('what a person says to a goal', () => {
  const answers = async (method: string): Promise<void> => {
    server.last(method).resolve({});
    await settle(1);
  };

  it('T28: goes to the turn that runs, and again to the one the server names when that has changed', async () => {
    const goal = await startGoal();
    turn('turn/started', 'a');
    const steering = goal.steer(input);
    const mismatch = 'expected active turn id `a` but found `b-2`';
    server.last('turn/steer').reject(new RpcError('turn/steer', -32600, mismatch));
    await settle(1);
    expect(server.last('turn/steer').params).toEqual({ threadId: 't', expectedTurnId: 'b-2', input });
    await answers('turn/steer');
    await steering;
  });

  it('T28: waits between two turns for the next one', async () => {
    const goal = await startGoal();
    turn('turn/started', 'a');
    turn('turn/completed', 'a');
    const steering = goal.steer(input);
    await settle(1);
    expect(server.sent.map(({ method }) => method)).toEqual(['thread/goal/set']);
    turn('turn/started', 'b');
    await settle(1);
    expect(server.last('turn/steer').params).toMatchObject({ expectedTurnId: 'b' });
    await answers('turn/steer');
    await steering;
  });

  it('T28: is refused when the goal ends first, or has ended', async () => {
    const goal = await startGoal();
    const steering = goal.steer(input);
    goalIs('complete');
    await expect(steering).rejects.toMatchObject({ reason: 'notFound' });
    await expect(goal.steer(input)).rejects.toMatchObject({ reason: 'notFound' });
  });

  it('T28: to stop pauses the goal, and interrupts the turn that runs', async () => {
    const goal = await startGoal();
    const pausing = goal.interrupt();
    expect(server.last('thread/goal/set').params).toEqual({ threadId: 't', status: 'paused' });
    await answers('thread/goal/set');
    await pausing;
    turn('turn/started', 'a');
    const stopping = goal.interrupt();
    await answers('thread/goal/set');
    expect(server.last('turn/interrupt').params).toEqual({ threadId: 't', turnId: 'a' });
    await answers('turn/interrupt');
    await stopping;
  });

  it.each(['no active turn to steer', 'expected active turn id `b` but found `a`'])(
    'T28: is refused with what the server says, without a second try: %s',
    async (message) => {
      const goal = await startGoal();
      turn('turn/started', 'a');
      const steering = goal.steer(input);
      server.last('turn/steer').reject(new RpcError('turn/steer', -32600, message));
      await expect(steering).rejects.toMatchObject({ rpcMessage: message });
      expect(server.sent.filter(({ method }) => method === 'turn/steer')).toHaveLength(1);
    },
  );
});
