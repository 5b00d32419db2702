import { beforeEach, describe, expect, it } from 'vitest';
import { nullLogger } from '../../../src/base/logger';
import { AppServerClient } from '../../../src/router/appServerClient';
import type { ThreadTree } from '../../../src/router/threadTree';
import { ManualServer } from '../../support/manualServer';

let server: ManualServer;
let tree: ThreadTree;

beforeEach(() => {
  server = new ManualServer();
  tree = new AppServerClient(server, nullLogger).threads;
});

const started = (id: string, parentThreadId: string | null): void =>
  server.notify('thread/started', { thread: { id, parentThreadId } });
const item = (threadId: string, fields: object, method = 'item/started'): void =>
  server.notify(method, { threadId, turnId: 'u', item: { id: 'i', ...fields } });
const activity = (threadId: string, kind: string, agentThreadId: string): void =>
  item(threadId, { type: 'subAgentActivity', kind, agentThreadId });
const spawn = (senderThreadId: string, ...receiverThreadIds: string[]): void =>
  item(senderThreadId, { type: 'collabAgentToolCall', tool: 'spawnAgent', senderThreadId, receiverThreadIds });

describe('a sub-agent', () => {
  it('T30: belongs to its parent when its thread is told first', () => {
    started('child', 'root');
    expect([tree.parentOf('child'), tree.rootOf('child'), tree.childrenOf('root')]).toEqual([
      'root',
      'root',
      ['child'],
    ]);
    activity('root', 'started', 'child');
    expect(tree.childrenOf('root')).toEqual(['child']);
  });

  it('T30: belongs to its parent when the parent’s item is told first', () => {
    activity('root', 'started', 'child');
    expect(tree.parentOf('child')).toBe('root');
    started('child', 'root');
    expect(tree.childrenOf('root')).toEqual(['child']);
  });

  it('T30: belongs to whoever spawned it by a tool call', () => {
    spawn('root', 'one', 'two');
    expect(tree.childrenOf('root')).toEqual(['one', 'two']);
  });

  it('T30: belongs to the topmost ancestor, however deep and in whatever order it was told', () => {
    started('grandchild', 'child');
    expect(tree.rootOf('grandchild')).toBe('child');
    spawn('root', 'child');
    expect(tree.rootOf('grandchild')).toBe('root');
    expect(tree.childrenOf('root')).toEqual(['child']);
  });

  it('T30: whose end comes after its parent’s turn still belongs to it', () => {
    item('root', { type: 'subAgentActivity', kind: 'completed', agentThreadId: 'child' }, 'item/completed');
    expect(tree.parentOf('child')).toBe('root');
  });

  it('T30: goes by what its own thread says when an item said otherwise', () => {
    activity('sibling', 'started', 'child');
    started('child', 'root');
    expect(tree.parentOf('child')).toBe('root');
    activity('sibling', 'started', 'child');
    expect(tree.parentOf('child')).toBe('root');
  });
});

describe('a root', () => {
  it('T30: is never its own child', () => {
    started('root', 'root');
    activity('root', 'started', 'root');
    spawn('root', 'root');
    expect([tree.parentOf('root'), tree.rootOf('root'), tree.childrenOf('root')]).toEqual([undefined, 'root', []]);
  });

  it('T30: is nobody’s child because a sub-agent speaks with it or says that it started it', () => {
    activity('child', 'interacted', 'root');
    expect(tree.parentOf('root')).toBeUndefined();
    started('child', 'root');
    activity('child', 'started', 'root');
    spawn('child', 'root');
    expect(tree.parentOf('root')).toBeUndefined();
  });

  it('T30: has no parent as long as nobody says so, and other items say nothing', () => {
    started('root', null);
    item('root', { type: 'agentMessage', text: '' });
    item('root', { type: 'collabAgentToolCall', tool: 'wait', senderThreadId: 'root', receiverThreadIds: ['x'] });
    server.notify('thread/started', { thread: {} });
    expect([tree.parentOf('root'), tree.parentOf('x'), tree.rootOf('unheard of')]).toEqual([
      undefined,
      undefined,
      'unheard of',
    ]);
  });
});

describe('the memory', () => {
  it('T30: holds ten thousand sub-agents; the oldest are forgotten first', () => {
    spawn('root', ...Array.from({ length: 10_001 }, (_, index) => `child ${index}`));
    expect(tree.childrenOf('root')).toHaveLength(10_000);
    expect(tree.parentOf('child 0')).toBeUndefined();
    expect(tree.parentOf('child 10000')).toBe('root');
  });
});
