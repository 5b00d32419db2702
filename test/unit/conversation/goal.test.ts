import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Conversation } from '../../../src/conversation/conversation';
import { openConversation } from '../../support/conversations';
import { eventually } from '../../support/eventually';
import { settled, THREAD } from '../../support/fakeClient';
import { functionCall, message, modelTurn } from '../../support/modelServer';
import { type RealConversations, runTurn, startRealConversations } from '../../support/realConversation';

const goalOf = ({ view }: Conversation): string | undefined => view.goal?.status;

async function goalIs(conversation: Conversation, status: string | undefined): Promise<void> {
  await eventually(() => expect(goalOf(conversation)).toBe(status));
}

describe('a goal, with the real codex', () => {
  let real: RealConversations;
  /** What the model does in a turn of a goal: works until it is let go, or says that the goal is reached. */
  let reached = false;
  let release: () => void = () => undefined;
  beforeAll(async () => {
    real = await startRealConversations();
    real.model.respond(async ({ request, toolOutputs }) => {
      if (!isOfGoal(request.body.input)) return modelTurn(message('Answered.'));
      if (reached) {
        return modelTurn(
          toolOutputs.length > 0 ? message('Done.') : functionCall('update_goal', { status: 'complete' }),
        );
      }
      await new Promise<void>((resolve) => (release = resolve));
      return modelTurn(message('One step.'));
    });
  });
  afterAll(async () => {
    release();
    await real.dispose();
  });

  const isOfGoal = (input: readonly unknown[]): boolean => JSON.stringify(input.at(-1)).includes('thread goal');
  const goalRequests = (): number => real.model.requests.filter(({ body }) => isOfGoal(body.input)).length;
  const untilWorking = async (before: number): Promise<void> => {
    await eventually(() => expect(goalRequests()).toBeGreaterThan(before));
  };

  it('begins a conversation, names it, and is pursued until the model says that it is reached', async () => {
    const conversation = real.conversations.create();
    reached = true;
    await conversation.goal.pursue('All tests pass');
    await goalIs(conversation, 'complete');
    expect(conversation.view).toMatchObject({ title: 'All tests pass', goal: { objective: 'All tests pass' } });
    await conversation.goal.clear();
    await goalIs(conversation, undefined);
  });

  it('is paused by Stop, and goes on when it is resumed', async () => {
    const conversation = real.conversations.create();
    reached = false;
    const before = goalRequests();
    await conversation.goal.pursue('Never done');
    await untilWorking(before);
    await eventually(() => expect(conversation.view.status).toBe('working'));
    await conversation.stop();
    await eventually(() => expect(conversation.view.status).toBe('stopped'));
    await goalIs(conversation, 'paused');
    await conversation.goal.reword('Done at once');
    await goalIs(conversation, 'paused');
    reached = true;
    await conversation.goal.pursue();
    await goalIs(conversation, 'complete');
    expect(conversation.view.goal?.objective).toBe('Done at once');
  });

  it('works with the mode and model of now', async () => {
    const conversation = real.conversations.create();
    reached = false;
    const before = goalRequests();
    await conversation.goal.pursue('In another mode');
    await untilWorking(before);
    conversation.configure({ model: 'gpt-5.6-sol' });
    await eventually(async () => {
      release();
      await settled();
      expect(real.model.requests.at(-1)?.body.model).toBe('gpt-5.6-sol');
    });
    await conversation.goal.pause();
    release();
    await eventually(() => expect(conversation.view.status).toBe('ready'));
  });

  it.each(['a message', 'the goal itself'])(
    'is there again after a restart, paused, in a conversation that %s began, and starts no turn by itself',
    async (beginning) => {
      const conversation = real.conversations.create();
      reached = false;
      if (beginning === 'a message') await runTurn(conversation, 'hello');
      const before = goalRequests();
      await conversation.goal.pursue('Over a restart');
      await untilWorking(before);
      await real.server.restart();
      expect(goalOf(conversation)).toBe('paused');
      const count = goalRequests();
      const again = real.anotherWindow().openThread(conversation.view.threadId ?? '');
      await again.load();
      await goalIs(again, 'paused');
      await runTurn(again, 'still here?');
      expect(goalRequests()).toBe(count);
    },
  );
});

describe('a goal', () => {
  const goal = { threadId: THREAD, objective: 'Be done', status: 'active', tokensUsed: 5, timeUsedSeconds: 3 };

  it('is not pursued with full access that was not confirmed', async () => {
    const { server, conversation } = openConversation({}, { mayStartTurn: () => Promise.resolve(false) });
    await expect(conversation.goal.pursue('Be done')).rejects.toThrow();
    expect(server.sent.map(({ method }) => method)).not.toContain('thread/goal/set');
  });

  it('selects the editor’s environment before it goes on in a thread that was resumed', async () => {
    const { server, conversation } = openConversation({ threadId: THREAD });
    await conversation.goal.pursue();
    expect(server.paramsOf('thread/settings/update')).toMatchObject([{ environments: [{ environmentId: 'editor' }] }]);
    expect(server.sent.map(({ method }) => method)).toEqual([
      ...['thread/goal/get', 'thread/resume', 'thread/settings/update', 'thread/goal/set'],
    ]);
  });

  it('stays active where its thread cannot be resumed, because another window pursues it', async () => {
    const { server, conversation } = openConversation({ threadId: THREAD });
    server.respond('thread/goal/get', () => ({ goal }));
    server.refuse('thread/resume', 'thread already has an active writer');
    await expect(conversation.goal.pursue()).rejects.toThrow('active writer');
    expect(server.paramsOf('thread/goal/set').map(({ status }) => status)).toEqual(['paused', 'active']);
  });

  it('is paused when it cannot go on with what was chosen', async () => {
    const { server, conversation, begin } = openConversation();
    await begin();
    server.notify('thread/goal/updated', { threadId: THREAD, turnId: null, goal });
    server.refuse('thread/settings/update', 'no');
    conversation.configure({ mode: 'plan' });
    await settled();
    expect(server.paramsOf('thread/goal/set')).toMatchObject([{ status: 'paused' }]);
  });

  it('that was reached is pursued anew in other words', async () => {
    const { server, conversation, begin } = openConversation();
    await begin();
    server.notify('thread/goal/updated', { threadId: THREAD, turnId: null, goal: { ...goal, status: 'complete' } });
    await conversation.goal.reword('Be done twice');
    expect(server.paramsOf('thread/goal/set')).toMatchObject([{ objective: 'Be done twice', status: 'active' }]);
  });
});
