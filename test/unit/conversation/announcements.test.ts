import { describe, expect, it } from 'vitest';
import { Announcements } from '../../../src/conversation/announcements';
import type { ApprovalView, ConversationStatus } from '../../../src/shared/conversation';

const approval = (id: string) => ({ id, title: id }) as ApprovalView;
const view = (status: ConversationStatus, ...ids: string[]) => ({ key: 'k', status, approvals: ids.map(approval) });

describe('Announcements', () => {
  it('tells the end of a turn once', () => {
    const news = new Announcements();
    expect(news.observe(view('working'))).toEqual([]);
    expect(news.observe(view('ready'))).toEqual([{ kind: 'finished', key: 'k' }]);
    expect(news.observe(view('ready'))).toEqual([]);
  });

  it('tells a failure, and nothing of what the person stopped', () => {
    const news = new Announcements();
    news.observe(view('working'));
    expect(news.observe(view('failed'))).toEqual([{ kind: 'failed', key: 'k' }]);
    news.observe(view('working'));
    expect([...news.observe(view('stopping')), ...news.observe(view('stopped'))]).toEqual([]);
  });

  it('tells each approval once, also a second one and one that comes again', () => {
    const news = new Announcements();
    const asked = (...ids: string[]) =>
      news.observe(view('waiting', ...ids)).map((each) => (each.kind === 'needsYou' ? each.approval.id : each.kind));
    expect([asked('a'), asked('a', 'b'), asked('a', 'b'), asked('b')]).toEqual([['a'], ['b'], [], []]);
    expect(news.observe(view('ready'))).toEqual([{ kind: 'finished', key: 'k' }]);
  });

  it('says nothing of a conversation that is opened at rest, and forgets a closed one', () => {
    const news = new Announcements();
    expect(news.observe(view('failed'))).toEqual([]);
    news.observe(view('working'));
    news.prune(() => false);
    expect(news.observe(view('ready'))).toEqual([]);
  });
});
