import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Conversation } from '../../../src/conversation/conversation';
import { openConversation } from '../../support/conversations';
import { eventually } from '../../support/eventually';
import { settled } from '../../support/fakeClient';
import { execCommand, functionCall, message, modelTurn } from '../../support/modelServer';
import {
  heardByModel,
  type RealConversations,
  runTurn,
  startRealConversations,
  until,
} from '../../support/realConversation';

/** Resolves when the side question of a conversation is in this state. */
async function sideIs(conversation: Conversation, status: string): Promise<void> {
  await eventually(() => expect(conversation.view.side?.answer.status).toBe(status));
}

/** The words of the answer beside a conversation. */
function answerOf({ view }: Conversation): string {
  const items = view.side?.answer.turns.flatMap((turn) => turn.items) ?? [];
  return items.flatMap((item) => (item.type === 'message' ? [item.text] : [])).join('\n');
}

describe('a side question, with the real codex', () => {
  let real: RealConversations;
  let release: () => void;
  beforeAll(async () => {
    real = await startRealConversations({}, { features: ['default_mode_request_user_input'] });
    real.model.respond(async ({ userText, toolOutputs }) => {
      if (userText === 'work') {
        const held = new Promise<void>((resolve) => (release = resolve));
        await held;
        return modelTurn(message('Worked.'));
      }
      if (userText.startsWith('write')) {
        const [output] = toolOutputs;
        return modelTurn(output ? message(output.text) : execCommand('echo no > written.txt'));
      }
      if (userText.startsWith('ask')) {
        const questions = [{ id: 'q', header: 'Q', question: 'Which?', options: [{ label: 'A', description: 'a' }] }];
        return modelTurn(
          toolOutputs.length > 0 ? message('Unanswered.') : functionCall('request_user_input', { questions }),
        );
      }
      return modelTurn(message(`About ${userText.split('\n')[0] ?? ''}`));
    });
  });
  afterAll(() => real.dispose());

  it('is answered while a turn runs, which neither hears of it nor is stopped', async () => {
    const conversation = real.conversations.create();
    await runTurn(conversation, 'first');
    await conversation.send('work');
    await eventually(() => expect(real.model.requests.length).toBe(2));
    await conversation.side.ask('why?');
    await sideIs(conversation, 'ready');
    expect(answerOf(conversation)).toBe('About why?');
    expect(conversation.view.status).toBe('working');
    const heard = heardByModel(real.model.requests.at(-1)?.body.input ?? []).join('\n');
    expect(heard).toContain('first');
    expect(heard).toContain('goes on in the original');
    release();
    await until(conversation, 'ready');
    expect(conversation.view.turns.map(({ status }) => status)).toEqual(['completed', 'completed']);
    await runTurn(conversation, 'third');
    expect(heardByModel(real.model.requests.at(-1)?.body.input ?? [])).toEqual(['first', 'work', 'third']);
  });

  it('writes nothing, asks nothing, and is in no list', async () => {
    const conversation = real.conversations.create();
    await runTurn(conversation, 'begin');
    await conversation.side.ask('write a file');
    await sideIs(conversation, 'ready');
    expect(answerOf(conversation)).toContain('Read-only file system');
    await conversation.side.ask('ask me something');
    await sideIs(conversation, 'ready');
    expect(answerOf(conversation)).toBe('Unanswered.');
    await real.conversations.refresh();
    expect(real.conversations.summaries().filter(({ title }) => title !== 'begin' && title !== 'first')).toEqual([]);
  });
});

describe('a side question', () => {
  async function openAsked() {
    const opened = openConversation();
    const { server, conversation, say, begin } = opened;
    server.respond('thread/fork', () => ({ thread: { id: 'copy' } }));
    await begin();
    say.completed();
    await conversation.side.ask('Why?');
    const side = {
      started: () =>
        server.notify('turn/started', {
          threadId: 'copy',
          turn: { id: 'turn-2', rootTurnId: 'turn-2', status: 'inProgress' },
        }),
      words: (delta: string) =>
        server.notify('item/agentMessage/delta', { threadId: 'copy', turnId: 'turn-2', itemId: 'm', delta }),
      completed: (status: string) =>
        server.notify('turn/completed', {
          threadId: 'copy',
          turn: { id: 'turn-2', status, error: null, durationMs: 5 },
        }),
    };
    return { ...opened, side };
  }

  it('goes to a copy that may only read', async () => {
    const { server } = await openAsked();
    expect(server.paramsOf('thread/fork')).toMatchObject([
      { ephemeral: true, excludeTurns: true, sandbox: 'read-only', approvalPolicy: 'never' },
    ]);
    expect(server.paramsOf('turn/start').at(-1)).toMatchObject({
      threadId: 'copy',
      approvalPolicy: 'never',
      sandboxPolicy: { type: 'readOnly' },
      environments: [{ environmentId: 'editor' }],
      input: [{ text: 'Why?' }, {}],
    });
  });

  it('stays out of the transcript and the status of the conversation', async () => {
    const { conversation, side, view } = await openAsked();
    side.started();
    side.words('Because.');
    expect([view.turns.length, view.status, answerOf(conversation)]).toEqual([1, 'ready', 'Because.']);
  });

  it('can be stopped, and keeps what was said', async () => {
    const { server, conversation, side, view } = await openAsked();
    side.started();
    side.words('Half');
    await conversation.side.stop();
    expect(server.paramsOf('turn/interrupt')).toEqual([{ threadId: 'copy', turnId: 'turn-2' }]);
    side.completed('interrupted');
    expect([view.side?.answer.status, answerOf(conversation)]).toEqual(['stopped', 'Half']);
  });

  it('is left behind when it is put away, and says nothing more', async () => {
    const { server, conversation, side, view } = await openAsked();
    side.started();
    conversation.side.dismiss();
    side.words('Too late.');
    await settled();
    expect(view.side).toBeNull();
    expect(server.paramsOf('turn/interrupt')).toEqual([{ threadId: 'copy', turnId: 'turn-2' }]);
    expect(server.paramsOf('thread/unsubscribe')).toEqual([{ threadId: 'copy' }]);
  });

  it('makes room for the next one', async () => {
    const { server, conversation, side, view } = await openAsked();
    server.respond('thread/fork', () => ({ thread: { id: 'other copy' } }));
    side.started();
    await conversation.side.ask('And how?');
    expect(view.side).toMatchObject({ question: 'And how?', answer: { status: 'working', turns: [] } });
    expect(server.paramsOf('turn/start').at(-1)).toMatchObject({ threadId: 'other copy' });
  });

  it('says beside itself what went wrong, and that the server ended', async () => {
    const { server, conversation, view } = await openAsked();
    server.crash();
    expect(view.side?.answer).toMatchObject({
      status: 'failed',
      outbox: [{ problem: { title: 'Codex stopped before it had answered' } }],
    });
    expect(view.outbox).toEqual([]);
    server.refuse('thread/fork', 'no room');
    await conversation.side.ask('Again?');
    expect(view.side?.answer).toMatchObject({ status: 'failed', outbox: [{ problem: { title: 'Not asked' } }] });
  });

  it('needs a conversation to be about', async () => {
    const { conversation, view } = openConversation();
    await expect(conversation.side.ask('Why?')).rejects.toMatchObject({ reason: 'declined' });
    expect(view.side).toBeNull();
  });
});
