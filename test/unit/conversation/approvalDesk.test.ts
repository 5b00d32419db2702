import { describe, expect, it } from 'vitest';
import { ApprovalDesk } from '../../../src/conversation/approvalDesk';
import { toApproval } from '../../../src/conversation/approvals';
import type { RoutedRequest } from '../../../src/router/appServerClient';
import type { ApprovalView } from '../../../src/shared/conversation';
import { deferred } from '../../support/conversations';

function open() {
  let views: ApprovalView[] = [];
  const desk = new ApprovalDesk((next) => (views = next));
  const ask = (id: string, requestId: string | number) => {
    const ids = { threadId: 't', turnId: 'u', itemId: 'i' };
    const method = 'item/commandExecution/requestApproval';
    const request: RoutedRequest = { id: requestId, method, params: { ...ids, kind: 'command', command: id }, ...ids };
    const approval = toApproval(request, { id, folder: '/project', changes: [], folders: ['/project'] });
    if (!approval) throw new Error('This request can be shown.');
    return desk.open(requestId, approval);
  };
  return { desk, ask, shown: () => views.map(({ command }) => command) };
}

describe('ApprovalDesk', () => {
  it('answers with the decision, once, in whatever order they are taken', async () => {
    const { desk, ask, shown } = open();
    const [first, second] = [ask('one', 1), ask('two', 2)];
    expect(shown()).toEqual(['one', 'two']);
    desk.decide('two', 'decline');
    desk.decide('one', 'accept');
    desk.decide('one', 'decline');
    expect(await Promise.all([first, second])).toEqual([{ decision: 'accept' }, { decision: 'decline' }]);
    expect(shown()).toEqual([]);
  });

  it('ignores a decision that was not offered, and one about nothing', () => {
    const { desk, ask, shown } = open();
    void ask('one', 1);
    desk.decide('one', 'always');
    desk.decide('one', '__proto__');
    desk.decide('two', 'accept');
    expect(shown()).toEqual(['one']);
  });

  it('closes the request that the server no longer waits for, and no other', async () => {
    const { desk, ask, shown } = open();
    const first = ask('one', 1);
    void ask('two', '1');
    desk.closeRequest(1, 'over');
    await expect(first).rejects.toMatchObject({ code: -32000, rpcMessage: 'over' });
    expect(shown()).toEqual(['two']);
  });

  it('does not open a request that was over before it came, until another server counts anew', async () => {
    const { desk, ask, shown } = open();
    desk.closeRequest(1, 'over');
    expect(() => ask('one', 1)).toThrow('It was over before it came.');
    expect(shown()).toEqual([]);
    desk.closeRequest(2, 'over');
    desk.closeAll('gone');
    void ask('two', 2);
    expect(shown()).toEqual(['two']);
  });

  it('remembers the newest requests that were over, and no more than fifty', () => {
    const { desk, ask, shown } = open();
    for (let id = 0; id <= 50; id++) desk.closeRequest(id, 'over');
    void ask('forgotten', 0);
    expect(() => ask('remembered', 1)).toThrow();
    expect(shown()).toEqual(['forgotten']);
  });

  it('takes no decision while another is being prepared', async () => {
    const { desk, ask } = open();
    const answer = ask('one', 1);
    const prepared = deferred<string>();
    const deciding = desk.decideAfter('one', 'accept', () => prepared.promise);
    desk.decide('one', 'decline');
    prepared.resolve('accept');
    await deciding;
    expect(await answer).toEqual({ decision: 'accept' });
  });

  it('closes all of them at once', async () => {
    const { desk, ask, shown } = open();
    const both = [ask('one', 1), ask('two', 2)];
    desk.closeAll('gone');
    expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(shown()).toEqual([]);
  });

  it('answers with what was filled in, stays open while that does not fit, and keeps it meanwhile', async () => {
    let views: ApprovalView[] = [];
    const desk = new ApprovalDesk((next) => (views = next));
    const ids = { threadId: 't', turnId: 'u', itemId: 'i' };
    const questions = [{ id: 'q', header: '', question: 'Which?', isOther: false, isSecret: false, options: null }];
    const request: RoutedRequest = {
      id: 1,
      method: 'item/tool/requestUserInput',
      params: { ...ids, questions, isBlocking: true, autoResolutionMs: null },
      ...ids,
    };
    const approval = toApproval(request, { id: 'a', folder: '/project', changes: [], folders: ['/project'] });
    if (!approval) throw new Error('This request can be shown.');
    const answer = desk.open(1, approval);
    desk.keepFilled('a', ['half of it']);
    desk.keepFilled('a', ['too', 'many']);
    expect(views[0]?.filled).toEqual(['half of it']);
    desk.decide('a', 'answer');
    desk.decide('a', 'answer', ['']);
    desk.decide('a', 'skip', ['no decision of this kind takes values']);
    expect(views).toHaveLength(1);
    desk.decide('a', 'answer', ['the whole']);
    expect(await answer).toEqual({ answers: { q: { answers: ['the whole'] } } });
    expect(views).toEqual([]);
  });
});
