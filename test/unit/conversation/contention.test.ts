import { describe, expect, it } from 'vitest';
import { nullLogger } from '../../../src/base/logger';
import { showContention } from '../../../src/conversation/contention';
import { Conversations } from '../../../src/conversation/conversations';
import { FileLeases } from '../../../src/conversation/fileLeases';
import { fakeClient, settled } from '../../support/fakeClient';

function setUp() {
  const leases = new FileLeases(nullLogger, () => ({ dispose: () => undefined }));
  const { context } = fakeClient();
  const conversations = new Conversations(context, () => ({ mode: 'ask', model: '', effort: '', folder: '/project' }));
  const shown = showContention(leases, conversations);
  const announce = (threadId: string) =>
    leases.announced({ threadId, turnId: 'u', itemId: 'i', files: [{ path: '/project/shop.ts', kind: 'update' }] });
  return { leases, conversations, announce, shown };
}

describe('showContention', () => {
  it('says in both conversations who waits for whom, and takes it back when it is over', async () => {
    const { leases, conversations, announce } = setUp();
    const [one, two] = [conversations.openThread('one'), conversations.openThread('two')];
    await settled();
    one.configure({ title: 'First' });
    two.configure({ title: 'Second' });
    const asking = announce('two');
    leases.waitingForApproval('two', 'i');
    announce('one');
    void leases.gate('/project/shop.ts');
    await settled();
    const file = { path: '/project/shop.ts', label: 'shop.ts' };
    expect(one.view.contention).toEqual([{ ...file, otherKey: two.key, otherTitle: 'Second', role: 'waits' }]);
    expect(two.view.contention).toEqual([{ ...file, otherKey: one.key, otherTitle: 'First', role: 'isWaitedFor' }]);
    asking.dispose();
    expect([one.view.contention, two.view.contention]).toEqual([[], []]);
  });

  it('names a thread that is not open here by what it is', () => {
    const { leases, conversations, announce } = setUp();
    const one = conversations.openThread('one');
    announce('one');
    announce('sub-agent');
    leases.waitingForApproval('one', 'i');
    leases.waitingForApproval('sub-agent', 'i');
    expect(one.view.contention).toMatchObject([{ otherTitle: 'Another conversation', role: 'warned' }]);
  });
});
