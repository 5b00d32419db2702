import { describe, expect, it, vi } from 'vitest';
import { noteInput } from '../../../src/conversation/agentNotes';
import type { ConversationContext, WriteDecision } from '../../../src/conversation/context';
import { deferred, openConversation, TURN } from '../../support/conversations';
import { eventually } from '../../support/eventually';
import { THREAD } from '../../support/fakeClient';

const IDS = { threadId: THREAD, turnId: TURN, itemId: 'patch' };
const FILE = '/project/a.ts';
const DIFF = '@@ -1,2 +1,2 @@\n-a\n+A\n b\n@@ -9,2 +9,2 @@\n-y\n+Y\n z\n';

/** A conversation that asks whether two hunks of a file may be written. */
async function askForChange(decision: WriteDecision | Promise<WriteDecision> = { write: true }) {
  const prepare = vi.fn<ConversationContext['beforeFilesAreWritten']>(() => Promise.resolve(decision));
  const leases: string[] = [];
  const opened = openConversation(
    {},
    {
      beforeFilesAreWritten: prepare,
      leases: {
        waitingForApproval: (_, itemId) => leases.push(`waiting ${itemId}`),
        accepted: (_, itemId) => leases.push(`accepted ${itemId}`),
      },
    },
  );
  const { server, view, begin } = opened;
  await begin();
  const changes = [{ path: FILE, kind: { type: 'update', move_path: null }, diff: DIFF }];
  const item = { type: 'fileChange', id: 'patch', status: 'inProgress', changes };
  server.notify('item/started', { threadId: THREAD, turnId: TURN, item });
  const answer = server.ask('item/fileChange/requestApproval', IDS);
  return { ...opened, prepare, leases, answer, id: view.approvals[0]?.id ?? '' };
}

describe('a change that is accepted in part', () => {
  it('is prepared with what was chosen when it was accepted, and then accepted', async () => {
    const { conversation, view, prepare, answer, id, leases } = await askForChange();
    conversation.approvals.chooseHunks(id, FILE, [1]);
    expect(view.approvals[0]?.files).toMatchObject([
      { choice: 'some', hunks: [{ included: false }, { included: true }] },
    ]);
    expect(conversation.approvals.proposal(id)).toMatchObject([{ path: FILE, choice: { hunks: [1] } }]);
    await conversation.approvals.decide(id, 'accept');
    expect(prepare.mock.calls).toMatchObject([[{ ...IDS, files: [{ path: FILE, choice: { hunks: [1] } }] }]]);
    expect(await answer).toEqual({ decision: 'accept' });
    expect([leases, conversation.approvals.proposal(id)]).toEqual([['waiting patch', 'accepted patch'], undefined]);
  });

  it('is told to the agent before the answer, so that it comes right after the output of the tool', async () => {
    const { server, conversation, id, answer } = await askForChange({ write: true, note: 'Only in part.' });
    const steered = deferred<object>();
    server.respond('turn/steer', () => steered.promise);
    let isAnswered = false;
    void answer.then(() => (isAnswered = true));
    const deciding = conversation.approvals.decide(id, 'accept');
    await eventually(() =>
      expect(server.paramsOf('turn/steer')).toMatchObject([{ input: [noteInput('Only in part.')] }]),
    );
    expect(isAnswered).toBe(false);
    steered.resolve({});
    await deciding;
    expect(await answer).toEqual({ decision: 'accept' });
  });

  it('is declined when nothing of it was chosen, and nothing is prepared', async () => {
    const { conversation, prepare, answer, id, leases } = await askForChange();
    conversation.approvals.chooseHunks(id, FILE, 'none');
    await conversation.approvals.decide(id, 'acceptForSession');
    expect([await answer, prepare.mock.calls, leases]).toEqual([{ decision: 'decline' }, [], ['waiting patch']]);
  });

  it('is declined with a word to the agent when the part cannot be written', async () => {
    const { server, conversation, answer, id } = await askForChange({ write: false, note: 'It has changed.' });
    await conversation.approvals.decide(id, 'accept');
    expect(await answer).toEqual({ decision: 'decline' });
    expect(server.paramsOf('turn/steer')).toMatchObject([{ input: [noteInput('It has changed.')] }]);
  });

  it('can be a text of the person’s own', async () => {
    const { conversation, view, prepare, id } = await askForChange();
    conversation.approvals.editProposal(id, FILE, 'mine');
    expect(view.approvals[0]?.files).toMatchObject([{ choice: 'edited' }]);
    await conversation.approvals.decide(id, 'accept');
    expect(prepare.mock.calls).toMatchObject([[{ files: [{ choice: { text: 'mine' } }] }]]);
  });
});

describe('an approval of a change that is being prepared', () => {
  it('takes no second decision and no other choice', async () => {
    const decision = deferred<WriteDecision>();
    const { conversation, prepare, answer, id } = await askForChange(decision.promise);
    const first = conversation.approvals.decide(id, 'accept');
    conversation.approvals.chooseHunks(id, FILE, 'none');
    await conversation.approvals.decide(id, 'acceptForSession');
    decision.resolve({ write: true });
    await first;
    expect([await answer, prepare.mock.calls.length]).toEqual([{ decision: 'accept' }, 1]);
  });

  it('is not answered, and nothing is told, when its turn has ended meanwhile', async () => {
    const decision = deferred<WriteDecision>();
    const { server, say, conversation, answer, id, leases } = await askForChange(decision.promise);
    const closed = expect(answer).rejects.toThrow();
    const deciding = conversation.approvals.decide(id, 'accept');
    server.notify('serverRequest/resolved', { threadId: THREAD, requestId: 0 });
    say.completed('interrupted');
    decision.resolve({ write: true, note: 'Only in part.' });
    await deciding;
    await closed;
    await conversation.send('next');
    expect(server.paramsOf('turn/start').at(-1)?.input).toHaveLength(1);
    expect(leases).toEqual(['waiting patch']);
  });

  it('is closed when the person declines after all', async () => {
    const { conversation, answer, id } = await askForChange();
    await conversation.approvals.decide(id, 'decline');
    expect(await answer).toEqual({ decision: 'decline' });
  });
});
