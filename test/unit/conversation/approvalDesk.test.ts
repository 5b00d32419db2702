import { describe, expect, it } from 'vitest';
import { ApprovalDesk } from '../../../src/conversation/approvalDesk';
import type { RoutedRequest } from '../../../src/router/appServerClient';
import type { ApprovalView } from '../../../src/shared/conversation';

function open() {
  let views: ApprovalView[] = [];
  const desk = new ApprovalDesk((next) => (views = next));
  const ask = (id: string, requestId: string | number, method = 'item/commandExecution/requestApproval') => {
    const ids = { threadId: 't', turnId: 'u', itemId: 'i' };
    const request: RoutedRequest = { id: requestId, method, params: { ...ids, kind: 'command', command: id }, ...ids };
    return desk.open(request, { id, folder: '/project', changes: [] });
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

  it('refuses what it cannot show with an error, and shows nothing', async () => {
    const { ask, shown } = open();
    await expect(ask('one', 1, 'item/tool/requestUserInput')).rejects.toMatchObject({ code: -32601 });
    expect(shown()).toEqual([]);
  });

  it('closes the request that the server no longer waits for, and no other', async () => {
    const { desk, ask, shown } = open();
    const first = ask('one', 1);
    void ask('two', '1');
    desk.closeRequest(1, 'over');
    await expect(first).rejects.toMatchObject({ code: -32000, rpcMessage: 'over' });
    expect(shown()).toEqual(['two']);
  });

  it('closes all of them at once', async () => {
    const { desk, ask, shown } = open();
    const both = [ask('one', 1), ask('two', 2)];
    desk.closeAll('gone');
    expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(shown()).toEqual([]);
  });
});
